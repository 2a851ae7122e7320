"""Whether a question in words is fair: it has one answer, and needs every one of its steps."""

from collections.abc import Callable, Iterator

from agentic_gym_envs.questions.evidence import RejectedError, mentions
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import (
    EntityTerm,
    Hop,
    Subject,
    answers,
    entities,
    hops,
    slots,
    walk,
)
from agentic_gym_envs.questions.proofs import (
    prove_hidden,
    prove_open,
    prove_second_reading,
    prove_steps,
    prove_unique,
)
from agentic_gym_envs.textsearch.facts import ReadFacts, TableFacts
from agentic_gym_envs.textsearch.recipes import Draft, owners
from agentic_gym_envs.textsearch.starts import Named, entities_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Choice, Value
from agentic_gym_envs.world.world import Entity

_MOST_SWAPS = 80
_PAGES_ABOUT = 40
"""Hits of a search for a name that are looked at for both the name and the answer."""


def certify(draft: Draft, library: Library, word: Callable[[Value], str]) -> Value:
    """The one answer of a question that has every certificate.

    Args:
        draft: the question.
        library: the world's pages.
        word: puts the question into words, given the answer's type.

    Raises:
        RejectedError: it lacks one.
    """
    program, facts = draft.program, TableFacts(library.world, draft.starts)
    try:
        answer = prove_unique(program, facts)
        certify_onward(draft, library)
        for slot in slots(program):
            prove_open(swapped_answers(draft, library, slot), answer)
        prove_hidden(library, answer, word(answer))
        prove_steps(program, facts, library, answer, _clues)
        certify_apart(draft, library, answer)
        prove_second_reading(program, ReadFacts(library, draft.starts), answer)
    except (NoFactError, ValueError) as error:
        raise RejectedError(str(error)) from error
    return answer


def certify_onward(draft: Draft, library: Library) -> None:
    """No chain comes back to where it was, nor to what the question names."""
    facts = TableFacts(library.world, draft.starts)
    named = owners(draft.starts, library.world)
    for term in walk(draft.program):
        if isinstance(term, Hop):
            for path in _paths(term, facts):
                if len(set(path)) < len(path) or set(path) & set(named):
                    raise RejectedError("a chain of relations comes back to where it was")


def _paths(term: Hop, facts: TableFacts) -> Iterator[list[Entity]]:
    """The entities along a chain, once for each that it may start from."""
    relations = []
    start: EntityTerm = term
    while isinstance(start, Hop):
        relations.append(start.relation)
        start = start.of
    for entity in entities(start, facts):
        path = [entity]
        for relation in reversed(relations):
            path.append(facts.follow(path[-1], relation))
        yield path


def swapped_answers(draft: Draft, library: Library, slot: int) -> Iterator[Value]:
    """The answers with each other entity of the kind in place of one start."""
    everybody = library.world.of_kind(draft.starts[slot].kind)
    for other in everybody[:: max(1, len(everybody) // _MOST_SWAPS)]:
        starts = (*draft.starts[:slot], Named(other.kind, other.name), *draft.starts[slot + 1 :])
        try:
            yield from answers(draft.program, TableFacts(library.world, starts))
        except NoFactError:
            continue


def _clues(subject: Subject, entity: Entity) -> Iterator[str]:
    yield entity.name
    if entity.code is not None:
        yield entity.code


def certify_apart(draft: Draft, library: Library, answer: Value) -> None:
    """From two hops on, no page holds both the answer and somebody whom the question starts from."""
    if isinstance(answer, Choice) or hops(draft.program) < 2:
        return
    for start in draft.starts:
        for entity in entities_of(start, library.world):
            for url in library.text_index.urls(entity.name, _PAGES_ABOUT):
                text = library.corpus[url].text
                if entity.name in text and mentions(text, answer):
                    raise RejectedError("one page holds both the start and the answer")
