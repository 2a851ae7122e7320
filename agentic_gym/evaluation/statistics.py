"""What a number of episodes says of an agent, with how sure one can be of it."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agentic_gym.errors import RecordError

_Z = 1.959963984540054
"""The standard normal distribution's 97.5% point: intervals are at 95%."""
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95% confidence interval."""

    estimate: float
    low: float
    high: float


def wilson(successes: int, n: int) -> Interval:
    """A success rate with Wilson's score interval (E. B. Wilson, JASA 22, 1927).

    Unlike the normal approximation it is right for few episodes and for rates of 0 and 1.

    >>> wilson(0, 200)
    Interval(estimate=0.0, low=0.0, high=0.018845326377266575)
    """
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    rate = successes / n
    centre = (rate + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * math.sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n**2))
    # At the ends the bound is exact, and is not to be missed by a rounding error.
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == n else centre + half
    return Interval(rate, low, high)


def bootstrap_mean(values: Sequence[float]) -> Interval:
    """A mean with its percentile bootstrap interval; the same for the same values."""
    if not values:
        return Interval(math.nan, math.nan, math.nan)
    data = np.asarray(values, dtype=float)
    rng = np.random.default_rng((0, len(data)))
    # Row by row: all resamples at once would take gigabytes for a long run.
    means = [data[rng.integers(len(data), size=len(data))].mean() for _ in range(_RESAMPLES)]
    low, high = np.percentile(means, (2.5, 97.5))
    return Interval(float(data.mean()), float(low), float(high))


def bootstrap_difference(first: Sequence[float], second: Sequence[float]) -> Interval:
    """The mean of one sample less that of another, with its percentile bootstrap interval.

    Each sample is drawn anew by itself, at its own size: they are of different things, such as two kinds of
    task, of which there are as many as there are. Not for pairs.
    """
    if not first or not second:
        return Interval(math.nan, math.nan, math.nan)
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    rng = np.random.default_rng((0, len(a), len(b)))
    differences = [
        a[rng.integers(len(a), size=len(a))].mean() - b[rng.integers(len(b), size=len(b))].mean()
        for _ in range(_RESAMPLES)
    ]
    low, high = np.percentile(differences, (2.5, 97.5))
    return Interval(float(a.mean() - b.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """What the statistics need of one stored episode.

    Attributes:
        seconds: wall time of the whole episode, the agent's own included.
        rollout: which of the task's rollouts it is, from 0.
        prompt_tokens: that a policy's model was shown, over all turns; 0 where unknown.
        sampled_tokens: that it sampled.
    """

    index: int
    task_id: str
    scored: bool
    success: bool
    reward: float
    turns: int
    calls: int
    seconds: float
    stop_reason: str
    template: str
    tags: tuple[str, ...]
    rollout: int = 0
    prompt_tokens: int = 0
    sampled_tokens: int = 0

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "EpisodeResult":
        """Reads it from a line of `episodes.jsonl`.

        Raises:
            RecordError: a field is missing: the line was not written by an evaluation.
        """
        try:
            return cls(
                index=int(record["index"]),
                task_id=str(record["task_id"]),
                scored=bool(record["scored"]),
                success=bool(record["is_success"]),
                reward=float(record["reward"]),
                turns=int(record["n_turns"]),
                calls=int(record["n_calls"]),
                seconds=float(record["seconds"]),
                stop_reason=str(record["stop_reason"]),
                template=str(record["template"]),
                tags=tuple(record["tags"]),
                rollout=int(record.get("rollout", 0)),
                prompt_tokens=int(record.get("prompt_tokens", 0)),
                sampled_tokens=int(record.get("sampled_tokens", 0)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise RecordError(
                f"an episode's record is not one of an evaluation: {type(error).__name__} {error}"
            ) from None


@dataclass(frozen=True, slots=True)
class Group:
    """Part of a run: the scored episodes that share a tag, a template or an ending."""

    name: str
    n: int
    successes: int
    success: Interval


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run says of its agent.

    Attributes:
        n: scored episodes; only these enter the rates and means.
        successes: how many of them succeeded.
        success: their share, with Wilson's interval; where tasks were played several times, with a
            bootstrap interval over the tasks, since the rollouts of one task are not independent.
        reward: mean reward, with a bootstrap interval.
        turns: mean number of actions.
        calls: mean number of tool calls.
        seconds: mean wall time of an episode.
        stop_reasons: how often each ending occurred, scored or not.
        unscored: tasks without a scored episode, because infrastructure failed each time.
        repeated: episodes that ended unscored and were played again.
        by_tag: the scored episodes of each tag, by name; an episode counts for each of its tags.
        by_template: the scored episodes of each template, by name.
        pass_at: by k, how likely at least one of k rollouts of a task succeeds (pass@k).
        pass_all: by k, how likely all of k rollouts of a task succeed (pass^k).
        prompt_tokens: that a policy's model was shown, over all episodes.
        sampled_tokens: that it sampled, over all episodes.
    """

    n: int
    successes: int
    success: Interval
    reward: Interval
    turns: float
    calls: float
    seconds: float
    stop_reasons: Mapping[str, int]
    unscored: int
    repeated: int
    by_tag: tuple[Group, ...]
    by_template: tuple[Group, ...]
    pass_at: Mapping[int, float]
    pass_all: Mapping[int, float]
    prompt_tokens: int
    sampled_tokens: int


def summarize(results: Iterable[EpisodeResult]) -> Summary:
    """Sums up a run's episodes; of a rollout that was played again, the scored episode counts."""
    every = list(results)
    counted = {
        (result.index, result.rollout): result for result in sorted(every, key=lambda each: each.scored)
    }
    scored = [result for result in counted.values() if result.scored]
    successes = sum(result.success for result in scored)
    tasks = _by_task(scored)
    repeated_tasks = any(len(task) > 1 for task in tasks)
    return Summary(
        n=len(scored),
        successes=successes,
        success=_clustered(tasks) if repeated_tasks else wilson(successes, len(scored)),
        reward=bootstrap_mean([result.reward for result in scored]),
        turns=_mean(result.turns for result in scored),
        calls=_mean(result.calls for result in scored),
        seconds=_mean(result.seconds for result in scored),
        stop_reasons=dict(sorted(Counter(result.stop_reason for result in counted.values()).items())),
        unscored=len(counted) - len(scored),
        repeated=len(every) - len(counted),
        by_tag=_groups(scored, lambda result: result.tags),
        by_template=_groups(scored, lambda result: (result.template,)),
        pass_at=_over_tasks(pass_at, tasks),
        pass_all=_over_tasks(pass_all, tasks),
        prompt_tokens=sum(result.prompt_tokens for result in every),
        sampled_tokens=sum(result.sampled_tokens for result in every),
    )


def pass_at(k: int, successes: int, n: int) -> float:
    """How likely at least one of k rollouts succeeds, without bias from n of them (Chen et al., 2021).

    >>> pass_at(1, 3, 4), pass_at(2, 2, 4), pass_at(4, 1, 4)
    (0.75, 0.8333333333333334, 1.0)
    """
    return 1.0 - math.comb(n - successes, k) / math.comb(n, k)


def pass_all(k: int, successes: int, n: int) -> float:
    """How likely all of k rollouts succeed, pass^k, without bias from n of them (Yao et al., 2024).

    >>> pass_all(1, 3, 4), pass_all(2, 3, 4), pass_all(4, 3, 4)
    (0.75, 0.5, 0.0)
    """
    return math.comb(successes, k) / math.comb(n, k)


def _by_task(scored: Iterable[EpisodeResult]) -> list[list[bool]]:
    """The successes of each task's rollouts."""
    tasks: dict[int, list[bool]] = {}
    for result in scored:
        tasks.setdefault(result.index, []).append(result.success)
    return list(tasks.values())


def _clustered(tasks: Sequence[Sequence[bool]]) -> Interval:
    """The mean over tasks of the share of rollouts that succeed; tasks are what is drawn anew."""
    return bootstrap_mean([sum(task) / len(task) for task in tasks])


def _over_tasks(
    estimate: Callable[[int, int, int], float], tasks: Sequence[Sequence[bool]]
) -> Mapping[int, float]:
    """An estimate for k = 1, 2, 4, … and the most rollouts, over the tasks that have k scored ones."""
    most = max(map(len, tasks), default=0)
    ks = sorted({2**power for power in range(most.bit_length())} | {most} - {0})
    return {k: _mean(estimate(k, sum(task), len(task)) for task in tasks if len(task) >= k) for k in ks}


def _mean(values: Iterable[float]) -> float:
    numbers = list(values)
    return sum(numbers) / len(numbers) if numbers else math.nan


def _groups(
    results: Sequence[EpisodeResult], names: Callable[[EpisodeResult], Sequence[str]]
) -> tuple[Group, ...]:
    members: dict[str, list[bool]] = {}
    for result in results:
        for name in names(result):
            members.setdefault(name, []).append(result.success)
    return tuple(
        Group(name, len(found), sum(found), wilson(sum(found), len(found)))
        for name, found in sorted(members.items())
    )
