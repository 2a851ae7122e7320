"""RealX-v0: perception, search and reasoning over a synthetic world."""
