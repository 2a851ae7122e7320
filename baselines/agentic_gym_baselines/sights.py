"""Pictures to learn to see on, drawn by the environments' scenes: a code, an emblem, the place of a thing.

Everything a picture is comes from its split, seed and number. No code of six characters and no emblem is in
both splits: of each seven, one is held out. Shorter codes are parts of any code: they may be in both, and
only the scenes around them are held out.
"""

import enum
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from PIL import Image

from agentic_gym.messages import Pixels
from agentic_gym_envs.scenes import TEMPLATES, Box, Scene, SceneItem, SceneTemplate
from agentic_gym_envs.scenes.samples import sample_text
from agentic_gym_envs.world.emblems import draw_emblem_rgba, emblem_figure

Split: TypeAlias = Literal["train", "held-out"]
_SPLITS: Mapping[Split, int] = MappingProxyType({"train": 0, "held-out": 1})

Window: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

CODE = "code"
LONGEST = 6
"""Characters of a whole code."""
_SIZE = (1920, 1080)
_CLUE_PX = (24.0, 28.0)
_PRINT_PX = (14.0, 32.0)
"""Font size in the picture that the model sees: what a close crop of small print comes to."""
_ROOM = 1.15
"""Least width of a crop, in widths of its text."""
_AROUND_EMBLEM = (1.1, 2.2)
_MOST_POINTED = 12
"""Things in a scene where one is to be pointed at."""
_HELD_OUT = 7
_EMBLEM_SIDE = 160
_EMBLEM_SEEDS = 1 << 40


class Ability(enum.StrEnum):
    """What is learned."""

    READ = "read"
    """A code in a crop."""
    NAME = "name"
    """What an emblem in a crop shows."""
    POINT = "point"
    """The place of a thing that a phrase names, in the whole picture."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """How hard pictures are.

    Attributes:
        side: of the square picture, in pixels; a multiple of 16.
        characters: of a code, 1 to 6.
    """

    side: int
    characters: int


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """A picture, a question about it, and the right answer.

    Attributes:
        ability: that it takes.
        pixels: uint8, side × side × 3.
        question: in words.
        answer: what is to be said.
        box: of the thing to be pointed at: left, top, right, bottom in thousandths of the sides. None for the
            other abilities.
        marks: what is shown where: x and y in pixels of the picture, and a word or a character of the answer.
    """

    ability: Ability
    pixels: Pixels
    question: str
    answer: str
    box: Window | None = None
    marks: tuple[tuple[float, float, str], ...] = ()

    def accepts(self, answer: str) -> bool:
        """Whether an answer is right: the same text; of a point, within the thing's box."""
        if self.box is None:
            return answer.strip() == self.answer
        numbers = answer.split(",")
        if len(numbers) != 2 or not all(number.strip().isdecimal() for number in numbers):
            return False
        x, y = (int(number) for number in numbers)
        left, top, right, bottom = self.box
        return left <= x <= right and top <= y <= bottom


def draw_sights(ability: Ability, lesson: Lesson, split: Split, seed: int, number: int) -> list[Sight]:
    """The sights of one scene, one for each of its things that makes one.

    Args:
        ability: what they take.
        lesson: how hard they are.
        split: `train` or `held-out`.
        seed: of the run.
        number: of the scene, from 0.
    """
    place = list(Ability).index(ability)
    rng = np.random.default_rng((_SPLITS[split], place, seed, number))
    draw = {Ability.READ: _codes, Ability.NAME: _emblems, Ability.POINT: _places}[ability]
    return draw(lesson, split, rng)


def _codes(lesson: Lesson, split: Split, rng: np.random.Generator) -> list[Sight]:
    template = _pick([template for template in TEMPLATES.values() if CODE in template.fields], rng)
    codes = [_code(lesson.characters, split, rng) for _ in range(template.capacity[1])]
    scene = _draw(template, [{**_texts(template, rng), CODE: code} for code in codes], rng)
    whole, placed = Image.fromarray(scene.pixels), [each for each in scene.placed if each.field == CODE]
    sights = []
    for each in placed:
        wide = _ROOM * (each.box[2] - each.box[0])
        largest = min(_PRINT_PX[1], lesson.side * each.font_px / wide)
        px = rng.uniform(_PRINT_PX[0], max(_PRINT_PX[0], largest))
        window = _window(each.box, lesson.side * each.font_px / px, rng)
        if not any(_touch(window, other.box) for other in placed if other is not each):
            pixels = _look(whole, window, lesson.side)
            marks = _marks(each.box, each.text, window, lesson.side)
            sights.append(Sight(Ability.READ, pixels, "Read the code.", each.text, marks=marks))
    return sights


def _emblems(lesson: Lesson, split: Split, rng: np.random.Generator) -> list[Sight]:
    template = _pick([template for template in TEMPLATES.values() if template.shows_emblems], rng)
    seeds = [_emblem_seed(split, rng) for _ in range(int(rng.integers(template.capacity[0], 13)))]
    scene = _draw(template, [_texts(template, rng) for _ in seeds], rng, seeds)
    whole = Image.fromarray(scene.pixels)
    sights = []
    for each in scene.emblems:
        side = (each.box[2] - each.box[0]) * rng.uniform(*_AROUND_EMBLEM)
        window = _window(each.box, side, rng)
        if not any(_touch(window, other.box) for other in scene.emblems if other is not each):
            figure = emblem_figure(seeds[int(each.item)])
            pixels = _look(whole, window, lesson.side)
            marks = _marks(each.box, [figure], window, lesson.side)
            sights.append(Sight(Ability.NAME, pixels, "What does the emblem show?", figure, marks=marks))
    return sights


def _places(lesson: Lesson, split: Split, rng: np.random.Generator) -> list[Sight]:
    template = _pick(list(TEMPLATES.values()), rng)
    fewest, most = template.capacity
    count = int(rng.integers(fewest, min(most, _MOST_POINTED) + 1))
    scene = _draw(template, [_texts(template, rng) for _ in range(count)], rng)
    pixels = _look(Image.fromarray(scene.pixels), (0.0, 0.0, float(_SIZE[0]), float(_SIZE[1])), lesson.side)
    sights = []
    for anchor in scene.anchors:
        left, top, right, bottom = (1000 * edge / _SIZE[number % 2] for number, edge in enumerate(anchor.box))
        answer = f"{(left + right) / 2:.0f}, {(top + bottom) / 2:.0f}"
        question = f"Where is {anchor.phrase}?"
        sights.append(Sight(Ability.POINT, pixels, question, answer, (left, top, right, bottom)))
    return sights


def _draw(
    template: SceneTemplate,
    texts: Sequence[Mapping[str, str]],
    rng: np.random.Generator,
    emblems: Sequence[int] = (),
) -> Scene:
    """A scene of things with these texts, all of them in small print; an item's key is its position."""
    items = [
        SceneItem(str(place), fields, draw_emblem_rgba(emblems[place], _EMBLEM_SIDE) if emblems else None)
        for place, fields in enumerate(texts)
    ]
    clue_px = float(rng.uniform(*_CLUE_PX))
    return template.draw(items, size=_SIZE, clue_px=clue_px, small=frozenset(template.fields), rng=rng)


def _texts(template: SceneTemplate, rng: np.random.Generator) -> dict[str, str]:
    return {name: sample_text(name, spec.max_chars, rng) for name, spec in template.fields.items()}


def _code(characters: int, split: Split, rng: np.random.Generator) -> str:
    """A code of the world's forms, or a part of one; a whole one belongs to the split."""
    while True:
        code = sample_text(CODE, LONGEST, rng)
        if characters < LONGEST:
            start = int(rng.integers(LONGEST - characters + 1))
            return code[start : start + characters]
        if _is_held_out(zlib.crc32(code.encode())) == (split == "held-out"):
            return code


def _emblem_seed(split: Split, rng: np.random.Generator) -> int:
    while True:
        seed = int(rng.integers(_EMBLEM_SEEDS))
        if _is_held_out(seed) == (split == "held-out"):
            return seed


def _is_held_out(number: int) -> bool:
    return number % _HELD_OUT == 0


def _window(box: Box, side: float, rng: np.random.Generator) -> Window:
    """A square of the picture that holds a box at a random place in it."""
    edges = []
    for low, high, limit in ((box[0], box[2], _SIZE[0]), (box[1], box[3], _SIZE[1])):
        start = rng.uniform(min(low, high - side), max(low, high - side))
        edges.append(float(np.clip(start, 0, limit - side)))
    return edges[0], edges[1], edges[0] + side, edges[1] + side


def _touch(window: Window, box: Box) -> bool:
    return window[0] < box[2] and box[0] < window[2] and window[1] < box[3] and box[1] < window[3]


def _marks(box: Box, shown: Sequence[str], window: Window, side: int) -> tuple[tuple[float, float, str], ...]:
    """What stands side by side in a box, each as wide as the next, in pixels of the window's picture."""
    left, top, right, bottom = box
    scale = side / (window[2] - window[0])
    y = ((top + bottom) / 2 - window[1]) * scale
    step = (right - left) / len(shown)
    return tuple(
        ((left + (place + 0.5) * step - window[0]) * scale, y, each) for place, each in enumerate(shown)
    )


def _look(whole: Image.Image, window: Window, side: int) -> Pixels:
    """A part of the picture, enlarged or shrunk to a square."""
    return np.asarray(whole.resize((side, side), Image.Resampling.BICUBIC, box=window, reducing_gap=2.0))


def _pick(templates: Sequence[SceneTemplate], rng: np.random.Generator) -> SceneTemplate:
    return templates[int(rng.integers(len(templates)))]
