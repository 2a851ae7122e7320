"""Memory that processes share, one slot an environment, and the view of it that stays up to date."""

import struct
from collections.abc import Callable, Sequence
from multiprocessing.heap import BufferWrapper
from typing import Any, Final, Generic, TypeVar, overload

import numpy as np

from agentic_gym.messages import Pixels

T = TypeVar("T")

_TEXT_HEADER: Final = struct.Struct("<q")


class SharedSlots:
    """`count` slots of `slot_bytes` each, in one block that worker processes inherit or are sent.

    `multiprocessing.Array` would write zeros to the whole block. This one comes from the same heap,
    but only pages that were written to take memory: room for ten large pictures a slot costs nothing
    until they are there. A slot starts with `header_bytes` zeros, which means "empty".
    """

    def __init__(self, count: int, slot_bytes: int, header_bytes: int) -> None:
        """Allocates the block: sparse, in /dev/shm where it fits, or else in a temporary file."""
        self._slot_bytes = slot_bytes
        self._buffer = BufferWrapper(count * slot_bytes)
        for index in range(count):  # the heap hands freed memory out again as it was
            self[index][:header_bytes] = bytes(header_bytes)

    def __getitem__(self, index: int) -> memoryview:
        """Slot `index`, writable."""
        start = index * self._slot_bytes
        return self._buffer.create_memoryview()[start : start + self._slot_bytes]


class LiveBatch(Sequence[T], Generic[T]):
    """What is in shared memory now: a sequence that reads an element anew each time it is asked for.

    `AsyncVectorEnv` reads its observations from shared memory once, at construction, and from then on
    hands out a deep copy of that object (or, with `copy=False`, the object itself). An immutable value
    would stay as it was at construction. So the object is this view, and every copy of it, deep,
    shallow or pickled, is a plain tuple of the elements at that moment.
    """

    __hash__ = None  # type: ignore[assignment]  # what it equals changes

    def __init__(self, read: Callable[[int], T], length: int) -> None:
        """A view of `length` elements, the i-th of which is `read(i)`."""
        self._read = read
        self._length = length

    def __len__(self) -> int:
        """The number of environments."""
        return self._length

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        """The element as it is now; a slice is a tuple."""
        if isinstance(index, slice):
            return tuple(self._read(i) for i in range(self._length)[index])
        return self._read(range(self._length)[index])

    def __deepcopy__(self, memo: dict[int, Any]) -> tuple[T, ...]:
        """The elements as they are now; by way of `__reduce__` pictures would be copied twice."""
        return tuple(self)

    def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[tuple[T, ...]]]:
        """Copies and pickles as a tuple: a view means nothing outside of its process."""
        return tuple, (tuple(self),)

    def __eq__(self, other: object) -> bool:
        """Whether the elements are now those of another view, a tuple or a list."""
        if not isinstance(other, LiveBatch | tuple | list):
            return NotImplemented
        return tuple(self) == tuple(other)

    def __repr__(self) -> str:
        """As the tuple of the elements."""
        return repr(tuple(self))


def text_slots(count: int, max_length: int) -> SharedSlots:
    """Room for `count` strings. A slot is the number of bytes, then the string in UTF-8."""
    return SharedSlots(count, _TEXT_HEADER.size + 4 * max_length, header_bytes=_TEXT_HEADER.size)


def write_text(slots: SharedSlots, index: int, text: str) -> None:
    """Puts `text` into a slot that has room for it."""
    data = text.encode("utf-8")
    slot = slots[index]
    _TEXT_HEADER.pack_into(slot, 0, len(data))
    slot[_TEXT_HEADER.size : _TEXT_HEADER.size + len(data)] = data


def read_text(slots: SharedSlots, index: int) -> str:
    """The text in a slot; an empty one holds the empty string."""
    slot = slots[index]
    (size,) = _TEXT_HEADER.unpack_from(slot)
    return str(slot[_TEXT_HEADER.size : _TEXT_HEADER.size + size], "utf-8")


def image_slots(count: int, max_images: int, max_height: int, max_width: int) -> SharedSlots:
    """Room for `count` lists of pictures.

    A slot is int64 numbers (how many pictures, then height and width of each), then the pixels.
    """
    header_bytes = 8 * (1 + 2 * max_images)
    return SharedSlots(count, header_bytes + max_images * max_height * max_width * 3, header_bytes)


def write_images(slots: SharedSlots, index: int, images: tuple[Pixels, ...], max_images: int) -> None:
    """Puts `images` into a slot that has room for them."""
    slot = slots[index]
    header = np.frombuffer(slot, np.int64, count=1 + 2 * max_images)
    header[0] = len(images)
    header[1 : 1 + 2 * len(images)] = [side for image in images for side in image.shape[:2]]
    start = header.nbytes
    for image in images:
        slot[start : start + image.nbytes] = np.ascontiguousarray(image).reshape(-1).data
        start += image.nbytes


def read_images(slots: SharedSlots, index: int, max_images: int) -> tuple[Pixels, ...]:
    """Copies of the pictures in a slot; an empty one holds none."""
    slot = slots[index]
    header = np.frombuffer(slot, np.int64, count=1 + 2 * max_images)
    start = header.nbytes
    images = []
    for height, width in header[1 : 1 + 2 * header[0]].reshape(-1, 2).tolist():
        size = height * width * 3
        pixels = np.frombuffer(slot, np.uint8, count=size, offset=start)
        images.append(pixels.reshape(height, width, 3).copy())
        start += size
    return tuple(images)
