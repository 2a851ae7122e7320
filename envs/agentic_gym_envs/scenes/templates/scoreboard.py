"""A stadium at dusk with a great electronic scoreboard."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, glow, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, block_colours, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import cloth, gradient

_SKIES: tuple[tuple[Rgb, Rgb], ...] = (
    ((18, 28, 66), (206, 120, 92)),
    ((20, 40, 88), (110, 150, 196)),
    ((12, 14, 34), (58, 64, 110)),
)
_BOARD: Area = (64, 74, 1856, 858)
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
_LAMPS: Rgb = (255, 206, 92)
_TEAM = (0.03, 0.03, 0.97, 0.30)
_CREST = (0.03, 0.32, 0.48, 0.98)
_SCORE = (0.49, 0.33, 0.97, 0.70)
_SCORE_ALONE = (0.05, 0.33, 0.95, 0.70)
_CODE = (0.49, 0.75, 0.97, 0.95)
_CODE_ALONE = (0.05, 0.75, 0.95, 0.95)


class Scoreboard(Template):
    """Results on lit panels: a team in a strip of its colour, the score, and a code of the match."""

    name = "scoreboard"
    domain: Domain = "sports"
    situation = "a stadium with a scoreboard"
    fields = field_table(
        FieldSpec("team", "the team's name on the panel", max_chars=24),
        FieldSpec("score", "the score on the panel", max_chars=7),
        FieldSpec("code", "the match code in the lower corner of the panel", max_chars=10),
    )
    capacity = (4, 28)
    densest = 90

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint sky, stands and pitch, then the board and its panels."""
        _stadium(canvas)
        cells = grid(len(items), inset(_BOARD, 16), aspect=1.45)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            area = inset(cell.area, 5, 5)
            _panel(canvas, item, area, NAMED[colour])
            canvas.anchor(
                item, f"the panel with the {colour} strip, {position(cell)} of the scoreboard", area
            )


def _stadium(canvas: Canvas) -> None:
    plate, rng = canvas.plate, canvas.rng
    plate.paste(gradient((PLATE_WIDTH, 700), *canvas.pick(_SKIES)), (0, 0))
    plate.paste(_crowd((PLATE_WIDTH, 260), rng), (0, 660))
    fill_box(plate, (0, 648, PLATE_WIDTH, 664), (62, 66, 76))
    _pitch(canvas, 928)
    for side in (20, PLATE_WIDTH - 20):
        fill_box(plate, (side - 6, 30, side + 6, 700), (70, 74, 84))
        glow(plate, (side, 40), (260, 260), 230)
        for lamp in range(8):
            x, y = side - 18 + 12 * (lamp % 4), 24 + 14 * (lamp // 4)
            fill_box(plate, (x - 5, y - 5, x + 5, y + 5), (255, 252, 236), radius=3)
    for leg in (430, PLATE_WIDTH - 430):
        fill_box(plate, (leg - 26, 840, leg + 26, 930), gradient((52, 90), (84, 88, 98), (40, 42, 50)))
    shadow(plate, _BOARD, blur=22, opacity=0.6, shift=(0, 16))
    fill_box(plate, _BOARD, gradient(extent(_BOARD), (54, 58, 68), (26, 28, 34)), radius=12)
    fill_box(plate, inset(_BOARD, 10), (10, 11, 14), radius=6)


def _crowd(size: tuple[int, int], rng: np.random.Generator) -> Image.Image:
    """Thousands of people as specks of colour in rows of seats."""
    width, height = size[0] // 5, size[1] // 5
    clothes = np.array([tint(colour, -0.2) for colour in NAMED.values()], dtype=np.uint8)
    people = clothes[rng.integers(0, len(clothes), (height, width))]
    empty = rng.random((height, width)) < 0.3
    people[empty] = (46, 50, 62)
    people[::3] = people[::3] // 2
    dim = np.linspace(0.45, 0.85, height)[:, None, None]
    return Image.fromarray((people * dim).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)


def _pitch(canvas: Canvas, top: int) -> None:
    plate, rng = canvas.plate, canvas.rng
    boards = (0, top - 22, PLATE_WIDTH, top + 4)
    fill_box(plate, boards, (24, 26, 32))
    for board in range(12):
        colour = NAMED[canvas.pick(_COLOURS)]
        left = board * PLATE_WIDTH / 12
        fill_box(plate, (left + 2, top - 20, left + PLATE_WIDTH / 12 - 2, top + 2), tint(colour, -0.25))
    plate.paste(cloth((PLATE_WIDTH, PLATE_HEIGHT - top - 4), (44, 118, 52), rng), (0, top + 4))
    for stripe in range(0, 14, 2):
        # Mown stripes run towards the viewer, so they widen with nearness.
        near, far = (stripe - 7) * 330 + 960, (stripe - 7) * 190 + 960
        points = ((far, top + 4), (far + 190, top + 4), (near + 330, PLATE_HEIGHT), (near, PLATE_HEIGHT))
        canvas.pen.polygon(points, fill=(36, 102, 46))
    canvas.pen.line(((0, top + 26), (PLATE_WIDTH, top + 26)), fill=(226, 234, 226), width=4)
    canvas.pen.line(
        ((PLATE_WIDTH / 2, top + 26), (PLATE_WIDTH / 2, PLATE_HEIGHT)), fill=(226, 234, 226), width=7
    )


def _panel(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    fill_box(plate, area, gradient(extent(area), (34, 37, 46), (20, 22, 28)), radius=5)
    strip = part(area, (0, 0, 1, 0.32))
    ground, ink = block_colours(colour)
    fill_box(plate, strip, gradient(extent(strip), tint(colour, 0.1), ground), radius=5)
    canvas.emblem(item, part(area, _CREST))
    lonely = item.emblem is None
    canvas.text(item, "team", part(area, _TEAM), face="sans-bold", ink=ink, lines=2, largest=32)
    canvas.text(
        item,
        "score",
        part(area, _SCORE_ALONE if lonely else _SCORE),
        face="mono-bold",
        ink=_LAMPS,
        largest=84,
    )
    if "score" not in item.texts:
        _no_score(canvas, part(area, _SCORE_ALONE if lonely else _SCORE))
    canvas.text(
        item, "code", part(area, _CODE_ALONE if lonely else _CODE), face="mono", ink=PAPER, largest=24
    )


def _no_score(canvas: Canvas, area: Area) -> None:
    """A match that has not begun: two dashes and a colon, as lamps show them."""
    unit = 0.11 * (area[3] - area[1])
    x, y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    for dash in (x - 3.4 * unit, x + 3.4 * unit):
        fill_box(canvas.plate, (dash - 1.6 * unit, y - 0.4 * unit, dash + 1.6 * unit, y + 0.4 * unit), _LAMPS)
    for dot in (y - 1.5 * unit, y + 1.5 * unit):
        fill_box(
            canvas.plate, (x - 0.45 * unit, dot - 0.45 * unit, x + 0.45 * unit, dot + 0.45 * unit), _LAMPS
        )
