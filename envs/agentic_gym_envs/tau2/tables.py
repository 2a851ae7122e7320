"""A domain's tables, of which an episode copies only the records that it touches."""

import copy
from collections.abc import Mapping
from typing import Any

_MISSING = object()


class TouchedTable(dict[str, Any]):
    """A table of a domain's database, by id: a record is copied when it is asked for by its id.

    Going over all of the records shows those that were not asked for as they stand in the original: the
    domains' tools only read what they go over.
    """

    def __init__(self, original: Mapping[str, Any]) -> None:
        super().__init__(original)
        self._original = original
        self._copied: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        """The record, this table's own copy of it."""
        record = super().__getitem__(key)
        if key not in self._copied:
            record = copy.deepcopy(record)
            self[key] = record
        return record

    def __setitem__(self, key: str, record: Any) -> None:
        """Puts a record in its place."""
        self._copied.add(key)
        super().__setitem__(key, record)

    def get(self, key: str, default: Any = None) -> Any:
        """The record, this table's own copy of it, or the default."""
        try:
            return self[key]
        except KeyError:
            return default

    def __deepcopy__(self, memo: dict[int, Any]) -> "TouchedTable":
        """A table with the same past; records that were not touched are shared."""
        other = TouchedTable(self._original)
        for key in self._copied:
            other[key] = copy.deepcopy(super().__getitem__(key), memo)
        return other

    @property
    def changes(self) -> dict[str, Any]:
        """The records that differ from the original's."""
        return {
            key: record
            for key, record in self.items()
            if key in self._copied and record != self._original.get(key, _MISSING)
        }


def opened(database: Any) -> Any:
    """A database to play on: its tables copy what is touched, and what is no table is copied now."""
    fields = {
        name: TouchedTable(value) if isinstance(value, dict) else copy.deepcopy(value)
        for name, value in dict(database).items()
    }
    return database.model_copy(update=fields)


def same(one: Any, other: Any) -> bool:
    """Whether two databases that were opened from one original hold the same."""
    if one is None or other is None:
        return one is other
    return all(_content(value) == _content(dict(other)[name]) for name, value in dict(one).items())


def _content(value: Any) -> Any:
    return value.changes if isinstance(value, TouchedTable) else value
