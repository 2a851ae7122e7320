"""A check-in desk: badges with a photo box, a name and a number, laid out with their ribbons."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_disc, fill_shape, greek, mirrored, shadow
from agentic_gym_envs.scenes.grid import Area, grid, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, cloth, gradient, wood

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "black")
_DESKS: tuple[tuple[Texture, Rgb], ...] = (
    (wood, (172, 132, 90)),
    (wood, (120, 84, 56)),
    (cloth, (60, 66, 76)),
    (cloth, (190, 186, 176)),
)
_CARD = (0.0, 0.17, 1.0, 1.0)
_RIBBON = ((0.30, 0.0), (0.37, 0.0), (0.5, 0.82), (0.63, 0.0), (0.70, 0.0), (0.545, 1.0), (0.455, 1.0))
_PHOTO = (0.07, 0.26, 0.37, 0.60)
_LINES = (0.43, 0.30, 0.90, 0.58)
_NAME = (0.05, 0.62, 0.95, 0.84)
_CODE = (0.10, 0.86, 0.90, 0.97)
_SHOULDERS = mirrored((0.34, 0.0), (0.06, 0.3), (0.0, 1.0))


class Passes(Template):
    """Badges on ribbons of eight colours; the name and the guild number on each."""

    name = "passes"
    domain: Domain = "media"
    situation = "a check-in desk with press badges"
    fields = field_table(
        FieldSpec("name", "the name on the badge", max_chars=26),
        FieldSpec("code", "the number at the foot of the badge", max_chars=10),
    )
    capacity = (4, 40)
    densest = 240
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the desk, then the badges in rows."""
        rng = canvas.rng
        surface, colour = canvas.pick(_DESKS)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), colour, rng), (0, 0))
        frame = (24, 14, PLATE_WIDTH - 24, PLATE_HEIGHT - 14)
        for item, cell in zip(items, grid(len(items), frame, aspect=0.94), strict=True):
            ribbon = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            gap = 0.05 * (bottom - top)
            area = proportioned((left + gap, top + gap, right - gap, bottom - gap), 0.86)
            _badge(canvas, item, area, NAMED[ribbon])
            canvas.anchor(item, f"the badge with the {ribbon} ribbon, {position(cell)}", area)


def _badge(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    card = part(area, _CARD)
    wide = card[2] - card[0]
    shadow(plate, card, blur=7, opacity=0.5, shift=(3, 5))
    fill_box(plate, card, (250, 250, 248), radius=0.05 * wide)
    header = part(card, (0.0, 0.0, 1.0, 0.21))
    fill_box(
        plate, header, gradient(extent(header), tint(colour, 0.1), tint(colour, -0.15)), radius=0.05 * wide
    )
    fill_box(plate, part(card, (0.0, 0.14, 1.0, 0.21)), tint(colour, -0.1))
    fill_box(plate, part(card, (0.40, 0.045, 0.60, 0.085)), tint(colour, -0.65), radius=0.02 * wide)
    ribbon = part(area, (0.0, 0.0, 1.0, 0.225))
    fill_shape(plate, ribbon, _RIBBON, tint(colour, -0.12))
    clip = part(area, (0.46, 0.185, 0.54, 0.245))
    fill_box(plate, clip, gradient(extent(clip), (232, 234, 238), (120, 124, 130)), radius=0.015 * wide)
    _photo(canvas, part(card, _PHOTO), mix(colour, PAPER, 0.72))
    line = max(4, round(0.055 * wide))
    greek(canvas.pen, part(card, _LINES), (176, 178, 184), rng, line=line)
    canvas.text(item, "name", part(card, _NAME), face="sans-bold", lines=2, largest=36)
    canvas.text(item, "code", part(card, _CODE), face="mono", largest=26)


def _photo(canvas: Canvas, area: Area, ground: Rgb) -> None:
    """A head and shoulders cut out of paper: a badge before its photo is put in."""
    plate = canvas.plate
    fill_box(plate, area, gradient(extent(area), tint(ground, 0.2), tint(ground, -0.12)), radius=2)
    figure = tint(ground, -0.45)
    fill_disc(plate, part(area, (0.32, 0.16, 0.68, 0.58)), figure)
    fill_shape(plate, part(area, (0.10, 0.62, 0.90, 1.0)), _SHOULDERS, figure)
