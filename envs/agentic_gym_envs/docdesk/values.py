"""What stands in a cell of a paper, how it is printed, and what is read back from print."""

import re
from decimal import Decimal
from typing import TypeAlias

import numpy as np

CENT = Decimal("0.01")


class Clock(int):
    """A time of day, in minutes after midnight.

    >>> str(Clock(545))
    '09:05'
    """

    def __str__(self) -> str:
        return f"{self // 60:02d}:{self % 60:02d}"


class Percent(int):
    """A rate in hundredths.

    >>> str(Percent(20))
    '20%'
    """

    def __str__(self) -> str:
        return f"{int(self)}%"


Value: TypeAlias = Decimal | Clock | Percent | int | str
"""An amount of money or a price, a time, a rate, a count or number, words."""

_TIME = re.compile(r"(\d\d):(\d\d)")
_PERCENT = re.compile(r"(\d+)%")


def read(text: str) -> Value:
    """The value that a printed text tells; the inverse of `str`.

    >>> read("12.50"), read("20%"), read("09:05") == Clock(545), read("oat cake")
    (Decimal('12.50'), 20, True, 'oat cake')
    """
    if time := _TIME.fullmatch(text):
        return Clock(60 * int(time[1]) + int(time[2]))
    if rate := _PERCENT.fullmatch(text):
        return Percent(rate[1])
    if text.isdecimal():
        return int(text)
    return Decimal(text) if re.fullmatch(r"\d+\.\d+", text) else text


def others(value: Value, count: int, rng: np.random.Generator) -> list[Value]:
    """Other values that could as well be printed in the value's place.

    Args:
        value: a number of any kind.
        count: how many.
        rng: where they are drawn from.

    Raises:
        TypeError: the value is not a number.
    """
    match value:
        case Clock():
            return [Clock(minute) for minute in _near(int(value), 45, count, rng)]
        case Percent():
            return [Percent(rate) for rate in range(2, count + 2)]
        case int():
            return list(_near(value, max(3 * count, value // 2), count, rng))
        case Decimal():
            unit = Decimal(1).scaleb(int(value.as_tuple().exponent))
            steps = int(value / unit)
            return [unit * step for step in _near(steps, max(400, steps // 2), count, rng)]
    raise TypeError(f"there are no other values for {value!r}")


def _near(number: int, reach: int, count: int, rng: np.random.Generator) -> list[int]:
    """Different numbers above 0 and at most `reach` away."""
    low, high = max(1, number - reach), number + reach
    drawn = rng.choice(high - low + 1, size=min(count, high - low + 1), replace=False)
    return [low + int(step) for step in drawn]
