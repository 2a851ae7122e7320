"""A card table: the cards of a trading-card game laid out in rows."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, greek, middle_square, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, block_colours, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, cloth, gradient, planks, wood

_MOTIFS = ("creature", "tower", "gem", "figure", "landscape", "seascape", "rays")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "white", "black")
_TABLES: tuple[tuple[Texture, Rgb], ...] = (
    (cloth, (26, 92, 62)),
    (cloth, (112, 30, 40)),
    (cloth, (34, 52, 96)),
    (wood, (112, 74, 44)),
    (planks, (140, 104, 70)),
)
_NAME = (0.05, 0.03, 0.95, 0.23)
_ART = (0.07, 0.245, 0.93, 0.625)
_BOX = (0.07, 0.65, 0.93, 0.83)
_POWER = (0.60, 0.845, 0.95, 0.965)
_CODE = (0.05, 0.865, 0.58, 0.96)


class Cards(Template):
    """Cards with a coloured border, a picture, a name, a power number and a card code."""

    name = "cards"
    domain: Domain = "games"
    situation = "a card table"
    fields = field_table(
        FieldSpec("name", "the name at the top of the card", max_chars=22),
        FieldSpec("power", "the power number in the lower right corner of the card", max_chars=4),
        FieldSpec("code", "the card code in the lower left corner", max_chars=10),
    )
    capacity = (4, 32)
    densest = 400

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the table, then the cards that lie on it."""
        rng = canvas.rng
        surface, table = canvas.pick(_TABLES)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), table, rng), (0, 0))
        border = inset((0, 0, PLATE_WIDTH, PLATE_HEIGHT), 10)
        canvas.pen.rounded_rectangle(border, 26, outline=mix(table, PAPER, 0.25), width=3)
        for item, cell in zip(
            items, grid(len(items), (24, 18, PLATE_WIDTH - 24, PLATE_HEIGHT - 18), aspect=0.80), strict=True
        ):
            colour = canvas.pick(_COLOURS)
            drift_x, drift_y = rng.uniform(-4, 4, 2)
            left, top, right, bottom = proportioned(inset(cell.area, 7, 6), 0.74)
            area = (left + drift_x, top + drift_y, right + drift_x, bottom + drift_y)
            _card(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the card with the {colour} border, {position(cell)}", area)


def _card(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    radius = 0.045 * (area[2] - area[0])
    shadow(plate, area, blur=7, opacity=0.55, shift=(4, 6))
    fill_box(plate, area, PAPER, radius=radius)
    body = inset(area, 3)
    fill_box(plate, body, gradient(extent(body), tint(colour, 0.14), tint(colour, -0.14)), radius=radius)
    art = part(area, _ART)
    fill_box(plate, inset(art, -3), tint(colour, -0.6))
    hue = NAMED[canvas.pick(("red", "orange", "yellow", "green", "blue", "purple", "pink"))]
    fill_box(plate, art, paint(canvas.pick(_MOTIFS), extent(art), hue, rng))
    rules = part(area, _BOX)
    fill_box(plate, rules, mix(PAPER, colour, 0.12), radius=4)
    greek(canvas.pen, inset(rules, 9, 8), mix(PAPER, (40, 36, 32), 0.55), rng, line=9)
    ground, ink = block_colours(colour)
    fill_box(plate, part(area, _NAME), ground, radius=5)
    canvas.emblem(item, middle_square(area, 0.435, fraction=0.36))
    canvas.text(item, "name", inset(part(area, _NAME), 3, 0), face="book-bold", ink=ink, lines=2, largest=36)
    if "power" in item.texts:
        fill_box(plate, part(area, _POWER), tint(colour, -0.75), radius=9)
        canvas.text(item, "power", part(area, _POWER), face="sans-bold", ink=PAPER, largest=48)
    if "code" in item.texts:
        fill_box(plate, part(area, _CODE), ground, radius=3)
        canvas.text(item, "code", part(area, _CODE), face="mono", ink=ink, largest=22)
