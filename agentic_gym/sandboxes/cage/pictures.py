"""Pictures through a descriptor, in strips: nothing of a picture's size is allocated beside it.

Pillow's own codec turns each strip into the picture's pixels, and pixels into strips, in place: pasting small
pictures into a large one would touch every pixel twice. One buffer is used for all strips, since fresh memory
costs a page fault for every 4 KB, and each strip is long, since each may wake the other side.
"""

from typing import Any, Final

from PIL import Image

from agentic_gym.sandboxes.cage.frames import CHANNELS, read_into, write_all

_STRIP_BYTES: Final = 1 << 18
_MODE: Final = "RGB"
_RAW: Final = ("raw", (_MODE, 0, 1))
"""Pillow's codec for pixels as they are: mode of the bytes, no padding between rows, the top row first."""

_make_decoder, _make_encoder = Image._getdecoder, Image._getencoder


def receive_picture(descriptor: int, width: int, height: int) -> Image.Image | None:
    """A picture of so many pixels; none where there is no memory for it, or the stream ended.

    Its bytes are read in any case.
    """
    try:
        picture = Image.new(_MODE, (width, height), None)  # its pixels are all about to be set
    except MemoryError:
        picture = None
    decoder = _attached(_make_decoder(_MODE, *_RAW), picture) if picture else None
    row = width * CHANNELS
    rows = min(height, max(1, _STRIP_BYTES // row))
    buffer = memoryview(bytearray(rows * row))
    for top in range(0, height, rows):
        strip = buffer[: min(rows, height - top) * row]
        if not read_into(descriptor, strip):
            return None
        if decoder:
            decoder.decode(strip)
    return picture


def send_picture(descriptor: int, picture: Image.Image) -> None:
    """The bytes of a picture in mode RGB."""
    encoder = _attached(_make_encoder(_MODE, *_RAW), picture)
    most = max(_STRIP_BYTES, picture.width * CHANNELS)
    finished = 0
    while not finished:
        _, finished, strip = encoder.encode(most)
        write_all(descriptor, strip)


def _attached(codec: Any, picture: Image.Image) -> Any:
    """A codec that works on the whole of a picture."""
    codec.setimage(picture.im, (0, 0, *picture.size))
    return codec
