"""VisualMath-v0: figures that alone hold the numbers."""
