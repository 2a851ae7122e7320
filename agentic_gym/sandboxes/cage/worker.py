"""A session's own process: reads requests, runs cells, replies.

What the agent's code may spoil is only its own session: everything that comes from here is checked by the
trainer. References are bound at import, so that replacing a function in a module does not change ours.
"""

import io
import os
import random
import resource
import signal
import sys
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, Final

import numpy as np

from agentic_gym.sandboxes.cage.cell import cell_name, describe, execute
from agentic_gym.sandboxes.cage.confine import CONTROL, RESERVE
from agentic_gym.sandboxes.cage.display import Display
from agentic_gym.sandboxes.cage.frames import LENGTH, READY, pack, read_exactly, unpack, write_all
from agentic_gym.sandboxes.cage.pictures import receive_picture, send_picture

_OUTPUT: Final = 1
_ASYNCHRONOUS: Final = {signal.SIGINT, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF}
"""Interrupts and timers: they wait while the worker itself is at work."""
_WARM_UP: Final = 2 * ("import sys\nx = [1 + 1]\ndel sys, x\n0;",)
"""Twice: the second time touches what the first has left behind."""
_set_mask, _set_handler, _set_limit = signal.pthread_sigmask, signal.signal, resource.setrlimit


def work(settings: dict[str, Any]) -> None:
    """All that a session does; see `Worker`."""
    Worker(settings).serve()


class OutputDescriptor(io.RawIOBase):
    """The raw stream below `sys.stdout`: passes on so many bytes of a cell, and counts the rest."""

    def __init__(self, most_bytes: int) -> None:
        """Passes on `most_bytes`."""
        self._left = most_bytes
        self.dropped = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor written to."""
        return _OUTPUT

    def write(self, data: Any) -> int:
        """Takes all of `data`, whether it is passed on or not."""
        view = memoryview(data).cast("B")
        kept = view[: self._left]
        self._left -= len(kept)
        self.dropped += len(view) - len(kept)
        write_all(_OUTPUT, kept)
        return len(view)


class Worker:
    """The loop of one session."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Prepares the namespace, and runs cells of nothing: what is touched first costs a page fault each.

        Args:
            settings: of the session: `workspace`, `output_chars`, `images`, `image_pixels`, `address_space`,
                and `seed`, unless it comes as the first frame.
        """
        _block_signals()
        self._seed: int | None = settings.get("seed")
        self._output_chars: int = settings["output_chars"]
        self._address_space: int = settings["address_space"]
        self._display = Display(settings["images"], settings["image_pixels"])
        self._display.install()
        self._cells = 0
        self._running = False
        self._interrupted = False
        main = ModuleType("__main__")
        main.__dict__["display"] = self._display.show
        sys.modules["__main__"] = main
        self._namespace = main.__dict__
        os.environ.update(HOME=settings["workspace"], TMPDIR=settings["workspace"])
        _seed_generators(0)
        for code in _WARM_UP:
            unpack(pack({"code": code, **self._run(code)})[LENGTH.size :])
        self._cells = 0

    def serve(self) -> None:
        """Answers requests until the trainer closes the control socket.

        All but the seed is known before the episode is: a session that is kept ready waits for it here.
        """
        if self._seed is None:
            if (first := _receive()) is None:
                return
            self._seed = int(first["seed"])
        _seed_generators(self._seed)
        write_all(CONTROL, pack({"id": READY, "status": "ok"}))
        while (request := _receive()) is not None:
            reply = self._put(request) if "images" in request else self._run(request["code"])
            write_all(CONTROL, pack({"id": request["id"], **reply}))
            self._send_pictures()

    def _put(self, request: dict[str, Any]) -> dict[str, Any]:
        """Binds pictures. All their bytes are read, also when there is no memory for them."""
        error = ""
        for name, height, width in request["images"]:
            self._namespace[name] = picture = receive_picture(CONTROL, width, height)
            if picture is None:
                error = "the session's memory does not hold it"
        return {"status": "failed" if error else "ok", "error": error}

    def _send_pictures(self) -> None:
        for picture in self._display.pictures:
            send_picture(CONTROL, picture)
        self._display.clear()

    def _run(self, code: str) -> dict[str, Any]:
        self._cells += 1
        raw = OutputDescriptor(4 * self._output_chars)
        stream = _text_stream(raw)
        sys.stdout = sys.stderr = stream  # one for both, so that what is printed keeps its order
        error = self._attempt(code, stream)
        status = "interrupted" if self._interrupted else "error" if error else "ok"
        return {
            "status": status,
            "error": error,
            "images": [[image.height, image.width] for image in self._display.pictures],
            "dropped_images": self._display.dropped,
            "dropped_bytes": raw.dropped,
        }

    def _attempt(self, code: str, stream: io.TextIOBase) -> str:
        """Runs a cell with signals open; everything that can call the agent's code is in here."""
        error = ""
        try:
            self._open_signals()
            try:
                try:
                    execute(code, cell_name(self._cells), self._namespace, self._display.show_result)
                finally:
                    self._display.show_figures()
            except BaseException as raised:
                self._limit_memory(self._address_space)
                error = describe(raised, self._output_chars)
            if not stream.closed:
                stream.flush()
        except BaseException as raised:
            error = error or type(raised).__name__[: self._output_chars]
        finally:
            self._running = False
            _insist(_block_signals)
        self._limit_memory(self._address_space)
        return error

    def _open_signals(self) -> None:
        # Ignoring a signal forgets one that is still pending: an interrupt meant for the cell before.
        _set_handler(signal.SIGINT, signal.SIG_IGN)
        _set_handler(signal.SIGINT, self._interrupt)
        self._limit_memory(self._address_space - RESERVE)
        self._interrupted = False
        self._running = True
        _set_mask(signal.SIG_UNBLOCK, _ASYNCHRONOUS)

    def _limit_memory(self, most: int) -> None:
        _set_limit(resource.RLIMIT_AS, (most, self._address_space))

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._running and not self._interrupted:
            self._interrupted = True
            raise KeyboardInterrupt


def _receive() -> dict[str, Any] | None:
    """The trainer's next frame; None where there are no more."""
    head = read_exactly(CONTROL, LENGTH.size)
    body = head and read_exactly(CONTROL, *LENGTH.unpack(head))
    return unpack(body, trusted=True) if body else None


def _seed_generators(seed: int) -> None:
    """Seeds the global generators of the agent's own process, which nothing of ours draws from."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


def _text_stream(raw: Any) -> io.TextIOWrapper:
    """Text on a raw stream: TextIOWrapper takes one, although its annotation asks for a buffered one."""
    return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", line_buffering=True)


def _block_signals() -> None:
    _set_mask(signal.SIG_BLOCK, _ASYNCHRONOUS)


def _insist(action: Callable[[], None]) -> None:
    """Does it, though a signal handler of the agent's raises in between."""
    while True:
        try:
            return action()
        except BaseException:
            continue
