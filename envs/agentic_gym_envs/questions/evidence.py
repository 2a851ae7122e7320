"""What pages and texts give away: whether they hold an answer, and which pages a question rests on."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from agentic_gym_envs.questions.programs import (
    Ask,
    Best,
    Facts,
    Hop,
    Rate,
    Rows,
    Subject,
    ValueTerm,
    entities,
    walk,
)
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Choice, Day, Integer, Measure, Money, Name, Value
from agentic_gym_envs.world.world import Entity as WorldEntity

_MORE_WORDINGS = 15


class RejectedError(Exception):
    """A candidate that does not make a fair question; the message says why, for whoever tunes the recipes."""


def words_find(library: Library, answer: Value, words: str, most: int = 10) -> bool:
    """Whether a search for these words finds a page with the answer, among the best `most`."""
    urls = library.text_index.urls(words, most)
    return any(mentions(library.web[url].all_text, answer) for url in urls)


def hidden_wording(library: Library, answer: Value, word: Callable[[], str]) -> str:
    """A question whose words find no page with the answer; the last that was tried where there is none.

    Args:
        library: the world's pages.
        answer: the right one. A closed one, such as a weekday, stands on some page whatever is asked.
        word: puts the question into words, each time others.
    """
    question = word()
    for _ in range(_MORE_WORDINGS):
        if isinstance(answer, Choice) or not words_find(library, answer, question):
            break
        question = word()
    return question


def evidence(program: ValueTerm, facts: Facts[WorldEntity], library: Library) -> Iterator[str]:
    """The text of every page that answers a part of the question, whoever its facts say is meant."""
    for term in walk(program):
        match term:
            case Subject() | Hop():
                for entity in entities(term, facts):
                    yield library.web.article(entity).all_text
            case Rows(of, kind, relation) | Best(of, kind, relation):
                for entity in entities(of, facts):
                    page = library.web.list_page(kind, relation, entity)
                    if page is not None:
                        yield page.all_text
            case Rate(Ask(of, _, attribute)):
                for entity in entities(of, facts):
                    yield from _currency_pages(library, library.world.value(entity, attribute))


def _currency_pages(library: Library, amount: Value) -> Iterator[str]:
    world = library.world
    for each in world.of_kind("currency"):
        if isinstance(amount, Money) and world.value(each, "iso").answer() == amount.currency:
            yield library.web.article(each).all_text


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
