"""An errand: one thing that a user wants, the calls that do it, and its words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agentic_gym.messages import ToolCall


class AmbiguityError(Exception):
    """What an errand speaks of is not there, or not alone."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A value that only an earlier call gives.

    Attributes:
        step: the call's place in its errand.
        pick: finds the value in the call's result.
        errand: the errand's place in the task, where it is not the same errand.
    """

    step: int
    pick: Callable[[Any], Any]
    errand: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A call of which some arguments may be references."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing that a user wants.

    Attributes:
        phrases: ways to ask for it, with slots.
        vague: ways to ask that leave out what `told` gives.
        told: what the user says when asked for it.
        words: what stands in the slots.
        steps: calls that do it; the last one changes something.
        question: what the user wants to know besides; empty where nothing.
        fact: the answer to the question.
        made: what the errand made, and its id, where a later errand can speak of it.
    """

    phrases: tuple[str, ...]
    vague: tuple[str, ...]
    told: str
    words: Mapping[str, object]
    steps: tuple[Step, ...]
    question: str = ""
    fact: Ref | None = None
    made: tuple[str, Ref] | None = None

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions that it calls, in order."""
        return tuple(step.name for step in self.steps)


Results: TypeAlias = list[list[Any]]
"""For each errand so far the results of its calls so far."""


def looked_up(ref: Ref, results: Results) -> Any:
    """The value of a reference; `results` ends with those of the errand that it belongs to."""
    return ref.pick(results[-1 if ref.errand is None else ref.errand][ref.step])


def call_of(step: Step, results: Results) -> ToolCall:
    """The call of a step, once the calls before it have given their results."""
    arguments = {
        name: looked_up(value, results) if isinstance(value, Ref) else value
        for name, value in step.arguments.items()
    }
    return ToolCall(step.name, arguments)


def at(*path: str | int) -> Callable[[Any], Any]:
    """Picks what stands at a path.

    >>> at("paths", 0)({"paths": ["a", "b"]})
    'a'
    """

    def pick(result: Any) -> Any:
        for key in path:
            result = result[key]
        return result

    return pick


def only(rows: str, *path: str) -> Callable[[Any], Any]:
    """Picks the one row there is, or what stands at a path in it.

    >>> only("tickets", "id")({"tickets": [{"id": "a"}]})
    'a'

    Raises:
        AmbiguityError: when it picks, and there is not one row.
    """

    def pick(result: Any) -> Any:
        if len(result[rows]) != 1:
            raise AmbiguityError(f"there are {len(result[rows])} {rows}")
        return at(0, *path)(result[rows])

    return pick


def first_by(
    rows: str, key: str, give: str, *, largest: bool = False, **having: object
) -> Callable[[Any], Any]:
    """Picks a field of the row that is least (or largest) by a key among those that have given values.

    >>> first_by("rows", "fare", "id")({"rows": [{"id": "a", "fare": 5}, {"id": "b", "fare": 3}]})
    'b'

    Raises:
        AmbiguityError: when it picks, and there is no such row, or there are two.
    """

    def pick(result: Any) -> Any:
        fit = [row for row in result[rows] if all(row[name] == value for name, value in having.items())]
        fit.sort(key=lambda row: row[key], reverse=largest)
        if not fit or (len(fit) > 1 and fit[0][key] == fit[1][key]):
            raise AmbiguityError(f"of {len(fit)} {rows} none stands out by its {key}")
        return fit[0][give]

    return pick
