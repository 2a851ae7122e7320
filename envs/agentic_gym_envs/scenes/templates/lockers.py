"""A locker room: painted steel doors with a crest, a name plate and a number plate."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, middle_square, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position
from agentic_gym_envs.scenes.palette import NAMED, PAPER, Rgb, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import gradient, planks, plaster

_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black")
_FLOORS: tuple[Rgb, ...] = ((96, 100, 106), (122, 104, 84), (74, 92, 100))
_FLOOR = 74
_NAME = (0.10, 0.20, 0.90, 0.40)
_CODE = (0.16, 0.83, 0.84, 0.94)
_HANDLE = (0.84, 0.50, 0.91, 0.66)
_STEEL: Rgb = (186, 190, 196)


class Lockers(Template):
    """Lockers of nine colours; the team's name on the plate above, the club number on the one below."""

    name = "lockers"
    domain: Domain = "sports"
    situation = "a locker room"
    fields = field_table(
        FieldSpec("team", "the team's name on the plate of the locker", max_chars=24),
        FieldSpec("code", "the number on the small plate at the foot of the locker", max_chars=10),
    )
    capacity = (4, 45)
    densest = 400

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the wall and the floor, then the block of lockers and the bench before it."""
        _room(canvas)
        block = (30, 26, PLATE_WIDTH - 30, PLATE_HEIGHT - _FLOOR)
        shadow(canvas.plate, block, blur=20, opacity=0.6, shift=(0, 10))
        fill_box(canvas.plate, inset(block, -8), (58, 60, 66), radius=4)
        for item, cell in zip(items, grid(len(items), block, aspect=0.64), strict=True):
            colour = canvas.pick(_COLOURS)
            area = inset(cell.area, 2)
            _locker(canvas, item, area, NAMED[colour])
            canvas.anchor(item, f"the {colour} locker, {position(cell)}", area)


def _room(canvas: Canvas) -> None:
    plate, rng = canvas.plate, canvas.rng
    plate.paste(plaster((PLATE_WIDTH, PLATE_HEIGHT), (176, 180, 178), rng), (0, 0))
    floor = planks((PLATE_WIDTH, _FLOOR), canvas.pick(_FLOORS), rng, plank=36)
    plate.paste(floor, (0, PLATE_HEIGHT - _FLOOR))
    bench = (180, PLATE_HEIGHT - 40, PLATE_WIDTH - 180, PLATE_HEIGHT - 14)
    for leg in (0.06, 0.5, 0.94):
        x = bench[0] + leg * (bench[2] - bench[0])
        fill_box(plate, (x - 9, bench[3] - 4, x + 9, PLATE_HEIGHT), (48, 50, 54))
    shadow(plate, bench, blur=10, opacity=0.55, shift=(0, 8))
    fill_box(plate, bench, planks(extent(bench), (158, 112, 70), rng, plank=13), radius=3)


def _locker(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb) -> None:
    plate = canvas.plate
    wide = area[2] - area[0]
    fill_box(plate, area, tint(colour, -0.55))
    fill_box(plate, inset(area, 1), tint(colour, 0.3))
    door = (area[0] + 2, area[1] + 2, area[2] - 1, area[3] - 1)
    fill_box(plate, door, gradient(extent(door), tint(colour, 0.08), tint(colour, -0.16)))
    fill_box(plate, part(area, (0.97, 0.0, 1.0, 1.0)), tint(colour, -0.4))
    vents = (0.055, 0.095, 0.135) if item.emblem is not None else (0.055, 0.095, 0.135, 0.70, 0.74, 0.78)
    for height in vents:
        slit = part(area, (0.28, height, 0.72, height + 0.016))
        fill_box(plate, slit, tint(colour, -0.7))
        fill_box(plate, (slit[0], slit[3], slit[2], slit[3] + 1), tint(colour, 0.4))
    handle = part(area, _HANDLE)
    fill_box(plate, inset(handle, -0.015 * wide), tint(colour, -0.5), radius=3)
    fill_box(plate, handle, gradient(extent(handle), (226, 228, 232), (126, 130, 138)), radius=2)
    canvas.label(item, "team", part(area, _NAME), paper=PAPER, face="sans-bold", lines=3, largest=34)
    canvas.emblem(item, middle_square(area, 0.61, fraction=0.46))
    canvas.label(item, "code", part(area, _CODE), paper=_STEEL, largest=26)
