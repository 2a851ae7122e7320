"""A cache of keys and values that grows in place: the library's own copies all of it at each token."""

from typing import Any

SPARE = 64
"""Tokens for which room is made at a time."""


def growing_layer(library: Any) -> type[Any]:
    """The class of a layer's cache.

    Args:
        library: `transformers`, which is imported only when a model is.
    """

    class GrowingLayer(library.cache_utils.DynamicLayer):  # type: ignore[misc]
        """As its base, but without a gradient new tokens are written behind the old ones where they stand."""

        keys: Any
        values: Any
        _key_room: Any = None
        _value_room: Any = None

        def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
            """Adds tokens; gives all keys and values: rows × heads × tokens × size."""
            if key_states.requires_grad:
                updated: tuple[Any, Any] = super().update(key_states, value_states, *args, **kwargs)
                return updated
            if not self.is_initialized:
                self.lazy_initialization(key_states, value_states)
            self.keys, self._key_room = _appended(self.keys, self._key_room, key_states)
            self.values, self._value_room = _appended(self.values, self._value_room, value_states)
            return self.keys, self.values

    return GrowingLayer


def _appended(held: Any, room: Any, new: Any) -> tuple[Any, Any]:
    """What is held followed by what is new, and the room that it stands in, with some to spare."""
    if held.numel() == 0:
        return new, None
    used, total = held.shape[-2], held.shape[-2] + new.shape[-2]
    in_room = room is not None and room.data_ptr() == held.data_ptr() and len(room) == len(held)
    if not in_room or total > room.shape[-2]:
        rows, heads, _, size = held.shape
        room = held.new_empty(rows, heads, total + SPARE, size)
        room[..., :used, :] = held
    room[..., used:total, :] = new
    return room[..., :total, :], room
