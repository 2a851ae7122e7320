"""Game cartridges laid out on a table at a collectors' fair."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_shape, middle_square, mirrored, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, block_colours, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, cloth, gradient, planks, wood

_MOTIFS = ("creature", "figure", "gem", "tower", "landscape", "skyline", "waves", "rays")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
_TABLES: tuple[tuple[Texture, Rgb], ...] = (
    (wood, (150, 108, 70)),
    (planks, (96, 72, 56)),
    (cloth, (40, 44, 52)),
    (cloth, (70, 30, 36)),
)
_SHELLS: tuple[Rgb, ...] = ((150, 152, 158), (104, 106, 114), (172, 168, 158))
_SHELL = mirrored(
    (0.05, 0.0), (0.015, 0.03), (0.0, 0.08), (0.0, 0.80), (0.06, 0.84), (0.06, 0.97), (0.09, 1.0)
)
_STICKER = (0.11, 0.075, 0.89, 0.80)
_PICTURE = (0.0, 0.0, 1.0, 0.60)
_TITLE = (0.02, 0.61, 0.98, 0.99)
_CODE = (0.20, 0.835, 0.80, 0.955)


class Cartridges(Template):
    """Grey cartridges with a coloured sticker: a picture and the title, and a number pressed below."""

    name = "cartridges"
    domain: Domain = "games"
    situation = "a table of game cartridges"
    fields = field_table(
        FieldSpec("title", "the title on the sticker of the cartridge", max_chars=26),
        FieldSpec("code", "the number at the foot of the cartridge", max_chars=10),
    )
    capacity = (4, 36)
    densest = 300

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the table, then the cartridges that lie on it."""
        surface, table = canvas.pick(_TABLES)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), table, canvas.rng), (0, 0))
        shell = canvas.pick(_SHELLS)
        frame = (20, 14, PLATE_WIDTH - 20, PLATE_HEIGHT - 14)
        for item, cell in zip(items, grid(len(items), frame, aspect=0.95), strict=True):
            colour = canvas.pick(_COLOURS)
            gap = 0.045 * (cell.area[3] - cell.area[1])
            left, top, right, bottom = proportioned(inset(cell.area, gap), 0.90)
            drift_x, drift_y = canvas.rng.uniform(-0.35 * gap, 0.35 * gap, 2)
            area = (left + drift_x, top + drift_y, right + drift_x, bottom + drift_y)
            _cartridge(canvas, item, area, NAMED[colour], shell)
            canvas.anchor(item, f"the cartridge with the {colour} sticker, {position(cell)}", area)


def _cartridge(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb, shell: Rgb) -> None:
    plate = canvas.plate
    shadow(plate, area, blur=9, opacity=0.6, shift=(5, 7))
    fill_shape(plate, area, _SHELL, tint(shell, -0.5))
    body = inset(area, 2)
    fill_shape(plate, body, _SHELL, gradient(extent(body), tint(shell, 0.18), tint(shell, -0.12)))
    for side in (0.035, 0.935):
        for rib in range(6):
            ridge = part(area, (side, 0.14 + 0.10 * rib, side + 0.03, 0.165 + 0.10 * rib))
            fill_box(plate, ridge, tint(shell, -0.45))
    sticker = part(area, _STICKER)
    ground, ink = block_colours(colour)
    fill_box(plate, inset(sticker, -2), tint(shell, -0.4), radius=5)
    fill_box(plate, sticker, ground, radius=4)
    picture = part(sticker, _PICTURE)
    fill_box(plate, picture, paint(canvas.pick(_MOTIFS), extent(picture), colour, canvas.rng), radius=4)
    canvas.emblem(item, middle_square(sticker, 0.31, fraction=0.46))
    face = canvas.pick(["sans-bold", "grotesk", "book-bold-italic"])
    canvas.text(item, "title", part(sticker, _TITLE), face=face, ink=ink, lines=3, largest=40)
    plain = (226, 226, 222)
    fill_box(plate, part(area, _CODE), plain, radius=2)
    canvas.text(item, "code", inset(part(area, _CODE), 1, 0), face="mono", largest=24)
