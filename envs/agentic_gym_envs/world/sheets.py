"""Tables that stand on a page as a picture only: leaflets with small print, which have to be read off.

What a sheet says is in its columns and rows; where on the picture its table is follows from these alone, so
that nothing depends on how a typeface is drawn.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.fonts import font
from agentic_gym.messages import Pixels
from agentic_gym_envs.world.portraits import draw_painting

SIZE = (2000, 2828)
"""Width and height in pixels, those of A4 paper: shown at 1024, the small print is 4 pixels high."""
FONT_PX = 11.0
MOST_ROWS = 34
Box: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels; right and bottom are exclusive."""
Colour: TypeAlias = tuple[int, int, int]

_LETTER = 0.62 * FONT_PX
"""Pixels that a letter takes at most, on average over a line."""
_PADDING, _ROW, _MARGIN, _FOOT = 14, 22, 110, 110
_PICTURE_TOP = 400
_PAPERS: tuple[Colour, ...] = ((250, 248, 242), (243, 246, 250), (252, 244, 236), (241, 247, 240))
_INKS: tuple[Colour, ...] = ((33, 52, 88), (112, 30, 38), (28, 84, 62), (84, 50, 110), (92, 64, 24))


@dataclass(frozen=True)
class Sheet:
    """A table as a picture.

    Attributes:
        heading: in large letters, also legible when the picture is shown small.
        columns: the headings of the columns.
        rows: a text for each column.
        seed: of its colours and its illustration.
    """

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    seed: int

    @cached_property
    def box(self) -> Box:
        """Where the table is."""
        width = round(sum(self._widths))
        bottom = SIZE[1] - _FOOT - 60
        return _MARGIN, bottom - _ROW * (len(self.rows) + 1), _MARGIN + width, bottom

    @cached_property
    def _widths(self) -> list[float]:
        """The width of each column, for its longest text."""
        texts = zip(self.columns, *self.rows, strict=True)
        return [max(map(len, column)) * _LETTER + 2 * _PADDING for column in texts]

    def draw(self) -> Pixels:
        """The picture: uint8 2828 × 2000 × 3."""
        rng = np.random.default_rng(self.seed)
        paper = _PAPERS[int(rng.integers(len(_PAPERS)))]
        ink = _INKS[int(rng.integers(len(_INKS)))]
        picture = Image.new("RGB", SIZE, paper)
        brush = ImageDraw.Draw(picture)
        self._paint_head(brush, ink)
        size = (SIZE[0] - 2 * _MARGIN, self.box[1] - _PICTURE_TOP - 60)
        picture.paste(Image.fromarray(draw_painting(self.seed, 600)).resize(size), (_MARGIN, _PICTURE_TOP))
        self._paint_table(brush, ink, paper)
        _paint_foot(brush, ink)
        return np.asarray(picture)

    def _paint_head(self, brush: ImageDraw.ImageDraw, ink: Colour) -> None:
        brush.rectangle((0, 0, SIZE[0], 60), fill=ink)
        # A long heading is set smaller, so that it stays on the page.
        px = min(100.0, (SIZE[0] - 2 * _MARGIN) / (0.64 * len(self.heading)))
        face = font("DejaVuSerif-Bold.ttf", px)
        brush.text((_MARGIN, 220), self.heading, fill=ink, font=face, anchor="lm")
        brush.line((_MARGIN, 320, SIZE[0] - _MARGIN, 320), fill=ink, width=5)

    def _paint_table(self, brush: ImageDraw.ImageDraw, ink: Colour, paper: Colour) -> None:
        left, top, right, bottom = self.box
        brush.rectangle((left, top, right, top + _ROW), fill=ink)
        bold, plain = font("DejaVuSans-Bold.ttf", FONT_PX), font("DejaVuSans.ttf", FONT_PX)
        for number, row in enumerate((self.columns, *self.rows)):
            middle = top + _ROW * number + _ROW // 2
            if number and number % 2 == 0:
                stripe = (left, middle - _ROW // 2, right, middle + _ROW // 2)
                brush.rectangle(stripe, fill=_mixed(paper, ink, 0.08))
            x = left + _PADDING
            for text, width in zip(row, self._widths, strict=True):
                colour = _mixed(ink, (0, 0, 0), 0.5) if number else paper
                brush.text((x, middle), text, fill=colour, font=plain if number else bold, anchor="lm")
                x += round(width)
        brush.rectangle((left, top, right, bottom), outline=ink, width=2)


def _paint_foot(brush: ImageDraw.ImageDraw, ink: Colour) -> None:
    brush.rectangle((0, SIZE[1] - _FOOT, SIZE[0], SIZE[1]), fill=ink)
    words = "No responsibility is taken for misprints. Please take this leaflet with you."
    face = font("DejaVuSans-Oblique.ttf", 36)
    brush.text((_MARGIN, SIZE[1] - _FOOT // 2), words, fill=(255, 255, 255), font=face, anchor="lm")


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (
        round(one * (1 - share) + two * share) for one, two in zip(colour, other, strict=True)
    )
    return red, green, blue
