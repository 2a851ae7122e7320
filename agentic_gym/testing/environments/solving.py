"""Who solves the tasks: the oracle always, the audits hardly ever; and what the family certifies of them."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.evaluation.auditing import ORACLE, AuditScore, audit_level, by_name
from agentic_gym.evaluation.playing import play
from agentic_gym.testing.checks import require
from agentic_gym.testing.environments.subject import Subject


@dataclass(frozen=True, slots=True)
class Playing:
    """How an agent fares at a level.

    Attributes:
        success: share of the episodes.
        turns: mean number of actions.
        calls: mean number of tool calls.
        failures: ids of the tasks that it did not solve.
    """

    success: float
    turns: float
    calls: float
    failures: tuple[str, ...]


def oracle(subject: Subject) -> str:
    """The oracle succeeds always, at every level."""
    require(ORACLE in subject.taskset.policies(), "the taskset has no 'oracle': give it one in policies()")
    seen = []
    for level in subject.played_levels:
        played = playing(subject, ORACLE, level)
        require(
            not played.failures,
            f"the oracle fails {len(played.failures)} of {subject.episodes} at level {level}, "
            f"first {', '.join(played.failures[:3])}",
        )
        seen.append(f"level {level} in {played.turns:.1f} turns with {played.calls:.1f} calls")
    return f"1.000 over {subject.episodes} episodes a level: " + ", ".join(seen)


def certificates(subject: Subject) -> str:
    """Each of the family's certificates holds for every task that is looked at."""
    stated = subject.taskset.certificates()
    if not stated:
        return "the family states none"
    with closing(subject.make_inner()) as env:
        for level in subject.played_levels:
            for seed in subject.seeds:
                key = env.draw_key(np.random.default_rng(seed), difficulty=level)
                task = env.taskset.make(key)
                for name, certify in stated.items():
                    try:
                        certify(task)
                    except ContractError as broken:
                        raise ContractError(f"{name!r} does not hold for {key}: {broken}") from broken
    return f"{', '.join(stated)}: {subject.episodes} tasks a level"


def audits(subject: Subject) -> str:
    """Agents without the needed abilities stay at or under their ceilings."""
    with closing(subject.make_inner()) as env:
        scores = [
            score for level in subject.played_levels for score in audit_level(env, level, subject.seeds)
        ]
    above = [str(score) for score in scores if not score.holds]
    require(not above, f"above the ceiling: {'; '.join(above)}. What gives the answer away?")
    return f"{subject.episodes} episodes a level; " + "; ".join(
        f"{name} {_rates(found)}" for name, found in by_name(scores).items()
    )


def _rates(scores: Sequence[AuditScore]) -> str:
    """The success rate at each level, or why there is none."""
    not_run = {score.not_run for score in scores if score.not_run}
    rates = [f"{score.rate:.2f}" for score in scores if not score.not_run]
    return " ".join([*rates, *(f"({reason})" for reason in not_run)])


def success_rate(subject: Subject, agent: str, level: int) -> float:
    """The share of the subject's seeds at which an agent, by name, succeeds."""
    return playing(subject, agent, level).success


def playing(subject: Subject, agent: str, level: int) -> Playing:
    """How an agent, by name, fares at the subject's seeds.

    Raises:
        ContractError: an episode ended unscored.
    """
    turns, calls, failures = [], [], []
    with closing(subject.make_inner(difficulty=level)) as env:
        for seed in subject.seeds:
            info = play(env, agent, seed=seed)
            require(info["scored"], f"{info['task_id']} ended unscored: {info['stop_reason']}")
            turns.append(len(env.trajectory.turns))
            calls.append(len(env.trajectory.calls))
            if not info["is_success"]:
                failures.append(info["task_id"])
    success = 1 - len(failures) / subject.episodes
    return Playing(success, float(np.mean(turns)), float(np.mean(calls)), tuple(failures))
