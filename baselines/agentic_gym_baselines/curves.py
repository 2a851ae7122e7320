"""What the logs of runs say as curves: means over seeds with their range, held-out points with intervals."""

import glob
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.statistics import Interval, wilson
from agentic_gym_baselines.evaluate import SUMMARY
from agentic_gym_baselines.journal import read_journal

Against: TypeAlias = Literal["step", "episodes", "tokens", "minutes"]
Log: TypeAlias = Sequence[Mapping[str, Any]]
"""What `read_journal` gives: a record for each step, and one for each evaluation."""
Numbers: TypeAlias = NDArray[np.float64]

EVALUATED = "eval/"
"""What the names of held-out quantities begin with."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Runs that differ in their seed alone.

    Attributes:
        name: what the legend says.
        logs: of each run.
    """

    name: str
    logs: Sequence[Log]


@dataclass(frozen=True, slots=True)
class Curve:
    """A quantity of an arm, over what its runs have in common.

    Attributes:
        x: where.
        mean: of the runs.
        low: of the bar or band.
        high: of the bar or band.
    """

    x: Numbers
    mean: Numbers
    low: Numbers
    high: Numbers


def read_arm(written: str) -> Arm:
    """An arm from NAME=FOLDER.

    Raises:
        ConfigurationError: no such folder holds a log.
        RecordError: a log is damaged.
    """
    name, folders = named(written)
    found = [
        Path(path)
        for pattern in folders.split(",")
        for path in sorted(glob.glob(pattern.strip()))
        if Path(path).is_dir()
    ]
    if not found:
        raise ConfigurationError(
            f"there is no folder {folders!r} for the arm {name!r}; give those of runs, such as "
            "'GRPO=runs/grpo-*'"
        )
    return Arm(name, [read_journal(folder) for folder in found])


def training_curve(arm: Arm, quantity: str, against: Against = "step", smooth: int = 1) -> Curve | None:
    """A quantity of the training episodes; none where the runs do not have it.

    Args:
        arm: whose runs.
        quantity: as the log names it.
        against: what x is.
        smooth: each value is the mean of so many steps up to it; fewer at the beginning.
    """
    runs = [
        (xs, _running_mean(ys, smooth))
        for xs, ys in (_series(log, quantity, against) for log in arm.logs)
        if len(xs)
    ]
    if not runs:
        return None
    # Runs meet at the same steps, but not at the same number of tokens: there they are interpolated.
    end = min(xs[-1] for xs, _ in runs)
    start = max(xs[0] for xs, _ in runs)
    grid = np.array([x for x in runs[0][0] if start <= x <= end])
    values = np.array([np.interp(grid, xs, ys) for xs, ys in runs])
    return Curve(grid, values.mean(axis=0), values.min(axis=0), values.max(axis=0))


def evaluation_curve(arm: Arm, quantity: str, against: Against = "step") -> Curve | None:
    """A quantity of the held-out episodes; none where the runs do not have it.

    The bars of `success` are Wilson's interval over the tasks of all runs, those of others the runs' range.
    """
    points: dict[int, list[tuple[float, float, float]]] = {}
    for log in arm.logs:
        xs = _positions(log, against)
        for record in log:
            value = record.get(EVALUATED + quantity)
            if value is not None:
                scored = record.get(EVALUATED + "episodes", 0) - record.get(EVALUATED + "masked", 0)
                points.setdefault(record["step"], []).append((xs[record["step"]], value, scored))
    common = sorted(step for step, found in points.items() if len(found) == len(arm.logs))
    if not common:
        return None
    intervals = [_interval(points[step], quantity) for step in common]
    return Curve(
        np.array([np.mean([x for x, _, _ in points[step]]) for step in common]),
        np.array([interval.estimate for interval in intervals]),
        np.array([interval.low for interval in intervals]),
        np.array([interval.high for interval in intervals]),
    )


def read_level(written: str, quantity: str) -> tuple[str, Interval | None]:
    """The name and the value of an evaluation's quantity, from NAME=FOLDER.

    Raises:
        RecordError: the folder holds no summary, or a damaged one.
    """
    name, folder = named(written)
    path = Path(folder) / SUMMARY
    try:
        found = json.loads(path.read_text("utf-8")).get(quantity)
        return name, Interval(**found) if found else None
    except FileNotFoundError:
        raise RecordError(
            f"{folder} holds no {SUMMARY}; make one with python -m agentic_gym_baselines.evaluate"
        ) from None
    except (ValueError, TypeError, AttributeError) as error:
        raise RecordError(f"{path} cannot be read: {type(error).__name__} {error}") from None


def _series(log: Log, quantity: str, against: Against) -> tuple[Numbers, Numbers]:
    """Where a run has a value of the quantity, and which."""
    xs = _positions(log, against)
    found = [(xs[record["step"]], record[quantity]) for record in log if record.get(quantity) is not None]
    return np.array([x for x, _ in found], float), np.array([y for _, y in found], float)


def _positions(log: Log, against: Against) -> dict[int, float]:
    """By step, where it stands: how much was played, written or waited for up to then."""
    total, positions = 0.0, {0: 0.0}
    for record in log:
        total += _spent(record, against)
        positions[record["step"]] = float(record["step"]) if against == "step" else total
    return positions


def _spent(record: Mapping[str, Any], against: Against) -> float:
    if against == "minutes":
        return math.fsum(value for name, value in record.items() if name.startswith("seconds")) / 60
    if against == "tokens":
        return float((record.get("length") or 0.0) * record.get("episodes", 0)) / 1000
    return float(record.get("episodes", 0))


def _running_mean(values: Numbers, count: int) -> Numbers:
    sums = np.cumsum(np.concatenate([[0.0], values]))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - count, 0)
    means: Numbers = (sums[ends] - sums[starts]) / (ends - starts)
    return means


def _interval(found: Sequence[tuple[float, float, float]], quantity: str) -> Interval:
    values = [value for _, value, _ in found]
    count = sum(scored for _, _, scored in found)
    if quantity != "success" or not count:
        return Interval(float(np.mean(values)), min(values), max(values))
    return wilson(round(sum(value * scored for _, value, scored in found)), int(count))


def named(written: str) -> tuple[str, str]:
    """The two parts of NAME=FOLDER; a folder alone is named after itself."""
    name, equals, folder = written.partition("=")
    return (name.strip(), folder) if equals else (Path(written).name, written)
