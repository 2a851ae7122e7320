"""The contract of the scenes: what a caller hands in, and the picture and manifest it gets back.

A scene knows no task and no world. It gets items with texts, draws them as things a person would
believe (packages on a shelf, shirts on a wall), and says in a manifest where each text stands. The
manifest is the ground truth: the same scene is verified on it, never on pixels, because pixels
depend on the versions of Pillow and FreeType.

Three lengths are used throughout. *Original* pixels are those of the picture that is returned.
*Shown* pixels are those of the same picture shrunk to 1024 on its long side, which is what an agent
sees first. *Clue* pixels are font sizes on a picture 3840 wide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from agentic_gym.errors import ConfigurationError, unknown_name

Domain = Literal["daily", "media", "sports", "knowledge", "games"]
Size = tuple[int, int]
"""Width and height in pixels."""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in original pixels; right and bottom are exclusive."""

SHOWN_LONG_SIDE = 1024
CLUE_SCALE_WIDTH = 3840
MIN_CLUE_FONT_PX = 9.0
"""Smallest font, in original pixels, that is still read in a crop (8 px is where reading starts to fail)."""
MIN_LEGIBLE_SHOWN_PX = 11.0
"""Smallest font, in shown pixels, for a text that must be read without a crop."""
MIN_ANCHOR_SHOWN_PX = 24.0
MIN_EMBLEM_SHOWN_PX = 48.0
MIN_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3: the least contrast ratio of text to background that counts as readable."""
MIN_WIDTH, MAX_WIDTH = 1280, 7680
ROOMY_CLUE_PX = 28.0
"""The largest clue of the levels: with all texts of this size, a template holds its `capacity`."""
_PACKING = 0.85
"""Share of the room that is used: the rows of a grid do not come out even."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneItem:
    """One thing in the scene.

    Attributes:
        key: The caller's id of the item; never drawn.
        texts: The texts to draw, by field of the template. Fields left out are not drawn.
        emblem: An RGBA logo or crest, uint8 of shape (n, n, 4), for templates that show emblems.
    """

    key: str
    texts: Mapping[str, str]
    emblem: NDArray[np.uint8] | None = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A text that an item of a template may carry.

    Attributes:
        name: Key in `SceneItem.texts`.
        what: Where it is to be read, for questions: "the catalogue code on the label".
        max_chars: Longest text. While the field is small, one of words of at most 12 letters is sure to fit.
        optional: Whether an item may leave it out.
    """

    name: str
    what: str
    max_chars: int
    optional: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """Manifest entry: a text that was drawn.

    Attributes:
        item: Key of the item it belongs to.
        field: Field of the template.
        text: The text, as handed in; a wrapped text is one entry with the words in order.
        box: Smallest box around the ink, in original pixels.
        font_px: Font size in original pixels.
        contrast: WCAG contrast ratio of the ink to the background it stands on, 1 to 21.
    """

    item: str
    field: str
    text: str
    box: Box
    font_px: float
    contrast: float


@dataclass(frozen=True, slots=True)
class PlacedEmblem:
    """Manifest entry: an emblem that was pasted, with its box in original pixels."""

    item: str
    box: Box


@dataclass(frozen=True, slots=True)
class Anchor:
    """How a question points at an item: true, unique in the scene, and visible at shown size.

    Attributes:
        item: Key of the item.
        phrase: A noun phrase: "the red shirt, third from the left in the top row".
        box: The whole thing the phrase names, its label included: every text and emblem of the item lies
            in it. In original pixels; at least 24 shown pixels a side.
    """

    item: str
    phrase: str
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A drawn scene and its manifest; `pixels` is uint8 of shape (height, width, 3)."""

    pixels: NDArray[np.uint8]
    anchors: tuple[Anchor, ...]
    placed: tuple[Placed, ...]
    emblems: tuple[PlacedEmblem, ...]
    template: str


class SceneTemplate(Protocol):
    """A kind of scene. Stateless: one instance draws any number of scenes.

    Attributes:
        name: Key in the table of templates.
        domain: The domain of RealX whose things it shows.
        situation: What the picture shows, for questions: "In this photo of a supermarket shelf, …".
        fields: The texts an item may carry, by name.
        capacity: Fewest and most items, whatever the size of the clue.
        densest: Most items where all texts are small; see `most_items`.
        shows_emblems: Whether items may carry an emblem.
    """

    name: str
    domain: Domain
    situation: str
    fields: Mapping[str, FieldSpec]
    capacity: tuple[int, int]
    densest: int
    shows_emblems: bool

    def draw(
        self,
        items: Sequence[SceneItem],
        *,
        size: Size,
        clue_px: float,
        small: frozenset[str],
        rng: np.random.Generator,
    ) -> Scene:
        """Draw the items; the same arguments give the same pixels.

        Args:
            items: What to show, in reading order.
            size: Width and height of the picture: 16:9, 1280 to 7680 wide.
            clue_px: Font size of the `small` fields, in pixels of a picture 3840 wide.
            small: Fields that are legible in a crop of the original and not at shown size. The other
                fields are drawn legible at shown size.
            rng: Decides layout, colours and decor.

        Raises:
            ConfigurationError: The items do not fit the template, or a text does not fit its place.
        """
        ...


def clue_font_px(clue_px: float, size: Size) -> float:
    """Font size in original pixels of a clue given on the scale of a picture 3840 wide.

    >>> clue_font_px(20, (1920, 1080))
    10.0
    """
    return clue_px * size[0] / CLUE_SCALE_WIDTH


def shown_px(length: float, size: Size) -> float:
    """A length in original pixels, in pixels of the picture shrunk to 1024 on the long side.

    >>> shown_px(90, (3840, 2160))
    24.0
    """
    return length * SHOWN_LONG_SIDE / max(size)


def most_items(template: SceneTemplate, clue_px: float) -> int:
    """How many items a scene holds whose texts are all small and that bear no emblems.

    A layout in which texts of `ROOMY_CLUE_PX` fit can shrink with the texts, so the number grows with the
    square of the ratio, until the things themselves would be hard to tell apart (`densest`).
    """
    most = template.capacity[1]
    grown = most * (ROOMY_CLUE_PX / clue_px) ** 2 * _PACKING
    return max(most, min(int(grown), template.densest))


def check_request(
    template: SceneTemplate, items: Sequence[SceneItem], *, size: Size, clue_px: float, small: frozenset[str]
) -> None:
    """Refuse what a template cannot draw.

    Raises:
        ConfigurationError: Says what was got and what the template takes.
    """
    _check_size(size, clue_px)
    _check_count(template, items, clue_px)
    if len({item.key for item in items}) != len(items):
        raise ConfigurationError(f"scene {template.name!r}: two items share a key; give each its own")
    for field in sorted(small):
        if field not in template.fields:
            raise unknown_name(f"field in small= of scene {template.name!r}", field, template.fields)
    for item in items:
        _check_item(template, item)


def _check_size(size: Size, clue_px: float) -> None:
    width, height = size
    if width * 9 != height * 16 or not MIN_WIDTH <= width <= MAX_WIDTH:
        raise ConfigurationError(
            f"scenes are 16:9 and {MIN_WIDTH} to {MAX_WIDTH} wide, got {width}x{height}: try 1920x1080"
        )
    font_px = clue_font_px(clue_px, size)
    if font_px < MIN_CLUE_FONT_PX:
        raise ConfigurationError(
            f"clue_px={clue_px} gives a font of {font_px:.1f} px in a picture {width} wide; at least "
            f"{MIN_CLUE_FONT_PX:.0f} px can be read: ask for a larger picture or a larger clue"
        )
    if shown_px(font_px, size) >= MIN_LEGIBLE_SHOWN_PX:
        raise ConfigurationError(
            f"clue_px={clue_px} would be read without a crop: it must be below "
            f"{MIN_LEGIBLE_SHOWN_PX * CLUE_SCALE_WIDTH / SHOWN_LONG_SIDE:.0f}"
        )


def _check_count(template: SceneTemplate, items: Sequence[SceneItem], clue_px: float) -> None:
    fewest, most = template.capacity
    if all(item.emblem is None for item in items):
        most = most_items(template, clue_px)
    if not fewest <= len(items) <= most:
        raise ConfigurationError(
            f"scene {template.name!r} takes {fewest} to {most} items, got {len(items)}: pass fewer or more"
        )


def _check_item(template: SceneTemplate, item: SceneItem) -> None:
    for field, text in item.texts.items():
        if field not in template.fields:
            raise unknown_name(f"field of scene {template.name!r}", field, template.fields)
        longest = template.fields[field].max_chars
        if not 1 <= len(text) <= longest or not text.isprintable() or text != " ".join(text.split()):
            raise ConfigurationError(
                f"scene {template.name!r}, item {item.key!r}: {field} is one line of 1 to {longest} "
                f"printable characters without doubled or outer spaces, got {text!r}"
            )
    required = {field for field, spec in template.fields.items() if not spec.optional}
    if missing := sorted(required - set(item.texts)):
        raise ConfigurationError(f"scene {template.name!r}, item {item.key!r} lacks {', '.join(missing)}")
    if item.emblem is not None:
        _check_emblem(template, item.key, item.emblem)


def _check_emblem(template: SceneTemplate, key: str, emblem: NDArray[np.uint8]) -> None:
    if not template.shows_emblems:
        raise ConfigurationError(f"scene {template.name!r} shows no emblems, but item {key!r} has one")
    square = emblem.ndim == 3 and emblem.shape[0] == emblem.shape[1] and emblem.shape[2] == 4
    if not square or emblem.dtype != np.uint8:
        raise ConfigurationError(
            f"an emblem is uint8 of shape (n, n, 4), item {key!r} has {emblem.dtype} {emblem.shape}"
        )
