"""A cork board with receipts pinned to it."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import Outline, extent, fill_box, fill_disc, fill_shape, shadow
from agentic_gym_envs.scenes.grid import Area, around, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import coloured, gradient, noise, wood

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
_PAPERS: tuple[Rgb, ...] = ((250, 249, 244), (246, 242, 228), (240, 243, 246))
_CORK: Rgb = (188, 140, 92)
_TEETH = 12
_NAME = (0.06, 0.12, 0.94, 0.32)
_ROWS = (0.10, 0.36, 0.90, 0.66)
_TOTAL = (0.38, 0.68, 0.90, 0.785)
_CODE = (0.10, 0.82, 0.90, 0.92)


def _torn() -> Outline:
    """A slip whose foot was torn off along the teeth of a till."""
    foot = [(1 - tooth / (2 * _TEETH), 1.0 - 0.018 * (tooth % 2)) for tooth in range(2 * _TEETH + 1)]
    return ((0.0, 0.0), (1.0, 0.0), *foot)


_SLIP = _torn()


class Receipts(Template):
    """Slips under pins of nine colours: a restaurant's name, the total, and a number at the foot."""

    name = "receipts"
    domain: Domain = "daily"
    situation = "a cork board with receipts"
    fields = field_table(
        FieldSpec("name", "the restaurant's name at the head of the receipt", max_chars=24),
        FieldSpec("total", "the total at the end of the receipt's list", max_chars=8),
        FieldSpec("code", "the number at the foot of the receipt", max_chars=10),
    )
    capacity = (4, 32)
    densest = 160
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the board in its frame, then the slips and their pins."""
        _board(canvas)
        frame = (34, 30, PLATE_WIDTH - 34, PLATE_HEIGHT - 30)
        for item, cell in zip(items, grid(len(items), frame, aspect=0.74), strict=True):
            colour = canvas.pick(_COLOURS)
            gap = 0.02 * (cell.area[3] - cell.area[1])
            left, top, right, bottom = proportioned(inset(cell.area, gap), 0.62)
            drift_x, drift_y = canvas.rng.uniform(-0.6 * gap, 0.6 * gap, 2)
            area = (left + drift_x, top + drift_y, right + drift_x, bottom + drift_y)
            _receipt(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the receipt with the {colour} pin, {position(cell)}", area)


def _board(canvas: Canvas) -> None:
    plate, rng = canvas.plate, canvas.rng
    half = (PLATE_WIDTH // 2, PLATE_HEIGHT // 2)
    grains = (
        0.16 * noise(half, (3.0, 3.0), rng)
        + 0.10 * noise(half, (9, 7), rng)
        + 0.04 * noise(half, (200, 160), rng)
    )
    plate.paste(coloured(_CORK, grains, (PLATE_WIDTH, PLATE_HEIGHT)), (0, 0))
    brown = canvas.pick(((112, 76, 48), (66, 48, 38), (168, 128, 84)))
    for edge in (
        (0, 0, PLATE_WIDTH, 24),
        (0, PLATE_HEIGHT - 24, PLATE_WIDTH, PLATE_HEIGHT),
        (0, 0, 24, PLATE_HEIGHT),
        (PLATE_WIDTH - 24, 0, PLATE_WIDTH, PLATE_HEIGHT),
    ):
        shadow(plate, edge, blur=8, opacity=0.5, shift=(2, 4))
        fill_box(plate, edge, wood(extent(edge), brown, rng))


def _receipt(canvas: Canvas, item: SceneItem, area: Area, pin: Rgb) -> None:
    plate = canvas.plate
    paper = canvas.pick(_PAPERS)
    wide = area[2] - area[0]
    shadow(plate, area, blur=8, opacity=0.45, shift=(3, 6))
    fill_shape(plate, area, _SLIP, gradient(extent(area), paper, tint(paper, -0.06)))
    _list(canvas, part(area, _ROWS), tint(paper, -0.32))
    fill_box(plate, part(area, (0.10, 0.672, 0.90, 0.677)), tint(paper, -0.55))
    fill_box(plate, part(area, (0.10, 0.72, 0.30, 0.735)), tint(paper, -0.55))
    canvas.text(item, "name", part(area, _NAME), face="mono-bold", lines=2, largest=34)
    canvas.text(item, "total", part(area, _TOTAL), face="sans-bold", align="right", largest=34)
    canvas.text(item, "code", part(area, _CODE), face="mono", largest=26)
    middle, reach = part(area, (0.5, 0.055, 1, 1))[:2], 0.072 * wide
    shadow(plate, around(*middle, reach), blur=4, opacity=0.5, shift=(3, 5))
    fill_disc(plate, around(*middle, reach), tint(pin, -0.3))
    fill_disc(plate, around(*middle, 0.86 * reach), pin)
    fill_disc(plate, around(middle[0] - 0.25 * reach, middle[1] - 0.3 * reach, 0.28 * reach), tint(pin, 0.6))


def _list(canvas: Canvas, area: Area, ink: Rgb) -> None:
    """What was eaten, and what it cost: lines that are too faint to be letters."""
    left, top, right, bottom = area
    step = (bottom - top) / 7
    for row in range(7):
        y = top + row * step
        end = left + (right - left) * float(canvas.rng.uniform(0.32, 0.62))
        canvas.pen.rectangle((left, y, end, y + 0.28 * step), fill=ink)
        start = right - (right - left) * float(canvas.rng.uniform(0.14, 0.22))
        canvas.pen.rectangle((start, y, right, y + 0.28 * step), fill=ink)
