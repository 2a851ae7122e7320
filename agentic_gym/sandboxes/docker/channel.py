"""The trainer's end of a session in a container: the embedded sandbox's channel, over an attached stream."""

import json
import select
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.sandboxes.cage.frames import pack
from agentic_gym.sandboxes.channel import Channel, Clock, Output, Overdue, SessionGone, Violation
from agentic_gym.sandboxes.docker.inside.wire import MOST_BYTES, BadFrame, Kind
from agentic_gym.sandboxes.docker.stream import AttachedStream, StreamLost

_HEADER_SLACK: Final = 1 << 16
_LAST_WORDS_MILLISECONDS: Final = 1000
_MOST_WAITING: Final = 1 << 25
"""Bytes of the session's that may have come before they are asked for: twice what an engine sends at once. An
honest worker answers what it was asked; code that answers while a picture is being sent would fill memory."""


class PrintedText(Output):
    """Printed bytes of one cell, kept up to a limit. The stream brings them in order."""

    def __init__(self, most_chars: int) -> None:
        """Reads from no descriptor."""
        super().__init__(-1, most_chars)

    def read(self) -> None:
        """There is nothing to be fetched."""

    def drain(self) -> None:
        """There is nothing to be fetched."""


class AttachedChannel(Channel):
    """One container's stream: the session's own frames, what it printed, and what the supervisor tells.

    Attributes:
        output: what the cell printed.
        ended: how the worker ended, as the supervisor told it: `status` as waitpid(2) has it, and whether
            the container ran out of `memory`; None while it has not.
        closed: whether the worker lives on without its control socket.
        lost: whether the stream ended without last words: somebody else ended the container.
    """

    output: PrintedText

    def __init__(self, stream: AttachedStream, most_chars: int, most_pixels: int) -> None:
        """Takes the stream over; limits are of the printed text and of one picture."""
        self._stream = stream
        self.output = PrintedText(most_chars)
        self.ended: dict[str, Any] | None = None
        self.closed = False
        self.lost = False
        self._told: dict[Kind, dict[str, Any]] = {}
        self._data = bytearray()
        self._received = bytearray()
        self._most_header = 8 * most_chars + _HEADER_SLACK
        self._most_pixels = most_pixels
        self._poll = select.poll()
        self._poll.register(stream, select.POLLIN)

    def send(self, message: dict[str, Any], pictures: Sequence[Pixels], clock: Clock) -> None:
        """Sends a request; see `Channel.send`.

        Raises:
            SessionGone, Overdue, Violation: as named.
        """
        parts = [memoryview(pack(message)), *(np.ascontiguousarray(picture).data for picture in pictures)]
        for view in (part.cast("B") for part in parts):
            for start in range(0, len(view), MOST_BYTES):
                self._post(Kind.DATA, view[start : start + MOST_BYTES])
                while self._stream.unsent:
                    self._turn(clock.milliseconds_left())

    def signal(self, number: int) -> None:
        """Has the worker sent a signal, where it still can be.

        Raises:
            SessionGone: the stream is.
        """
        if not self._over:
            self._post(Kind.SIGNAL, bytes([number]))

    def ask(self, question: Kind | None, answer: Kind, seconds: float) -> dict[str, Any]:
        """Asks the supervisor, or waits for what it tells by itself.

        Raises:
            SessionGone, Overdue, Violation: there is no answer.
        """
        if question is not None:
            self._post(question)
        clock = Clock(seconds, 0.0, lambda: None)
        while answer not in self._told:
            self._require_stream()
            self._turn(clock.milliseconds_left())
        return self._told.pop(answer)

    def close(self) -> None:
        """Closes the stream, and with it the container's input."""
        self._stream.close()

    @property
    def log(self) -> str:
        """What the container wrote to its standard error."""
        return self._stream.log

    @property
    def _over(self) -> bool:
        return self.closed or self.ended is not None

    def _require_stream(self) -> None:
        if self._over:
            raise SessionGone

    def _post(self, kind: Kind, content: bytes | memoryview = b"") -> None:
        try:
            self._stream.post(kind, content)
        except StreamLost as error:
            self._hear_last_words()
            raise SessionGone(str(error)) from error

    def _receive_into(self, view: memoryview) -> int:
        taken = self._data[: len(view)]
        view[: len(taken)] = taken
        del self._data[: len(taken)]
        return len(taken)

    def _wait(self, event: int, clock: Clock) -> None:
        while not self._data:
            self._require_stream()
            self._turn(clock.milliseconds_left())

    def _turn(self, milliseconds: int) -> None:
        """Waits for the stream, sends what waits to be sent, and sorts what has come."""
        if not self._stream.decrypted:
            self._poll.modify(self._stream, select.POLLIN | (select.POLLOUT if self._stream.unsent else 0))
            self._poll.poll(milliseconds)
        try:
            self._take_in()
            self._stream.flush()
        except StreamLost as error:
            self._hear_last_words()
            if not self._over:
                raise SessionGone(str(error)) from error

    def _take_in(self) -> None:
        """Sorts what has come, without waiting.

        Raises:
            StreamLost, Violation: as named.
        """
        try:
            for kind, content in self._stream.read():
                self._sort(kind, content)
        except (BadFrame, ValueError) as error:
            raise Violation(str(error)) from error
        except RecursionError:
            raise Violation("JSON of lists within lists") from None

    def _hear_last_words(self) -> None:
        """A stream that takes no more may still hold how the worker ended; else somebody has cut it off."""
        self._poll.modify(self._stream, select.POLLIN)
        with suppress(StreamLost):
            while self._poll.poll(_LAST_WORDS_MILLISECONDS):
                self._take_in()
        self.lost = not self._over

    def _sort(self, kind: Kind, content: bytes) -> None:
        if kind is Kind.DATA:
            if len(self._data) + len(content) > _MOST_WAITING:
                raise Violation(f"more than {_MOST_WAITING} bytes that nobody had asked for")
            self._data += content
        elif kind is Kind.PRINTED:
            self.output.keep(content)
        elif kind is Kind.CLOSED:
            self.closed = True
        elif kind is Kind.ENDED:
            self.ended = json.loads(content)
        else:
            self._told[kind] = json.loads(content)


FAILURES: Final = (SessionGone, Overdue, Violation)
"""How waiting for an answer can fail."""
