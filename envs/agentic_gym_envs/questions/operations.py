"""What a question computes from facts, and how its result is rounded."""

import enum
from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeVar

from agentic_gym_envs.world.values import (
    WEEKDAYS,
    Choice,
    Day,
    Integer,
    Measure,
    Money,
    Number,
    Value,
)


class NoFactError(LookupError):
    """Facts that a program needs are not there, or do not fit its operation."""


class Operation(enum.StrEnum):
    """What is computed; how the answer is rounded is part of it."""

    SUM = "sum"
    DIFFERENCE = "difference"
    RATIO = "ratio"
    """The first over the second, to two decimal places."""
    DAYS = "days"
    """The days between two dates."""
    WEEKDAY = "weekday"
    CONVERT = "convert"
    """An amount of money over its currency's rate, to two decimal places."""


_HUNDREDTH = Decimal("0.01")
_CLEAR = Decimal("0.0045")
"""How far a quotient may be from what it is rounded to."""


def compute(operation: Operation, values: Sequence[Value]) -> Value:
    """The result of an operation, rounded as the question asks for it.

    Raises:
        NoFactError: it is not defined for these values, such as a sum of different currencies.
    """
    match operation:
        case Operation.SUM:
            numbers = _numbers(values)
            return _with_number(numbers[0], sum((Decimal(number.number) for number in numbers), Decimal(0)))
        case Operation.DIFFERENCE:
            first, second = _two(_numbers(values))
            return _with_number(first, abs(Decimal(first.number) - Decimal(second.number)))
        case Operation.RATIO:
            first, second = _two(_numbers(values))
            return Measure(_divide(Decimal(first.number), Decimal(second.number)), "")
        case Operation.DAYS:
            start, end = _two([_day(value) for value in values])
            return Integer(abs((start.date - end.date).days), "days")
        case Operation.WEEKDAY:
            (day,) = values
            return Choice(WEEKDAYS[_day(day).date.weekday()])
        case Operation.CONVERT:
            amount, rate = _two(values)
            return Measure(_divide(_money(amount).number, _measure(rate).number), "standard units")


def amount(value: Value) -> Decimal:
    """What a value is compared by: its number, or the ordinal of its date.

    Raises:
        NoFactError: it is neither a number nor a date.
    """
    if isinstance(value, Day):
        return Decimal(value.date.toordinal())
    return Decimal(_numbers([value])[0].number)


def _divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """The quotient to two places, unless it lies midway: people and machines round that differently."""
    if divisor == 0:
        raise NoFactError("a ratio to zero")
    exact = dividend / divisor
    rounded = exact.quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    if abs(exact - rounded) > _CLEAR:
        raise NoFactError(f"{exact} is not clearly rounded")
    return rounded


def _with_number(like: Number, number: Decimal) -> Number:
    """A number of the same kind and unit; years differ by years, and a difference is no year."""
    if isinstance(like, Integer):
        return Integer(int(number), like.unit)
    if isinstance(like, Measure):
        return Measure(number, like.unit)
    return Money(number, like.currency)


def _numbers(values: Sequence[Value]) -> list[Number]:
    numbers: list[Number] = []
    for value in values:
        if not isinstance(value, Integer | Measure | Money):
            raise NoFactError(f"expected a number, got {value}")
        numbers.append(value)
    if len({(type(number), number.unit) for number in numbers}) != 1:
        raise NoFactError(f"expected numbers of one unit, got {values}")
    return numbers


_Item = TypeVar("_Item")


def _two(values: Sequence[_Item]) -> tuple[_Item, _Item]:
    if len(values) != 2:
        raise NoFactError(f"expected two values, got {len(values)}")
    return values[0], values[1]


def _day(value: Value) -> Day:
    if not isinstance(value, Day):
        raise NoFactError(f"expected a date, got {value}")
    return value


def _money(value: Value) -> Money:
    if not isinstance(value, Money):
        raise NoFactError(f"expected an amount of money, got {value}")
    return value


def _measure(value: Value) -> Measure:
    if not isinstance(value, Measure):
        raise NoFactError(f"expected a measure, got {value}")
    return value
