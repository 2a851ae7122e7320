"""What gymnasium's vector environments and flattening ask of a space, registered for ours.

Importing this module registers; nothing in it is called by name. A batch of either space is a
`gymnasium.spaces.Tuple` with one element an environment, as for gymnasium's own `Text`: `batch_space`
and `concatenate` do that for any space. `iterate` must stay unregistered, as for `Text`: gymnasium
takes a `Tuple` of registered spaces apart element by element, which for strings means by character.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from types import ModuleType
from typing import Any, NoReturn, TypeAlias, TypeVar

import numpy as np
from gymnasium.spaces import Box, Space, Tuple
from gymnasium.spaces.utils import flatdim, flatten, flatten_space, is_space_dtype_shape_equiv, unflatten
from gymnasium.vector.utils import (
    batch_differing_spaces,
    create_empty_array,
    create_shared_memory,
    read_from_shared_memory,
    write_to_shared_memory,
)
from numpy.typing import NDArray

from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.messages import Pixels
from agentic_gym.spaces.image_list import ImageList
from agentic_gym.spaces.shared_slots import (
    LiveBatch,
    SharedSlots,
    image_slots,
    read_images,
    read_text,
    text_slots,
    write_images,
    write_text,
)
from agentic_gym.spaces.unicode_text import CODE_POINTS, UnicodeText

OurSpace: TypeAlias = UnicodeText | ImageList
Handler = TypeVar("Handler", bound=Callable[..., Any])


def _handles(generic_function: Any, *space_types: type[Space[Any]]) -> Callable[[Handler], Handler]:
    """Registers a function for spaces of ours; untyped, as gymnasium's types list only its own."""

    def register(handler: Handler) -> Handler:
        for space_type in space_types:
            generic_function.register(space_type, handler)
        return handler

    return register


# Batching


@_handles(create_empty_array, UnicodeText)
def _empty_texts(space: UnicodeText, n: int = 1, fn: Callable[..., Any] = np.zeros) -> tuple[str, ...]:
    return ("",) * n


@_handles(create_empty_array, ImageList)
def _empty_lists(
    space: ImageList, n: int = 1, fn: Callable[..., Any] = np.zeros
) -> tuple[tuple[Pixels, ...], ...]:
    return ((),) * n


@_handles(batch_differing_spaces, UnicodeText, ImageList)
def _batch_differing(spaces: Sequence[OurSpace]) -> Space[Any]:
    return Tuple([deepcopy(space) for space in spaces], seed=deepcopy(spaces[0].np_random))


@_handles(is_space_dtype_shape_equiv, UnicodeText, ImageList)
def _is_interchangeable(space: OurSpace, other: Space[Any]) -> bool:
    return space == other


# Shared memory


@_handles(create_shared_memory, UnicodeText)
def _create_texts(space: UnicodeText, n: int = 1, ctx: ModuleType = multiprocessing) -> SharedSlots:
    return text_slots(n, space.max_length)


@_handles(create_shared_memory, ImageList)
def _create_images(space: ImageList, n: int = 1, ctx: ModuleType = multiprocessing) -> SharedSlots:
    return image_slots(n, space.max_images, space.max_height, space.max_width)


@_handles(read_from_shared_memory, UnicodeText)
def _view_texts(space: UnicodeText, shared_memory: SharedSlots, n: int = 1) -> LiveBatch[str]:
    return LiveBatch(partial(read_text, shared_memory), n)


@_handles(read_from_shared_memory, ImageList)
def _view_images(space: ImageList, shared_memory: SharedSlots, n: int = 1) -> LiveBatch[tuple[Pixels, ...]]:
    return LiveBatch(partial(read_images, shared_memory, max_images=space.max_images), n)


@_handles(write_to_shared_memory, UnicodeText)
def _write_text(space: UnicodeText, index: int, value: str, shared_memory: SharedSlots) -> None:
    _check_fits(space, index, value)
    write_text(shared_memory, index, value)


@_handles(write_to_shared_memory, ImageList)
def _write_images(
    space: ImageList, index: int, value: tuple[Pixels, ...], shared_memory: SharedSlots
) -> None:
    _check_fits(space, index, value)
    write_images(shared_memory, index, value, space.max_images)


def _check_fits(space: OurSpace, index: int, value: object) -> None:
    """Refuses a value for which a slot has no room: it would overwrite another environment's."""
    if value not in space:
        raise ContractError(
            f"environment {index} returned an observation that is not in its space {space}: "
            f"got {_outline(value)}; the space must allow whatever the environment can return"
        )


def _outline(value: object) -> str:
    if isinstance(value, str):
        return f"a string of {len(value)} code points"
    if isinstance(value, tuple):
        parts = [(x.dtype.name, x.shape) if isinstance(x, np.ndarray) else type(x) for x in value]
        return f"a tuple of {parts}"
    return f"a {type(value).__name__}"


# Flattening. Text flattens as gymnasium's Text does: code points, the free places filled with the
# first number that is none.


@_handles(flatdim, UnicodeText)
def _flatdim_text(space: UnicodeText) -> int:
    return space.max_length


@_handles(flatten_space, UnicodeText)
def _flatten_text_space(space: UnicodeText) -> Box:
    return Box(low=0, high=CODE_POINTS, shape=(space.max_length,), dtype=np.int32)


@_handles(flatten, UnicodeText)
def _flatten_text(space: UnicodeText, x: str) -> NDArray[np.int32]:
    code_points = np.frombuffer(x.encode("utf-32-le"), dtype="<i4")
    flat = np.full(space.max_length, CODE_POINTS, dtype=np.int32)
    flat[: len(code_points)] = code_points
    return flat


@_handles(unflatten, UnicodeText)
def _unflatten_text(space: UnicodeText, x: NDArray[Any]) -> str:
    return x[x < CODE_POINTS].astype("<i4").tobytes().decode("utf-32-le")


@_handles(flatdim, ImageList)
@_handles(flatten_space, ImageList)
@_handles(flatten, ImageList)
@_handles(unflatten, ImageList)
def _refuse_to_flatten(space: ImageList, x: object = None) -> NoReturn:
    raise ConfigurationError(
        f"{space} cannot be flattened: its pictures have different sizes; "
        "take the list out of the observation, or resize the pictures and use a Box"
    )
