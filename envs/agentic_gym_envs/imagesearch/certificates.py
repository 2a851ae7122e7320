"""Whether a question about a photo is fair: it has one answer, and needs a search just where it should."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from agentic_gym_envs.imagesearch.cards import Card, Cast, looks
from agentic_gym_envs.imagesearch.facts import ReadFacts, TableFacts
from agentic_gym_envs.imagesearch.recipes import Draft
from agentic_gym_envs.imagesearch.settings import NOTE
from agentic_gym_envs.questions.evidence import RejectedError, mentions
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Hop, Subject, answers, entities, slots, walk
from agentic_gym_envs.questions.proofs import (
    prove_hidden,
    prove_open,
    prove_second_reading,
    prove_steps,
    prove_unique,
)
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value
from agentic_gym_envs.world.world import Entity

_MOST_SWAPS = 80


def certify(draft: Draft, library: Library, word: Callable[[Value], str]) -> Value:
    """The one answer of a question that has every certificate.

    Args:
        draft: the question and its photo.
        library: the world's pages.
        word: puts the question into words, given the answer's type, with no phrase for any anchor.

    Raises:
        RejectedError: it lacks one.
    """
    facts = TableFacts(draft.cast, draft.fact)
    try:
        answer = prove_unique(draft.program, facts)
        certify_distinct(draft.cast)
        for slot in slots(draft.program):
            prove_open(swapped_answers(draft, slot), answer)
        prove_hidden(library, answer, word(answer))
        certify_notes(draft, answer)
        if not draft.is_answered:
            prove_steps(draft.program, facts, library, answer, _clues)
        certify_second_reading(draft, library, answer)
    except (NoFactError, ValueError) as error:
        raise RejectedError(str(error)) from error
    return answer


def certify_distinct(cast: Cast) -> None:
    """No two cards look the same, and every note fits under its picture."""
    if len({looks(card.entity) for card in cast.cards}) < len(cast.cards):
        raise RejectedError("two cards look the same")
    longest = cast.template.fields[NOTE].max_chars
    if any(len(note) > longest for note in cast.notes()):
        raise RejectedError(f"a note is longer than {longest} characters")


def certify_notes(draft: Draft, answer: Value) -> None:
    """Where a search is needed, no note in the photo holds the answer."""
    if draft.is_answered:
        return
    for note in draft.cast.notes():
        if mentions(note, answer):
            raise RejectedError(f"the photo holds the answer, as {note!r}")


def certify_second_reading(draft: Draft, library: Library, answer: Value) -> None:
    """The notes, or else the pages, give the same answer as the tables."""
    notes, used = draft.cast.notes(), slots(draft.program)
    told = [notes[draft.cast.pointed[slot]] for slot in used]
    recognised = {slot: draft.cast.at(slot).entity.name for slot in used}
    facts = ReadFacts(told, draft.fact, library, recognised)
    prove_second_reading(draft.program, facts, answer)
    if draft.is_answered:
        prove_second_reading(draft.read_off, facts, answer)


def swapped_answers(draft: Draft, slot: int) -> Iterator[Value]:
    """The answers with each other entity of the kind in place of one that the question points at."""
    cast, place = draft.cast, draft.cast.pointed[slot]
    everybody = cast.world.of_kind(cast.cards[place].entity.kind)
    for other in everybody[:: max(1, len(everybody) // _MOST_SWAPS)]:
        cards = (*cast.cards[:place], Card(other, draft.fact), *cast.cards[place + 1 :])
        try:
            yield from answers(draft.read_off, TableFacts(replace(cast, cards=cards), draft.fact))
        except NoFactError:
            continue


def _clues(subject: Subject, entity: Entity) -> Iterator[str]:
    yield entity.name


def searches_needed(draft: Draft) -> int:
    """How many searches the answer takes: one to recognise each picture, one for each page beyond."""
    if draft.is_answered:
        return 0
    facts = TableFacts(draft.cast, draft.fact)
    found = [
        entity
        for term in walk(draft.program)
        if isinstance(term, Subject | Hop)
        for entity in entities(term, facts)
    ]
    return len(set(found))
