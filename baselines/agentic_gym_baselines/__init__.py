"""Baselines: programs to read, run and change, one file an algorithm.

`collect` (demonstrations), `sft` (the cold start), `grpo` (reinforcement learning), `evaluate` and `plot` are
run as `python -m agentic_gym_baselines.NAME`; `--help` says what each takes. They need the extra `train`.
What is easy to get wrong is in modules of its own, such as `learning` and `rollout`.
"""
