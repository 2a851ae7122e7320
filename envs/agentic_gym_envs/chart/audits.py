"""Policies that must fail on Chart: what they reach is what a question or an axis gives away."""

import numpy as np

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.chart.task import ChartTask

_GUESS = 8
"""The random stream of a guess."""


def guess(task: Task, coordinates: str) -> Script:
    """One of the choices of a closed question, else the middle of the axis; it measures nothing."""
    answer = "1"
    if isinstance(task, ChartTask):
        rng = np.random.default_rng((task.key.seed, _GUESS))
        choices = task.question.choices or (f"{task.panel.axis.value(0.5):.1f}",)
        answer = choices[int(rng.integers(len(choices)))]
    yield GiveAnswer(answer, "I guess.")
