"""Policies that must fail on FineGrain: what they reach is what a question gives away."""

import numpy as np

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.finegrain.task import CrowdTask

_GUESS = 8
"""The random stream of a guess."""


def random_choice(task: Task, coordinates: str) -> Script:
    """One of the choices of a closed question, or a number that the question names; never looks."""
    rng = np.random.default_rng((task.key.seed, _GUESS))
    options: tuple[str, ...] = ("100",)
    if isinstance(task, CrowdTask):
        question = task.stage.question
        options = question.choices or tuple(map(str, question.numbers)) or options
    yield GiveAnswer(options[int(rng.integers(len(options)))], "I guess.")
