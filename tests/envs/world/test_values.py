import datetime
from decimal import Decimal

import pytest

from agentic_gym.scoring.answers import AnswerType, Truth, grade
from agentic_gym_envs.world.values import (
    WEEKDAYS,
    AnswerKind,
    Choice,
    ChoiceType,
    Day,
    DayType,
    Integer,
    IntegerType,
    Measure,
    MeasureType,
    Money,
    MoneyType,
    Name,
    NameType,
    Value,
    ValueType,
)

CASES: list[tuple[ValueType, Value]] = [
    (IntegerType("seats"), Integer(34512, "seats")),
    (IntegerType(), Integer(0)),
    (IntegerType(grouped=False), Integer(1893, grouped=False)),
    (MeasureType("cm", 1), Measure(Decimal("1203.0"), "cm")),
    (MeasureType("kg", 2), Measure(Decimal("0.31"), "kg")),
    (MoneyType(2), Money(Decimal("1249.50"), "KEL")),
    (MoneyType(0), Money(Decimal(92_000_001), "KEL")),
    (DayType(), Day(datetime.date(1987, 12, 31))),
    (DayType(), Day(datetime.date(2024, 2, 29))),
    (NameType(), Name("River Orvane")),
    (ChoiceType(WEEKDAYS), Choice("Sunday")),
]


@pytest.mark.parametrize(("value_type", "value"), CASES)
@pytest.mark.parametrize("style", range(6))
def test_every_printed_style_is_read_back(value_type: ValueType, value: Value, style: int) -> None:
    assert value_type.parse(value.text(style)) == value


@pytest.mark.parametrize(("value_type", "value"), CASES)
def test_the_canonical_answer_is_graded_right_and_so_is_what_a_page_prints(
    value_type: ValueType, value: Value
) -> None:
    truth = Truth(AnswerType(value.answer_kind), value.answer(), unit=getattr(value, "unit", ""))
    assert grade(truth, value.answer())
    assert all(grade(truth, value.text(style)) for style in range(6))


def test_answer_kinds_are_the_scoring_package_s() -> None:
    assert {kind.value for kind in AnswerKind} == {kind.value for kind in AnswerType} - {"set"}


@pytest.mark.parametrize(
    ("value_type", "text"),
    [
        (IntegerType("seats"), "34,512"),
        (IntegerType("seats"), "many seats"),
        (MeasureType("cm", 1), "12.0 m"),
        (MeasureType("cm", 1), "NaN cm"),
        (MoneyType(2), "12.50"),
        (MoneyType(2), "kel 12.50"),
        (DayType(), "31 February 2020"),
        (DayType(), "yesterday"),
        (DayType(), "3 Brumaire 1799"),
        (ChoiceType(WEEKDAYS), "sunday"),
    ],
)
def test_text_that_prints_no_value_is_refused(value_type: ValueType, text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        value_type.parse(text)


def test_types_make_values_of_drawn_numbers() -> None:
    assert MeasureType("m", 2).make(350) == Measure(Decimal("3.50"), "m")
    assert MoneyType(0).make(7, "KEL") == Money(Decimal(7), "KEL")
    assert DayType().make(datetime.date(2020, 1, 2).toordinal()) == Day(datetime.date(2020, 1, 2))
    assert ChoiceType(WEEKDAYS).make(6) == Choice("Sunday")
