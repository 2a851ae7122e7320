"""Photos of many small pictures with a note under each: a pinboard, a gallery wall, a page of an album.

They are scene templates whose items bear any square picture as their emblem. They belong to this family,
since no other shows pictures for their own sake.
"""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from agentic_gym_envs.scenes.base import Domain, FieldSpec, SceneItem
from agentic_gym_envs.scenes.canvas import PLATE_HEIGHT, PLATE_WIDTH, Canvas
from agentic_gym_envs.scenes.drawing import extent, fill_box, fill_disc, fill_shape, shadow
from agentic_gym_envs.scenes.grid import Area, around, grid, hull, inset, position, proportioned
from agentic_gym_envs.scenes.palette import INK, NAMED, PAPER, Rgb, mix, tint
from agentic_gym_envs.scenes.template import Template, field_table
from agentic_gym_envs.scenes.textures import cloth, gradient, planks, plaster

NOTE = "note"
"""The one field: what is printed under a picture."""
_NOTE_LINES = 3
_LEADING = 1.45
_WHOLE = (0, 0, PLATE_WIDTH, PLATE_HEIGHT)
_SIZE = (PLATE_WIDTH, PLATE_HEIGHT)


class Setting(Template):
    """Pictures in rows; how they hang, and what tells them apart, is for each setting to say."""

    domain: Domain = "daily"
    fields = field_table(FieldSpec(NOTE, "the note under the picture", max_chars=52))
    capacity = (3, 30)
    frame: Area = (40, 30, PLATE_WIDTH - 40, PLATE_HEIGHT - 30)

    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint the ground, then a card for each item: its picture, and under it the note."""
        self.ground(canvas)
        note = _NOTE_LINES * _LEADING * canvas.line_px(items) + 6
        for item, cell in zip(items, grid(len(items), self.frame, aspect=0.85), strict=True):
            left, top, right, bottom = inset(cell.area, 10, 8)
            side = min(right - left, bottom - top - note) - 40
            whole = proportioned((left, top, right, bottom), (side + 28) / (side + note + 40))
            wide = (whole[2] - whole[0] - side) / 2
            picture = (whole[0] + wide, whole[1] + 18, whole[2] - wide, whole[1] + 18 + side)
            label = (whole[0] + 8, picture[3] + 13, whole[2] - 8, picture[3] + 13 + note)
            kind = self.hang(canvas, whole, picture, label)
            canvas.emblem(item, picture)
            canvas.text(item, NOTE, inset(label, 5, 2), face="sans", lines=_NOTE_LINES, largest=24)
            canvas.anchor(item, f"{kind}, {position(cell)}", hull(whole, label))

    @abstractmethod
    def ground(self, canvas: Canvas) -> None:
        """Paint what the pictures hang on."""

    @abstractmethod
    def hang(self, canvas: Canvas, whole: Area, picture: Area, label: Area) -> str:
        """Paint a card around its picture and its label, and say what it is called."""


class Pinboard(Setting):
    """Cards with coloured pins on a board of cork."""

    name = "pinboard"
    situation = "a pinboard"

    def ground(self, canvas: Canvas) -> None:
        """Cork in a wooden frame."""
        canvas.plate.paste(planks(_SIZE, (120, 84, 52), canvas.rng, plank=PLATE_HEIGHT), (0, 0))
        cork: Rgb = canvas.pick(((186, 142, 96), (170, 128, 88), (196, 158, 116)))
        board = inset(_WHOLE, 24, 20)
        shadow(canvas.plate, inset(board, -6), blur=10, opacity=0.5, shift=(0, 0))
        canvas.plate.paste(cloth(extent(board), cork, canvas.rng), (24, 20))
        for _ in range(900):
            x, y = canvas.rng.uniform(30, PLATE_WIDTH - 30), canvas.rng.uniform(26, PLATE_HEIGHT - 26)
            fleck = tint(cork, canvas.rng.uniform(-0.35, 0.2))
            canvas.pen.ellipse((x, y, x + canvas.rng.uniform(2, 7), y + canvas.rng.uniform(2, 5)), fill=fleck)

    def hang(self, canvas: Canvas, whole: Area, picture: Area, label: Area) -> str:
        """A paper card with a pin at its top."""
        pin = canvas.pick(("red", "blue", "green", "yellow", "black"))
        paper = mix(PAPER, canvas.pick(((246, 243, 234), (224, 232, 240), (244, 232, 200))), 0.7)
        shadow(canvas.plate, whole, blur=9, opacity=0.45, shift=(4, 6))
        fill_box(canvas.plate, whole, gradient(extent(whole), tint(paper, 0.1), tint(paper, -0.05)), radius=3)
        fill_box(canvas.plate, inset(picture, -2), tint(paper, -0.25))
        middle = (whole[0] + whole[2]) / 2
        shadow(canvas.plate, around(middle, whole[1] + 8, 6), blur=4, opacity=0.5, shift=(3, 5))
        fill_disc(canvas.plate, around(middle, whole[1] + 8, 8), NAMED[pin])
        fill_disc(canvas.plate, around(middle - 2, whole[1] + 6, 3), tint(NAMED[pin], 0.5))
        return f"the card with the {pin} pin"


class Gallery(Setting):
    """Framed pictures on a wall, each over a plate with a note."""

    name = "gallery"
    situation = "a wall of framed pictures"

    def ground(self, canvas: Canvas) -> None:
        """A painted wall."""
        wall: Rgb = canvas.pick(((196, 190, 176), (126, 142, 134), (150, 120, 112), (108, 122, 146)))
        canvas.plate.paste(plaster(_SIZE, wall, canvas.rng), (0, 0))

    def hang(self, canvas: Canvas, whole: Area, picture: Area, label: Area) -> str:
        """A frame around the picture, and a plate under it."""
        name = canvas.pick(list(_FRAMES))
        colour, frame = _FRAMES[name], inset(picture, -11)
        shadow(canvas.plate, frame, blur=10, opacity=0.5, shift=(5, 8))
        fill_box(canvas.plate, frame, gradient(extent(frame), tint(colour, 0.25), tint(colour, -0.3)))
        fill_box(canvas.plate, inset(picture, -4), tint(colour, -0.5))
        shadow(canvas.plate, label, blur=5, opacity=0.4, shift=(2, 3))
        fill_box(canvas.plate, label, gradient(extent(label), (244, 242, 236), (226, 223, 214)), radius=2)
        return f"the picture in the {name} frame"


_FRAMES: Mapping[str, Rgb] = MappingProxyType(
    {"gold": (186, 148, 66), "black": (40, 38, 38), "white": (232, 230, 224), "brown": (112, 74, 44)}
)


class AlbumPage(Setting):
    """Pictures with paper corners on the page of an album, each over a strip with a note."""

    name = "album"
    situation = "a page of an album"

    def ground(self, canvas: Canvas) -> None:
        """A card page in its binding, on a table."""
        page: Rgb = canvas.pick(((58, 56, 58), (74, 62, 52), (52, 62, 72), (206, 196, 174)))
        canvas.plate.paste(planks(_SIZE, (152, 112, 74), canvas.rng), (0, 0))
        sheet = (16, 12, PLATE_WIDTH - 16, PLATE_HEIGHT - 12)
        shadow(canvas.plate, sheet, blur=14, opacity=0.6, shift=(4, 8))
        canvas.plate.paste(cloth(extent(sheet), page, canvas.rng), (16, 12))
        fill_box(canvas.plate, (16, 12, 30, PLATE_HEIGHT - 12), tint(page, -0.35))

    def hang(self, canvas: Canvas, whole: Area, picture: Area, label: Area) -> str:
        """A coloured mount with paper corners over its edges, and a strip of paper."""
        name = canvas.pick(("red", "blue", "green", "white", "orange"))
        mount = inset(picture, -9)
        shadow(canvas.plate, mount, blur=5, opacity=0.5, shift=(2, 3))
        fill_box(canvas.plate, mount, mix(NAMED[name], PAPER, 0.12))
        for corner in (0, 1):
            for floor in (0, 1):
                _paper_corner(canvas, mount, corner, floor)
        shadow(canvas.plate, label, blur=4, opacity=0.4, shift=(1, 2))
        fill_box(canvas.plate, label, mix(PAPER, (222, 208, 170), canvas.rng.uniform(0.1, 0.6)))
        return f"the picture on the {name} mount"


def _paper_corner(canvas: Canvas, mount: Area, right: int, floor: int) -> None:
    """A triangle over a corner of a mount, outside of the picture."""
    x = mount[2] - 9 if right else mount[0] - 4
    y = mount[3] - 9 if floor else mount[1] - 4
    outer, inner = (1.0 if right else 0.0), (0.0 if right else 1.0)
    top, low = (1.0 if floor else 0.0), (0.0 if floor else 1.0)
    fill_shape(
        canvas.plate, (x, y, x + 13, y + 13), ((outer, top), (inner, top), (outer, low)), tint(INK, 0.75)
    )


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {setting.name: setting for setting in (Pinboard(), Gallery(), AlbumPage())}
)
