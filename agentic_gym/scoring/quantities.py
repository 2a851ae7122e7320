"""Numbers as answers, with their units.

Written in digits, with a point for decimals: `1234.5`, `1,234.5`, `1 234.5`, `1'234.5`, `2.5e3`. A comma for
decimals is read where it can be nothing else: `1,5`, `0,125` and `1.234,5`; but `1,234` is a thousand and
more. Whole numbers up to a thousand may be spelled out.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *(
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def spelled(number: int) -> str:
    """A whole number from 0 to 1000 in words, with spaces only.

    >>> spelled(342)
    'three hundred forty two'
    """
    if number == 1000:
        return "one thousand"
    hundreds, rest = divmod(number, 100)
    words = [_ONES[hundreds], "hundred"] if hundreds else []
    if rest >= 20:
        words.append(_TENS[rest // 10 - 2])
        rest %= 10
        if rest:
            words.append(_ONES[rest])
    elif rest or not hundreds:
        words.append(_ONES[rest])
    return " ".join(words)


_SPELLED = {spelled(number): number for number in range(1001)}
_WORD = rf"(?:{'|'.join(('hundred', 'thousand', *_TENS, *sorted(_ONES, key=len, reverse=True)))})"
_QUANTITY = re.compile(
    rf"""
    (?P<about> (?:about|approximately|around|roughly|≈|~) \s* )?
    (?P<minus> (?:-|minus\s|negative\s) \s* | \+ )?
    (?P<before> [^0-9.,\s+-]*? ) \s* (?P<inner_minus> - )?
    (?:
        (?P<grouped> [1-9][0-9]{{0,2}} (?: (?:,[0-9]{{3}})+ | (?:['\ ][0-9]{{3}})+ ) (?:\.[0-9]+)? )
      | (?P<european> [1-9][0-9]{{0,2}} (?: (?:\.[0-9]{{3}})+ , [0-9]+ | (?:\.[0-9]{{3}}){{2,}} ) )
      | (?P<plain> [0-9]*\.?[0-9]+ (?:e[+-]?[0-9]{{1,2}})? )
      | (?P<comma> [0-9]+,[0-9]+ )
      | \b (?P<words> {_WORD} (?: [\s-]+ (?:and\s+)? {_WORD} )* ) \b
    )
    (?! [.,]?[0-9] ) \s*
    (?P<after> .* )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "’": "'", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_LATEX = ((r"\$", "$"), (r"\%", "%"), ("{,}", ","), (r"\,", " "))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written.

    Attributes:
        number: its value.
        units: what stands before and after it, without what is empty.
        pieces: the two numbers around a decimal comma, which could be a list; empty without one.
    """

    number: Decimal
    units: tuple[str, ...] = ()
    pieces: tuple[Decimal, ...] = ()


def read_quantity(text: str) -> Quantity | None:
    """The one number that `text` consists of, with what stands around it as its units; None otherwise.

    >>> read_quantity("$1,234.50")
    Quantity(number=Decimal('1234.50'), units=('$',), pieces=())
    """
    for written, meant in _LATEX:
        text = text.replace(written, meant)
    found = _QUANTITY.fullmatch(text.translate(_SIGNS).strip())
    if found is None:
        return None
    pieces: tuple[Decimal, ...] = ()
    if found["grouped"]:
        number = Decimal(re.sub("[,' ]", "", found["grouped"]))
    elif found["european"]:
        number = Decimal(found["european"].replace(".", "").replace(",", "."))
    elif found["comma"]:
        number = Decimal(found["comma"].replace(",", "."))
        pieces = tuple(map(Decimal, found["comma"].split(",")))
    elif found["plain"]:
        number = Decimal(found["plain"])
    else:
        # "and" belongs after a hundred only: "forty and two" are two numbers.
        words = re.sub(r"\bhundred and\b", "hundred", " ".join(re.split(r"[\s-]+", found["words"].lower())))
        if words not in _SPELLED:
            return None
        number = Decimal(_SPELLED[words])
    if found["inner_minus"] or (found["minus"] and not found["minus"].startswith("+")):
        number = number.copy_negate()
    return Quantity(number, tuple(filter(None, (found["before"], found["after"]))), pieces)


def number_text(number: Decimal) -> str:
    """A number in digits, with no exponent and no zeros at its end.

    >>> number_text(Decimal("1.50e2")), number_text(Decimal("-0.0"))
    ('150', '0')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


_SYNONYMS = (
    "% | percent | per cent | pct",
    "$ | us$ | usd | dollar | dollars | us dollar | us dollars",
    "€ | eur | euro | euros",
    "£ | gbp | pound | pounds | pound sterling | pounds sterling",
    "¥ | jpy | yen",
    "km | kilometre | kilometres | kilometer | kilometers",
    "m | metre | metres | meter | meters",
    "cm | centimetre | centimetres | centimeter | centimeters",
    "mm | millimetre | millimetres | millimeter | millimeters",
    "kg | kilogram | kilograms | kilo | kilos",
    "g | gram | grams",
    "l | litre | litres | liter | liters",
    "h | hr | hrs | hour | hours",
    "min | mins | minute | minutes",
    "s | sec | secs | second | seconds",
    "km/h | kmh | kph | kilometres per hour | kilometers per hour",
    "°c | ° c | celsius | degrees celsius",
    "° | degree | degrees",
    "m² | m2 | m^2 | square metres | square meters",
    "km² | km2 | km^2 | square kilometres | square kilometers",
)
_UNIT_OF = {name: line.split(" | ")[0] for line in _SYNONYMS for name in line.split(" | ")}


def is_unit(text: str) -> bool:
    """Whether `text` is one of the common units, rather than some other word beside a number.

    >>> is_unit("US$"), is_unit("Idiots")
    (True, False)
    """
    return " ".join(text.split()).rstrip(".").casefold() in _UNIT_OF


def unit_key(text: str) -> str:
    """`text` such that two spellings of a unit agree: common symbols and names, and the plural's `s`.

    Units of one or two letters that are not listed here keep their case (`mW` is not `MW`).

    >>> unit_key("Dollars"), unit_key("US$"), unit_key("Crowns"), unit_key("crown")
    ('$', '$', 'crown', 'crown')
    """
    stripped = " ".join(text.split()).rstrip(".")
    folded = stripped.casefold()
    if folded in _UNIT_OF:
        return _UNIT_OF[folded]
    if len(stripped) <= 2:
        return stripped
    return folded.removesuffix("s") if len(folded) > 3 and not folded.endswith("ss") else folded


_MAGNITUDES = frozenset(
    ("hundred", "thousand", "million", "billion", "trillion", "dozen", "score", "percent", "minus", "plus")
)
_NOUN = re.compile(r"[a-z]{3,20}s|people|[a-z]{3,16}men|[a-z]{3,16}women")


def counts_things(unit: str) -> bool:
    """Whether what stands after a number says of what it is a count, as in `3223 spectators`.

    A plural in lower case that is neither a unit of measurement nor a magnitude.

    >>> counts_things("spectators"), counts_things("metres"), counts_things("millions"), counts_things("or 7")
    (True, False, False, False)
    """
    is_unit = unit.casefold() in _UNIT_OF or unit.removesuffix("s") in _MAGNITUDES | _UNIT_OF.keys()
    return _NOUN.fullmatch(unit) is not None and not is_unit and unit not in _MAGNITUDES
