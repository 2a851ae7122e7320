"""A wall of record sleeves in a record shop."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_disc, middle_square, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, block_colours, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, bricks, planks, plaster, wood

_MOTIFS = ("rings", "waves", "rays", "abstract", "landscape", "seascape", "skyline", "portrait", "figure")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
_WALLS: tuple[Texture, ...] = (planks, bricks, plaster)
_ARTIST = (0.04, 0.005, 0.96, 0.215)
_PICTURE = (0.0, 0.215, 1.0, 0.615)
_TITLE = (0.04, 0.625, 0.96, 0.835)
_CODE = (0.48, 0.86, 0.95, 0.96)


class Records(Template):
    """Sleeves on ledges, some with the record drawn out a little."""

    name = "records"
    domain: Domain = "media"
    situation = "a wall of record sleeves"
    fields = field_table(
        FieldSpec("title", "the album title on the sleeve", max_chars=26),
        FieldSpec("artist", "the artist's name at the top of the sleeve", max_chars=22),
        FieldSpec("code", "the catalogue number in the corner of the sleeve", max_chars=10),
    )
    capacity = (4, 32)
    densest = 160

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the wall and its ledges, then the sleeves that stand on them."""
        rng = canvas.rng
        wall = tint(NAMED[canvas.pick(["brown", "white", "grey", "blue", "green"])], rng.uniform(-0.3, 0.15))
        surface = canvas.pick(_WALLS)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), wall, rng), (0, 0))
        cells = grid(len(items), (24, 4, PLATE_WIDTH - 24, PLATE_HEIGHT - 2), aspect=1.02)
        for bottom in sorted({cell.area[3] for cell in cells}):
            _ledge(canvas, bottom)
        for item, cell in zip(items, cells, strict=True):
            colour = canvas.pick(_COLOURS)
            left, top, right, bottom = cell.area
            area = proportioned((left + 12, top + 8, right - 12, bottom - 20), 1.0, stand=True)
            _sleeve(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the {colour} record sleeve, {position(cell)}", area)


def _ledge(canvas: Canvas, bottom: float) -> None:
    board = (0, bottom - 20, PLATE_WIDTH, bottom - 4)
    shadow(canvas.plate, board, blur=10, opacity=0.5, shift=(0, 8))
    fill_box(canvas.plate, board, wood(extent(board), (126, 88, 56), canvas.rng))
    fill_box(canvas.plate, (0, bottom - 20, PLATE_WIDTH, bottom - 17), (176, 134, 92))


def _sleeve(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    shadow(plate, area, blur=10, opacity=0.55, shift=(7, 4))
    if rng.random() < 0.35:
        side = area[2] - area[0]
        disc = (area[0] + 0.09 * side, area[1] + 0.02 * side, area[0] + 1.05 * side, area[1] + 0.98 * side)
        for ring in range(4):
            fill_disc(plate, inset(disc, 5 * ring), (22 + 12 * (ring % 2),) * 3)
    picture = part(area, _PICTURE)
    fill_box(plate, picture, paint(canvas.pick(_MOTIFS), extent(picture), colour, rng))
    ground, ink = block_colours(colour)
    fill_box(plate, part(area, (0, 0, 1, 0.22)), ground)
    fill_box(plate, part(area, (0, 0.61, 1, 1)), ground)
    fill_box(plate, part(area, (0, 0.61, 1, 0.618)), mix(colour, PAPER, 0.6))
    fill_box(plate, (area[0], area[1], area[0] + 2, area[3]), tint(colour, 0.45))
    canvas.emblem(item, middle_square(area, 0.415, fraction=0.36))
    canvas.text(
        item,
        "artist",
        part(area, _ARTIST),
        face=canvas.pick(["grotesk", "sans", "book-bold"]),
        ink=ink,
        lines=2,
        largest=30,
    )
    canvas.text(
        item,
        "title",
        part(area, _TITLE),
        face=canvas.pick(["book-bold", "sans-bold", "book-bold-italic"]),
        ink=ink,
        lines=2,
        largest=44,
    )
    if "code" in item.texts:
        fill_box(plate, part(area, _CODE), PAPER, radius=2)
        canvas.text(item, "code", inset(part(area, _CODE), 2, 0), face="mono", largest=24)
