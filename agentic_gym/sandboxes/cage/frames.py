"""How trainer and session talk: a length, a msgpack map, then the raw bytes of the pictures it announces.

A request is `{"id", "code"}` or `{"id", "images": [[name, height, width], …]}`. A reply is `{"id", "status",
"error", "images": [[height, width], …], "dropped_images", "dropped_bytes"}`. Pictures follow their frame in
order, each height × width × 3 bytes: the receiver knows every size before it allocates, and nothing is
ever unpickled.
"""

import os
import struct
from typing import Any, Final

import msgpack

LENGTH: Final = struct.Struct("<I")
CHANNELS: Final = 3
READY: Final = 0
"""The id of a session's first frame, which answers no request."""

_pack, _unpack, _readv, _write = msgpack.packb, msgpack.unpackb, os.readv, os.write


class FrameError(ValueError):
    """Bytes that are no frame of ours."""


def pack(message: dict[str, Any]) -> bytes:
    """A whole frame, but for its pictures. Lone surrogates pass through."""
    body = _pack(message, unicode_errors="surrogatepass")
    return LENGTH.pack(len(body)) + bytes(body)


def unpack(body: bytes | bytearray, *, trusted: bool = False) -> dict[str, Any]:
    """The map within a frame.

    Args:
        body: what follows the length.
        trusted: it came from the trainer; only then may text hold lone surrogates.

    Raises:
        FrameError: not msgpack, not one map with text for keys, or not UTF-8.
    """
    try:
        message = _unpack(body, unicode_errors="surrogatepass" if trusted else "strict")
    except Exception as error:  # msgpack raises a dozen classes, ValueError and plain Exception among them
        raise FrameError(f"not a msgpack message: {error}") from None
    if not isinstance(message, dict) or not all(isinstance(key, str) for key in message):
        raise FrameError(f"expected a map, got {type(message).__name__}")
    return message


def read_exactly(descriptor: int, count: int) -> bytearray | None:
    """Reads `count` bytes, however long it takes; None at the end of the stream."""
    buffer = bytearray(count)
    return buffer if read_into(descriptor, memoryview(buffer)) else None


def read_into(descriptor: int, view: memoryview) -> bool:
    """Fills `view`, however long it takes; false at the end of the stream."""
    while view:
        got = _readv(descriptor, [view])
        if not got:
            return False
        view = view[got:]
    return True


def write_all(descriptor: int, data: bytes | bytearray | memoryview) -> None:
    """Writes everything, however long it takes."""
    view = memoryview(data)
    while view:
        view = view[_write(descriptor, view) :]
