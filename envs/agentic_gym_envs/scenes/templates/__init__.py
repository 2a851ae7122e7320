"""The scene templates, one file each; the table is in `agentic_gym_envs.scenes`."""
