"""Who may run now: no more cells at once than there are cores, first come first served."""

import collections
import math
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

_CPU_QUOTA: Final = Path("/sys/fs/cgroup/cpu.max")
"""A container's own, as it sees it: microseconds of processor time, and of wall time that they are for."""


class Turns:
    """A semaphore for `with` that is fair: who asked first goes first. Threads share it.

    `threading.Semaphore` lets a thread that just gave its turn back overtake those that wait, so that under
    load a few episodes do all the work.

    >>> turns = Turns(2)
    >>> with turns, turns:
    ...     turns.free
    0
    """

    def __init__(self, count: int) -> None:
        """So many hold a turn at once."""
        self.free = count
        self._waiting: collections.deque[threading.Lock] = collections.deque()
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        """Waits for a turn, however long it takes."""
        with self._lock:
            if self.free:
                self.free -= 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        try:
            turn.acquire()
        except BaseException:  # a Ctrl-C: the turn may have come all the same
            self._give_up(turn)
            raise

    def __exit__(self, *error: object) -> None:
        """Gives the turn to who has waited longest."""
        with self._lock:
            self._pass_on()

    def _pass_on(self) -> None:
        if self._waiting:
            self._waiting.popleft().release()
        else:
            self.free += 1

    def _give_up(self, turn: threading.Lock) -> None:
        with self._lock:
            if turn in self._waiting:
                self._waiting.remove(turn)
            else:
                self._pass_on()


def usable_cores() -> int:
    """How many cores this process may use: those of its affinity, or fewer by its container's quota."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):  # no cgroup of version 2, or "max"
        quota, period = map(int, _CPU_QUOTA.read_text().split())
        cores = min(cores, math.ceil(quota / period))
    return cores
