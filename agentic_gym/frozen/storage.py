"""A frozen set on disk, as JSON lines with PNG files or as one parquet file.

::

    FOLDER/manifest.json           what it is, and the digest of every record
    FOLDER/tasks.jsonl             one record a line, with
    FOLDER/images/<sha256>.png     every picture once
    or FOLDER/tasks.parquet        one record a row, pictures inside

A set is read whole and checked whole before anything of it is played.
"""

import hashlib
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from agentic_gym.errors import ConfigurationError, RecordError, unknown_name
from agentic_gym.frozen.records import FrozenRecord, Manifest
from agentic_gym.messages import JSONObject, Pixels

MANIFEST = "manifest.json"
_IMAGES = "images"
_PYARROW = "parquet needs pyarrow: pip install 'agentic-gym[data]', or take the storage 'jsonl'"


class Storage(ABC):
    """How records and pictures lie in a folder."""

    name: ClassVar[str]

    @abstractmethod
    def write(self, folder: Path, records: Iterable[tuple[FrozenRecord, Sequence[bytes]]]) -> None:
        """Writes records with the PNG files of their pictures, as they come."""

    @abstractmethod
    def read(self, folder: Path) -> Iterator[JSONObject]:
        """The records as they stand there."""

    @abstractmethod
    def picture(self, folder: Path, number: int, place: int, digest: str) -> bytes:
        """The PNG file of a picture: the `place`-th of record `number`."""


class _JsonLines(Storage):
    name = "jsonl"
    _file = "tasks.jsonl"

    def write(self, folder: Path, records: Iterable[tuple[FrozenRecord, Sequence[bytes]]]) -> None:
        (folder / _IMAGES).mkdir()
        with (folder / self._file).open("w", encoding="utf-8") as lines:
            for record, pictures in records:
                for digest, picture in zip(record.images, pictures, strict=True):
                    (folder / _IMAGES / f"{digest}.png").write_bytes(picture)
                lines.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")

    def read(self, folder: Path) -> Iterator[JSONObject]:
        with (folder / self._file).open("rb") as lines:
            for number, line in enumerate(lines):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise RecordError(f"record {number} of {folder} is damaged: {error}") from None

    def picture(self, folder: Path, number: int, place: int, digest: str) -> bytes:
        return (folder / _IMAGES / f"{digest}.png").read_bytes()


class _Parquet(Storage):
    name = "parquet"
    _file = "tasks.parquet"

    def write(self, folder: Path, records: Iterable[tuple[FrozenRecord, Sequence[bytes]]]) -> None:
        arrow, parquet = _arrow()
        writer = None
        for record, pictures in records:
            images = [
                {"bytes": picture, "path": f"{digest}.png"}
                for digest, picture in zip(record.images, pictures, strict=True)
            ]
            table = arrow.Table.from_pylist([{**asdict(record), "images": images}], schema=_schema(arrow))
            writer = writer or parquet.ParquetWriter(folder / self._file, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def read(self, folder: Path) -> Iterator[JSONObject]:
        for row in self._rows(folder):
            yield {**row, "images": [image["path"].removesuffix(".png") for image in row["images"]]}

    def picture(self, folder: Path, number: int, place: int, digest: str) -> bytes:
        group = self._open(folder).read_row_group(number, columns=["images"])
        return bytes(group.column("images")[0].as_py()[place]["bytes"])

    def _rows(self, folder: Path) -> Iterator[JSONObject]:
        file = self._open(folder)
        for group in range(file.num_row_groups):
            yield from file.read_row_group(group).to_pylist()

    def _open(self, folder: Path) -> Any:
        arrow, parquet = _arrow()
        try:
            return parquet.ParquetFile(folder / self._file)
        except arrow.ArrowInvalid as error:
            raise RecordError(f"{folder / self._file} is damaged: {error}; fetch the set again") from None


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigurationError(_PYARROW) from None
    return pyarrow, pyarrow.parquet


def _schema(arrow: Any) -> Any:
    picture = arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])
    texts = ("task_id", "template", "prompt", "truth", "canary")
    numbers = ("number", "difficulty", "index")
    return arrow.schema(
        [(name, arrow.string()) for name in texts]
        + [(name, arrow.int64()) for name in numbers]
        + [
            ("chance", arrow.float64()),
            ("tags", arrow.list_(arrow.string())),
            ("images", arrow.list_(picture)),
        ]
    )


_STORAGES: Mapping[str, Storage] = {storage.name: storage for storage in (_JsonLines(), _Parquet())}


def get_storage(name: str) -> Storage:
    """The storage of a name, `jsonl` or `parquet`.

    Raises:
        ConfigurationError: there is none, or what it needs is not installed.
    """
    if name not in _STORAGES:
        raise unknown_name("storage of a frozen set", name, _STORAGES)
    if name == _Parquet.name:
        _arrow()
    return _STORAGES[name]


@dataclass(frozen=True, slots=True)
class FrozenSet:
    """A set that was read and found whole."""

    folder: Path
    manifest: Manifest
    records: Sequence[FrozenRecord]

    def images(self, number: int) -> tuple[Pixels, ...]:
        """The pictures of a record, by its place in `records`: uint8, height × width × 3."""
        storage = get_storage(self.manifest.storage)
        record = self.records[number]
        return tuple(
            _pixels(storage.picture(self.folder, number, place, digest))
            for place, digest in enumerate(record.images)
        )


def read_set(folder: Path | str, progress: Callable[[int, int], None] | None = None) -> FrozenSet:
    """A set, after each record and each picture was checked against the manifest.

    Args:
        folder: where it lies.
        progress: called with how many records were checked, of how many.

    Raises:
        RecordError: it is damaged, incomplete, changed, or of another format; the message says which record.
    """
    folder = Path(folder)
    manifest = Manifest.read(_manifest(folder), str(folder / MANIFEST))
    storage = get_storage(manifest.storage)
    records = []
    expected = len(manifest.digests)
    for number, content in enumerate(_records(storage, folder)):
        if number >= expected:
            raise RecordError(f"{folder} holds more than its {expected} records: fetch the set again")
        record = FrozenRecord.read(content, f"record {number} of {folder}")
        if record.digest != manifest.digests[number]:
            raise RecordError(
                f"record {number} of {folder} ({record.task_id}) was changed after it was written: "
                "fetch the set again"
            )
        _check_pictures(storage, folder, number, record)
        records.append(record)
        if progress is not None:
            progress(number + 1, expected)
    if len(records) < expected:
        raise RecordError(
            f"{folder} ends after record {len(records) - 1} of {expected}: it was truncated; "
            "fetch the set again"
        )
    return FrozenSet(folder, manifest, records)


def _manifest(folder: Path) -> JSONObject:
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise RecordError(
            f"{folder} holds no frozen set: there is no {MANIFEST}; make one with `agentic-gym export`"
        ) from None
    except ValueError as error:
        raise RecordError(f"{path} is damaged: {error}; fetch the set again") from None
    if not isinstance(content, dict):
        raise RecordError(f"{path} is no manifest: {str(content)[:80]}")
    return content


def _records(storage: Storage, folder: Path) -> Iterator[JSONObject]:
    try:
        yield from storage.read(folder)
    except FileNotFoundError as error:
        raise RecordError(f"{folder} lacks its records ({error.filename}): fetch the set again") from None


def _check_pictures(storage: Storage, folder: Path, number: int, record: FrozenRecord) -> None:
    for place, digest in enumerate(record.images):
        where = f"picture {place + 1} of record {number} of {folder} ({record.task_id})"
        try:
            picture = storage.picture(folder, number, place, digest)
        except FileNotFoundError:
            raise RecordError(f"{where} is missing: fetch the set again") from None
        if hashlib.sha256(picture).hexdigest() != digest:
            raise RecordError(f"{where} was changed after it was written: fetch the set again")


def _pixels(picture: bytes) -> Pixels:
    with Image.open(io.BytesIO(picture)) as image:
        return np.asarray(image.convert("RGB"))
