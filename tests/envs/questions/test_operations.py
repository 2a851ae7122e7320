from datetime import date
from decimal import Decimal

import pytest

from agentic_gym_envs.questions.operations import NoFactError, Operation, compute
from agentic_gym_envs.world.values import Choice, Day, Integer, Measure, Money, Name


@pytest.mark.parametrize(
    ("operation", "values", "result"),
    [
        (Operation.SUM, [Integer(3), Integer(4), Integer(5)], Integer(12)),
        (
            Operation.SUM,
            [Money(Decimal("1.50"), "KEL"), Money(Decimal("2.25"), "KEL")],
            Money(Decimal("3.75"), "KEL"),
        ),
        (Operation.DIFFERENCE, [Integer(1893, grouped=False), Integer(1950, grouped=False)], Integer(57)),
        (
            Operation.DIFFERENCE,
            [Measure(Decimal("3.1"), "m"), Measure(Decimal("1.2"), "m")],
            Measure(Decimal("1.9"), "m"),
        ),
        (Operation.RATIO, [Integer(10), Integer(4)], Measure(Decimal("2.50"), "")),
        (Operation.DAYS, [Day(date(2000, 3, 1)), Day(date(2000, 2, 1))], Integer(29, "days")),
        (Operation.WEEKDAY, [Day(date(2000, 1, 1))], Choice("Saturday")),
        (
            Operation.CONVERT,
            [Money(Decimal("90"), "KEL"), Measure(Decimal("4.5000"), "per standard unit")],
            Measure(Decimal("20.00"), "standard units"),
        ),
    ],
)
def test_an_operation_computes(operation, values, result):
    assert compute(operation, values) == result


@pytest.mark.parametrize(
    ("operation", "values"),
    [
        (Operation.SUM, [Money(Decimal(1), "KEL"), Money(Decimal(1), "MOR")]),
        (Operation.DIFFERENCE, [Integer(1, "m"), Integer(1, "km")]),
        (Operation.DIFFERENCE, [Integer(1)]),
        (Operation.RATIO, [Integer(1), Integer(0)]),
        (Operation.RATIO, [Integer(1), Integer(8)]),
        (Operation.DAYS, [Integer(1), Integer(2)]),
        (Operation.SUM, [Name("KT4182")]),
        (Operation.CONVERT, [Integer(3), Measure(Decimal(2), "")]),
    ],
    ids=[
        "currencies",
        "units",
        "one operand",
        "by zero",
        "midway between two roundings",
        "no dates",
        "no number",
        "no money",
    ],
)
def test_an_operation_refuses_what_it_is_not_defined_for(operation, values):
    with pytest.raises(NoFactError):
        compute(operation, values)
