"""RealXBench-v0: the released questions of RealX-Bench, from a copy that the user has."""
