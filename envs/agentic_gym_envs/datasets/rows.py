"""Rows of a data set: JSON lines, JSON, CSV or parquet, in a file, a folder, or on the Hugging Face hub."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agentic_gym.errors import ConfigurationError, RecordError

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_NEEDS = "{what} needs {package}: pip install 'agentic-gym[data]'"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that were read.

    Attributes:
        folder: where they lie; paths in them are relative to it.
        rows: each with its columns, in order.
    """

    folder: Path
    rows: tuple[Mapping[str, Any], ...]

    def require(self, *columns: str) -> None:
        """Refuses rows that lack a column.

        Raises:
            RecordError: says which row lacks what, and what it has.
        """
        for number, row in enumerate(self.rows):
            if missing := [column for column in columns if column not in row]:
                raise RecordError(
                    f"row {number} of {self.folder} has no {', '.join(missing)}; it has {', '.join(row)}"
                )


def read_rows(source: Path | str, *, split: str = "") -> Rows:
    """The rows of a data set.

    Args:
        source: a file (`.jsonl`, `.json`, `.csv`, `.parquet`), a folder of such files, or the id of a data
            set on the Hugging Face hub, which is downloaded into its cache.
        split: in a folder, read only the files whose name holds this word, if there are any.

    Raises:
        ConfigurationError: there is nothing at `source`, or what reading it needs is not installed.
        RecordError: a file is damaged; the message says where.
    """
    path = Path(source)
    if not path.exists():
        path = _download(str(source))
    files = [path] if path.is_file() else _files(path, split)
    folder = path.parent if path.is_file() else path
    rows = tuple(row for file in files for row in _read(file))
    if not rows:
        raise RecordError(f"{source} holds no rows")
    return Rows(folder, rows)


def _download(source: str) -> Path:
    if not _HUB_ID.fullmatch(source):
        raise ConfigurationError(
            f"there is nothing at {source!r}: give a file, a folder, or a hub id owner/name"
        )
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        needs = _NEEDS.format(what=f"fetching {source!r} from the hub", package="huggingface-hub")
        raise ConfigurationError(f"there is no file or folder {source!r}, and {needs}") from None
    try:
        return Path(snapshot_download(source, repo_type="dataset"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{source!r} is neither on this disk nor to be had from the hub: {type(error).__name__}: {error}"
        ) from error


def _files(folder: Path, split: str) -> list[Path]:
    files = sorted(file for file in folder.rglob("*") if file.suffix in _READERS and file.is_file())
    if not files:
        raise ConfigurationError(f"{folder} holds none of the files that can be read: {', '.join(_READERS)}")
    return [file for file in files if split and split in file.name] or files


def _read(file: Path) -> Iterable[Mapping[str, Any]]:
    if file.suffix not in _READERS:
        raise ConfigurationError(f"{file} cannot be read: its ending is none of {', '.join(_READERS)}")
    for row in _READERS[file.suffix](file):
        if not isinstance(row, Mapping):
            raise RecordError(f"{file} holds {str(row)[:80]!r} where a row with columns is expected")
        yield row


def _json_lines(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _parsed(line, f"line {number} of {file}")


def _json(file: Path) -> Iterator[Any]:
    content = _parsed(file.read_text("utf-8"), str(file))
    yield from content if isinstance(content, list) else [content]


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise RecordError(f"{where} is damaged: {error}") from None


def _csv(file: Path) -> Iterator[Any]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _parquet(file: Path) -> Iterator[Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigurationError(_NEEDS.format(what=str(file), package="pyarrow")) from None
    try:
        yield from pyarrow.parquet.read_table(file).to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise RecordError(f"{file} is damaged: {error}") from None


_READERS: Mapping[str, Callable[[Path], Iterator[Any]]] = {
    ".jsonl": _json_lines,
    ".json": _json,
    ".csv": _csv,
    ".parquet": _parquet,
}
