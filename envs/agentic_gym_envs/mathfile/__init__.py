"""MathFile-v0: MATH-500, AIME, AMC, OlympiadBench and their like, from files that the user has."""
