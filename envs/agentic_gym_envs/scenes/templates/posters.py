"""A wall of film posters in a cinema lobby."""

from collections.abc import Sequence

from agentic_gym_envs.scenes.artwork import paint
from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, greek, middle_square, shadow
from agentic_gym_envs.scenes.grid import Area, grid, inset, part, position, proportioned
from agentic_gym_envs.scenes.palette import NAMED, Rgb, block_colours, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import Texture, bricks, cloth, planks, plaster

_MOTIFS = ("landscape", "seascape", "skyline", "figure", "rays", "waves", "tower")
_COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink")
_WALLS: tuple[Texture, ...] = (plaster, bricks, cloth, planks)
_TITLE = (0.05, 0.555, 0.95, 0.735)
_CREDIT = (0.05, 0.74, 0.95, 0.885)
_FOOT = (0.10, 0.915, 0.90, 0.99)


class Posters(Template):
    """Posters with a title, the director's name in the credit block, and a code at the foot."""

    name = "posters"
    domain: Domain = "media"
    situation = "a wall of film posters"
    fields = field_table(
        FieldSpec("title", "the title on the poster", max_chars=26),
        FieldSpec("director", "the director's name above the credit block", max_chars=22),
        FieldSpec("code", "the distribution code at the foot of the poster", max_chars=10),
    )
    capacity = (4, 27)
    densest = 160

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the lobby's wall, then each poster in its frame."""
        rng = canvas.rng
        wall = tint(NAMED[canvas.pick(["red", "blue", "grey", "brown", "purple"])], -rng.uniform(0.45, 0.6))
        surface = canvas.pick(_WALLS)
        canvas.plate.paste(surface((PLATE_WIDTH, PLATE_HEIGHT), wall, rng), (0, 0))
        frame = canvas.pick(((34, 34, 38), (176, 146, 84), (206, 206, 210)))
        for item, cell in zip(
            items,
            grid(len(items), (30, 6, PLATE_WIDTH - 30, PLATE_HEIGHT - 6), aspect=0.76),
            strict=True,
        ):
            colour = canvas.pick(_COLOURS)
            area = proportioned(inset(cell.area, 9, 9), 0.70)
            _poster(canvas, item, area, NAMED[colour], frame)
            canvas.anchor(item, f"the {colour} poster, {position(cell)}", area)


def _poster(canvas: Canvas, item: SceneItem, area: Area, colour: Rgb, frame: Rgb) -> None:
    plate, rng = canvas.plate, canvas.rng
    shadow(plate, area, blur=12, opacity=0.6, shift=(6, 10))
    fill_box(plate, area, frame, radius=2)
    fill_box(plate, (area[0], area[1], area[2], area[1] + 2), tint(frame, 0.4))
    sheet = inset(area, 5)
    picture = part(sheet, (0, 0, 1, 0.56))
    fill_box(plate, picture, paint(canvas.pick(_MOTIFS), extent(picture), colour, rng))
    ground, ink = block_colours(colour)
    fill_box(plate, part(sheet, (0, 0.55, 1, 1)), ground)
    canvas.emblem(item, middle_square(sheet, 0.30, fraction=0.38))
    face = canvas.pick(["sans-bold", "book-bold", "grotesk", "book-bold-italic"])
    canvas.text(item, "title", part(sheet, _TITLE), face=face, ink=ink, lines=3, largest=56)
    canvas.text(item, "director", part(sheet, _CREDIT), face="book", ink=ink, lines=2, largest=26)
    greek(canvas.pen, part(sheet, (0.14, 0.892, 0.86, 0.91)), mix(ground, ink, 0.45), rng, line=7)
    canvas.text(item, "code", part(sheet, _FOOT), face="mono", ink=ink, largest=22)
