"""Text broken into lines that fit a width in pixels."""

import itertools
from collections.abc import Iterator
from functools import lru_cache

from PIL.ImageFont import FreeTypeFont

_TAIL_LINES = 3


@lru_cache(maxsize=8192)
def text_width(letters: FreeTypeFont, text: str) -> float:
    """Width in pixels of a line of text."""
    return letters.getlength(text)


def fit_lines(text: str, letters: FreeTypeFont, room: int, most: int) -> tuple[str, ...]:
    """The text's lines; of more than fit, the first and last with a note of the text's length between.

    Args:
        text: line ends are kept, tabs become spaces.
        letters: the typeface, at its size.
        room: width in pixels.
        most: number of lines that fit.
    """
    lines = list(itertools.islice(_wrap(text, letters, room), most + 1))
    if len(lines) <= most:
        return tuple(lines)
    head = most - _TAIL_LINES - 1
    if head < _TAIL_LINES:
        return (*lines[: most - 1], f"{lines[most - 1]} …")
    tail = list(_wrap(text[-_TAIL_LINES * room :], letters, room))[-_TAIL_LINES:]
    return (*lines[:head], f"⋯  {len(text):,} characters in all", *tail)


def _wrap(text: str, letters: FreeTypeFont, room: int) -> Iterator[str]:
    for paragraph in text.expandtabs(4).split("\n"):
        line = ""
        for word in _words(paragraph, letters, room):
            if line and text_width(letters, line) + text_width(letters, word.rstrip()) > room:
                yield line.rstrip()
                line = word.lstrip()
            else:
                line += word
        yield line.rstrip()


def _words(paragraph: str, letters: FreeTypeFont, room: int) -> Iterator[str]:
    """The words with the spaces before them; one wider than the room in pieces that fit."""
    longest = room // 3 + 1  # what the narrowest letters could fill
    start = 0
    while start < len(paragraph):
        piece = paragraph[start : start + longest]
        spaces = len(piece) - len(piece.lstrip(" "))
        stop = piece.find(" ", spaces)
        piece = piece if stop < 0 else piece[:stop]
        while len(piece) > 1 and text_width(letters, piece.rstrip()) > room:
            piece = piece[: len(piece) * 2 // 3]
        yield piece
        start += len(piece)
