"""Questions about a crowd: each settles the looks of a draft so that it has one answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from agentic_gym_envs.finegrain.crowds import Draft, Look, draw_look
from agentic_gym_envs.finegrain.levels import Asked

_ADDED = (3, 5)
"""Fewest and most numbers of a sum."""
_LEAST_APART = 1.6
"""How far to the side of another a thing is at least, in widths of a thing, to be said to be beside it."""
_LEAD = (1, 4)
"""By how many things the place that holds most leads the next one."""
SIDES = ("left", "right")


@dataclass(frozen=True, slots=True)
class Description:
    """What a question says of things; what it does not say is empty."""

    colour: str
    kind: str
    pose: str = ""

    def fits(self, look: Look) -> bool:
        """Whether a thing of this look is meant."""
        return (self.colour, self.kind) == (look.colour, look.kind) and self.pose in ("", look.pose)


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a crowd.

    Attributes:
        asked: what is asked for.
        letters: the places it names, in its order.
        descriptions: the things it describes, one for each place or one for all.
        numbers: the numbers it names.
        answer: the right one.
        choices: what a closed answer is one of; empty where it is open.
    """

    asked: Asked
    letters: tuple[str, ...]
    descriptions: tuple[Description, ...]
    numbers: tuple[int, ...]
    answer: str
    choices: tuple[str, ...] = ()


def ask(asked: Asked, draft: Draft, rng: np.random.Generator) -> Question | None:
    """A question of a kind, or `None` where the draw leaves no room for one; changes the draft's looks."""
    return _BUILDERS[asked](draft, rng)


def _colour(draft: Draft, rng: np.random.Generator) -> Question:
    section = int(rng.integers(len(draft.sections)))
    thing = int(rng.choice(draft.within(section)))
    letters = (draft.sections[section].letter,)
    colours = tuple(draft.style.colours)
    return Question(Asked.COLOUR, letters, (), (draft.numbers[thing],), draft.looks[thing].colour, colours)


def _identify(draft: Draft, rng: np.random.Generator) -> Question:
    section = int(rng.integers(len(draft.sections)))
    thing, description = _single_out(draft, section, rng)
    letters = (draft.sections[section].letter,)
    return Question(Asked.IDENTIFY, letters, (description,), (), str(draft.numbers[thing]))


def _difference(draft: Draft, rng: np.random.Generator) -> Question:
    first, second = (int(place) for place in rng.choice(len(draft.sections), 2, replace=False))
    singled = [_single_out(draft, section, rng) for section in (first, second)]
    numbers = [draft.numbers[thing] for thing, _ in singled]
    letters = (draft.sections[first].letter, draft.sections[second].letter)
    descriptions = tuple(description for _, description in singled)
    return Question(Asked.DIFFERENCE, letters, descriptions, (), str(abs(numbers[0] - numbers[1])))


def _side(draft: Draft, rng: np.random.Generator) -> Question | None:
    section = int(rng.integers(len(draft.sections)))
    first, second = (int(thing) for thing in rng.choice(draft.within(section), 2, replace=False))
    wide = draft.boxes[first][2] - draft.boxes[first][0]
    apart = draft.boxes[first][0] - draft.boxes[second][0]
    if abs(apart) < _LEAST_APART * wide:
        return None
    letters = (draft.sections[section].letter,)
    numbers = (draft.numbers[first], draft.numbers[second])
    return Question(Asked.SIDE, letters, (), numbers, SIDES[apart > 0], SIDES)


def _sum(draft: Draft, rng: np.random.Generator) -> Question:
    section = int(rng.integers(len(draft.sections)))
    description = _describe(draft, rng, poses=False)
    things = draft.within(section)
    chosen = _choose(draft, description, things, int(rng.integers(_ADDED[0], _ADDED[1] + 1)), rng)
    letters = (draft.sections[section].letter,)
    answer = sum(draft.numbers[thing] for thing in chosen)
    return Question(Asked.SUM, letters, (description,), (), str(answer))


def _count(draft: Draft, rng: np.random.Generator) -> Question:
    fewest, most = draft.level.counted
    description = _describe(draft, rng, poses=False)
    count = int(rng.integers(fewest, most + 1))
    _choose(draft, description, list(range(len(draft.looks))), count, rng)
    return Question(Asked.COUNT, (), (description,), (), str(count))


def _most(draft: Draft, rng: np.random.Generator) -> Question:
    """Every place gets a count of its own below the winner's, which is drawn first: so none is likelier."""
    winner = int(rng.integers(len(draft.sections)))
    description = _describe(draft, rng, poses=False)
    best = int(rng.integers(8, 15))
    for section in range(len(draft.sections)):
        count = best if section == winner else best - int(rng.integers(*_LEAD))
        _choose(draft, description, draft.within(section), count, rng)
    letters = tuple(section.letter for section in draft.sections)
    return Question(Asked.MOST, (), (description,), (), letters[winner], letters)


_BUILDERS: Mapping[Asked, Callable[[Draft, np.random.Generator], Question | None]] = MappingProxyType(
    {
        Asked.COLOUR: _colour,
        Asked.IDENTIFY: _identify,
        Asked.SIDE: _side,
        Asked.SUM: _sum,
        Asked.COUNT: _count,
        Asked.DIFFERENCE: _difference,
        Asked.MOST: _most,
    }
)


def _describe(draft: Draft, rng: np.random.Generator, *, poses: bool) -> Description:
    look = draw_look(draft.style, rng)
    return Description(look.colour, look.kind, look.pose if poses else "")


def _single_out(draft: Draft, section: int, rng: np.random.Generator) -> tuple[int, Description]:
    """A thing of a place, and a description that only it fits there; others share all but one attribute."""
    description = _describe(draft, rng, poses=True)
    (thing,) = _choose(draft, description, draft.within(section), 1, rng)
    return thing, description


def _choose(
    draft: Draft, description: Description, things: list[int], count: int, rng: np.random.Generator
) -> list[int]:
    """Makes just `count` of the things fit a description; the rest come near it, and differ in one word."""
    order = [things[int(place)] for place in rng.permutation(len(things))]
    chosen, rest = order[:count], order[count:]
    for thing in chosen:
        look = draft.looks[thing]
        pose = description.pose or look.pose
        draft.looks[thing] = Look(description.colour, description.kind, pose)
    for thing in rest:
        if description.fits(draft.looks[thing]):
            draft.looks[thing] = _unlike(draft, draft.looks[thing], description, rng)
    return chosen


def _unlike(draft: Draft, look: Look, description: Description, rng: np.random.Generator) -> Look:
    """The look with one of the described attributes changed."""
    options: dict[str, list[str]] = {
        "colour": [name for name in draft.style.colours if name != look.colour],
        "kind": [name for name in draft.style.kinds if name != look.kind],
    }
    if description.pose:
        options["pose"] = [name for name in draft.style.poses if name != look.pose]
    attribute = list(options)[int(rng.integers(len(options)))]
    names = options[attribute]
    changed = names[int(rng.integers(len(names)))]
    return replace(look, **{attribute: changed})
