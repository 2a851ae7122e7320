"""Baseline agents: one program an algorithm.

This version has none yet; the policies that need no model are in `agentic_gym.evaluation`.
"""
