"""Whether a question needs what it says it needs, and has one answer: proved for each before it is asked.

Each check raises `RejectedError` for a question that fails it; the taskset then draws the next candidate.
Nothing is drawn here: the checks run on the tables, on the pages and on the texts that the scene will
print. Words that only the drawn scene knows (how an anchor is named) are left out of the question.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from agentic_gym_envs.questions.evidence import RejectedError, mentions
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import (
    Ability,
    Best,
    Clue,
    Facts,
    Hop,
    Subject,
    ValueTerm,
    abilities,
    answers,
    entities,
    walk,
)
from agentic_gym_envs.questions.proofs import (
    prove_hidden,
    prove_open,
    prove_second_reading,
    prove_steps,
    prove_unique,
)
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.realx.facts import ReadFacts, TableFacts, read_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity

_MOST_SWAPS = 80
_PAGES = 25
"""Pages on which the answer must not be, found by a question whose anchors are not named yet."""


def certify(
    program: ValueTerm, casts: Sequence[Cast], library: Library, word: Callable[[Value], str]
) -> Value:
    """The one answer of a question that has every certificate.

    Args:
        program: the question.
        casts: the entities in each picture.
        library: the world's pages.
        word: puts the question into words, given the answer's type, with no phrase for any anchor.

    Raises:
        RejectedError: it lacks one.
    """
    facts, needs = TableFacts(casts), needed(program, casts)
    try:
        answer = prove_unique(program, facts)
        certify_straight(program, facts)
        certify_open(program, casts, answer)
        certify_unseen(casts, answer, needs)
        prove_hidden(library, answer, word(answer), _PAGES)
        if Ability.SEARCH in needs:
            certify_steps(program, casts, library, answer)
            certify_second_reading(program, casts, library, answer)
    except NoFactError as error:
        raise RejectedError(str(error)) from error
    return answer


def needed(program: ValueTerm, casts: Sequence[Cast]) -> frozenset[Ability]:
    """The abilities that a program needs, asked about these pictures."""
    return abilities(program, frozenset().union(*(cast.staging.small for cast in casts)))


def certify_straight(program: ValueTerm, facts: Facts[Entity]) -> None:
    """No chain of relations comes back to where it has been: steps that cancel out need not be made."""
    for term in walk(program):
        met: list[Entity] = []
        while isinstance(term, Hop | Best):
            met += entities(term, facts)
            term = term.of
        if isinstance(term, Subject) and met:
            met += entities(term, facts)
        if len(set(met)) < len(met):
            raise RejectedError("a chain of relations comes back to where it has been")


def certify_open(program: ValueTerm, casts: Sequence[Cast], answer: Value) -> None:
    """Another clue would lead to another answer: at least 20 different ones, none of them common."""
    for number, cast in enumerate(casts):
        for place in cast.pointed or (0,):
            prove_open(swapped_answers(program, casts, number, place), answer)


def swapped_answers(program: ValueTerm, casts: Sequence[Cast], picture: int, place: int) -> Iterator[Value]:
    """The answers with each other entity of the kind in place of one item's.

    Entities that lack a fact of the program are passed over: the question could not be asked of them.
    """
    cast = casts[picture]
    others = [each for each in cast.world.of_kind(cast.casting.kind) if each != cast.entities[place]]
    step = max(1, len(others) // _MOST_SWAPS)
    for other in others[::step]:
        swapped = replace(cast, entities=_swapped(cast.entities, place, other))
        try:
            yield from answers(program, TableFacts([*casts[:picture], swapped, *casts[picture + 1 :]]))
        except NoFactError:
            continue


def _swapped(entities_: tuple[Entity, ...], place: int, other: Entity) -> tuple[Entity, ...]:
    return (*entities_[:place], other, *entities_[place + 1 :])


def certify_unseen(casts: Sequence[Cast], answer: Value, needs: frozenset[Ability]) -> None:
    """The answer does not stand in a picture, where it is not what is to be read."""
    for cast in casts:
        shown, small = cast.staging.shown, cast.staging.small
        looked_at = shown - small if needs == {Ability.PERCEPTION} else shown
        for entity in cast.entities:
            for name, text in cast.texts(entity).items():
                if name in looked_at and mentions(text, answer):
                    raise RejectedError(f"the picture holds the answer, as {text!r}")


def certify_steps(program: ValueTerm, casts: Sequence[Cast], library: Library, answer: Value) -> None:
    """No step can be left out.

    With a hop, no page that a search for the clue or for the name of what it identifies finds holds the
    answer. With a computation, no page of the evidence does.
    """

    def clues(subject: Subject, entity: Entity) -> Iterator[str]:
        yield entity.name
        if subject.clue is Clue.CODE and entity.code is not None:
            yield entity.code

    prove_steps(program, TableFacts(casts), library, answer, clues)


def certify_second_reading(
    program: ValueTerm, casts: Sequence[Cast], library: Library, answer: Value
) -> None:
    """Reading the printed texts and the pages gives the same answer as the tables."""
    facts = ReadFacts([read_of(cast) for cast in casts], library, bearers(program, casts))
    prove_second_reading(program, facts, answer)


def bearers(program: ValueTerm, casts: Sequence[Cast]) -> dict[int, str]:
    """Whose emblem is at each anchor where a program asks for one: what image search has to find."""
    return {
        term.slot: entity.name
        for term in walk(program)
        if isinstance(term, Subject) and term.clue is Clue.EMBLEM
        for entity in entities(term, TableFacts(casts))
    }
