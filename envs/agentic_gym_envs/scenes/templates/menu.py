"""A café's menu board: dishes drawn in chalk colours, with names and prices."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_disc, fill_shape, rounded, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import plaster, wood

_SLATES: tuple[Rgb, ...] = ((40, 44, 46), (34, 50, 44), (44, 40, 50))
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white")
_PICTURE = (0.03, 0.14, 0.40, 0.86)
_NAME = (0.42, 0.08, 0.985, 0.50)
_PRICE = (0.42, 0.51, 0.985, 0.74)
_CODE = (0.42, 0.76, 0.985, 0.94)
_CUP = rounded(
    ((0.08, 0.16), (0.40, 0.2), (0.72, 0.16), (0.70, 0.6), (0.68, 0.98), (0.12, 0.98), (0.10, 0.6)), rounds=3
)
_BOWL = rounded(
    ((-0.02, 0.42), (0.5, 0.44), (1.02, 0.42), (0.98, 0.84), (0.62, 1.0), (0.38, 1.0), (0.02, 0.84)), rounds=3
)
_SLICE = ((0.02, 0.55), (0.98, 0.3), (0.98, 0.62), (0.02, 0.92))
_GLASS = ((0.24, 0.08), (0.76, 0.08), (0.66, 0.98), (0.34, 0.98))


class Menu(Template):
    """Dishes in rows, each with a chalk picture in one colour."""

    name = "menu"
    domain: Domain = "daily"
    situation = "a café's menu board"
    fields = field_table(
        FieldSpec("name", "the dish's name beside its picture", max_chars=24),
        FieldSpec("price", "the price under the dish's name", max_chars=9),
        FieldSpec("code", "the order code under the price", max_chars=10),
    )
    capacity = (4, 35)
    densest = 100
    shows_emblems = False

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint wall, frame and slate, then the dishes."""
        slate = canvas.pick(_SLATES)
        board = _board(canvas, slate)
        cells = grid(len(items), inset(board, 14, 10), aspect=1.75)
        for item, cell in zip(items, cells, strict=True):
            colour, dish = canvas.pick(_COLOURS), canvas.pick(list(_DISHES))
            area = inset(cell.area, 5, 4)
            chalk = mix(NAMED[colour], PAPER, 0.12)
            _frame(canvas, area, slate, chalk)
            _draw_dish(canvas, part(area, _PICTURE), dish, chalk)
            canvas.text(item, "name", part(area, _NAME), face="grotesk", ink=PAPER, lines=2, largest=32)
            canvas.text(
                item,
                "price",
                part(area, _PRICE),
                face="book-bold",
                ink=mix(NAMED["yellow"], PAPER, 0.4),
                largest=34,
            )
            canvas.text(item, "code", part(area, _CODE), face="mono", ink=mix(slate, PAPER, 0.85), largest=22)
            canvas.anchor(item, f"the entry with the {colour} {dish}, {position(cell)}", area)


def _board(canvas: Canvas, slate: Rgb) -> Area:
    plate, rng = canvas.plate, canvas.rng
    wall = tint(NAMED[canvas.pick(["brown", "green", "white", "blue"])], 0.3)
    plate.paste(plaster((PLATE_WIDTH, PLATE_HEIGHT), wall, rng), (0, 0))
    frame: Area = (22, 16, PLATE_WIDTH - 22, PLATE_HEIGHT - 24)
    shadow(plate, frame, blur=12, opacity=0.5, shift=(4, 10))
    fill_box(plate, frame, wood(extent(frame), (150, 104, 62), rng), radius=4)
    board = inset(frame, 20)
    fill_box(plate, inset(board, -3), (60, 40, 24))
    fill_box(plate, board, plaster(extent(board), slate, rng))
    return board


def _frame(canvas: Canvas, area: Area, slate: Rgb, chalk: Rgb) -> None:
    canvas.pen.rounded_rectangle(area, 10, outline=mix(slate, PAPER, 0.25), width=2)
    x = part(area, (0.41, 0, 1, 1))[0]
    canvas.pen.line(((x, area[1] + 12), (x, area[3] - 12)), fill=mix(slate, chalk, 0.45), width=2)


def _draw_dish(canvas: Canvas, area: Area, dish: str, chalk: Rgb) -> None:
    side = min(area[2] - area[0], area[3] - area[1])
    middle_x, middle_y = (area[0] + area[2]) / 2, (area[1] + area[3]) / 2
    square = (middle_x - side / 2, middle_y - side / 2, middle_x + side / 2, middle_y + side / 2)
    _DISHES[dish](canvas, square, chalk)


def _cup(canvas: Canvas, area: Area, chalk: Rgb) -> None:
    plate = canvas.plate
    fill_disc(plate, part(area, (0.58, 0.32, 0.98, 0.72)), chalk)
    fill_disc(plate, part(area, (0.66, 0.40, 0.90, 0.64)), tint(chalk, -0.8))
    fill_shape(plate, area, _CUP, chalk)
    fill_disc(plate, part(area, (0.10, 0.14, 0.70, 0.32)), tint(chalk, -0.55))


def _bowl(canvas: Canvas, area: Area, chalk: Rgb) -> None:
    for place in range(5):
        x, y = 0.22 + 0.14 * place, 0.38 - 0.09 * (1 - abs(place - 2) / 2)
        fill_disc(
            canvas.plate,
            part(area, (x - 0.13, y - 0.13, x + 0.13, y + 0.13)),
            tint(chalk, -0.35 + 0.14 * (place % 3)),
        )
    fill_shape(canvas.plate, area, _BOWL, chalk)
    fill_box(canvas.plate, part(area, (0.0, 0.44, 1.0, 0.48)), tint(chalk, -0.3))


def _cake(canvas: Canvas, area: Area, chalk: Rgb) -> None:
    fill_shape(
        canvas.plate,
        area,
        ((0.02, 0.52), (0.5, 0.14), (0.98, 0.27), (0.98, 0.33), (0.02, 0.58)),
        tint(chalk, 0.3),
    )
    fill_shape(canvas.plate, area, _SLICE, chalk)
    fill_shape(
        canvas.plate, area, ((0.02, 0.70), (0.98, 0.44), (0.98, 0.49), (0.02, 0.76)), tint(chalk, -0.45)
    )
    fill_disc(canvas.plate, part(area, (0.44, 0.06, 0.62, 0.24)), tint(chalk, -0.2))


def _plate(canvas: Canvas, area: Area, chalk: Rgb) -> None:
    fill_disc(canvas.plate, part(area, (0.0, 0.0, 1.0, 1.0)), chalk)
    fill_disc(canvas.plate, part(area, (0.14, 0.14, 0.86, 0.86)), tint(chalk, -0.3))
    for x, y, size in ((0.32, 0.40, 0.18), (0.58, 0.34, 0.16), (0.50, 0.60, 0.20)):
        fill_disc(canvas.plate, part(area, (x - size, y - size, x + size, y + size)), tint(chalk, 0.2 - size))


def _glass(canvas: Canvas, area: Area, chalk: Rgb) -> None:
    fill_shape(canvas.plate, area, _GLASS, mix(chalk, PAPER, 0.35))
    fill_shape(
        canvas.plate, part(area, (0.0, 0.30, 1.0, 0.96)), ((0.28, 0), (0.72, 0), (0.65, 1), (0.35, 1)), chalk
    )
    canvas.pen.line(
        (part(area, (0.55, 0.4, 1, 1))[:2], part(area, (0.74, 0.0, 1, 1))[:2]), fill=PAPER, width=4
    )


_DISHES = {"cup": _cup, "bowl": _bowl, "cake": _cake, "plate": _plate, "glass": _glass}
