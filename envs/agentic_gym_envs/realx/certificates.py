"""Whether a question needs what it says it needs, and has one answer: proved for each before it is asked.

Each check raises `RejectedError` for a question that fails it; the taskset then draws the next candidate.
Nothing is drawn here: the checks run on the tables, on the pages and on the texts that the scene will
print. Words that only the drawn scene knows (how an anchor is named) are left out of the question.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from agentic_gym_envs.questions.operations import NoFactError, Operation
from agentic_gym_envs.questions.programs import (
    Ability,
    Ask,
    Clue,
    Compute,
    Hop,
    Rate,
    Rows,
    Subject,
    ValueTerm,
    abilities,
    answers,
    entities,
    hops,
    walk,
)
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.realx.facts import ReadFacts, TableFacts, texts_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Choice, Day, Integer, Measure, Money, Name, Value
from agentic_gym_envs.world.world import Entity

MIN_DISTINCT = 20
"""Different answers that other clues would lead to."""
MAX_SHARE = 0.10
"""Share of the most common one of them."""
MAX_CLOSED_EXCESS = 0.15
"""How far the most common one may be above chance where the answers are a closed list."""
ROUNDED_TOLERANCE = Decimal("0.0049")
"""What a rounded answer may be off by: less than half the gap between two answers of two decimal places."""
_MOST_SWAPS = 80


class RejectedError(Exception):
    """A candidate that does not make a fair question; the message says why, for whoever tunes the recipes."""


def certify(program: ValueTerm, cast: Cast, library: Library, word: Callable[[Value], str]) -> Value:
    """The one answer of a question that has every certificate.

    Args:
        program: the question.
        cast: the entities in its scene.
        library: the world's pages.
        word: puts the question into words, given the answer's type, with no phrase for any anchor.

    Raises:
        RejectedError: it lacks one.
    """
    needs = abilities(program, cast.staging.small)
    try:
        answer = certify_unique(program, cast)
        certify_open(program, cast, answer)
        question = word(answer)
        certify_unseen(cast, answer, question, needs)
        certify_search(library, answer, question)
        if Ability.SEARCH in needs:
            certify_steps(program, cast, library, answer)
            certify_second_reading(program, cast, library, answer)
    except NoFactError as error:
        raise RejectedError(str(error)) from error
    return answer


def certify_unique(program: ValueTerm, cast: Cast) -> Value:
    """Every grounding compatible with what is visible gives the same value, and that is no empty one."""
    found = answers(program, TableFacts(cast))
    if len(found) != 1:
        raise RejectedError(f"{len(found)} answers under what is visible")
    (answer,) = found
    if isinstance(program, Compute) and isinstance(answer, Integer | Measure | Money):
        nothing = 1 if program.operation is Operation.RATIO else 0
        if answer.number == nothing:
            raise RejectedError("nothing differs")
    return answer


def certify_open(program: ValueTerm, cast: Cast, answer: Value) -> None:
    """Another clue would lead to another answer: at least 20 different ones, none of them common."""
    for place in cast.pointed or (0,):
        found = Counter(swapped_answers(program, cast, place))
        total, most = sum(found.values()), max(found.values(), default=0)
        if isinstance(answer, Choice):
            if len(found) < 2 or most > total * (1 / len(found) + MAX_CLOSED_EXCESS):
                raise RejectedError(f"closed answers are not balanced: {found.most_common(3)}")
        elif len(found) < MIN_DISTINCT or most > MAX_SHARE * total:
            raise RejectedError(f"{len(found)} different answers, the most common {most} of {total} times")


def swapped_answers(program: ValueTerm, cast: Cast, place: int) -> Iterator[Value]:
    """The answers with each other entity of the kind in place of one item's.

    Entities that lack a fact of the program are passed over: the question could not be asked of them.
    """
    others = [each for each in cast.world.of_kind(cast.casting.kind) if each != cast.entities[place]]
    step = max(1, len(others) // _MOST_SWAPS)
    for other in others[::step]:
        facts = TableFacts(replace(cast, entities=_swapped(cast.entities, place, other)))
        try:
            yield from answers(program, facts)
        except NoFactError:
            continue


def _swapped(entities_: tuple[Entity, ...], place: int, other: Entity) -> tuple[Entity, ...]:
    return (*entities_[:place], other, *entities_[place + 1 :])


def certify_unseen(cast: Cast, answer: Value, question: str, needs: frozenset[Ability]) -> None:
    """The answer stands neither in the question nor in the picture, where it is not what is to be read."""
    if mentions(question, answer):
        raise RejectedError("the question holds its answer")
    is_to_be_read = needs == {Ability.PERCEPTION}
    looked_at = cast.staging.shown - cast.staging.small if is_to_be_read else cast.staging.shown
    for entity in cast.entities:
        for name, text in cast.texts(entity).items():
            if name in looked_at and mentions(text, answer):
                raise RejectedError(f"the picture holds the answer, as {text!r}")


def certify_search(library: Library, answer: Value, question: str) -> None:
    """The answer is on none of the ten pages that the question's own words find."""
    if isinstance(answer, Choice):
        return  # any weekday stands on some page; what counts is that the closed answers are balanced
    if words_find(library, answer, question):
        raise RejectedError("a search for the question's words finds a page with the answer")


def words_find(library: Library, answer: Value, words: str) -> bool:
    """Whether a search for these words finds a page with the answer."""
    return any(mentions(library.corpus[hit.url].text, answer) for hit in library.text_index.search(words))


def certify_steps(program: ValueTerm, cast: Cast, library: Library, answer: Value) -> None:
    """No step can be left out.

    With a hop, no page that a search for the clue or for the name of what it identifies finds holds the
    answer. With a computation, no page of the evidence does.
    """
    if isinstance(answer, Choice):
        return
    facts = TableFacts(cast)
    if isinstance(program, Compute):
        for text in evidence(program, cast, library):
            if mentions(text, answer):
                raise RejectedError("a page of the evidence holds what is to be computed")
    if not hops(program) and not isinstance(program, Compute):
        return
    for term in walk(program):
        if isinstance(term, Subject):
            for entity in entities(term, facts):
                for words in filter(None, (entity.name, entity.code if term.clue is Clue.CODE else None)):
                    if words_find(library, answer, words):
                        raise RejectedError(
                            "a page found by the clue holds the answer, without the steps between"
                        )


def evidence(program: ValueTerm, cast: Cast, library: Library) -> Iterator[str]:
    """The text of every page that answers a part of the question."""
    facts = TableFacts(cast)
    for term in walk(program):
        match term:
            case Subject() | Hop():
                for entity in entities(term, facts):
                    yield library.web.article(entity).text
            case Rows(of, kind, relation, _):
                for entity in entities(of, facts):
                    page = library.web.list_page(kind, relation, entity)
                    if page is not None:
                        yield page.text
            case Rate(Ask(of, _, attribute)):
                for entity in entities(of, facts):
                    yield from _currency_pages(library, library.world.value(entity, attribute))


def _currency_pages(library: Library, amount: Value) -> Iterator[str]:
    world = library.world
    for each in world.of_kind("currency"):
        if isinstance(amount, Money) and world.value(each, "iso").answer() == amount.currency:
            yield library.web.article(each).text


def certify_second_reading(program: ValueTerm, cast: Cast, library: Library, answer: Value) -> None:
    """Reading the printed texts and the pages gives the same answer as the tables."""
    bearers = {
        term.slot: entity.name
        for term in walk(program)
        if isinstance(term, Subject) and term.clue is Clue.EMBLEM
        for entity in entities(term, TableFacts(cast))
    }
    keys = [str(place) for place in cast.pointed]
    read = answers(program, ReadFacts(cast, texts_of(cast), keys, library, bearers))
    if read != {answer}:
        raise RejectedError(f"the tables give {answer}, the pages {read or 'nothing'}")


# --- whether a text holds an answer -----------------------------------------------------------------

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


def mentions(text: str, answer: Value) -> bool:
    """Whether a text states a value, in any of the ways in which pages and pictures write it.

    >>> from agentic_gym_envs.world.values import Integer
    >>> mentions("It holds 34,512 spectators.", Integer(34512)), mentions("Plate 34512A", Integer(34512))
    (True, False)
    """
    return _pattern(answer).search(_THOUSANDS.sub("", text)) is not None


@lru_cache(maxsize=4096)
def _pattern(answer: Value) -> re.Pattern[str]:
    match answer:
        case Integer(number=number):
            return re.compile(rf"(?<![\w.]){number}(?!\w|\.\d)")
        case Measure(number=number) | Money(number=number):
            digits = f"{number:f}"
            least = digits.rstrip("0").rstrip(".") if "." in digits else digits
            zeros = r"0*" if "." in least else r"(?:\.0+)?"
            return re.compile(rf"(?<![\w.]){re.escape(least)}{zeros}(?!\w|\.\d)")
        case Day():
            return re.compile(
                "|".join(re.escape(_THOUSANDS.sub("", answer.text(style))) for style in range(3))
            )
        case Name(name=text) | Choice(option=text):
            return re.compile(rf"(?<!\w){re.escape(text)}(?!\w)", re.IGNORECASE)
