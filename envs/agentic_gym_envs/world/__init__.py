"""The synthetic world and its web: shared machinery of the task families, which knows no task."""
