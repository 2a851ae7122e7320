"""The values of attributes: how a page prints one, how an answer gives it, how it is read back.

A value knows its unit and writes itself in two ways. `text(style)` is what a page prints; a page may
choose among several styles, so that `style` is any non-negative integer. `answer()` is the canonical
text of an answer: ISO dates, no thousands separators, no unit. A value type makes values from drawn
integers and parses every style that `text` can print.
"""

import datetime
import enum
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar, TypeAlias


class AnswerKind(enum.StrEnum):
    """How an answer that gives a value is compared; the names are those of the scoring package."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    NAME = "name"
    CHOICE = "choice"


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number: a count, a year, a size.

    >>> Integer(34512, "seats").text(), Integer(34512, "seats").answer(), Integer(1893, grouped=False).text()
    ('34,512 seats', '34512', '1893')
    """

    answer_kind: ClassVar[AnswerKind] = AnswerKind.INTEGER
    number: int
    unit: str = ""
    grouped: bool = True

    def text(self, style: int = 0) -> str:
        """The number with thousands separators (years have none) and its unit; one style only."""
        digits = f"{self.number:,}" if self.grouped else str(self.number)
        return f"{digits} {self.unit}" if self.unit else digits

    def answer(self) -> str:
        """The digits alone."""
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Measure:
    """A decimal number with a unit; trailing zeros are kept, they say how exactly it was measured.

    >>> Measure(Decimal("1203.50"), "cm").text(), Measure(Decimal("1203.50"), "cm").answer()
    ('1,203.50 cm', '1203.50')
    """

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DECIMAL
    number: Decimal
    unit: str

    def text(self, style: int = 0) -> str:
        """The number with thousands separators and its unit; one style only."""
        return f"{self.number:,} {self.unit}"

    def answer(self) -> str:
        """The number alone."""
        return f"{self.number:f}"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency, which is given by its three-letter code.

    >>> Money(Decimal("1249.50"), "KEL").text(0), Money(Decimal("1249.50"), "KEL").text(1)
    ('KEL 1,249.50', '1,249.50 KEL')
    """

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DECIMAL
    number: Decimal
    currency: str

    @property
    def unit(self) -> str:
        """The currency's code, so that every numeric value has a unit."""
        return self.currency

    def text(self, style: int = 0) -> str:
        """The amount with the code before it or after it."""
        return f"{self.number:,} {self.currency}" if style % 2 else f"{self.currency} {self.number:,}"

    def answer(self) -> str:
        """The amount alone."""
        return f"{self.number:f}"


@dataclass(frozen=True, slots=True)
class Day:
    """A date.

    >>> day = Day(datetime.date(1987, 3, 4))
    >>> day.text(0), day.text(1), day.text(2), day.answer()
    ('4 March 1987', 'March 4, 1987', '1987-03-04', '1987-03-04')
    """

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DATE
    date: datetime.date

    def text(self, style: int = 0) -> str:
        """The date, day first, month first or ISO."""
        date, month = self.date, MONTHS[self.date.month - 1]
        match style % 3:
            case 0:
                return f"{date.day} {month} {date.year}"
            case 1:
                return f"{month} {date.day}, {date.year}"
            case _:
                return date.isoformat()

    def answer(self) -> str:
        """The date in ISO 8601."""
        return self.date.isoformat()


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name that has no article of its own: a river, a Latin name, a currency's code."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.NAME
    name: str

    def text(self, style: int = 0) -> str:
        """The name."""
        return self.name

    def answer(self) -> str:
        """The name."""
        return self.name


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few closed options: a weekday, a colour, a letter."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.CHOICE
    option: str

    def text(self, style: int = 0) -> str:
        """The option."""
        return self.option

    def answer(self) -> str:
        """The option."""
        return self.option


Value: TypeAlias = Integer | Measure | Money | Day | Name | Choice
Number: TypeAlias = Integer | Measure | Money
"""The values that have a `number` and a `unit`."""


def _without_unit(text: str, unit: str) -> str:
    """The digits of `text`, without separators and without the unit that has to end it."""
    if unit and not text.endswith(" " + unit):
        raise ValueError(f"expected a number in {unit}, got {text!r}")
    return text.removesuffix(unit).strip().replace(",", "")


def _decimal(text: str) -> Decimal:
    """`text` as a finite decimal number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"expected a decimal number, got {text!r}") from None
    if not number.is_finite():
        raise ValueError(f"expected a finite number, got {text!r}")
    return number


@dataclass(frozen=True, slots=True)
class IntegerType:
    """Whole numbers in one unit."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.INTEGER
    unit: str = ""
    grouped: bool = True

    def make(self, draw: int) -> Integer:
        """The drawn number."""
        return Integer(draw, self.unit, self.grouped)

    def parse(self, text: str) -> Integer:
        """The value that `text` prints; ValueError if it prints none."""
        return Integer(int(_without_unit(text, self.unit)), self.unit, self.grouped)


YEAR = IntegerType(grouped=False)
COUNT = IntegerType()


@dataclass(frozen=True, slots=True)
class MeasureType:
    """Decimal numbers in one unit, with a fixed number of places after the point."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DECIMAL
    unit: str
    places: int

    def make(self, draw: int) -> Measure:
        """The drawn number of last places: with two places, 350 makes 3.50."""
        return Measure(Decimal(draw).scaleb(-self.places), self.unit)

    def parse(self, text: str) -> Measure:
        """The value that `text` prints; ValueError if it prints none."""
        return Measure(_decimal(_without_unit(text, self.unit)), self.unit)


_MONEY = re.compile(r"([A-Z]{3}) ([\d,.]+)|([\d,.]+) ([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class MoneyType:
    """Amounts of money, with 0 or 2 places; the currency is that of the entity's country."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DECIMAL
    places: int = 2

    def make(self, draw: int, currency: str) -> Money:
        """The drawn number of last places of `currency`."""
        return Money(Decimal(draw).scaleb(-self.places), currency)

    def parse(self, text: str) -> Money:
        """The value that `text` prints; ValueError if it prints none."""
        found = _MONEY.fullmatch(text)
        if found is None:
            raise ValueError(f"expected an amount of money with a currency, got {text!r}")
        amount = found[2] or found[3]
        return Money(_decimal(amount.replace(",", "")), found[1] or found[4])


_DAY_FIRST = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_MONTH_FIRST = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})")


@dataclass(frozen=True, slots=True)
class DayType:
    """Dates of the Gregorian calendar."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.DATE

    def make(self, draw: int) -> Day:
        """The date with the drawn proleptic ordinal."""
        return Day(datetime.date.fromordinal(draw))

    def parse(self, text: str) -> Day:
        """The value that `text` prints; ValueError if it prints none."""
        if found := _DAY_FIRST.fullmatch(text):
            day, month, year = found[1], found[2], found[3]
        elif found := _MONTH_FIRST.fullmatch(text):
            month, day, year = found[1], found[2], found[3]
        else:
            return Day(datetime.date.fromisoformat(text))
        return Day(datetime.date(int(year), MONTHS.index(month) + 1, int(day)))


@dataclass(frozen=True, slots=True)
class NameType:
    """Proper names; the world coins them."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.NAME

    def parse(self, text: str) -> Name:
        """The name itself."""
        return Name(text)


@dataclass(frozen=True, slots=True)
class ChoiceType:
    """Closed choices; a world uses each option about equally often."""

    answer_kind: ClassVar[AnswerKind] = AnswerKind.CHOICE
    options: tuple[str, ...]

    def make(self, draw: int) -> Choice:
        """The option at the drawn position."""
        return Choice(self.options[draw])

    def parse(self, text: str) -> Choice:
        """The option that `text` names; ValueError if it is none."""
        if text not in self.options:
            raise ValueError(f"expected one of {', '.join(self.options)}, got {text!r}")
        return Choice(text)


ValueType: TypeAlias = IntegerType | MeasureType | MoneyType | DayType | NameType | ChoiceType
