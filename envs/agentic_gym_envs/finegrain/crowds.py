"""Crowds: hundreds of small numbered things in lettered places, laid out without being drawn.

A crowd is the manifest of its picture: what each thing is, its number, and its box. Questions are asked of
the draft from which it is laid out, and checked on the boxes (`certificates.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from agentic_gym_envs.finegrain.levels import Level
from agentic_gym_envs.scenes import Box
from agentic_gym_envs.scenes.base import clue_font_px
from agentic_gym_envs.scenes.palette import Rgb
from agentic_gym_envs.scenes.textures import Extent

HEADER = 0.115
"""The strip of a place that carries its letter, as a share of its height."""
_OCCUPIED = (0.88, 1.0)
"""Share of the room that is taken."""
_NUMBERS = range(100, 1000)


@dataclass(frozen=True, slots=True)
class Look:
    """What tells things apart: colour, kind and pose, as the style names them."""

    colour: str
    kind: str
    pose: str


@dataclass(frozen=True, slots=True)
class Style:
    """A kind of crowd: its words, and how one thing and the ground are painted.

    Attributes:
        name: of the style.
        situation: what the picture shows, for questions.
        thing: any of the things, in the singular.
        place: one of the lettered places.
        printed: where a thing's number stands: "on its roof".
        colours: each colour with what is painted.
        kinds: each kind with its noun in the singular and in the plural.
        poses: each pose with the words that follow the noun.
        aspect: width over height of a thing.
        cell: width over height of the room that a thing takes.
        paint_thing: a sprite, RGBA, of a look and an extent in original pixels.
        paint_ground: the plate with its places; takes their areas on the plate and a generator.
    """

    name: str
    situation: str
    thing: str
    place: str
    printed: str
    colours: Mapping[str, Rgb]
    kinds: Mapping[str, tuple[str, str]]
    poses: Mapping[str, str]
    aspect: float
    cell: float
    paint_thing: Callable[[Look, Extent], Image.Image]
    paint_ground: Callable[..., Image.Image]


@dataclass(frozen=True, slots=True)
class Section:
    """A lettered place; `box` is in original pixels."""

    letter: str
    box: Box


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing: its number, its look, and its box in original pixels."""

    number: int
    look: Look
    box: Box


@dataclass(frozen=True, slots=True)
class Crowd:
    """A laid-out picture, which is also its manifest; `number_px` is the font size of every number."""

    style: Style
    size: tuple[int, int]
    sections: tuple[Section, ...]
    things: tuple[Thing, ...]
    number_px: float


@dataclass
class Draft:
    """A crowd before its looks are settled: questions change them until they have one answer.

    Attributes:
        sections: the places.
        homes: for each thing the position of its place.
        numbers: for each thing its number.
        looks: for each thing its look.
        boxes: for each thing where it is.
    """

    style: Style
    level: Level
    sections: tuple[Section, ...]
    homes: list[int]
    numbers: list[int]
    looks: list[Look]
    boxes: list[Box]

    def within(self, section: int) -> list[int]:
        """The positions of the things in a place."""
        return [thing for thing, home in enumerate(self.homes) if home == section]

    def finish(self) -> Crowd:
        """The crowd."""
        things = zip(self.numbers, self.looks, self.boxes, strict=True)
        return Crowd(
            self.style,
            self.level.size,
            self.sections,
            tuple(Thing(number, look, box) for number, look, box in things),
            clue_font_px(self.level.clue_px, self.level.size),
        )


def number_box(thing: Thing, number_px: float) -> Box:
    """The label in the middle of a thing that carries its number, in original pixels."""
    x, y = (thing.box[0] + thing.box[2]) / 2, (thing.box[1] + thing.box[3]) / 2
    wide, tall = 1.06 * number_px, 0.56 * number_px
    return round(x - wide), round(y - tall), round(x + wide), round(y + tall)


def draw_look(style: Style, rng: np.random.Generator) -> Look:
    """Any look of a style, each as likely as another."""
    options = (style.colours, style.kinds, style.poses)
    colour, kind, pose = (list(names)[int(rng.integers(len(names)))] for names in options)
    return Look(colour, kind, pose)


def draw_draft(style: Style, level: Level, rng: np.random.Generator) -> Draft:
    """A crowd of things of any looks."""
    columns, rows = level.sections
    width, height = level.size
    sections = tuple(
        Section(
            chr(ord("A") + row * columns + column),
            (
                width * column // columns,
                height * row // rows,
                width * (column + 1) // columns,
                height * (row + 1) // rows,
            ),
        )
        for row in range(rows)
        for column in range(columns)
    )
    boxes: list[Box] = []
    homes: list[int] = []
    for position, section in enumerate(sections):
        taken = _slots(style, level.slots, section.box, rng)
        boxes += taken
        homes += [position] * len(taken)
    numbers = [int(number) for number in rng.choice(_NUMBERS, len(boxes), replace=False)]
    looks = [draw_look(style, rng) for _ in boxes]
    return Draft(style, level, sections, homes, numbers, looks, boxes)


def inner(box: Box) -> Box:
    """The part of a place in which things are, without its margin and its letter."""
    left, top, right, bottom = box
    margin = round(0.035 * (right - left))
    return left + margin, top + margin // 2 + round(HEADER * (bottom - top)), right - margin, bottom - margin


def _slots(style: Style, room: int, box: Box, rng: np.random.Generator) -> list[Box]:
    """Where things are in a place: in rows and columns, most of them taken, none quite in line."""
    left, top, right, bottom = inner(box)
    aspect = (right - left) / (bottom - top)
    rows = max(1, round((room * style.cell / aspect) ** 0.5))
    columns = -(-room // rows)
    wide, tall = (right - left) / columns, (bottom - top) / rows
    thing = min(wide * 0.76, tall * 0.84 * style.aspect)
    extent = round(thing), round(thing / style.aspect)
    taken = rng.permutation(rows * columns)[: round(rows * columns * rng.uniform(*_OCCUPIED))]
    boxes = []
    for slot in sorted(int(slot) for slot in taken):
        row, column = divmod(slot, columns)
        drift_x, drift_y = rng.uniform(-0.05, 0.05, 2)
        x, y = left + (column + 0.5 + drift_x) * wide, top + (row + 0.5 + drift_y) * tall
        # One extent for all, so that equal things share a sprite.
        first_x, first_y = round(x - extent[0] / 2), round(y - extent[1] / 2)
        boxes.append((first_x, first_y, first_x + extent[0], first_y + extent[1]))
    return boxes
