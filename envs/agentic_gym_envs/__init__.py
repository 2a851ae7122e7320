"""The environments of agentic-gym: a table of string ids, so that importing it imports no task."""

from agentic_gym.registration import register, register_team

ENVIRONMENTS = {
    "Chart-v0": "agentic_gym_envs.chart.taskset:Chart",
    "CustomerDesk-v0": "agentic_gym_envs.customerdesk.taskset:CustomerDesk",
    "DocDesk-v0": "agentic_gym_envs.docdesk.taskset:DocDesk",
    "FineGrain-v0": "agentic_gym_envs.finegrain.taskset:FineGrain",
    "FunctionCalls-v0": "agentic_gym_envs.functioncalls.taskset:FunctionCalls",
    "ImageSearch-v0": "agentic_gym_envs.imagesearch.taskset:ImageSearch",
    "MathPython-v0": "agentic_gym_envs.mathpython.taskset:MathPython",
    "RealX-v0": "agentic_gym_envs.realx.taskset:RealX",
    "TextSearch-v0": "agentic_gym_envs.textsearch.taskset:TextSearch",
    "VisualMath-v0": "agentic_gym_envs.visualmath.taskset:VisualMath",
}
"""Each id with the taskset behind it."""

DATASETS = {
    "BFCL-v0": "agentic_gym_envs.bfcl.taskset:BFCL",
    "Frozen-v0": "agentic_gym.frozen.taskset:FrozenTasks",
    "MathFile-v0": "agentic_gym_envs.mathfile.taskset:MathFile",
    "RealXBench-v0": "agentic_gym_envs.realxbench.taskset:RealXBench",
    "Tau2-v0": "agentic_gym_envs.tau2.taskset:Tau2",
}
"""The same for those that play data which the user has, most by `gym.make(ID, path=…)`."""

TEAMS = {
    "CustomerDesk-v0": "agentic_gym_envs.customerdesk.team:CustomerDeskTeam",
    "RealXTeam-v0": "agentic_gym_envs.realxteam.team:RealXTeam",
}
"""Each id in PettingZoo's registries with the team behind it."""

for _env_id, _taskset in {**ENVIRONMENTS, **DATASETS}.items():
    register(_env_id, _taskset)
for _env_id, _team in TEAMS.items():
    register_team(_env_id, _team)
