"""Pictures through a descriptor, in strips: nothing of a picture's size is allocated beside it.

Buffer and strip are used again and again, and so small that the C library does the same with what Pillow
allocates meanwhile. Fresh memory would cost a page fault for every 4 KB of the picture, which takes longer
than all the rest.
"""

from collections.abc import Iterator
from typing import Final

from PIL import Image

from agentic_gym.sandboxes.cage.frames import CHANNELS, read_into, write_all

_STRIP_BYTES: Final = 1 << 16
_MODE: Final = "RGB"


def receive_picture(descriptor: int, width: int, height: int) -> Image.Image | None:
    """A picture of so many pixels; none where there is no memory for it, or the stream ended.

    Its bytes are read in any case.
    """
    try:
        picture = Image.new(_MODE, (width, height), None)  # its pixels are all about to be set
    except MemoryError:
        picture = None
    for top, strip, buffer in _strips(width, height):
        if not read_into(descriptor, buffer):
            return None
        if picture:
            strip.frombytes(buffer)
            picture.paste(strip, (0, top))
    return picture


def send_picture(descriptor: int, picture: Image.Image) -> None:
    """The bytes of a picture in mode RGB."""
    for top, strip, _ in _strips(*picture.size):
        strip.paste(picture, (0, -top))
        write_all(descriptor, strip.tobytes())


def _strips(width: int, height: int) -> Iterator[tuple[int, Image.Image, memoryview]]:
    """The first row of each strip, and a picture and a buffer of the strip's size."""
    rows = min(height, max(1, _STRIP_BYTES // (width * CHANNELS)))
    whole, rest = divmod(height, rows)
    for count, number, first in ((rows, whole, 0), (rest, bool(rest), whole * rows)):
        if number:
            strip = Image.new(_MODE, (width, count))
            buffer = memoryview(bytearray(width * count * CHANNELS))
            for top in range(first, first + number * count, count):
                yield top, strip, buffer
