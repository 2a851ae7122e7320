"""Calendar days as answers."""

import datetime
import re
from collections.abc import Sequence

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[0-9]{4})"
_OPENING = re.compile(r"(?:on\s+)?(?:the\s+)?", re.IGNORECASE)
_FIRST_WORD = re.compile(r"([a-z]{3,9})\.?,?\s+", re.IGNORECASE)
_NAMED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}[\s-]+(?:of\s+)?{_MONTH},?[\s-]+{_YEAR}",
        rf"{_MONTH}\s+(?:the\s+)?{_DAY},?\s+{_YEAR}",
        rf"{_YEAR}[\s,-]+{_MONTH}[\s-]+{_DAY}",
    )
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")


def read_date(text: str) -> datetime.date | None:
    """The one day that `text` names, with its year in four digits; None otherwise.

    Day and month in numbers after each other, with the year last, are read only where they can be meant
    in one way: one of them is over 12, or both are the same. A weekday must be the right one.

    >>> read_date("Wednesday, March 3rd, 2021"), read_date("03/04/2021")
    (datetime.date(2021, 3, 3), None)
    """
    text = _OPENING.sub("", text.strip(), count=1)
    first_word = _FIRST_WORD.match(text)
    weekday = _position(first_word[1], _DAYS) if first_word else None
    if first_word is None or weekday is None:
        return _read_day(text)
    day = _read_day(_OPENING.sub("", text[first_word.end() :], count=1))
    return day if day is not None and day.weekday() == weekday else None


def _read_day(text: str) -> datetime.date | None:
    if numeric := _YEAR_FIRST.fullmatch(text):
        return _date(int(numeric[1]), int(numeric[3]), int(numeric[4]))
    if numeric := _YEAR_LAST.fullmatch(text):
        first, second, year = int(numeric[1]), int(numeric[3]), int(numeric[4])
        if first <= 12 and second <= 12 and first != second:
            return None
        return _date(year, min(first, second), max(first, second))
    for pattern in _NAMED:
        if (named := pattern.fullmatch(text)) and (month := _position(named["month"], _MONTHS)) is not None:
            return _date(int(named["year"]), month + 1, int(named["day"]))
    return None


def _position(word: str, names: Sequence[str]) -> int | None:
    """Where a name stands in its list; an abbreviation has at least three letters."""
    starts = (number for number, name in enumerate(names) if name.startswith(word.lower()))
    return next(starts, None)


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
