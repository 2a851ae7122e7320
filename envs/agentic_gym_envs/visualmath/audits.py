"""Policies that must fail on VisualMath: reading without computing."""

import re

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.looking import Eyes
from agentic_gym_envs.visualmath.oracle import look_at
from agentic_gym_envs.visualmath.task import VisualMathTask

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def labelled_number(task: Task, coordinates: str) -> Script:
    """Reads the figure as the oracle does, and answers with the largest number on it."""
    if not isinstance(task, VisualMathTask):
        raise TypeError(f"this audit plays tasks of VisualMath, not {type(task).__name__}")
    eyes = Eyes(task.key, task.level.size, coordinates)
    number = task.asked.numbers[0]
    yield from look_at(task, eyes, number)
    figure = task.problems[number].figure
    texts = [figure.note, *(label.text for label in figure.labels)]
    numbers = [found for text in texts for found in _NUMBER.findall(text)]
    yield GiveAnswer(max(numbers, key=float) if numbers else "nothing", "The largest number will be it.")
