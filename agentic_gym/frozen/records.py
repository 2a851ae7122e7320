"""What a frozen set says: of each task a record, of the whole a manifest that pins every record."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self

from agentic_gym.errors import RecordError
from agentic_gym.messages import JSONObject

FORMAT = 1
"""The version of the format that this package writes, and the only one that it reads."""


@dataclass(frozen=True, slots=True)
class FrozenRecord:
    """One task.

    Attributes:
        task_id: such as `RealX-v0/test/3/2000017`.
        number: its place among those of its level, counted from 0.
        difficulty: its level.
        index: its index in the environment that it comes from.
        template: the kind of question.
        tags: abilities that it needs.
        chance: how likely a guess is right.
        prompt: the question.
        images: the SHA-256 of each picture's PNG file, in the order of the pictures' names.
        truth: the right answer, sealed (`agentic_gym.frozen.sealing`).
        canary: the set's, so that no record travels without it.
    """

    task_id: str
    number: int
    difficulty: int
    index: int
    template: str
    tags: tuple[str, ...]
    chance: float
    prompt: str
    images: tuple[str, ...]
    truth: str
    canary: str

    @property
    def digest(self) -> str:
        """SHA-256 of the record; of its pictures, too, whose digests it holds."""
        return digest_of(asdict(self))

    @classmethod
    def read(cls, content: Mapping[str, Any], where: str) -> Self:
        """The record that stands at a place.

        Raises:
            RecordError: it lacks a field, or has one that is not a record's.
        """
        _require_fields(cls, content, where)
        return cls(**{**content, "tags": tuple(content["tags"]), "images": tuple(content["images"])})


@dataclass(frozen=True, slots=True)
class Manifest:
    """A set as a whole.

    Attributes:
        format: version of the format.
        package: version of agentic-gym that made the tasks.
        env_id: the environment.
        env_options: keyword arguments of `gym.make` with which it was made.
        split: the split that the tasks were drawn from.
        seed: drew which ones.
        levels: each level with its summary.
        count: tasks of each level.
        storage: `jsonl` or `parquet`.
        canary: a string that stands in every record, so that a corpus can be searched for it.
        digests: of every record, in order.
        fingerprint: of all the fields above; what a paper states beside its numbers.
    """

    format: int
    package: str
    env_id: str
    env_options: Mapping[str, Any]
    split: str
    seed: int
    levels: Mapping[str, str]
    count: int
    storage: str
    canary: str
    digests: Sequence[str]
    fingerprint: str = ""

    def signed(self) -> "Manifest":
        """The manifest with its fingerprint."""
        return replace(self, fingerprint=self._digest())

    def _digest(self) -> str:
        return digest_of({**asdict(self), "fingerprint": ""})

    @classmethod
    def read(cls, content: JSONObject, where: str) -> "Manifest":
        """The manifest that stands at a place.

        Raises:
            RecordError: it is of another format, incomplete, or was changed.
        """
        if content.get("format") != FORMAT:
            raise RecordError(
                f"{where} is a frozen set of format {content.get('format')!r}; this version of "
                f"agentic-gym reads format {FORMAT}: install the version that made it "
                f"({content.get('package', 'unknown')})"
            )
        _require_fields(cls, content, where)
        manifest = cls(**content)
        if manifest.fingerprint != manifest._digest():
            raise RecordError(f"{where} was changed after it was written: fetch the set again")
        return manifest


def draw_canary(env_id: str, split: str, seed: int, count: int, package: str) -> str:
    """The canary of a set: the same one for the same set."""
    name = f"agentic-gym/{package}/{env_id}/{split}/{seed}/{count}"
    return f"agentic-gym frozen set {uuid.uuid5(uuid.NAMESPACE_URL, name)}: not for training"


def digest_of(content: JSONObject) -> str:
    """SHA-256 of a JSON object, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _require_fields(kind: type[Any], content: Mapping[str, Any], where: str) -> None:
    expected = {field.name for field in fields(kind)}
    if odd := expected ^ set(content):
        raise RecordError(f"{where} differs from what was written in the fields {', '.join(sorted(odd))}")
