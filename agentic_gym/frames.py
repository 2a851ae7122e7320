"""What `render()` shows: the conversation as text for a terminal, and as a picture of fixed size."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.blocks import Block, BlockKind, blocks
from agentic_gym.fonts import font
from agentic_gym.messages import ImagePart, Message, Pixels, Role, TextPart
from agentic_gym.typesetting import fit_lines, text_width

Colour: TypeAlias = tuple[int, int, int]

# Text for a terminal.

_RESET, _DIM = "\x1b[0m", "\x1b[2m"
_ROLE_CODES: dict[Role, str] = {
    "system": "\x1b[1;35m",
    "user": "\x1b[1;33m",
    "assistant": "\x1b[1;36m",
    "tool": "\x1b[1;33m",
}
_KIND_CODES = {BlockKind.THOUGHT: _DIM, BlockKind.CALL: "\x1b[36m", BlockKind.ANSWER: "\x1b[1;32m"}


def write_transcript(messages: Sequence[Message]) -> str:
    """The conversation as readable text with light ANSI colour; pictures as `[image_2 640x480]`."""
    return "\n\n".join(map(_transcribe, messages))


def _transcribe(message: Message) -> str:
    lines = [f"{_ROLE_CODES[message.role]}── {message.role}{_RESET}"]
    for block in _blocks(message):
        if isinstance(block, ImagePart):
            height, width = block.pixels.shape[:2]
            lines.append(f"[{block.name} {width}x{height}]")
            continue
        text = (f"{block.label}\n" if block.label else "") + block.text
        code = _KIND_CODES.get(block.kind, "")
        lines.append(f"{code}{text}{_RESET if code else ''}")
    return "\n".join(lines)


def _blocks(message: Message) -> list[Block | ImagePart]:
    return blocks(part.text if isinstance(part, TextPart) else part for part in message.parts)


# A picture of fixed size.

_BACKGROUND: Colour = (236, 239, 244)
_BAR: Colour = (31, 41, 59)
_INK: Colour = (26, 32, 44)
_FAINT: Colour = (104, 114, 132)
_BUBBLES: dict[Role, Colour] = {
    "system": (226, 230, 238),
    "user": (255, 255, 255),
    "assistant": (213, 230, 253),
    "tool": (255, 255, 255),
}
_INSETS: dict[BlockKind, Colour] = {
    BlockKind.CALL: (31, 41, 59),
    BlockKind.RESULT: (243, 245, 249),
    BlockKind.ANSWER: (21, 128, 81),
}
_BAR_HEIGHT, _MARGIN, _PADDING, _GAP = 40, 16, 14, 8
_THUMBNAIL = (350, 240)
_MOST_THUMBNAILS = 4
_MAGNIFICATION = 3.0


@dataclass(frozen=True, slots=True)
class _Style:
    """How a kind of block is lettered: typeface, size and leading in pixels, ink, and lines at most."""

    file: str
    px: int
    leading: int
    ink: Colour
    lines: int


_STYLES = {
    BlockKind.TEXT: _Style("DejaVuSans.ttf", 15, 21, _INK, 14),
    BlockKind.THOUGHT: _Style("DejaVuSans-Oblique.ttf", 14, 20, _FAINT, 8),
    BlockKind.CALL: _Style("DejaVuSansMono.ttf", 13, 18, (226, 232, 240), 14),
    BlockKind.RESULT: _Style("DejaVuSansMono.ttf", 13, 18, _INK, 16),
    BlockKind.ANSWER: _Style("DejaVuSans-Bold.ttf", 16, 22, (255, 255, 255), 6),
}
_LABEL = _Style("DejaVuSansMono-Bold.ttf", 12, 18, (125, 211, 252), 1)
_SYSTEM = _Style("DejaVuSans.ttf", 13, 18, _FAINT, 2)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Wrapped lines in one style, on an inset of their own where `fill` is given."""

    lines: tuple[str, ...]
    style: _Style
    fill: Colour | None = None
    label: str = ""

    @property
    def inset(self) -> int:
        return _PADDING - 4 if self.fill else 0

    @property
    def height(self) -> int:
        label = _LABEL.leading if self.label else 0
        return 2 * self.inset + label + len(self.lines) * self.style.leading


@dataclass(frozen=True, slots=True)
class _Thumbnail:
    """A picture of the conversation, scaled, with its name."""

    picture: Image.Image
    caption: str

    @property
    def height(self) -> int:
        return self.picture.height + 18


@dataclass(frozen=True, slots=True)
class _Bubble:
    """One message, laid out: paragraphs on the left, pictures in a column on the right."""

    role: Role
    paragraphs: tuple[_Paragraph, ...]
    thumbnails: tuple[_Thumbnail, ...]
    text_width: int

    @property
    def height(self) -> int:
        return 2 * _PADDING + max(_stacked(self.paragraphs), _stacked(self.thumbnails))

    @property
    def width(self) -> int:
        column = max((thumbnail.picture.width for thumbnail in self.thumbnails), default=0)
        gap = _PADDING if column and self.text_width else 0
        return 2 * _PADDING + self.text_width + gap + column


def draw_frame(messages: Sequence[Message], size: tuple[int, int] = (960, 720)) -> Pixels:
    """The newest part of the conversation as a picture.

    Args:
        messages: the conversation so far.
        size: width and height of the frame in pixels.

    Returns:
        uint8, height × width × 3.
    """
    width, height = size
    frame = Image.new("RGB", size, _BACKGROUND)
    room = height - _BAR_HEIGHT - _MARGIN
    bubbles = list(_newest(messages, width, room))
    used = sum(bubble.height + _MARGIN for bubble in bubbles)
    # A conversation that fits hangs from the top, a longer one stands on the bottom.
    y = min(_BAR_HEIGHT + _MARGIN, height - used)
    for bubble in reversed(bubbles):
        _paint_bubble(frame, bubble, y)
        y += bubble.height + _MARGIN
    _paint_bar(frame, messages)
    return np.array(frame, dtype=np.uint8)


def _newest(messages: Sequence[Message], width: int, room: int) -> Iterator[_Bubble]:
    """Bubbles from the last message backwards, until they fill the room."""
    for message in reversed(messages):
        if room <= 0:
            return
        bubble = _lay_out(message, width * 4 // 5)
        room -= bubble.height + _MARGIN
        yield bubble


def _lay_out(message: Message, widest: int) -> _Bubble:
    found = _blocks(message) or [Block(BlockKind.THOUGHT, "(an empty message)")]
    pictures = [part for part in found if isinstance(part, ImagePart)]
    thumbnails = tuple(map(_thumbnail, pictures[:_MOST_THUMBNAILS]))
    column = max((thumbnail.picture.width + _PADDING for thumbnail in thumbnails), default=0)
    room = widest - 2 * _PADDING - column
    paragraphs = tuple(_paragraph(block, message.role, room) for block in found if isinstance(block, Block))
    text_room = max(map(_width, paragraphs), default=0)
    return _Bubble(message.role, paragraphs, thumbnails, text_room)


def _paragraph(block: Block, role: Role, room: int) -> _Paragraph:
    style = _SYSTEM if role == "system" else _STYLES[block.kind]
    fill = _INSETS.get(block.kind)
    inset = 2 * (_PADDING - 4) if fill else 0
    letters = font(style.file, style.px)
    lines = fit_lines(block.text, letters, room - inset, style.lines)
    return _Paragraph(lines, style, fill, block.label)


def _width(paragraph: _Paragraph) -> int:
    letters = font(paragraph.style.file, paragraph.style.px)
    widest = max((text_width(letters, line) for line in paragraph.lines), default=0)
    label = text_width(font(_LABEL.file, _LABEL.px), paragraph.label)
    return round(max(widest, label)) + 1 + 2 * paragraph.inset


def _thumbnail(image: ImagePart) -> _Thumbnail:
    height, width = image.pixels.shape[:2]
    scale = min(_THUMBNAIL[0] / width, _THUMBNAIL[1] / height, _MAGNIFICATION)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    resampling = Image.Resampling.BILINEAR if scale < 1 else Image.Resampling.BICUBIC
    picture = Image.fromarray(image.pixels).resize(size, resampling, reducing_gap=2.0)
    return _Thumbnail(picture, f"{image.name}  {width}x{height}")


def _stacked(parts: Sequence[_Paragraph] | Sequence[_Thumbnail]) -> int:
    return sum(part.height for part in parts) + _GAP * max(0, len(parts) - 1)


# Paint.


def _paint_bar(frame: Image.Image, messages: Iterable[Message]) -> None:
    draw = ImageDraw.Draw(frame)
    draw.rectangle((0, 0, frame.width, _BAR_HEIGHT - 1), fill=_BAR)
    turns = sum(message.role == "assistant" for message in messages)
    middle = _BAR_HEIGHT // 2
    bold, plain = font("DejaVuSans-Bold.ttf", 15), font("DejaVuSans.ttf", 14)
    draw.text((_MARGIN, middle), "agentic-gym", (255, 255, 255), bold, anchor="lm")
    note = f"{turns} turn{'' if turns == 1 else 's'}"
    draw.text((frame.width - _MARGIN, middle), note, (203, 213, 225), plain, anchor="rm")


def _paint_bubble(frame: Image.Image, bubble: _Bubble, top: int) -> None:
    left = frame.width - _MARGIN - bubble.width if bubble.role == "assistant" else _MARGIN
    _panel(frame, (left, top, bubble.width, bubble.height), _BUBBLES[bubble.role], 12)
    y = top + _PADDING
    for paragraph in bubble.paragraphs:
        _paint_paragraph(frame, paragraph, left + _PADDING, y, bubble.text_width)
        y += paragraph.height + _GAP
    x = left + _PADDING + (bubble.text_width + _PADDING if bubble.text_width else 0)
    y = top + _PADDING
    caption_font = font("DejaVuSans.ttf", 11)
    for thumbnail in bubble.thumbnails:
        frame.paste(thumbnail.picture, (x, y))
        below = y + thumbnail.picture.height + 3
        ImageDraw.Draw(frame).text((x, below), thumbnail.caption, _FAINT, caption_font)
        y += thumbnail.height + _GAP


def _paint_paragraph(frame: Image.Image, paragraph: _Paragraph, x: int, y: int, width: int) -> None:
    style = paragraph.style
    if paragraph.fill:
        _panel(frame, (x, y, width, paragraph.height), paragraph.fill, 8)
    x, y = x + paragraph.inset, y + paragraph.inset
    draw = ImageDraw.Draw(frame)
    if paragraph.label:
        draw.text((x, y), paragraph.label, _LABEL.ink, font(_LABEL.file, _LABEL.px))
        y += _LABEL.leading
    for line in paragraph.lines:
        draw.text((x, y + 1), line, style.ink, font(style.file, style.px))
        y += style.leading


def _panel(frame: Image.Image, box: tuple[int, int, int, int], fill: Colour, radius: int) -> None:
    """Fills a box (left, top, width, height) with smooth round corners."""
    left, top, width, height = box
    mask = Image.new("L", (width, height), 255)
    corner = _corner(radius)
    for quarter, (x, y) in enumerate(
        ((0, 0), (0, height - radius), (width - radius, height - radius), (width - radius, 0))
    ):
        mask.paste(corner.rotate(90 * quarter), (x, y))
    frame.paste(fill, (left, top, left + width, top + height), mask)


@lru_cache(maxsize=4)
def _corner(radius: int) -> Image.Image:
    """Coverage of a box's upper left corner."""
    fine = Image.new("L", (8 * radius, 8 * radius), 0)
    ImageDraw.Draw(fine).ellipse((0, 0, 16 * radius, 16 * radius), fill=255)
    return fine.resize((radius, radius), Image.Resampling.BOX)
