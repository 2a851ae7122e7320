"""A flat sheet of paper: texts, rules and coloured bands, in units of its own body text.

One unit is the font size of the sheet's rows, so that a photo decides how small they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym_envs.docdesk.homography import Points, rectangle
from agentic_gym_envs.docdesk.values import Value
from agentic_gym_envs.scenes.fonts import font
from agentic_gym_envs.scenes.palette import Rgb

PITCH = 1.55
"""Distance of rows."""
_ANCHORS = {"left": "l", "right": "r", "centre": "m"}
_INK, _BLOT = 34, 56


@dataclass(frozen=True, slots=True)
class Writing:
    """A text in one line.

    Attributes:
        text: what is printed.
        at: x of its left end, right end or middle, as `align` says, and y of its middle.
        size: font size.
        cell: the name of the cell it prints; empty for what no question asks about.
    """

    text: str
    at: tuple[float, float]
    size: float = 1.0
    face: str = "sans"
    align: str = "left"
    cell: str = ""

    def corners(self) -> Points:
        """The corners of a rectangle around it."""
        loaded = font(self.face, 40)
        left, top, right, bottom = loaded.getbbox(self.text, anchor=f"{_ANCHORS[self.align]}m")
        share = self.size / 40
        x, y = self.at
        return rectangle(x + left * share, y + top * share, x + right * share, y + bottom * share)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is on a sheet, and what became of it.

    Attributes:
        width: in units.
        height: in units.
        writings: its texts; those below the tear are not there any more.
        rules: lines, each x1, y1, x2, y2.
        bands: coloured ground, each left, top, right, bottom and its colour.
        paper: colour of the sheet.
        blots: ellipses of ink, each left, top, right, bottom.
        torn: whether the lower edge is torn.
    """

    width: float
    height: float
    writings: tuple[Writing, ...]
    rules: tuple[tuple[float, float, float, float], ...] = ()
    bands: tuple[tuple[float, float, float, float, Rgb], ...] = ()
    paper: Rgb = (246, 244, 238)
    blots: tuple[tuple[float, float, float, float], ...] = ()
    torn: bool = False

    def ink(self, px: float, rng: np.random.Generator) -> Image.Image:
        """The print, dark on white, one unit as `px` pixels; mode `L`."""
        picture = Image.new("L", (round(self.width * px), round(self.height * px)), 255)
        pen = ImageDraw.Draw(picture)
        for left, top, right, bottom in self.rules:
            pen.line([left * px, top * px, right * px, bottom * px], 90, max(1, round(px / 14)))
        for writing in self.writings:
            place = (writing.at[0] * px, writing.at[1] * px)
            letters = font(writing.face, max(1.0, writing.size * px))
            pen.text(place, writing.text, _INK, font=letters, anchor=f"{_ANCHORS[writing.align]}m")
        for blot in self.blots:
            _spill(pen, blot, px, rng)
        return picture

    def ground(self, px: float) -> Image.Image:
        """The colour of paper and bands, one unit as `px` pixels; mode `RGB`."""
        picture = Image.new(
            "RGB", (max(2, round(self.width * px)), max(2, round(self.height * px))), self.paper
        )
        pen = ImageDraw.Draw(picture)
        for left, top, right, bottom, colour in self.bands:
            pen.rectangle([left * px, top * px, right * px, bottom * px], fill=colour)
        return picture

    def outline(self, rng: np.random.Generator) -> Points:
        """Its edge as a polygon; a torn one is jagged below."""
        if not self.torn:
            return rectangle(0, 0, self.width, self.height)
        steps = max(8, round(self.width * 1.5))
        along = np.linspace(self.width, 0, steps)
        depth = self.height - 0.55 * rng.random(steps) - 0.35 * (1 + np.sin(along * 0.7))
        return np.vstack([[[0, 0], [self.width, 0]], np.column_stack([along, depth])])


def _spill(
    pen: ImageDraw.ImageDraw, blot: tuple[float, float, float, float], px: float, rng: np.random.Generator
) -> None:
    """An irregular blot of ink that covers the rectangle, with a few drops around it."""
    left, top, right, bottom = (edge * px for edge in blot)
    x, y, wide, high = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    waves = 1.18 + 0.05 * sum(1 + np.sin(angles * k + rng.uniform(0, 6.3)) for k in (2, 3, 5, 8))
    # A superellipse: its corners reach those of the rectangle.
    across, down = (
        np.sign(part) * np.sqrt(np.abs(part)) * waves for part in (np.cos(angles), np.sin(angles))
    )
    edge = np.column_stack([x + wide * (across - 0.15 * np.sign(across)), y + 0.8 * high * down])
    pen.polygon([(float(a), float(b)) for a, b in edge], fill=_BLOT)
    for side in rng.choice([-1.0, 1.0], 4):
        # Drops stay in the row: nothing else may be hidden.
        a, b = x + side * wide * rng.uniform(1.5, 1.8), y + high * rng.uniform(-0.5, 0.5)
        drop = high * rng.uniform(0.05, 0.16)
        pen.ellipse([a - drop, b - drop, a + drop, b + drop], fill=_BLOT)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: what stands in its cells, and the sheet that shows it.

    Attributes:
        kind: such as `receipt`.
        title: whose it is, as printed at its head.
        cells: the value of each named cell that is legible.
        sheet: how it looks.
    """

    kind: str
    title: str
    cells: Mapping[str, Value]
    sheet: Sheet


@dataclass
class Draft:
    """A sheet while it is being written, from top to bottom.

    Attributes:
        width: in units.
        face: of the body text.
        y: the middle of the next row.
    """

    width: float
    face: str = "sans"
    y: float = 1.6
    margin: float = 1.4
    writings: list[Writing] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    bands: list[tuple[float, float, float, float, Rgb]] = field(default_factory=list)
    blots: list[tuple[float, float, float, float]] = field(default_factory=list)
    cells: dict[str, Value] = field(default_factory=dict)

    @property
    def bold(self) -> str:
        """The bold face of the body text."""
        return f"{self.face}-bold"

    @property
    def right(self) -> float:
        """The right margin's x."""
        return self.width - self.margin

    def write(
        self,
        value: Value,
        x: float,
        *,
        align: str = "left",
        cell: str = "",
        size: float = 1.0,
        face: str = "",
    ) -> None:
        """A text in the current row; one with a cell's name is what that cell says."""
        if cell:
            self.cells[cell] = value
        self.writings.append(Writing(str(value), (x, self.y), size, face or self.face, align, cell))

    def row(self, *texts: tuple[Value, float, str, str]) -> None:
        """Texts side by side, each with its x, alignment and cell; then the next row."""
        for value, x, align, cell in texts:
            self.write(value, x, align=align, cell=cell)
        self.skip()

    def heading(self, text: str, size: float, *, align: str = "centre") -> None:
        """A bold line of its own."""
        x = {"centre": self.width / 2, "left": self.margin, "right": self.right}[align]
        self.y += (size - 1) * 0.6
        self.write(text, x, align=align, size=size, face=self.bold)
        self.skip(0.5 + 0.5 * size)

    def skip(self, rows: float = 1.0) -> None:
        """Moves down."""
        self.y += PITCH * rows

    def rule(self) -> None:
        """A line across the sheet, just above the current row."""
        self.rules.append((self.margin, self.y - 0.7, self.right, self.y - 0.7))
        self.y += 0.2

    def band(self, rows: float, colour: Rgb) -> None:
        """Colours the ground of the current row and those below it."""
        self.bands.append((0, self.y - 0.75, self.width, self.y - 0.75 + rows * PITCH, colour))

    def blot(self, left: float, right: float) -> None:
        """Spills ink over the current row between two x."""
        self.blots.append((left, self.y - 0.75, right, self.y + 0.75))

    def finish(self, kind: str, title: str, *, paper: Rgb, torn: bool = False, least: float = 0.0) -> Paper:
        """The document as far as it is written."""
        height = max(self.y + (0.9 if torn else 0.6), least)
        sheet = Sheet(
            self.width,
            height,
            tuple(self.writings),
            tuple(self.rules),
            tuple(self.bands),
            paper,
            tuple(self.blots),
            torn,
        )
        return Paper(kind, title, dict(self.cells), sheet)
