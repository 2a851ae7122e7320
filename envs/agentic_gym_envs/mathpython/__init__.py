"""MathPython-v0: competition-style problems with Python."""
