"""Policies that must fail in every family with pages: what they reach is what a question gives away."""

import re

from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.reading import read_hits, read_page

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
