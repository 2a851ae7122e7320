"""A desk's records: what stands in them at first, and what an episode has changed."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from agentic_gym.errors import ToolMistake

Record: TypeAlias = Mapping[str, Any]
"""One record: JSON values by field, `kind` and `id` among them. Never changed in place."""
Records: TypeAlias = Mapping[str, Record]


class Ledger:
    """Records by id. Only those that an episode touches are copied, and only those are compared.

    Args:
        base: the records at first; shared by every ledger that is opened on them.
    """

    def __init__(self, base: Records) -> None:
        self._base = base
        self._written: dict[str, Record] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> "Ledger":
        """A ledger with the same past; what neither changes in place is shared."""
        other = Ledger(self._base)
        other._written = dict(self._written)
        return other

    def find(self, record_id: str) -> Record | None:
        """The record as it stands now, if there is one."""
        return self._written.get(record_id) or self._base.get(record_id)

    def read(self, kind: str, record_id: str) -> Record:
        """The record of a kind.

        Raises:
            ToolMistake: there is none.
        """
        record = self.find(record_id)
        if record is None or record["kind"] != kind:
            raise ToolMistake(f"There is no {kind} {record_id!r:.60}.")
        return record

    def of_kind(self, kind: str) -> list[Record]:
        """Every record of a kind, as it stands now."""
        return [self.find(name) or record for name, record in self._base.items() if record["kind"] == kind]

    def write(self, record: Record, **fields: Any) -> Record:
        """Puts a record's fields in place of the old ones, and gives back the record as it stands then."""
        self._written[record["id"]] = written = {**record, **fields}
        return written

    @property
    def changes(self) -> Records:
        """The records that differ from what they were at first."""
        return {name: record for name, record in self._written.items() if record != self._base.get(name)}
