"""Answers that cannot be guessed: open ones are rare, closed ones are all as common."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ContractError
from agentic_gym.evaluation.auditing import OVER_CHANCE, most_by_luck
from agentic_gym.tasks import Task
from agentic_gym.testing.environments.subject import Subject

COMMON = 0.02
"""The share of a template's open answers that one of them may have."""
_TASKS_AN_EPISODE = 20
_MOST_TASKS = 2_000
_RUN = 50
"""Neighbouring tasks that are made in a row, since they may share what is costly to make."""
_DOUBT = 1e-4
"""How often a count at the bound is taken to be above it; small, since the largest of many is looked at."""


@dataclass(slots=True)
class _Answers:
    """The answers of a template at a level, and the sum of their chances."""

    counts: Counter[str] = field(default_factory=Counter)
    chance: float = 0.0

    def add(self, task: Task) -> None:
        self.counts[task.reference] += 1
        self.chance += task.chance

    def complaint(self) -> str:
        """What is wrong with the most common answer; empty where nothing is."""
        n = self.counts.total()
        (answer, count), chance = self.counts.most_common(1)[0], self.chance / n
        share = chance + OVER_CHANCE if chance else COMMON
        if count <= max(1, most_by_luck(n, share, _DOUBT)):
            return ""
        return f"{answer!r} answers {count} of {n}; {share:.0%} is the most that is meant"


def answer_entropy(subject: Subject) -> str:
    """No answer is common in its template: at most 2% of open ones, closed ones balanced."""
    wanted = min(_MOST_TASKS, _TASKS_AN_EPISODE * subject.episodes)
    complaints, largest = [], 0.0
    with closing(subject.make_inner()) as env:
        for level in subject.played_levels:
            answers: dict[str, _Answers] = {}
            for task in _tasks(env, level, wanted, subject.seed):
                if task.reference:
                    answers.setdefault(task.template, _Answers()).add(task)
            for template, found in answers.items():
                if complaint := found.complaint():
                    complaints.append(f"level {level}, template {template!r}: {complaint}")
            together = sum((found.counts for found in answers.values() if not found.chance), Counter[str]())
            if together:
                largest = max(largest, together.most_common(1)[0][1] / together.total())
    if complaints:
        raise ContractError("; ".join(complaints))
    return f"{wanted} tasks a level; the most common open answer is {largest:.1%} of a level's"


def _tasks(env: AgenticEnv, level: int, count: int, seed: int) -> Iterator[Task]:
    """Tasks of the environment's split in runs of neighbours, none of them drawn."""
    indices = env.taskset.splits[env.split]
    rng = np.random.default_rng((seed, level))
    for _ in range(-(-count // _RUN)):
        start = int(rng.integers(max(1, len(indices) - _RUN)))
        for index in indices[start : start + _RUN]:
            yield env.taskset.make(env.taskset.key(split=env.split, difficulty=level, index=index))
