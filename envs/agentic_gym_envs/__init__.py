"""The environments of agentic-gym: a table of string ids, so that importing it imports no task."""

from agentic_gym.registration import register

ENVIRONMENTS = {
    "RealX-v0": "agentic_gym_envs.realx.taskset:RealX",
}
"""Each id with the taskset behind it."""

DATASETS = {
    "Frozen-v0": "agentic_gym.frozen.taskset:FrozenTasks",
    "RealXBench-v0": "agentic_gym_envs.realxbench.taskset:RealXBench",
}
"""The same for those that play data which the user has: `gym.make(ID, path=…)`."""

for _env_id, _taskset in {**ENVIRONMENTS, **DATASETS}.items():
    register(_env_id, _taskset)
