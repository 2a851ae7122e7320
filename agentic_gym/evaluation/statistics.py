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


@dataclass(frozen=True, slots=True)
class EpisodeResult:
    """What the statistics need of one stored episode.

    Attributes:
        seconds: wall time of the whole episode, the agent's own included.
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
        success: their share, with Wilson's interval.
        reward: mean reward, with a bootstrap interval.
        turns: mean number of actions.
        calls: mean number of tool calls.
        seconds: mean wall time of an episode.
        stop_reasons: how often each ending occurred, scored or not.
        unscored: tasks without a scored episode, because infrastructure failed each time.
        repeated: episodes that ended unscored and were played again.
        by_tag: the scored episodes of each tag, by name; an episode counts for each of its tags.
        by_template: the scored episodes of each template, by name.
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


def summarize(results: Iterable[EpisodeResult]) -> Summary:
    """Sums up a run's episodes; of a task that was played again, the scored episode counts."""
    every = list(results)
    counted = {result.index: result for result in sorted(every, key=lambda each: each.scored)}
    scored = [result for result in counted.values() if result.scored]
    successes = sum(result.success for result in scored)
    return Summary(
        n=len(scored),
        successes=successes,
        success=wilson(successes, len(scored)),
        reward=bootstrap_mean([result.reward for result in scored]),
        turns=_mean(result.turns for result in scored),
        calls=_mean(result.calls for result in scored),
        seconds=_mean(result.seconds for result in scored),
        stop_reasons=dict(sorted(Counter(result.stop_reason for result in counted.values()).items())),
        unscored=len(counted) - len(scored),
        repeated=len(every) - len(counted),
        by_tag=_groups(scored, lambda result: result.tags),
        by_template=_groups(scored, lambda result: (result.template,)),
    )


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
