"""What a run says of itself: a line of JSON a step, and the same numbers for TensorBoard."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from torch.utils.tensorboard import SummaryWriter

from agentic_gym.errors import RecordError

FILE = "log.jsonl"
Value: TypeAlias = float | int | str | list[str] | None


class Journal:
    """The log of a run in its folder: `log.jsonl`, and `tensorboard/`.

    Args:
        folder: the run's; made if it is not there.
        step: after which the run goes on; what was written of later steps is taken out. 0 for a new run.
        resume: whether the run goes on even so: from a checkpoint before its first step.

    Raises:
        RecordError: a new run's folder has a log already, or the log of an old one is damaged.
    """

    def __init__(self, folder: Path, *, step: int = 0, resume: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE
        if step == 0 and not resume and path.exists() and path.stat().st_size:
            raise RecordError(f"{folder} holds a run already; go on with --resume, or give another --out")
        self._held: set[tuple[int, str]] = set()
        if path.exists():
            kept = [record for record in read_journal(folder) if record["step"] <= step]
            self._held = {(record["step"], name) for record in kept for name in record}
            partial = path.with_suffix(".part")
            partial.write_text("".join(json.dumps(record) + "\n" for record in kept), encoding="utf-8")
            partial.replace(path)
        self._file = path.open("a", encoding="utf-8")
        self._board: Any = SummaryWriter(str(folder / "tensorboard"), purge_step=step + 1)

    def holds(self, step: int, name: str) -> bool:
        """Whether the log already says this of a step."""
        return (step, name) in self._held

    def write(self, step: int, values: Mapping[str, Value]) -> None:
        """Adds a line about a step; numbers go to TensorBoard too."""
        self._file.write(json.dumps({"step": step, **values}) + "\n")
        self._file.flush()
        self._held |= {(step, name) for name in values}
        for name, value in values.items():
            if isinstance(value, int | float):
                self._board.add_scalar(name, value, step)
        self._board.flush()

    def close(self) -> None:
        """Ends the log."""
        self._file.close()
        self._board.close()

    def __enter__(self) -> "Journal":
        """The journal itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the journal."""
        self.close()


def read_journal(folder: Path) -> list[dict[str, Any]]:
    """The steps of a run, in order; a half-written last line is passed over.

    Raises:
        RecordError: there is no log, or a whole line of it is damaged.
    """
    path = folder / FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        raise RecordError(f"{folder} holds no run: there is no {FILE} in it") from None
    records = []
    for number, line in enumerate(lines, 1):
        if not line.endswith("\n"):
            break
        try:
            record = json.loads(line)
            record["step"] + 0
        except (ValueError, TypeError, KeyError) as error:
            raise RecordError(f"line {number} of {path} is damaged: {error!r}") from None
        records.append(record)
    return records
