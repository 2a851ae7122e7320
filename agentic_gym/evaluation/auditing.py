"""Audits played at a level, each held against its ceiling, and the oracle against its floor."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ContractError
from agentic_gym.evaluation.audits import AUDITS
from agentic_gym.evaluation.playing import play
from agentic_gym.tasks import Task, Taskset

USUAL_CEILING = 0.05
"""The success that an agent without the needed abilities may reach where answers are open."""
OVER_CHANCE = 0.03
"""What it may reach beyond guessing where they are closed."""
DOUBT = 0.01
"""How often an audit that lies exactly at its ceiling is taken to be above it."""
DECISIVE = 300
"""From so many episodes on luck is no excuse: what was seen is held against the ceiling itself."""
ORACLE = "oracle"
ORACLE_EPISODES = 100
"""How many of the oracle are enough: none of them may fail."""


@dataclass(frozen=True, slots=True)
class AuditScore:
    """What became of an audit at a level.

    Attributes:
        name: the audit's.
        level: of the tasks.
        episodes: how many were played.
        successes: how many of them it solved.
        ceiling: the share that it may solve.
        floor: the share that it must solve: all for the oracle, none for an audit.
        reason: why the ceiling is not the usual one; empty where it is.
        not_run: why it was not played; empty where it was.
    """

    name: str
    level: int
    episodes: int = 0
    successes: int = 0
    ceiling: float = 0.0
    floor: float = 0.0
    reason: str = ""
    not_run: str = ""

    @property
    def rate(self) -> float:
        """The share that it solved."""
        return self.successes / self.episodes if self.episodes else 0.0

    @property
    def allowed(self) -> int:
        """The most successes with which the audit passes.

        Of few episodes those that one at its ceiling exceeds in one of a hundred such counts; of many the
        ceiling's own share.
        """
        if self.episodes >= DECISIVE:
            return math.floor(self.ceiling * self.episodes + 1e-9)
        return most_by_luck(self.episodes, self.ceiling, DOUBT)

    @property
    def holds(self) -> bool:
        """Whether the audit's success can be that of one at its ceiling, and reaches its floor."""
        return self.floor * self.episodes <= self.successes <= self.allowed

    def __str__(self) -> str:
        """The score in a few words."""
        if self.not_run:
            return f"{self.name} at level {self.level}: {self.not_run}"
        why = f" ({self.reason})" if self.reason else ""
        if self.floor:
            return f"{self.name} at level {self.level}: {self.successes} of {self.episodes}"
        return (
            f"{self.name} at level {self.level}: {self.successes} of {self.episodes}, ceiling "
            f"{self.ceiling:.3f}{why}, at most {self.allowed} allowed"
        )


def audit_names(taskset: Taskset) -> tuple[str, ...]:
    """Every audit of a taskset: those of any environment, then its own."""
    return tuple(dict.fromkeys([*AUDITS, *(name for name in taskset.policies() if name != ORACLE)]))


def audit_level(
    env: AgenticEnv,
    level: int,
    seeds: Sequence[int],
    *,
    names: Iterable[str] | None = None,
    progress: Callable[[], None] = lambda: None,
) -> list[AuditScore]:
    """Plays audits over the seeds of a level, each task drawn once for all of them.

    Args:
        env: the environment.
        level: the level.
        seeds: of `reset`.
        names: which audits, the oracle beside them where it is named; all audits if not given.
        progress: called after each seed.

    Raises:
        ContractError: an episode ended unscored.
    """
    wanted = tuple(names or audit_names(env.taskset))
    scores: dict[str, AuditScore] = {}
    ceilings = []
    for seed in seeds:
        env.reset(seed=seed, options={"difficulty": level})
        # Whether an audit fits is seen in the first episode.
        scores = scores or {name: _begin(env, name, level) for name in wanted}
        with _remembering(env.taskset, env.task):
            for name, score in scores.items():
                if not score.not_run and score.episodes < most_episodes(name):
                    scores[name] = _played(env, score, seed)
        ceilings.append(usual_ceiling(env.task))
        progress()
    usual = math.fsum(ceilings) / len(ceilings)
    return [_with_ceiling(score, env.taskset, usual) for score in scores.values()]


def _played(env: AgenticEnv, score: AuditScore, seed: int) -> AuditScore:
    info = play(env, score.name, seed=seed, options={"difficulty": score.level})
    if not info["scored"]:
        raise ContractError(f"{info['task_id']} ended unscored: {info['stop_reason']}")
    solved = score.successes + bool(info["is_success"])
    return replace(score, episodes=score.episodes + 1, successes=solved)


@contextmanager
def _remembering(taskset: Taskset, task: Task) -> Iterator[None]:
    """For as long as it lasts, the task of this key is not made again, so that it is drawn once."""
    make = taskset.make
    vars(taskset)["make"] = lambda key: task if key == task.key else make(key)
    try:
        yield
    finally:
        del vars(taskset)["make"]


def most_episodes(name: str) -> float:
    """How many episodes are enough of an audit or of the oracle, by name."""
    if name == ORACLE:
        return ORACLE_EPISODES
    return AUDITS[name].most_episodes if name in AUDITS else math.inf


def pooled(scores: Sequence[AuditScore]) -> AuditScore:
    """The scores of one audit at one level over different seeds, as one.

    The ceiling is the mean of theirs, each weighted by its episodes.
    """
    episodes = sum(score.episodes for score in scores)
    ceilings = math.fsum(score.ceiling * score.episodes for score in scores)
    return replace(
        scores[0],
        episodes=episodes,
        successes=sum(score.successes for score in scores),
        ceiling=ceilings / episodes if episodes else scores[0].ceiling,
    )


def usual_ceiling(task: Task) -> float:
    """What an audit may reach on tasks like this one."""
    return task.chance + OVER_CHANCE if task.chance else USUAL_CEILING


def most_by_luck(n: int, share: float, doubt: float) -> int:
    """The least k for which more than k of n successes have a probability of at most `doubt`.

    >>> most_by_luck(20, 0.05, 0.01), most_by_luck(300, 0.05, 0.01), most_by_luck(20, 0.0, 0.01)
    (4, 24, 0)
    """
    below = 0.0
    for k in range(n):
        below += math.comb(n, k) * share**k * (1 - share) ** (n - k)
        if 1 - below <= doubt:
            return k
    return n


def _begin(env: AgenticEnv, name: str, level: int) -> AuditScore:
    """The score of an audit before it is played, with the reason why it is not, from the running episode."""
    audit = AUDITS.get(name)
    if audit is None:
        return AuditScore(name, level)
    return AuditScore(name, level, not_run=audit.extra() or audit.unfit(env))


def _with_ceiling(score: AuditScore, taskset: Taskset, usual: float) -> AuditScore:
    if score.name == ORACLE:
        return replace(score, ceiling=1.0, floor=1.0)
    stated = taskset.ceilings.get(score.name)
    if stated is not None:
        return replace(score, ceiling=stated.share, reason=stated.reason)
    return replace(score, ceiling=0.0 if score.name == "silent" else usual)


def by_name(scores: Iterable[AuditScore]) -> Mapping[str, list[AuditScore]]:
    """The scores of each audit, in order."""
    found: dict[str, list[AuditScore]] = {}
    for score in scores:
        found.setdefault(score.name, []).append(score)
    return found
