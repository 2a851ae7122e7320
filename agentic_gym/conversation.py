"""Observations as messages: where pictures stand in text, and how much of a long text is shown."""

from collections.abc import Iterable, Sequence

from agentic_gym.escaping import IMAGE_PLACEHOLDER
from agentic_gym.messages import ImagePart, Message, Part, Role, TextPart


def message(role: Role, text: str, images: Sequence[ImagePart] = ()) -> Message:
    """A message with its pictures where the placeholders stand.

    Args:
        role: who speaks.
        text: with one `<image>` for each picture, in order.
        images: the pictures.

    Raises:
        ValueError: the number of placeholders is not the number of pictures.
    """
    pieces = text.split(IMAGE_PLACEHOLDER)
    if len(pieces) != len(images) + 1:
        raise ValueError(f"{len(pieces) - 1} placeholders for {len(images)} images in {text[:200]!r}")
    parts: list[Part] = [TextPart(pieces[0])] if pieces[0] else []
    for image, piece in zip(images, pieces[1:], strict=True):
        parts.append(image)
        if piece:
            parts.append(TextPart(piece))
    return Message(role, tuple(parts))


def captioned(captions: Iterable[str]) -> str:
    """A line for each picture's caption, each followed by its placeholder."""
    return "".join(f"{caption}\n{IMAGE_PLACEHOLDER}\n" for caption in captions)


def shorten(text: str, limit: int) -> str:
    r"""`text`, or its beginning and end with a note of how much was left out between them.

    >>> shorten("a" * 50 + "b" * 50, 60)
    'aaaaaaaaaaaaaaa\n[… 71 characters left out …]\nbbbbbbbbbbbbbb'
    """
    if len(text) <= limit:
        return text
    note = "\n[… {} characters left out …]\n"
    room = max(0, limit - len(note.format(len(text))))
    head, tail = room - room // 2, room // 2
    return text[:head] + note.format(len(text) - head - tail) + text[len(text) - tail :]
