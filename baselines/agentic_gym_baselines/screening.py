"""Which episodes are fit to be imitated: correct, free of errors, on tasks worth it, not all alike."""

import enum
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.messages import Malformed, StopReason, ToolStatus
from agentic_gym.protocols import get_protocol

Record: TypeAlias = Mapping[str, Any]
"""A line of `episodes.jsonl`."""
TaskName: TypeAlias = tuple[int, int]
"""A task's level and index."""

_VARIABLE = re.compile(r"\d+(?:[.,]\d+)*")
"""What two phrasings may differ in and still be alike: numbers."""
_ALWAYS_ALLOWED = 2
"""Episodes that may be alike, however few there are."""


class Verdict(enum.StrEnum):
    """What becomes of an episode."""

    KEPT = "kept"
    UNSCORED = "infrastructure failed"
    WRONG = "not correct"
    CUT_OFF = "cut off by a budget"
    MALFORMED = "a turn could not be read"
    FAILED_CALL = "a tool call failed"
    EASY = "the base model solves it without tools"
    TOOLS = "tools help, or do not, other than asked for"
    ANOTHER = "the task has one already"
    ALIKE = "too many others are phrased like it"


@dataclass(frozen=True, slots=True)
class BaseRate:
    """How often the base model solved a task.

    Attributes:
        rollouts: how often it tried, with tools and without.
        with_tools: how often it succeeded.
        without_tools: how often it succeeded when it had none.
        unscored: how many of these attempts infrastructure ended, each time that they were played.
    """

    rollouts: int
    with_tools: int
    without_tools: int
    unscored: int = 0

    @property
    def tools_help(self) -> bool:
        """Whether it succeeds more often with tools."""
        return self.with_tools > self.without_tools


@dataclass(frozen=True, slots=True)
class Screen:
    """What an episode must be like.

    Attributes:
        base_most: how often the base model may solve the task without tools.
        tools_help: whether tools must help the base model with the task, or must not; none if either will do.
        most_alike: the largest share of the kept episodes that may be phrased alike: have the same thoughts
            but for their numbers. Those without any thought are not held against each other.
    """

    base_most: int = 2
    tools_help: bool | None = None
    most_alike: float = 1.0

    def __post_init__(self) -> None:
        """Refuses a share that is none."""
        if not 0.0 < self.most_alike <= 1.0:
            raise ConfigurationError(f"most_alike is a share above 0, up to 1; got {self.most_alike}")

    def judge(self, records: Iterable[Record], base: Mapping[TaskName, BaseRate]) -> list[Verdict]:
        """A verdict for each episode, in order.

        Args:
            records: of an evaluation.
            base: of each task, where a base model has played it.

        Raises:
            RecordError: a record is not one of an evaluation.
        """
        records = list(records)
        verdicts = [self._of_one(record, base.get(task_of(record))) for record in records]
        if self.most_alike == 1.0:
            return _one_a_task(records, verdicts, [()] * len(records), most=0)
        phrasings = [
            phrasing(record) if verdict is Verdict.KEPT else ()
            for record, verdict in zip(records, verdicts, strict=True)
        ]
        most, kept = len(records), len(records)
        while True:  # what is dropped makes the others' shares larger, so the limit falls until it holds
            most = max(_ALWAYS_ALLOWED, min(most, int(self.most_alike * kept)))
            judged = _one_a_task(records, verdicts, phrasings, most)
            kept = judged.count(Verdict.KEPT)
            if most <= max(_ALWAYS_ALLOWED, self.most_alike * kept):
                return judged

    def _of_one(self, record: Record, base: BaseRate | None) -> Verdict:
        if base is not None and base.without_tools > self.base_most:
            return Verdict.EASY
        if base is not None and base.unscored:
            return Verdict.UNSCORED
        if base is not None and self.tools_help is not None and base.tools_help is not self.tools_help:
            return Verdict.TOOLS
        return conduct(record)


def _one_a_task(
    records: Sequence[Record], verdicts: Sequence[Verdict], phrasings: Sequence[tuple[str, ...]], most: int
) -> list[Verdict]:
    """Keeps of each task the first episode that has fewer than `most` alike before it.

    Those without thoughts are like no other.
    """
    judged = list(verdicts)
    taken: set[TaskName] = set()
    seen: Counter[tuple[str, ...]] = Counter()
    for place, (record, words) in enumerate(zip(records, phrasings, strict=True)):
        if judged[place] is not Verdict.KEPT:
            continue
        if task_of(record) in taken:
            judged[place] = Verdict.ANOTHER
        elif any(words) and seen[words] >= most:
            judged[place] = Verdict.ALIKE
        else:
            taken.add(task_of(record))
            seen[words] += 1
    return judged


def conduct(record: Record) -> Verdict:
    """Whether an episode succeeded without any error; the first thing that is wrong with it otherwise.

    Raises:
        RecordError: the record is not one of an evaluation.
    """
    try:
        turns = record["turns"]
        if not record["scored"]:
            return Verdict.UNSCORED
        if not StopReason(record["stop_reason"]).terminates:
            return Verdict.CUT_OFF
        if not record["is_success"]:
            return Verdict.WRONG
        if any(turn["mistake"] for turn in turns):
            return Verdict.MALFORMED
        if any(call["status"] != ToolStatus.OK for turn in turns for call in turn["calls"]):
            return Verdict.FAILED_CALL
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"an episode's record is not one of an evaluation: {type(error).__name__} {error}"
        ) from None
    return Verdict.KEPT


def phrasing(record: Record) -> tuple[str, ...]:
    """An episode's thoughts, turn by turn, each number as `#`: what episodes that are alike share."""
    protocol = get_protocol(record["protocol"])
    actions = [protocol.parse(turn["action"], converses=False) for turn in record["turns"]]
    return tuple(
        _VARIABLE.sub("#", getattr(action, "thought", ""))
        for action in actions
        if not isinstance(action, Malformed)
    )


def task_of(record: Record) -> TaskName:
    """The level and index of an episode's task.

    Raises:
        RecordError: the record is not one of an evaluation.
    """
    try:
        return int(record["difficulty"]), int(record["index"])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"an episode's record is not one of an evaluation: {type(error).__name__} {error}"
        ) from None
