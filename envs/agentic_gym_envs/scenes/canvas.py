"""The canvas of a scene: a plate to paint on, crisp print over it, and the manifest of both.

A template paints things on a *plate* that is always 1920 pixels wide, and places print (labels,
texts, emblems) in the same coordinates. `finish` lights the plate, enlarges it to the picture, and
draws the print at full resolution in the same light, labels first and texts last, so that nothing
covers a text. So a scene has one layout at every size, and painting costs the same at 1080p and 8K.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.scenes.base import (
    MIN_CONTRAST,
    MIN_LEGIBLE_SHOWN_PX,
    SHOWN_LONG_SIDE,
    Anchor,
    Box,
    Placed,
    PlacedEmblem,
    Scene,
    SceneItem,
    Size,
    clue_font_px,
)
from agentic_gym_envs.scenes.grid import Area, inset
from agentic_gym_envs.scenes.lettering import Align, Setting, fit, typeset
from agentic_gym_envs.scenes.light import Light
from agentic_gym_envs.scenes.manifest import check_manifest
from agentic_gym_envs.scenes.palette import BLACK, INK, PAPER, WHITE, Rgb, contrast, tint

PLATE_WIDTH, PLATE_HEIGHT = 1920, 1080

_T = TypeVar("_T")

_NARROW_FACE = "book"
"""Set in this face, a text takes a quarter less room than in most others."""
_PLAIN_CONTRAST = 5.5
"""A wished ink is kept from this contrast on: above the least, for thin strokes look paler than they are."""


@dataclass(frozen=True, slots=True)
class _Text:
    item: str
    field: str
    text: str
    setting: Setting
    ink: Rgb


class _Ink(NamedTuple):
    colour: Rgb
    contrast: float

    @classmethod
    def on(cls, colour: Rgb, ground: Rgb) -> "_Ink":
        return cls(colour, contrast(colour, ground))


class Canvas:
    """What a template paints on. Areas are left, top, right, bottom in plate pixels.

    Attributes:
        plate: The picture to paint on, 1920×1080.
        pen: Draws on the plate.
        rng: The scene's generator.
    """

    def __init__(
        self, template: str, *, size: Size, clue_px: float, small: frozenset[str], rng: np.random.Generator
    ) -> None:
        self.plate = Image.new("RGB", (PLATE_WIDTH, PLATE_HEIGHT))
        self.pen = ImageDraw.Draw(self.plate)
        self.rng = rng
        self._template = template
        self._size = size
        self._scale = size[0] / PLATE_WIDTH
        self._clue_px = clue_font_px(clue_px, size)
        self._small = small
        self._light = Light(rng)
        self._panels: list[Callable[[ImageDraw.ImageDraw], None]] = []
        self._emblems: list[tuple[str, Box, Image.Image]] = []
        self._texts: list[_Text] = []
        self._anchors: list[Anchor] = []

    def pick(self, options: Sequence[_T]) -> _T:
        """One of the options, by the scene's generator."""
        return options[int(self.rng.integers(len(options)))]

    def line_px(self, items: Sequence[SceneItem]) -> float:
        """The least font size, in plate pixels, that every field these items carry can be drawn in."""
        drawn = {field for item in items for field in item.texts}
        return max((self._least_px(field) for field in drawn), default=self._clue_px) / self._scale

    def _least_px(self, field: str) -> float:
        if field in self._small:
            return self._clue_px
        return MIN_LEGIBLE_SHOWN_PX * self._size[0] / SHOWN_LONG_SIDE

    def panel(self, area: Area, fill: Rgb, *, radius: float = 0, outline: Rgb | None = None) -> None:
        """A crisp label or plaque, for texts to stand on."""
        box = self._box(area)
        lit, edge = self._lit(fill, box), outline and self._lit(outline, box)
        round_by, line = radius * self._scale, max(1, round(self._scale))
        self._panels.append(
            lambda pen: pen.rounded_rectangle(box, round_by, fill=lit, outline=edge, width=line)
        )

    def text(
        self,
        item: SceneItem,
        field: str,
        area: Area,
        *,
        face: str,
        ink: Rgb = INK,
        align: Align = "centre",
        lines: int = 1,
        largest: float = 64,
    ) -> None:
        """Place a field of an item in an area, if the item has the field.

        Args:
            item: The item.
            field: A field of the template.
            area: Where the text goes, vertically centred.
            face: A typeface of `fonts.FACES`; a narrower one is taken where it does not fit.
            ink: A wish: on a background that it does not stand out from, black or white is taken.
            align: Horizontal place in the area.
            lines: Most lines that it may be broken into.
            largest: Largest font size, in plate pixels, unless the field is small.

        Raises:
            ConfigurationError: The text does not fit at the size that was asked for.
        """
        if field not in item.texts:
            return
        text, box = item.texts[field], self._box(area)
        smallest = self._least_px(field)
        limit = smallest if field in self._small else max(smallest, largest * self._scale)
        for narrower in (face, _NARROW_FACE):
            face = narrower
            px, count = fit(text, face, box, smallest=smallest, largest=limit, most_lines=lines)
            if px:
                break
        else:
            raise ConfigurationError(
                f"scene {self._template!r}, item {item.key!r}: {field} {text!r} does not fit its place at "
                f"{smallest:.0f} px: pass fewer items or a shorter text, or "
                + ("a smaller clue_px" if field in self._small else f"put {field!r} in small")
            )
        setting = typeset(text, face, box, px=px, lines=count, align=align)
        self._texts.append(_Text(item.key, field, text, setting, ink))

    def label(
        self,
        item: SceneItem,
        field: str,
        area: Area,
        *,
        paper: Rgb = PAPER,
        face: str = "mono",
        lines: int = 1,
        largest: float = 26,
    ) -> None:
        """Place a field of an item on a crisp label that fills the area, if the item has the field.

        See `text` for the arguments; `paper` is the label's colour.
        """
        if field in item.texts:
            self.panel(area, paper, radius=2, outline=tint(paper, -0.35))
            self.text(item, field, inset(area, 2, 1), face=face, lines=lines, largest=largest)

    def emblem(self, item: SceneItem, area: Area) -> None:
        """Paste an item's emblem, if it has one, into the largest square in the middle of the area."""
        if item.emblem is None:
            return
        left, top, right, bottom = self._box(area)
        side = min(right - left, bottom - top)
        x, y = (left + right - side) // 2, (top + bottom - side) // 2
        picture = Image.fromarray(item.emblem).resize((side, side), Image.Resampling.HAMMING)
        self._emblems.append((item.key, (x, y, x + side, y + side), picture))

    def anchor(self, item: SceneItem, phrase: str, area: Area) -> None:
        """Say how a question points at an item, and where the whole of it is."""
        self._anchors.append(Anchor(item.key, phrase, self._box(area)))

    def finish(self, items: Sequence[SceneItem]) -> Scene:
        """Light the plate, draw the print on it, and check the manifest."""
        picture = self._light.apply(self.plate)
        if picture.size != self._size:
            picture = picture.resize(self._size, Image.Resampling.BILINEAR)
        pen = ImageDraw.Draw(picture)
        for draw in self._panels:
            draw(pen)
        for _, box, emblem in self._emblems:
            picture.paste(emblem, box[:2], emblem)
        inks = [self._stand_out(picture, text) for text in self._texts]
        for text, ink in zip(self._texts, inks, strict=True):
            _write(pen, text.setting, ink.colour)
        scene = Scene(
            pixels=np.asarray(picture),
            anchors=tuple(self._anchors),
            placed=tuple(
                Placed(t.item, t.field, t.text, t.setting.box, t.setting.px, ink.contrast)
                for t, ink in zip(self._texts, inks, strict=True)
            ),
            emblems=tuple(PlacedEmblem(item, box) for item, box, _ in self._emblems),
            template=self._template,
        )
        check_manifest(scene, items, self._size)
        return scene

    def _stand_out(self, picture: Image.Image, text: _Text) -> _Ink:
        """An ink that the text can be read in where it stands, the wished one if it will do."""
        box = text.setting.box
        ground = _mean(picture.crop(box))
        wished = _Ink.on(self._lit(text.ink, box), ground)
        if wished.contrast >= _PLAIN_CONTRAST:
            return wished
        best = max(
            (_Ink.on(self._lit(ink, box), ground) for ink in (BLACK, WHITE)), key=lambda ink: ink.contrast
        )
        if best.contrast >= MIN_CONTRAST:
            return best
        # On a middle grey neither black nor white is plain enough: the text gets a sticker to stand on.
        pad, sticker = max(2, round(text.setting.px / 4)), self._lit(WHITE, box)
        picture.paste(sticker, (box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad))
        return _Ink.on(self._lit(INK, box), sticker)

    def _lit(self, colour: Rgb, box: Box) -> Rgb:
        middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return self._light.on(colour, middle_x / self._size[0], middle_y / self._size[1])

    def _box(self, area: Area) -> Box:
        left, top, right, bottom = (round(edge * self._scale) for edge in area)
        return left, top, right, bottom


def _write(pen: ImageDraw.ImageDraw, setting: Setting, ink: Rgb) -> None:
    for x, y, line in setting.lines:
        pen.text((x, y), line, font=setting.face, fill=ink, anchor="ls")


def _mean(picture: Image.Image) -> Rgb:
    red, green, blue = picture.reduce(picture.size).getpixel((0, 0))  # type: ignore[misc]
    return red, green, blue
