"""A page of figures: where each is, how it is drawn, and where its labels come to stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.messages import Pixels
from agentic_gym_envs.scenes import Box
from agentic_gym_envs.scenes.fonts import font
from agentic_gym_envs.scenes.palette import Rgb
from agentic_gym_envs.visualmath.figures import Colour, Figure, Label, Point, Stroke
from agentic_gym_envs.visualmath.levels import Level

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FINE = 2
"""How many times larger a panel is drawn than shown, for smooth lines."""
_EDGE, _NOTE_ROOM = 2.6, 1.8
"""Room around a figure and for a note below it, in label sizes."""
_HEADING = 0.055
"""Size of a panel's letter, as a share of the panel's shorter side, and at least `_LEAST_HEADING` labels."""
_LEAST_HEADING = 1.6
_LINE = 0.085
"""Width of a line, in label sizes."""


@dataclass(frozen=True, slots=True)
class Style:
    """The colours of a page, and its typeface."""

    colours: Mapping[Colour, Rgb]
    face: str


def _style(face: str, *colours: Rgb) -> Style:
    names: tuple[Colour, ...] = ("paper", "ink", "soft", "accent", "second", "fill", "shade")
    return Style(MappingProxyType(dict(zip(names, colours, strict=True))), face)


STYLES: tuple[Style, ...] = (
    _style(
        "book",
        (255, 255, 255),
        (20, 20, 24),
        (188, 192, 200),
        (196, 44, 40),
        (30, 84, 170),
        (232, 240, 250),
        (178, 206, 240),
    ),
    _style(
        "sans",
        (250, 246, 236),
        (40, 34, 30),
        (206, 196, 178),
        (178, 60, 24),
        (24, 104, 88),
        (244, 234, 208),
        (232, 204, 146),
    ),
    _style(
        "serif",
        (246, 248, 250),
        (24, 28, 44),
        (190, 200, 210),
        (150, 30, 110),
        (16, 96, 120),
        (226, 238, 236),
        (166, 212, 202),
    ),
    _style(
        "sans",
        (36, 62, 52),
        (240, 242, 236),
        (92, 116, 106),
        (255, 196, 110),
        (150, 214, 255),
        (48, 76, 66),
        (70, 112, 96),
    ),
    _style(
        "book",
        (24, 52, 98),
        (236, 242, 252),
        (76, 104, 150),
        (255, 212, 120),
        (160, 224, 200),
        (36, 66, 116),
        (60, 100, 164),
    ),
)
"""Textbook, brown paper, exam sheet, blackboard, blueprint."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A figure's place on the page.

    Attributes:
        box: of the panel, in pixels.
        origin: where the figure's (0, 0) comes to lie, in pixels.
        scale: pixels a unit of the figure.
        label_px: font size of its labels.
        face: typeface of its labels.
    """

    box: Box
    origin: Point
    scale: float
    label_px: float
    face: str

    def place(self, point: Point) -> Point:
        """Where a point of the figure comes to lie."""
        return self.origin[0] + self.scale * point[0], self.origin[1] - self.scale * point[1]

    def label_box(self, label: Label) -> Box:
        """The box around a label's ink."""
        x, y, wide, high = self._spread(label)
        return round(x - wide / 2), round(y - high / 2), round(x + wide / 2) + 1, round(y + high / 2) + 1

    def _spread(self, label: Label) -> tuple[float, float, float, float]:
        """The label's middle, width and height: it stands off its point by its own extent."""
        px = label.size * self.label_px
        left, top, right, bottom = font(self.face, 40).getbbox(label.text, anchor="ls")
        wide, high = (right - left) * px / 40, (bottom - top) * px / 40
        x, y = self.place(label.at)
        length = float(np.hypot(*label.away))
        if length:
            u, v = label.away[0] / length, label.away[1] / length
            x += u * (wide / 2 + 0.5 * px)
            y -= v * (high / 2 + 0.5 * px)
        return x, y, wide, high

    def texts(self, figure: Figure) -> list[tuple[Box, float]]:
        """What has to be made out on the figure: boxes and sizes in pixels."""
        labels = [label for label in figure.labels if label.needed]
        texts = [(self.label_box(label), label.size * self.label_px) for label in labels]
        if figure.note:
            note = note_label(figure, self)
            texts.append((self.label_box(note), self.label_px))
        for mark in figure.marks:
            (left, bottom), (right, top) = self.place(mark.low), self.place(mark.high)
            box = (round(left), round(top), round(right) + 1, round(bottom) + 1)
            texts.append((box, mark.detail * self.scale))
        return texts


def note_label(figure: Figure, panel: Panel) -> Label:
    """The note, in the middle below the figure."""
    low, high = _extent(figure)
    down = (_EDGE + 0.4) * panel.label_px / panel.scale
    return Label(figure.note, ((low[0] + high[0]) / 2, low[1] - down))


def _extent(figure: Figure) -> tuple[Point, Point]:
    points = [point for stroke in figure.strokes for point in stroke.points]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys)), (max(xs), max(ys))


def panels(figures: Sequence[Figure], level: Level, style: Style) -> list[Panel]:
    """The figures' places, in reading order."""
    columns, rows = level.panels
    wide, high = level.size[0] // columns, level.size[1] // rows
    made = []
    for number, figure in enumerate(figures):
        left, top = wide * (number % columns), high * (number // columns)
        made.append(_panel(figure, (left, top, left + wide, top + high), level.label_px, style))
    return made


def heading_px(box: Box, label_px: float) -> float:
    """Size of a panel's letter."""
    return max(_HEADING * min(box[2] - box[0], box[3] - box[1]), _LEAST_HEADING * label_px)


def _panel(figure: Figure, box: Box, px: float, style: Style) -> Panel:
    """The figure as large as the panel allows, in its middle."""
    (left, low), (right, high) = _extent(figure)
    room = _EDGE * px + 0.02 * (box[2] - box[0])
    head = heading_px(box, px) * 1.1
    foot = _NOTE_ROOM * px if figure.note else 0.0
    across = box[2] - box[0] - 2 * room - 2 * px
    down = box[3] - box[1] - 2 * room - head - foot
    scale = min(across / (right - left), down / (high - low))
    middle = ((box[0] + box[2]) / 2, (box[1] + head + box[3] - foot) / 2)
    origin = (middle[0] - scale * (left + right) / 2, middle[1] + scale * (low + high) / 2)
    return Panel(box, origin, scale, px, style.face)


# --- drawing ----------------------------------------------------------------------------------------


def draw_page(figures: Sequence[Figure], level: Level, style: Style) -> Pixels:
    """The page: uint8, height × width × 3."""
    page = Image.new("RGB", level.size, style.colours["paper"])
    is_lettered = len(figures) > 1
    for number, (figure, panel) in enumerate(zip(figures, panels(figures, level, style), strict=True)):
        letter = LETTERS[number] if is_lettered else ""
        page.paste(_draw_panel(figure, panel, style, letter), panel.box[:2])
    return np.asarray(page)


def _draw_panel(figure: Figure, panel: Panel, style: Style, letter: str) -> Image.Image:
    left, top, right, bottom = panel.box
    picture = Image.new("RGB", ((right - left) * _FINE, (bottom - top) * _FINE), style.colours["paper"])
    pen = ImageDraw.Draw(picture)

    def at(point: Point) -> Point:
        x, y = panel.place(point)
        return (x - left) * _FINE, (y - top) * _FINE

    for stroke in figure.strokes:
        _draw_stroke(
            pen, [at(point) for point in stroke.points], stroke, style, _LINE * panel.label_px * _FINE
        )
    note = [note_label(figure, panel)] if figure.note else []
    for label in (*figure.labels, *note):
        _draw_label(pen, label, panel, style)
    if letter:
        size = heading_px(panel.box, panel.label_px) * _FINE
        pen.text(
            (0.5 * size, 0.4 * size), letter, style.colours["ink"], font=font("sans-bold", size), anchor="lt"
        )
        frame = (0, 0, picture.width - 1, picture.height - 1)
        pen.rectangle(frame, outline=style.colours["soft"], width=round(2 * _FINE))
    return picture.reduce(_FINE)


def _draw_label(pen: ImageDraw.ImageDraw, label: Label, panel: Panel, style: Style) -> None:
    left, top = panel.box[:2]
    box = panel.label_box(label)
    x, y = ((box[0] + box[2]) / 2 - left) * _FINE, ((box[1] + box[3]) / 2 - top) * _FINE
    px = label.size * panel.label_px
    if label.ground:
        pad = 0.12 * px
        edges = (box[0] - left - pad, box[1] - top - pad, box[2] - left + pad, box[3] - top + pad)
        pen.rectangle([edge * _FINE for edge in edges], fill=style.colours["paper"])
    letters = font(panel.face, px * _FINE)
    ink = letters.getbbox(label.text, anchor="ls")
    start = (x - (ink[0] + ink[2]) / 2, y - (ink[1] + ink[3]) / 2)
    pen.text(start, label.text, style.colours["ink"], font=letters, anchor="ls")


def _draw_stroke(
    pen: ImageDraw.ImageDraw, points: list[Point], stroke: Stroke, style: Style, unit: float
) -> None:
    width = max(1, round(unit * stroke.width))
    colour = style.colours[stroke.colour]
    if stroke.fill is not None:
        pen.polygon(points, fill=style.colours[stroke.fill])
    if stroke.dashed:
        for dash in _dashes(points, 5 * unit):
            pen.line(dash, fill=colour, width=width)
    else:
        pen.line(points, fill=colour, width=width, joint="curve")


def _dashes(points: list[Point], length: float) -> list[list[Point]]:
    """Every other piece of the line."""
    steps = np.hypot(*np.diff(np.array(points), axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    xs, ys = np.array(points).T
    count = max(1, int(along[-1] / length) // 2 * 2 + 1)
    ends = np.linspace(0, along[-1], count + 1)
    places = list(zip(np.interp(ends, along, xs).tolist(), np.interp(ends, along, ys).tolist(), strict=True))
    return [[places[k], places[k + 1]] for k in range(0, count, 2)]
