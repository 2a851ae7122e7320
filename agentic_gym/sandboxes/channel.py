"""The trainer's end of a session: frames one way, frames and printed text the other, all under a clock."""

import os
import select
import socket
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.sandboxes.cage.frames import CHANNELS, LENGTH, FrameError, pack, unpack

_CHUNK: Final = 1 << 16
_READ_OR_GONE: Final = select.POLLIN | select.POLLHUP | select.POLLERR


class SessionGone(Exception):
    """The session's end of the socket was closed: it exited, or its code closed the descriptor."""


class Violation(Exception):
    """The session sent what no honest worker sends.

    Its text quotes nothing of what came: a `repr` may raise, of lists within lists, or be very long.
    """


class Overdue(Exception):
    """No reply, also after the interrupt."""


class Clock:
    """The time of one request: at the limit it interrupts once, after the grace it gives up."""

    def __init__(self, seconds: float, grace: float, interrupt: Callable[[], None]) -> None:
        """Starts now."""
        self.started = time.monotonic()
        self._due = self.started + seconds
        self._grace = grace
        self._interrupt = interrupt
        self.interrupted = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    def milliseconds_left(self) -> int:
        """Until the next limit; passing a limit has its consequence here.

        Raises:
            Overdue: the grace is over too.
        """
        left = self._due - time.monotonic()
        if left <= 0:
            if self.interrupted:
                raise Overdue
            self.interrupted = True
            self._interrupt()
            self._due, left = time.monotonic() + self._grace, self._grace
        return int(left * 1000) + 1


class Output:
    """Printed bytes of one cell, kept up to a limit."""

    def __init__(self, descriptor: int, most_chars: int) -> None:
        """Reads from `descriptor`, which does not block."""
        self.descriptor = descriptor
        self.closed = False
        self._most_chars = most_chars
        self._kept = bytearray()
        self._dropped = 0

    def read(self) -> None:
        """Takes what is there, keeps what is within the limit."""
        try:
            data = os.read(self.descriptor, _CHUNK)
        except BlockingIOError:
            return
        self.closed = not data
        self.keep(data)

    def keep(self, data: bytes) -> None:
        """Keeps what is within the limit, and counts the rest."""
        kept = data[: 4 * self._most_chars - len(self._kept)]
        self._kept += kept
        self._dropped += len(data) - len(kept)

    def drain(self) -> None:
        """Takes all that was written so far, but no more than a pipe holds: a thread may write on."""
        for _ in range(_CHUNK // 4096 + 1):
            before = len(self._kept) + self._dropped
            self.read()
            if len(self._kept) + self._dropped == before:
                return

    def take(self, dropped: int) -> str:
        """The text, with a last line that says how much is missing; begins anew.

        Args:
            dropped: bytes that the worker itself did not pass on.
        """
        text = self._kept.decode("utf-8", "replace")
        dropped += self._dropped + len(text[self._most_chars :].encode())
        self._kept.clear()
        self._dropped = 0
        cut = text[: self._most_chars]
        return f"{cut}\n[{dropped} more bytes were printed and not kept]" if dropped else cut


class Channel:
    """One session's socket and output pipe."""

    def __init__(self, control: socket.socket, output: int, most_chars: int, most_pixels: int) -> None:
        """Takes both over; limits are of the printed text and of one picture."""
        control.setblocking(False)
        os.set_blocking(output, False)
        self._control = control
        self.output = Output(output, most_chars)
        self._most_header = 8 * most_chars + _CHUNK
        self._most_pixels = most_pixels
        self._received = bytearray()
        self._awaited = select.POLLIN
        self._poll = select.poll()
        self._poll.register(control, self._awaited)
        self._poll.register(output, select.POLLIN)

    def send(self, message: dict[str, Any], pictures: Sequence[Pixels], clock: Clock) -> None:
        """Sends a request.

        Raises:
            SessionGone, Overdue: as named.
        """
        parts = [memoryview(pack(message)), *(np.ascontiguousarray(picture).data for picture in pictures)]
        for part in parts:
            view = part.cast("B")
            while view:
                try:
                    view = view[self._control.send(view) :]
                except BlockingIOError:
                    self._wait(select.POLLOUT, clock)
                except OSError as error:
                    raise SessionGone from error

    def receive(self, expected: int, most_pictures: int, clock: Clock) -> tuple[dict[str, Any], list[Pixels]]:
        """The reply to request `expected`, with its pictures. Sizes are checked before anything is allocated.

        Raises:
            SessionGone, Overdue, Violation: as named.
        """
        (length,) = LENGTH.unpack(self._read(LENGTH.size, clock))
        if length > self._most_header:
            raise Violation(f"a frame of {length} bytes, of at most {self._most_header}")
        try:
            message = unpack(self._read(length, clock))
        except FrameError as error:
            raise Violation(str(error)) from error
        if message.get("id") != expected:
            raise Violation(f"a reply to another request, while {expected} was open")
        shapes = message.get("images", [])
        if not isinstance(shapes, list) or len(shapes) > most_pictures:
            raise Violation("more pictures than were allowed")
        return message, [self._read_picture(shape, clock) for shape in shapes]

    def close(self) -> None:
        """Closes both ends held here."""
        self._control.close()
        os.close(self.output.descriptor)

    def _read_picture(self, shape: object, clock: Clock) -> Pixels:
        match shape:
            case [int(height), int(width)] if (
                height > 0 and width > 0 and height * width <= self._most_pixels
            ):
                picture = np.empty((height, width, CHANNELS), np.uint8)
                self._read_into(picture.data.cast("B"), clock)
                return picture
        raise Violation("a picture whose shape is not two numbers, or which is larger than was allowed")

    def _read(self, count: int, clock: Clock) -> bytes:
        """The next `count` bytes, at most a header's; what comes along with them is kept."""
        while len(self._received) < count:
            self._wait(select.POLLIN, clock)
            chunk = bytearray(_CHUNK)
            self._received += memoryview(chunk)[: self._receive_into(memoryview(chunk))]
        data = bytes(self._received[:count])
        del self._received[:count]
        return data

    def _read_into(self, view: memoryview, clock: Clock) -> None:
        early = self._received[: len(view)]
        view[: len(early)] = early
        del self._received[: len(early)]
        view = view[len(early) :]
        while view:
            if got := self._receive_into(view):
                view = view[got:]
            else:
                self._wait(select.POLLIN, clock)

    def _receive_into(self, view: memoryview) -> int:
        try:
            got = self._control.recv_into(view)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise SessionGone from error
        if not got:
            raise SessionGone
        return got

    def _wait(self, event: int, clock: Clock) -> None:
        """Waits for the socket, and reads what is printed meanwhile: a full pipe would stop the cell."""
        if event != self._awaited:
            self._poll.modify(self._control, event)
            self._awaited = event
        while True:
            ready = dict(self._poll.poll(clock.milliseconds_left()))
            if ready.get(self.output.descriptor, 0) & _READ_OR_GONE:
                self.output.read()
                if self.output.closed:  # the code closed its own output
                    self._poll.unregister(self.output.descriptor)
            if self._control.fileno() in ready:
                return
