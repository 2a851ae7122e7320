"""A cache of a few big things, shared among threads."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


class RecentlyUsed(Generic[Key, Kept]):
    """Keeps what was used last, and makes each thing once even when several threads ask for it.

    Args:
        make: makes the thing of a key.
        most: how many are kept.
    """

    def __init__(self, make: Callable[[Key], Kept], most: int) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Kept:
        """The thing of that key, made if it is not kept. An exception of `make` passes through."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = self._make(key)
                if len(self._kept) > self._most:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
