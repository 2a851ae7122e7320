"""Things that take a while to make, ready before they are wanted."""

import collections
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Generic, TypeVar

from agentic_gym.errors import SandboxError

T = TypeVar("T")
U = TypeVar("U")

_PAUSE_SECONDS: Final = 0.005
"""Before more are made: who has just taken one comes first, also where cores are few."""

_logger: Final = logging.getLogger(__name__)


class Pool(Generic[T]):
    """Keeps up to `size` things ready and hands each out once. Threads may share it.

    A daemon thread makes them, one after the other, and ends when the pool is full: a process that forks
    rarely finds a thread of ours running.
    """

    def __init__(self, size: int, make: Callable[[], T], discard: Callable[[T], None]) -> None:
        """Makes nothing before the first `use`.

        Args:
            size: how many wait at most; with 0 the pool is always empty.
            make: makes one; an error of its own ends the filling until the next `use`.
            discard: ends one that nobody took.
        """
        self._size = size
        self._make = make
        self._discard = discard
        self._ready: collections.deque[T] = collections.deque()
        self._closed = False
        self._filler: threading.Thread | None = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many are ready."""
        return len(self._ready)

    def use(self, begin: Callable[[T], U]) -> U:
        """What `begin` makes of the one that has waited longest, or of a new one where none is still good.

        Others are then made.

        Args:
            begin: raises a `SandboxError`, and discards what it was given, where that was lost meanwhile.

        Raises:
            SandboxError: a new one cannot be made, or was lost too.
        """
        try:
            while (waiting := self._pop()) is not None:
                try:
                    return begin(waiting)
                except SandboxError as error:
                    _logger.debug("one that waited in the pool was lost: %s", error)
            return begin(self._make())
        finally:
            self._refill()

    def put(self, made: T) -> None:
        """Adds one that was made elsewhere."""
        with self._lock:
            self._ready.append(made)

    def close(self) -> None:
        """Discards all that wait, and makes no more. May be called again."""
        with self._lock:
            self._closed = True
            filler = self._filler
        if filler:
            filler.join()
        while (waiting := self._pop()) is not None:
            self._discard(waiting)

    def release(self) -> list[T]:
        """In a process forked from the owner: forgets what waits, and returns it."""
        self._lock = threading.Lock()
        self._closed, self._filler = True, None
        waiting = list(self._ready)
        self._ready.clear()
        return waiting

    def _pop(self) -> T | None:
        with self._lock:
            return self._ready.popleft() if self._ready else None

    def _refill(self) -> None:
        with self._lock:
            if self._size and not self._closed and self._filler is None:
                filler = threading.Thread(target=self._fill, name="sandbox-pool", daemon=True)
                with suppress(RuntimeError):  # no thread can be had, or the interpreter is about to exit
                    filler.start()
                    self._filler = filler

    def _fill(self) -> None:
        time.sleep(_PAUSE_SECONDS)
        while self._wants_more():
            try:
                made = self._make()
            except Exception as error:  # who opens a session next meets it too, and is told
                _logger.debug("nothing for the pool: %s", error)
                with self._lock:
                    self._filler = None
                return
            with self._lock:
                if not self._closed:
                    self._ready.append(made)
                    continue
            self._discard(made)

    def _wants_more(self) -> bool:
        with self._lock:
            wanted = not self._closed and len(self._ready) < self._size
            if not wanted:
                self._filler = None
            return wanted
