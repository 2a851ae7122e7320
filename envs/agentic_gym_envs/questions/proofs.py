"""What is proved of a question before it is asked, whatever family it belongs to.

Each proof raises `RejectedError` where it fails, and the family then draws the next candidate. Facts are
those of the world's tables, unless a proof says otherwise.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from agentic_gym.errors import ContractError
from agentic_gym_envs.questions.evidence import RejectedError, evidence, mentions, words_find
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import (
    Compute,
    Entity,
    Facts,
    Subject,
    ValueTerm,
    answers,
    entities,
    hops,
    walk,
)
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Choice, Integer, Measure, Money, Value
from agentic_gym_envs.world.world import Entity as WorldEntity

MIN_DISTINCT = 20
"""Different answers that other subjects would lead to."""
MAX_SHARE = 0.10
"""Share of the most common one of them."""
MAX_CLOSED_EXCESS = 0.15
"""How far the most common one may be above chance where the answers are a closed list."""


def prove_unique(program: ValueTerm, facts: Facts[Entity]) -> Value:
    """The one value under every grounding of the program's subjects, which is no empty one."""
    found = answers(program, facts)
    if len(found) != 1:
        raise RejectedError(f"{len(found)} answers under all that the question may mean")
    (answer,) = found
    if isinstance(program, Compute) and isinstance(answer, Integer | Measure | Money):
        nothing = 1 if program.operation is Operation.RATIO else 0
        if answer.number == nothing:
            raise RejectedError("nothing differs")
    return answer


def prove_open(others: Iterable[Value], answer: Value) -> None:
    """Other subjects would lead to other answers: at least 20 different ones, none of them common.

    Closed answers are balanced instead.
    """
    found = Counter(others)
    total, most = sum(found.values()), max(found.values(), default=0)
    if isinstance(answer, Choice):
        if len(found) < 2 or most > total * (1 / len(found) + MAX_CLOSED_EXCESS):
            raise RejectedError(f"closed answers are not balanced: {found.most_common(3)}")
    elif len(found) < MIN_DISTINCT or most > MAX_SHARE * total:
        raise RejectedError(f"{len(found)} different answers, the most common {most} of {total} times")


def prove_hidden(library: Library, answer: Value, question: str, most: int = 10) -> None:
    """The answer stands neither in the question nor on any of the ten pages that its own words find.

    Args:
        library: the world's pages.
        answer: the right one.
        question: as it is worded so far.
        most: how many pages to look at: more than ten where some words are not known yet.
    """
    if mentions(question, answer):
        raise RejectedError("the question holds its answer")
    if isinstance(answer, Choice):
        return  # any weekday stands on some page; what counts is that the closed answers are balanced
    if words_find(library, answer, question, most):
        raise RejectedError("a search for the question's words finds a page with the answer")


def prove_steps(
    program: ValueTerm,
    facts: Facts[WorldEntity],
    library: Library,
    answer: Value,
    clues: Callable[[Subject, WorldEntity], Iterable[str]],
) -> None:
    """No step can be left out.

    With a hop, no page that a search for a clue finds holds the answer. With a computation, no page of
    the evidence does.

    Args:
        program: the question.
        facts: of the tables.
        library: the world's pages.
        answer: the right one.
        clues: the words by which a subject's entity is looked up, and its name.
    """
    if isinstance(answer, Choice):
        return
    if isinstance(program, Compute):
        if any(mentions(text, answer) for text in evidence(program, facts, library)):
            raise RejectedError("a page of the evidence holds what is to be computed")
    elif not hops(program):
        return
    for subject in (term for term in walk(program) if isinstance(term, Subject)):
        for entity in entities(subject, facts):
            if any(words_find(library, answer, words) for words in clues(subject, entity)):
                raise RejectedError("a page found by the clue holds the answer, without the steps between")


def prove_second_reading(program: ValueTerm, facts: Facts[Entity], answer: Value) -> None:
    """What is read off the pages (and, where there is a picture, off its texts) gives the same answer."""
    read = answers(program, facts)
    if read != {answer}:
        raise RejectedError(f"the tables give {answer}, the pages {read or 'nothing'}")


def prove_again(task: object, answer: Value, certify: Callable[[], Value]) -> None:
    """A made task has every certificate still, and the answer that it was made with.

    Args:
        task: names it in the error.
        answer: what it was made with.
        certify: proves it, and gives its answer.

    Raises:
        ContractError: it lacks a certificate, or has another answer.
    """
    try:
        found = certify()
    except RejectedError as error:
        raise ContractError(f"{task} is no fair question: {error}") from error
    if found != answer:
        raise ContractError(f"{task} was made with the answer {answer}, and has {found}")
