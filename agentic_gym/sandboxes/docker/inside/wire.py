"""What passes through a container's input and output: frames of a kind, each with a length.

The supervisor alone reads and writes them. Bytes of the session's own protocol, which an agent's code may
forge, travel within `DATA`; printed text beside it, in the order in which it was written.
"""

import enum
import struct
from collections.abc import Iterator
from typing import Final

HEADER: Final = struct.Struct("<BI")
MOST_BYTES: Final = 1 << 16
"""Of one frame's content: a longer one comes from no supervisor of ours."""


class Kind(enum.IntEnum):
    """What a frame holds. The trainer sends the first two and `LOOK`; the supervisor `DATA` and the rest."""

    DATA = 0
    SIGNAL = 1
    """For the worker: one byte, SIGINT, or SIGSTOP and SIGCONT between cells."""
    LOOK = 2
    """What does the kernel say of the worker? Answered by `SEEN`. Empty."""
    HELLO = 3
    """JSON: the container is ready, or what it lacks."""
    PRINTED = 4
    SEEN = 5
    """JSON: lines of the worker's /proc/PID/status."""
    CLOSED = 6
    """The worker closed its end of the control socket, and lives on. Empty."""
    ENDED = 7
    """JSON: how the worker ended; the container's last words."""


class BadFrame(ValueError):
    """Bytes that no supervisor of ours sends."""


def frame(kind: Kind, content: bytes | bytearray | memoryview = b"") -> bytes:
    """A whole frame; `content` has at most `MOST_BYTES`."""
    return HEADER.pack(kind, len(content)) + content


class FrameReader:
    """Cuts a stream of bytes into frames."""

    def __init__(self) -> None:
        """Nothing was received yet."""
        self._received = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[tuple[Kind, bytes]]:
        """Takes what came, and yields the frames that are now complete.

        Raises:
            BadFrame: of no kind there is, or too long.
        """
        self._received += data
        while len(self._received) >= HEADER.size:
            number, length = HEADER.unpack_from(self._received)
            if number not in Kind._value2member_map_ or length > MOST_BYTES:
                raise BadFrame(f"a frame of kind {number} with {length} bytes")
            end = HEADER.size + length
            if len(self._received) < end:
                return
            content = bytes(memoryview(self._received)[HEADER.size : end])
            del self._received[:end]
            yield Kind(number), content
