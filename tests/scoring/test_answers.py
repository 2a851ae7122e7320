import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentic_gym.errors import ConfigurationError
from agentic_gym.scoring.answers import MAX_ANSWER_CHARACTERS, AnswerType, Truth, canonical, grade

INTEGER, DECIMAL, DATE = AnswerType.INTEGER, AnswerType.DECIMAL, AnswerType.DATE
NAME, CHOICE, SET = AnswerType.NAME, AnswerType.CHOICE, AnswerType.SET

RIGHT: list[tuple[Truth, list[str]]] = [
    (
        Truth(INTEGER, "42", unit="km"),
        [
            *(
                "42",
                " 42. ",
                "+42",
                "42.0",
                "42 km",
                "42km",
                "42 kilometres",
                "km 42",
                "forty-two",
                "Forty two km",
            ),
            *(
                "The answer is 42.",
                "the final answer is: 42",
                "Answer: 42 km",
                "So, the answer is 42!",
                "It's 42.",
            ),
            *(
                "\\boxed{42}",
                "$\\boxed{42}$",
                "The answer is \\boxed{42}.",
                "**42**",
                "**Answer:** 42",
                "`42`",
            ),
            *("$42$", "about 42", "≈ 42 km", "\\text{42}", "42\u00a0km"),
        ],
    ),
    (Truth(INTEGER, "1234"), ["1,234", "1 234", "1'234", "1\u202f234", "1.234e3", "1{,}234"]),
    (Truth(INTEGER, "-7"), ["-7", "−7", "minus seven", "negative 7", "- 7"]),
    (Truth(INTEGER, "105"), ["one hundred and five", "One hundred five"]),
    (Truth(INTEGER, "1000"), ["one thousand", "1,000", "1000.00"]),
    (
        Truth(DECIMAL, "1234.5", unit="$"),
        [
            *("$1,234.50", "1,234.5 dollars", "USD 1234.50", "1234.5 USD", "US$1,234.50", "\\$1{,}234.50"),
            *("1234,5", "1.234,5", "1 234.50"),
        ],
    ),
    (Truth(DECIMAL, "-5.25", unit="crowns"), ["-5.25", "-5.25 crowns", "-5,25 Crown", "minus 5.25"]),
    (Truth(DECIMAL, "-5.25", unit="€"), ["-€5.25", "€-5.25", "-5.25 euros"]),
    (Truth(DECIMAL, "0.5"), ["0.5", ".5", "0,5", "0.50", "5e-1"]),
    (Truth(DECIMAL, "12", unit="%"), ["12%", "12 percent", "12\\%", "12 per cent", "12.0"]),
    (Truth(DECIMAL, "3", tolerance=0.1), ["2.9", "3.1", "3", "3.05"]),
    (
        Truth(DATE, "2021-03-03"),
        [
            *("2021-03-03", "2021/3/3", "3 March 2021", "03 Mar 2021", "March 3, 2021", "3rd of March, 2021"),
            *("Wednesday, 3 March 2021", "Wed 3 March 2021", "It was on Wednesday, the 3rd of March 2021."),
            *("The answer is March 3rd, 2021.", "2021 March 3", "3-Mar-2021", "03/03/2021", "3.3.2021"),
        ],
    ),
    (Truth(DATE, "15 March 2021"), ["2021-03-15", "15/03/2021", "03/15/2021", "15.03.2021"]),
    (
        Truth(NAME, "Red Lantern", aliases=("RL Bistro",)),
        [
            *("Red Lantern", "the Red Lantern", "RED LANTERN.", "Réd-Lantern", '"Red Lantern"', "rl bistro"),
            *(
                "The answer is Red Lantern.",
                "It is the Red Lantern.",
                "**Red Lantern**",
                "\\boxed{Red Lantern}",
            ),
        ],
    ),
    (Truth(NAME, "AC/DC"), ["AC/DC", "ac/dc", "AC DC"]),
    (Truth(NAME, "Łukasz O'Brien, Jr."), ["Lukasz OBrien Jr", "Łukasz O’Brien, Jr."]),
    (Truth(NAME, "Salt & Pepper"), ["salt and pepper", "Salt & Pepper"]),
    (Truth(NAME, "U.S.A."), ["USA", "U.S.A."]),
    (
        Truth(CHOICE, "B", choices=tuple("ABCD")),
        ["B", "b", "(B)", "B.", "B)", "Option B", "The answer is B", "\\boxed{B}", "\\boxed{\\text{B}}"],
    ),
    (Truth(CHOICE, "A"), ["A", "a", "(a)", "The answer is A."]),
    (Truth(CHOICE, "Tuesday"), ["tuesday", "It was Tuesday.", "a Tuesday"]),
    (
        Truth(SET, "Ada; Bo; Cy"),
        [
            *(
                "Ada, Bo, Cy",
                "Cy; Bo; Ada",
                "Bo, Ada and Cy",
                "Bo, Ada, and Cy",
                "Cy\nAda\nBo",
                "- Ada\n- Bo\n- Cy",
            ),
            *("The answer is Ada, Bo and Cy.", "{Ada, Bo, Cy}", "the Ada; BO; cy"),
        ],
    ),
]
WRONG: list[tuple[Truth, list[str]]] = [
    (
        Truth(INTEGER, "42", unit="km"),
        [
            *(
                "",
                "41",
                "-42",
                "42.5",
                "42,0",
                "12 or 42",
                "42 or 12",
                "42, 43",
                "42/43",
                "42\n43",
                "42 43",
                "42-43",
            ),
            *(
                "not 42",
                "The answer is not 42.",
                "more than 42",
                "42 miles",
                "42%",
                "$42",
                "42 km or 26 miles",
            ),
            *(
                "forty and two",
                "four two",
                "\\boxed{42} or \\boxed{43}",
                "**42** or **43**",
                "42 km, 43 km",
                "x42",
            ),
        ],
    ),
    (Truth(INTEGER, "42"), ["42 km", "42%", "$42", "42 or so"]),
    (Truth(INTEGER, "1234"), ["1.234", "12,34", "1,2345", "1,23,4", "1,234,5", "1;234"]),
    (
        Truth(DECIMAL, "1234.5", unit="$"),
        ["€1,234.50", "12345", "1234.51", "1234.5, 1234.6", "$1234.5 or €9"],
    ),
    (Truth(DECIMAL, "0.5"), ["50%", "1/2", "0.5.5", "5", "0.5 0.5"]),
    (Truth(DECIMAL, "1.234"), ["1,234"]),
    (Truth(DECIMAL, "1", tolerance=0.5), ["1,2", "1,0", "1.51", "0.49"]),
    (Truth(DECIMAL, "5", unit="mW"), ["5 MW"]),
    (
        Truth(DATE, "2021-03-04"),
        [
            *(
                "03/04/2021",
                "04/03/2021",
                "4 March",
                "March 2021",
                "4/3/21",
                "3 March 2021",
                "Friday, 4 March 2021",
            ),
            *(
                "2021-03-04 or 2021-03-05",
                "2021-03-04, 2021-03-05",
                "31 February 2021",
                "2021-13-04",
                "4 Mars 2021",
            ),
        ],
    ),
    (
        Truth(NAME, "Red Lantern"),
        [
            *(
                "Red",
                "Lantern",
                "Lantern Red",
                "Red Lanterns",
                "Red Lantern, Blue Lantern",
                "Red Lantern/Red Lantern",
            ),
            *(
                "Red Lantern or Blue Lantern",
                "The Red Lantern is better than the Blue Lantern",
                "not Red Lantern",
            ),
            *("Red, Lantern", "Red\nLantern", "Red Lantern (or Blue)", ""),
        ],
    ),
    (Truth(NAME, "C"), ["C#"]),
    (Truth(CHOICE, "B", choices=tuple("ABCD")), ["A", "A or B", "A/B", "AB", "A, B", "A B", "B\nA", "not B"]),
    (
        Truth(SET, "Ada; Bo; Cy"),
        [
            *(
                "Ada; Bo",
                "Ada; Bo; Cy; Di",
                "Ada; Ada; Bo; Cy",
                "Ada/Bo/Cy",
                "Ada Bo Cy",
                "Ada, Bo or Cy",
                "",
            ),
            *("Ada; Bo; Cy/Di", "Ada; Bo; Di"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("truth", "answer"), [pytest.param(truth, each, id=each) for truth, texts in RIGHT for each in texts]
)
def test_one_sensible_answer_is_right(truth: Truth, answer: str) -> None:
    assert grade(truth, answer)


@pytest.mark.parametrize(
    ("truth", "answer"), [pytest.param(truth, each, id=each) for truth, texts in WRONG for each in texts]
)
def test_another_value_or_a_second_candidate_is_wrong(truth: Truth, answer: str) -> None:
    assert not grade(truth, answer)


def test_an_answer_of_300_characters_is_wrong() -> None:
    truth = Truth(INTEGER, "42")
    assert grade(truth, "42".ljust(MAX_ANSWER_CHARACTERS - 1))
    assert not grade(truth, "42".ljust(MAX_ANSWER_CHARACTERS))


@pytest.mark.parametrize(
    ("type", "text", "expected"),
    [
        (INTEGER, "+1,234", "1234"),
        (INTEGER, "-0", "0"),
        (DECIMAL, "1.50e2", "150"),
        (DECIMAL, "-12.340", "-12.34"),
        (DATE, "March 3, 2021", "2021-03-03"),
        (NAME, "The Crêperie", "creperie"),
        (CHOICE, "(B)", "b"),
        (SET, "Bo, Ada", "ada; bo"),
    ],
)
def test_canonical_text(type: AnswerType, text: str, expected: str) -> None:
    assert canonical(type, text) == expected
    assert type is CHOICE or canonical(type, expected) == expected


@pytest.mark.parametrize(
    ("type", "text"),
    [
        *(
            (INTEGER, "1.5"),
            (INTEGER, "42 km"),
            (INTEGER, ""),
            (DECIMAL, "a lot"),
            (DECIMAL, "NaN"),
            (DATE, "2021"),
        ),
        *((DATE, "03/04/2021"), (NAME, "…"), (CHOICE, " "), (SET, ";"), (SET, "Ada; ADA"), (NAME, "x" * 300)),
    ],
)
def test_a_truth_that_is_no_value_of_its_type_is_refused(type: AnswerType, text: str) -> None:
    for make in (lambda: canonical(type, text), lambda: Truth(type, text)):
        with pytest.raises(ConfigurationError):
            make()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"type": INTEGER, "value": "1", "aliases": ("one or two",)}, "'one or two' is no integer"),
        ({"type": INTEGER, "value": "1", "tolerance": 0.5}, "only a decimal"),
        ({"type": DECIMAL, "value": "1", "tolerance": -1.0}, "0 or more"),
        ({"type": DECIMAL, "value": "1", "tolerance": float("nan")}, "0 or more"),
        ({"type": DECIMAL, "value": "1", "tolerance": float("inf")}, "0 or more"),
        ({"type": NAME, "value": "a", "unit": "km"}, "only a number"),
        ({"type": NAME, "value": "a", "choices": ("a", "b")}, "only a choice"),
        ({"type": CHOICE, "value": "a", "choices": ("b", "c")}, "not among the choices"),
        ({"type": CHOICE, "value": "a", "choices": ("a", "A", "b")}, "graded as one"),
        ({"type": CHOICE, "value": "a", "aliases": ("b",), "choices": ("a", "b")}, "another of the choices"),
    ],
)
def test_fields_that_do_not_go_together_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Truth(**fields)


words = st.text(string.ascii_letters + "éßøШ漢", min_size=2, max_size=6)
names = st.lists(words, min_size=1, max_size=3).map(" ".join)
VALUES: dict[AnswerType, st.SearchStrategy[str]] = {
    INTEGER: st.integers(-(10**9), 10**9).map(str) | st.integers(-(10**9), 10**9).map("{:,}".format),
    DECIMAL: st.decimals(-(10**6), 10**6, places=3).map(str)
    | st.decimals(-(10**6), 10**6, places=2).map("{:,}".format),
    DATE: st.dates(date(1000, 1, 1)).map(lambda day: f"{day.day} {day:%B} {day.year}")
    | st.dates(date(1000, 1, 1)).map(str),
    NAME: names,
    CHOICE: st.sampled_from([*string.ascii_uppercase, "Monday", "Tuesday", "dark red"]),
    SET: st.lists(names, min_size=1, max_size=4).map("; ".join),
}


def drawn_values(data: st.DataObject, type: AnswerType, count: int) -> list[str]:
    """Values of a type whose canonical texts all differ."""

    def key(text: str) -> str | None:
        try:
            return canonical(type, text)
        except ConfigurationError:
            return None

    values = VALUES[type].filter(lambda text: key(text) is not None)
    return data.draw(st.lists(values, min_size=count, max_size=count, unique_by=key))


unhurried = settings(deadline=None)
every_type = pytest.mark.parametrize("type", list(AnswerType))


@every_type
@given(data=st.data())
@unhurried
def test_a_truth_and_its_aliases_are_right_and_any_other_value_is_wrong(
    type: AnswerType, data: st.DataObject
) -> None:
    value, alias, other = drawn_values(data, type, 3)
    truth = Truth(type, value, aliases=(alias,))
    for text in (value, alias, f"The answer is {value}.", f"\\boxed{{{alias}}}"):
        assert grade(truth, text)
    assert not grade(truth, other)
    if type is not CHOICE:
        assert grade(truth, canonical(type, value))


@every_type
@given(data=st.data(), separator=st.sampled_from([", ", ",", "/", " or ", "\n", "; ", " and ", " | ", " "]))
@unhurried
def test_a_list_with_the_truth_in_it_is_wrong(type: AnswerType, data: st.DataObject, separator: str) -> None:
    value, other = drawn_values(data, type, 2)
    truth = Truth(type, value)
    members = set(canonical(type, value).split("; "))
    if type is SET and set(canonical(type, other).split("; ")) <= members:
        return  # the other one's members are repeated, which `Ada; Ada` covers
    for answer in (f"{value}{separator}{other}", f"{other}{separator}{value}"):
        assert not grade(truth, answer)


@given(
    value=st.decimals(-(10**6), 10**6, places=3),
    tolerance=st.decimals(0, 1, places=3),
    off=st.decimals(-2, 2, places=3),
)
@unhurried
def test_a_decimal_is_right_up_to_its_tolerance(value: Decimal, tolerance: Decimal, off: Decimal) -> None:
    truth = Truth(DECIMAL, str(value), tolerance=tolerance)
    assert grade(truth, str(value + off)) == (abs(off) <= tolerance)


@given(
    answer=st.text(st.characters(), max_size=310)
    | st.lists(
        st.sampled_from(
            ["4", "2", "42", ",", ".", " ", "e", "-", "$", "{", "}", "\\boxed", "**", "one", "and"]
        )
    ).map("".join)
)
@unhurried
def test_grading_never_raises(answer: str) -> None:
    for truth in (Truth(INTEGER, "42"), Truth(DATE, "2021-03-03"), Truth(NAME, "Ada"), Truth(SET, "Ada; Bo")):
        assert grade(truth, answer) in (True, False)


def test_long_numbers_are_compared_digit_by_digit() -> None:
    digits = "1234567890" * 4
    assert grade(Truth(INTEGER, f"-{digits}1"), f"-{digits}1")
    assert not grade(Truth(INTEGER, f"-{digits}1"), f"-{digits}2")


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("3223 spectators", True),
        ("The answer is 3,223 spectators.", True),
        ("3223 people", True),
        ("3223 km", False),
        ("3223 kilometres", False),
        ("3223 dollars", False),
        ("3223 millions", False),
        ("3223 or 3224", False),
        ("3224 spectators", False),
    ],
)
def test_a_whole_number_without_a_unit_may_say_what_it_counts(answer, right):
    assert grade(Truth(AnswerType.INTEGER, "3223"), answer) is right
