"""The environments of agentic-gym: a table of string ids, so that importing it imports no task."""

from agentic_gym.registration import register

ENVIRONMENTS = {
    "RealX-v0": "agentic_gym_envs.realx.taskset:RealX",
}
"""Each id with the taskset behind it."""

for _env_id, _taskset in ENVIRONMENTS.items():
    register(_env_id, _taskset)
