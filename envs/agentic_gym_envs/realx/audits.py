"""Policies that must fail on RealX: what they reach is what a question gives away."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.tasks import Script, Task, Taskset
from agentic_gym_envs.realx.library import TASKS_PER_WORLD
from agentic_gym_envs.realx.reading import read_hits, read_page

_WORD = re.compile(r"[a-z]+")
_INFOBOX_LINE = re.compile(r"^([A-Z][^:|\n]{1,40}): (.+)$", re.MULTILINE)
_AUDITED_PAGES = 4


def question_search(task: Task, coordinates: str) -> Script:
    """Searches for the question's own words, and copies the value whose label fits them best.

    It never looks at the picture, so that it must fail wherever something is to be identified first.
    """
    observation = yield CallTools((ToolCall("search", {"query": task.prompt}),), "I search for the question.")
    asked = set(_WORD.findall(task.prompt.lower()))
    best, copied = 0.0, "nothing"
    for hit in read_hits(observation["text"])[:_AUDITED_PAGES]:
        observation = yield CallTools((ToolCall("open_page", {"url": hit.url}),), f"I open {hit.title}.")
        for label, text in _INFOBOX_LINE.findall(read_page(observation["text"], hit.url)):
            words = set(_WORD.findall(label.lower()))
            fit = len(words & asked) / len(words)
            if fit > best:
                best, copied = fit, text
    yield GiveAnswer(copied, "I copy what fits best.")


_SAMPLED_WORLDS = 24
_SAMPLED_TASKS = 25


def most_common(task: Task, taskset: type[Taskset]) -> Script:
    """Gives the answer that is most common among train tasks of the same template and level."""
    yield GiveAnswer(_common_answers(taskset, task.key.difficulty).get(task.template, "nothing"))


@lru_cache(maxsize=8)
def _common_answers(taskset: type[Taskset], difficulty: int) -> Mapping[str, str]:
    """The most common answer of each template among 600 tasks of few worlds: making a world is what costs."""
    made = taskset()
    count = len(made.splits["train"]) // TASKS_PER_WORLD
    worlds = np.random.default_rng(0).choice(count, size=_SAMPLED_WORLDS, replace=False)
    answers: dict[str, Counter[str]] = {}
    for world in worlds:
        for number in range(_SAMPLED_TASKS):
            task = made.make(made.key(index=int(world) * TASKS_PER_WORLD + number, difficulty=difficulty))
            answers.setdefault(task.template, Counter())[task.reference] += 1
    return {template: counter.most_common(1)[0][0] for template, counter in answers.items()}
