"""Proofs that a question about a crowd is fair: a second executor, and how much hangs on the clue.

The first answer comes from the draft, where a question was built. The second one comes from what is painted:
things and places are found again by their boxes alone.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from agentic_gym_envs.finegrain.crowds import Crowd, Section, Thing
from agentic_gym_envs.finegrain.levels import Asked
from agentic_gym_envs.finegrain.questions import SIDES, Description, Question
from agentic_gym_envs.oracles.looking import holds

LEAST_ANSWERS = 20
"""Distinct answers that other numbers in place of the clue have to give."""
MOST_COMMON = 0.10
"""The largest share of one of them."""


class Unanswerable(Exception):
    """What is painted gives no answer, or more than one."""


def is_fair(crowd: Crowd, question: Question) -> bool:
    """Whether what is painted gives the question's answer, and the answer hangs on the clue."""
    try:
        return read_again(crowd, question) == question.answer and _hangs_on_clue(crowd, question)
    except Unanswerable:
        return False


def read_again(crowd: Crowd, question: Question) -> str:
    """The answer by the boxes, looks and numbers of what is painted.

    Raises:
        Unanswerable: nothing, or more than one thing, is what the question describes.
    """
    return _READERS[question.asked](crowd, question)


def _read_colour(crowd: Crowd, question: Question) -> str:
    return _numbered(crowd, question, question.numbers[0]).look.colour


def _read_number(crowd: Crowd, question: Question) -> str:
    return str(_only(crowd, question, 0).number)


def _read_side(crowd: Crowd, question: Question) -> str:
    first, second = (_numbered(crowd, question, number) for number in question.numbers)
    return SIDES[first.box[0] + first.box[2] > second.box[0] + second.box[2]]


def _read_sum(crowd: Crowd, question: Question) -> str:
    return str(sum(thing.number for thing in _described(crowd, question)))


def _read_count(crowd: Crowd, question: Question) -> str:
    return str(sum(question.descriptions[0].fits(thing.look) for thing in crowd.things))


def _read_difference(crowd: Crowd, question: Question) -> str:
    return str(abs(_only(crowd, question, 0).number - _only(crowd, question, 1).number))


def _read_most(crowd: Crowd, question: Question) -> str:
    counts = Counter(
        section.letter
        for section in crowd.sections
        for thing in things_in(crowd, section)
        if question.descriptions[0].fits(thing.look)
    )
    (best, most), (_, second) = counts.most_common(2)
    if most == second:
        raise Unanswerable(f"two places hold {most}")
    return best


_READERS: Mapping[Asked, Callable[[Crowd, Question], str]] = MappingProxyType(
    {
        Asked.COLOUR: _read_colour,
        Asked.IDENTIFY: _read_number,
        Asked.SIDE: _read_side,
        Asked.SUM: _read_sum,
        Asked.COUNT: _read_count,
        Asked.DIFFERENCE: _read_difference,
        Asked.MOST: _read_most,
    }
)


def section_of(crowd: Crowd, letter: str) -> Section:
    """The place with a letter."""
    return next(section for section in crowd.sections if section.letter == letter)


def things_in(crowd: Crowd, section: Section) -> list[Thing]:
    """The things whose box lies in a place's."""
    return [thing for thing in crowd.things if holds(section.box, thing.box)]


def _only(crowd: Crowd, question: Question, place: int) -> Thing:
    things = _described(crowd, question, place)
    if len(things) != 1:
        raise Unanswerable(f"{len(things)} things are described")
    return things[0]


def _described(crowd: Crowd, question: Question, place: int = 0) -> list[Thing]:
    section = section_of(crowd, question.letters[place])
    description: Description = question.descriptions[place]
    return [thing for thing in things_in(crowd, section) if description.fits(thing.look)]


def _numbered(crowd: Crowd, question: Question, number: int) -> Thing:
    section = section_of(crowd, question.letters[0])
    things = [thing for thing in things_in(crowd, section) if thing.number == number]
    if len(things) != 1:
        raise Unanswerable(f"{len(things)} things are numbered {number}")
    return things[0]


def _hangs_on_clue(crowd: Crowd, question: Question) -> bool:
    """Whether other numbers in the clue's place give many answers, none of them common.

    Closed answers are balanced by how they are drawn instead, and so are counts, whose range is wide.
    """
    if question.choices or question.asked is Asked.COUNT:
        return True
    clue = _described(crowd, question)[0]
    answers = _swapped(crowd, question, clue)
    return len(set(answers)) >= LEAST_ANSWERS and Counter(answers).most_common(1)[0][1] <= MOST_COMMON * len(
        answers
    )


def _swapped(crowd: Crowd, question: Question, clue: Thing) -> Sequence[int]:
    others = [thing.number for thing in crowd.things if thing is not clue]
    match question.asked:
        case Asked.SUM:
            return [int(question.answer) - clue.number + number for number in others]
        case Asked.DIFFERENCE:
            kept = _only(crowd, question, 1).number
            return [abs(number - kept) for number in others]
        case _:
            return others
