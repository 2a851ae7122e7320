"""How columns are drawn: arrays of whole numbers, which the value types then make values of."""

import datetime
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""A column of whole numbers, or of row numbers of another table."""

_REDRAWS = 50
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def evenly(count: int, options: int, rng: np.random.Generator) -> Rows:
    """`count` numbers below `options`, each used equally often or once more than another."""
    blocks = [rng.permutation(options) for _ in range(-(-count // options))]
    return np.concatenate(blocks)[:count].astype(np.int64)


def spread(count: int, low: int, high: int, step: int, rng: np.random.Generator) -> Rows:
    """`count` of the numbers `low`, `low + step`, … up to `high`, each used about equally often."""
    options = (high - low) // step + 1
    drawn = rng.choice(options, count, replace=False) if count <= options else evenly(count, options, rng)
    return low + step * drawn.astype(np.int64)


def later(starts: Rows, low: int, high: int, rng: np.random.Generator) -> Rows:
    """Each start plus between `low` and `high`, so that no sum is more than a twentieth of all.

    Sums crowd in the middle of their range even where starts and steps do not, so that the surplus of
    each sum is drawn again, some times over; where the range is too small for that, it stays.
    """
    most = max(1, len(starts) // 20)
    sums = starts + spread(len(starts), low, high, 1, rng)
    for _ in range(_REDRAWS):
        order = np.argsort(sums, kind="stable")
        ranks = np.arange(len(sums)) - np.searchsorted(sums[order], sums[order])
        surplus = order[ranks >= most]
        if not len(surplus):
            break
        sums[surplus] = starts[surplus] + rng.integers(low, high + 1, size=len(surplus))
    return sums


def years(ordinals: Rows) -> Rows:
    """The years of proleptic ordinals of dates."""
    days = (ordinals - _EPOCH).astype("datetime64[D]")
    return days.astype("datetime64[Y]").astype(np.int64) + 1970


def one_of_each(owners: Rows, count: int, rng: np.random.Generator) -> Rows:
    """For each of `count` owners one of the rows that it owns; each has to own at least one."""
    chosen = np.full(count, -1, dtype=np.int64)
    order = rng.permutation(len(owners))
    chosen[owners[order]] = order
    return chosen


def rivals(rows: Rows, groups: Rows, rng: np.random.Generator) -> Rows:
    """For each of `rows` another row of its group; a row that is alone in its group gets itself.

    Args:
        rows: numbers of rows.
        groups: the group of each row of the table.
        rng: where the rivals are drawn from.
    """
    members: dict[int, list[int]] = {}
    for row, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(row)
    steps = rng.random(len(rows)).tolist()
    chosen = []
    for row, step in zip(rows.tolist(), steps, strict=True):
        others = members[int(groups[row])]
        ahead = 1 + int(step * (len(others) - 1)) if len(others) > 1 else 0
        chosen.append(others[(others.index(row) + ahead) % len(others)])
    return np.array(chosen, dtype=np.int64)


def versions(groups: Rows, order: Rows, rng: np.random.Generator) -> list[str]:
    """Version numbers that ascend with `order` within each group, such as `1.0`, `1.2`, `2.0`."""
    leaps = rng.random(len(groups)).tolist()
    last: dict[int, tuple[int, int]] = {}
    numbers = [""] * len(groups)
    for row in np.lexsort((order, groups)).tolist():
        group = int(groups[row])
        last[group] = _next_version(*last[group], leaps[row]) if group in last else (1, 0)
        numbers[row] = "{}.{}".format(*last[group])
    return numbers


def _next_version(major: int, minor: int, leap: float) -> tuple[int, int]:
    """A version after another: a major one in a quarter of the cases, and some minor ones left out."""
    if leap < 0.25:
        return major + 1, 0
    return major, minor + (1 if leap < 0.7 else 2)


def distinct(names: Sequence[str]) -> list[str]:
    """The names, a repeated one with a Roman numeral after it.

    >>> distinct(["Ame", "Bor", "Ame"])
    ['Ame', 'Bor', 'Ame (II)']
    """
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name} ({'I' * seen[name]})")
    return result
