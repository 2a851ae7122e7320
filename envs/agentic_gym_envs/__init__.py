"""The environments of agentic-gym: a table of string ids, so that importing it imports no task."""

from agentic_gym.registration import register

register("RealX-v0", "agentic_gym_envs.realx.taskset:RealX")
