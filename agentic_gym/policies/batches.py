"""What a policy keeps of episodes between turns, and what they need to be read and written together."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agentic_gym.policies.transcript import Transcript
from agentic_gym.trajectories.tokens import common_length

Layers: TypeAlias = list[tuple[Any, Any]]
"""Keys and values of each layer: 1 × heads × tokens × size."""


@dataclass(slots=True)
class Memory:
    """What is kept of an episode between turns: its tokens, and the cache of all but the last sampled one."""

    transcript: Transcript
    layers: Layers = field(default_factory=list)
    cached: int = 0

    def pictures(self, stop: int | None) -> list[dict[str, Any]]:
        """Those that are not cached yet and stand before `stop`, where it is given."""
        spans = zip(self.transcript.spans, self.transcript.features, strict=True)
        return [
            features
            for span, features in spans
            if span.start >= self.cached and (stop is None or span.stop <= stop)
        ]


@dataclass(slots=True)
class Row:
    """An episode that is writing."""

    memory: Memory
    room: int
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    @property
    def unread(self) -> int:
        """Tokens that are not in the episode's cache."""
        return len(self.memory.transcript.ids) - self.memory.cached

    def finished(self, stop: int) -> bool:
        """Whether it has written the token that ends a turn, or has no room left."""
        return self.ids[-1] == stop or len(self.ids) >= self.room


@dataclass(slots=True)
class Batch:
    """Episodes that are read and written together.

    Attributes:
        cache: keys and values of all, with padding wherever `mask` is 0.
        mask: rows × tokens.
        logits: of each row's next token.
        position: of each row's next token: rows × 1, or 3 × rows × 1 where pictures have a height.
    """

    cache: Any
    mask: Any
    logits: Any
    position: Any

    def select(self, rows: Any) -> None:
        """Keeps these rows, in this order; one may be there several times."""
        self.cache.batch_select_indices(rows)
        self.mask, self.logits, self.position = (
            self.mask[rows],
            self.logits[rows],
            self.position[..., rows, :],
        )


def common_beginning(transcripts: Sequence[Transcript]) -> int:
    """Tokens before the first picture that transcripts have in common; each has at least one more."""
    if not transcripts:
        return 0
    first = transcripts[0].ids
    return min(
        min(
            common_length(first, each.ids),
            len(each.ids) - 1,
            each.spans[0].start if each.spans else len(each.ids),
        )
        for each in transcripts
    )


def distinct(rows: Sequence[Row]) -> tuple[list[Row], list[int]]:
    """Rows of which no two show the same so far, and each row's place among them."""
    readers: list[Row] = []
    places: dict[tuple[int, ...], list[int]] = {}
    owners = []
    for row in rows:
        same = places.setdefault(tuple(row.memory.transcript.ids), [])
        place = next((each for each in same if _same_pictures(readers[each], row)), None)
        if place is None:
            place = len(readers)
            same.append(place)
            readers.append(row)
        owners.append(place)
    return readers, owners


def _same_pictures(one: Row, other: Row) -> bool:
    pairs = zip(one.memory.transcript.features, other.memory.transcript.features, strict=True)
    return all(a[name].equal(b[name]) for a, b in pairs for name in a)
