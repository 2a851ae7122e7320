"""A cache of a few big things, shared among threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


def _one(key: object) -> int:
    """The weight of things that all weigh the same."""
    return 1


class RecentlyUsed(Generic[Key, Kept]):
    """Keeps what was used last, and makes each thing once even when several threads ask for it.

    Args:
        make: makes the thing of a key.
        most: how much is kept; what was used last is kept in any case.
        weigh: how much the thing of a key counts for; 1 each by default.
    """

    def __init__(self, make: Callable[[Key], Kept], most: int, weigh: Callable[[Key], int] = _one) -> None:
        self._make = make
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept:
        """The thing of that key, made if it is not kept. An exception of `make` passes through."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._make(key)
                self._weight += self._weigh(key)
                self._drop_oldest()
            self._kept.move_to_end(key)
            return self._kept[key]

    def _drop_oldest(self) -> None:
        while self._weight > self._most and len(self._kept) > 1:
            oldest, _ = self._kept.popitem(last=False)
            self._weight -= self._weigh(oldest)
