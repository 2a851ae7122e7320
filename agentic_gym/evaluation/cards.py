"""Cards: what an environment measures, how its tasks are made, and what they are like, level by level."""

import inspect
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.agents import agent_names
from agentic_gym.evaluation.auditing import ORACLE
from agentic_gym.evaluation.audits import answer_type
from agentic_gym.evaluation.playing import play
from agentic_gym.tasks import Taskset

SAMPLED = 30
"""Tasks of a level, made without drawing, from which its answers are described."""
_SECTION = re.compile(r"\n(?:Args|Attributes|Raises|Example|Examples):\n")


@dataclass(frozen=True, slots=True)
class LevelCard:
    """What the tasks of a level are like.

    Attributes:
        level: its number.
        summary: what it asks for.
        answers: types of answer with their shares, the most frequent first.
        guess: the mean chance that a guess is right.
        templates: how many kinds of question there are among the sampled tasks.
    """

    level: int
    summary: str
    answers: Mapping[str, float]
    guess: float
    templates: int


@dataclass(frozen=True, slots=True)
class Effort:
    """What the oracle needs at a level, on average.

    Attributes:
        level: its number.
        episodes: how many it played.
        successes: how many of them it solved.
        turns: mean number of actions.
        calls: mean number of tool calls.
    """

    level: int
    episodes: int
    successes: int
    turns: float
    calls: float


def describe_level(taskset: Taskset, level: int) -> LevelCard:
    """A level, described from a sample of its first split."""
    indices = next(iter(taskset.splits.values()))[:SAMPLED]
    tasks = [taskset.make(taskset.key(difficulty=level, index=index)) for index in indices]
    types = Counter(str(answer_type(task) or "of its own kind") for task in tasks)
    return LevelCard(
        level=level,
        summary=taskset.difficulties[level],
        answers={name: count / len(tasks) for name, count in types.most_common()},
        guess=float(np.mean([task.chance for task in tasks])),
        templates=len({task.template for task in tasks}),
    )


def measure_effort(env: AgenticEnv, level: int, episodes: int) -> Effort:
    """Plays the oracle over seeds from 0 on."""
    turns, calls, successes = [], [], 0
    for seed in range(episodes):
        successes += bool(play(env, ORACLE, seed=seed, options={"difficulty": level})["is_success"])
        turns.append(len(env.trajectory.turns))
        calls.append(len(env.trajectory.calls))
    return Effort(level, episodes, successes, float(np.mean(turns)), float(np.mean(calls)))


def about(taskset: type[Taskset]) -> tuple[str, str]:
    """What a family measures, the first paragraph of its docstring; and how it is made, the others."""
    text = _SECTION.split(inspect.cleandoc(taskset.__doc__ or "") + "\n")[0]
    first, _, rest = text.partition("\n\n")
    return first.replace("\n", " ").strip(), rest.strip()


def describe(env: AgenticEnv, env_id: str) -> str:
    """The part of a card that follows from the code: no episode is played.

    Args:
        env: the environment; it is reset.
        env_id: its id.
    """
    taskset = env.taskset
    env.reset(seed=0)
    measures, making = about(type(taskset))
    levels = [describe_level(taskset, level) for level in taskset.difficulties]
    sections = [
        f"# {env_id}\n\n{measures}",
        f"## How it is made\n\n{making}" if making else "",
        f"## Levels\n\n{_level_table(levels, taskset.default_difficulty)}",
        f"## Tools\n\n{_tool_list(env)}",
        f"## Splits and budgets\n\n{_budgets(env)}",
        f"## Agents that need no model\n\n{', '.join(f'`{name}`' for name in agent_names(taskset))}",
        _ceilings(taskset),
        f"## Version history\n\n{_versions(taskset)}",
    ]
    return "\n\n".join(filter(None, sections))


def write_efforts(efforts: Sequence[Effort]) -> str:
    """The table of what the oracle needs."""
    rows = [
        f"| {effort.level} | {effort.successes} of {effort.episodes} "
        f"| {effort.turns:.1f} | {effort.calls:.1f} |"
        for effort in efforts
    ]
    return "\n".join(["| level | solved | turns | calls |", "|---|---|---|---|", *rows])


def _level_table(levels: Sequence[LevelCard], default: int) -> str:
    rows = []
    for card in levels:
        answers = ", ".join(f"{name} {share:.0%}" for name, share in card.answers.items())
        number = f"{card.level} (default)" if card.level == default else str(card.level)
        guess = f"{card.guess:.1%}" if card.guess else "open"
        rows.append(f"| {number} | {_cell(card.summary)} | {answers} | {guess} | {card.templates} |")
    note = (
        f"From the first {SAMPLED} tasks of a level: types of answer, chance of a guess, kinds of question."
    )
    head = ["| level | what it asks for | answers | guess | kinds |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows, "", note])


def _tool_list(env: AgenticEnv) -> str:
    tools = [schema["function"] for schema in env.tool_schemas]
    lines = [f"- `{tool['name']}`: {tool['description'].partition(chr(10))[0]}" for tool in tools]
    return "\n".join(lines) or "None."


def _budgets(env: AgenticEnv) -> str:
    spans = (f"`{name}` {span.start:,} to {span.stop - 1:,}" for name, span in env.taskset.splits.items())
    return (
        f"Indices: {', '.join(spans)}. An episode ends after {env.budgets.max_turns} turns, "
        f"{env.budgets.max_tool_calls} tool calls or {env.budgets.max_characters:,} characters."
    )


def _ceilings(taskset: Taskset) -> str:
    if not taskset.ceilings:
        return ""
    lines = [
        f"- `{name}` may succeed in {ceiling.share:.0%}: {ceiling.reason}"
        for name, ceiling in taskset.ceilings.items()
    ]
    return "\n".join(["## Ceilings of its own\n", *lines])


def _versions(taskset: Taskset) -> str:
    return "\n".join(f"- {version}: {change}" for version, change in taskset.versions.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
