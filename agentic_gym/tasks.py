"""What an episode is about: a task, and the taskset that makes tasks.

A task says only what is set up (prompt, images, tools), and how a finished episode is measured. The
loop in `agentic_gym.core` does the rest, so a new family of tasks is one folder and touches nothing else.
"""

import copy
import hashlib
import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol, TypeAlias, TypedDict

import numpy as np

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.messages import GiveAnswer, Pixels, SayToUser, StopReason, WellFormed
from agentic_gym.scoring.answers import Truth, grade
from agentic_gym.scoring.rubric import Rubric
from agentic_gym.tools.base import Tool
from agentic_gym.trajectories.records import Trajectory


class Observation(TypedDict):
    """What an agent is shown: what is new since its last turn.

    `text` has one `<image>` for each entry of `images`; each image is uint8, height × width × 3.
    """

    text: str
    images: tuple[Pixels, ...]


Script: TypeAlias = Generator[WellFormed, Observation, None]
"""A policy's course through one episode: yields an action, is sent the observation that follows."""


@dataclass(frozen=True, slots=True)
class TaskKey:
    """What a task is a function of."""

    env_id: str
    split: str
    difficulty: int
    index: int

    def __str__(self) -> str:
        """The task's id, such as `RealX-v0/train/1/17`."""
        return f"{self.env_id}/{self.split}/{self.difficulty}/{self.index}"

    @property
    def seed(self) -> int:
        """63 bits that depend on every field, for what an episode itself draws (its sandbox's seed)."""
        return int.from_bytes(hashlib.sha256(str(self).encode()).digest()[:8], "big") >> 1


@dataclass(frozen=True, slots=True)
class UserReply:
    """What a task's user says to an agent's message.

    Attributes:
        text: the user's words.
        done: whether the user is satisfied or gives up, which ends the episode.
        transferred: whether the agent handed the user over to somebody else, which ends it too.
    """

    text: str
    done: bool = False
    transferred: bool = False


class User(Protocol):
    """Somebody whom the agent talks to. One is made for each episode."""

    def reply(self, message: str) -> UserReply:
        """What the user answers to a message of the agent."""
        ...


@dataclass(slots=True)
class Setting:
    """What one episode plays in: its tools, and its user where it has one.

    Attributes:
        tools: on offer now. A user's reply may change them: the agent is told what is new and what is gone.
        user: whom the agent talks to.
        stop: set by a tool or the user to end the episode.
        may_pass: whether an empty action says nothing, as in a team, instead of being a mistake.
    """

    tools: Sequence[Tool] = ()
    user: User | None = None
    stop: StopReason | None = None
    may_pass: bool = False

    def branch(self) -> "Setting":
        """A copy for a second episode with the same past. Tools hold no state, and are shared."""
        return replace(self, user=copy.deepcopy(self.user))


@dataclass(slots=True)
class StatefulSetting(Setting):
    """A setting whose tools and user change something they share, such as a database.

    A branch copies all of it, so tools are made of bound methods (`tool(self.book)`), not of closures.
    """

    def branch(self) -> "StatefulSetting":
        """A copy that shares nothing."""
        return copy.deepcopy(self)


class Task(ABC):
    """One task.

    What is costly to make (pictures, and a prompt that names what they show) is made when first asked
    for, so that a taskset can be searched for its answers without drawing.
    """

    key: TaskKey
    template: str
    """Name of the kind of question, by which audits group answers."""
    tags: frozenset[str] = frozenset()
    """Abilities the task needs, such as `perception`; kept with the trajectory, never shown."""
    chance: float = 0.0
    """How likely a guess is right: 0 where the answer is open, 1/n where it is one of n."""

    @property
    @abstractmethod
    def prompt(self) -> str:
        """The question or instruction, without pictures."""

    @property
    def images(self) -> Sequence[Pixels]:
        """The task's pictures as originals, uint8 height × width × 3, in the order of their names."""
        return ()

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """The tools on offer.

        Args:
            coordinates: the convention in which image tools take boxes.
        """
        return ()

    def user(self) -> User | None:
        """The user of one episode, for tasks that have one."""
        return None

    @property
    def briefing(self) -> str:
        """What the system text says before the tools, such as a desk's policy."""
        return ""

    @property
    def converses(self) -> bool:
        """Whether the agent talks to a user: what it then writes without a tag is a message."""
        return self.user() is not None

    def begin(self, coordinates: str) -> Setting:
        """What one episode plays in; a task whose tools change something makes it here, for each anew.

        Args:
            coordinates: the convention in which image tools take boxes.
        """
        return Setting(self.tools(coordinates), self.user())

    @property
    @abstractmethod
    def reference(self) -> str:
        """The right answer as text; empty where a task has none."""

    @abstractmethod
    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """What the finished episode achieved: `success` from 0 to 1, and measures of the task's own."""


class QuestionTask(Task):
    """A task with one typed answer."""

    truth: Truth

    @property
    def reference(self) -> str:
        """The truth's canonical text."""
        return self.truth.value

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success: the answer is the truth, by the rules of its type."""
        answer = trajectory.answer
        return {"success": float(answer is not None and grade(self.truth, answer))}


Policy: TypeAlias = Callable[[Task, str], Script]
"""From a task and the coordinate convention to a course through its episode: an oracle, an audit."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How often an audit may succeed, where a family means it to be another share than the usual.

    Attributes:
        share: from 0 to 1.
        reason: why, in a sentence for the table of audits.
    """

    share: float
    reason: str


Certificate: TypeAlias = Callable[[Task], None]
"""Raises `ContractError` where a task lacks what is claimed of it, with a message that says what."""


class Taskset(ABC):
    """A family of tasks: an environment's content.

    Attributes:
        id: the environment's id.
        splits: the indices of each split; ranges that never overlap, of at least a million each.
        difficulties: each level with a sentence that says what it asks for.
        default_difficulty: the level of an environment that names none.
        max_turns: how many actions an episode of this family may reasonably take.
        max_tool_calls: how many tool calls.
        rubric: how its trajectories are scored, if nothing else is asked for.
        finite: whether it plays data that somebody has, instead of tasks that are made: such a split may
            hold fewer than a million.
        ceilings: how often a named audit may succeed, with the reason, where the usual ceiling is not meant.
        versions: each version of the family with what it changed, the oldest first.
    """

    id: ClassVar[str]
    splits: Mapping[str, range] = {
        "train": range(0, 1_000_000),
        "val": range(1_000_000, 2_000_000),
        "test": range(2_000_000, 3_000_000),
    }
    difficulties: Mapping[int, str]
    default_difficulty: int
    max_turns: int = 16
    max_tool_calls: int = 32
    rubric: str | Rubric = "outcome"
    finite: ClassVar[bool] = False
    ceilings: ClassVar[Mapping[str, "Ceiling"]] = {}
    versions: ClassVar[Mapping[str, str]] = {"v0": "first version"}

    @abstractmethod
    def make(self, key: TaskKey) -> Task:
        """The task of this key: always the same one, in every process."""

    def policies(self) -> Mapping[str, Policy]:
        """Policies that know this family: its `oracle`, and the audits that must not succeed."""
        return {"most-common": self._most_common}

    def certificates(self) -> Mapping[str, Certificate]:
        """What the family claims of each of its tasks, by name, to be checked on any of them."""
        return {}

    def key(self, *, split: str | None = None, difficulty: int | None = None, index: int) -> TaskKey:
        """A key, checked.

        Args:
            split: found from the index where it is not given.
            difficulty: the default level where it is not given.
            index: one of the split's.

        Raises:
            ConfigurationError: there is no such split, level or index; the message says what there is.
        """
        split = self.split_of(index) if split is None else self.check_split(split)
        if index not in self.splits[split]:
            raise ConfigurationError(f"index {index} is not in split {split!r}; {self._ranges()}")
        return TaskKey(self.id, split, self.check_difficulty(difficulty), index)

    def split_of(self, index: int) -> str:
        """The split that an index belongs to.

        Raises:
            ConfigurationError: it belongs to none.
        """
        for split, indices in self.splits.items():
            if index in indices:
                return split
        raise ConfigurationError(f"index {index} is in no split; {self._ranges()}")

    def check_split(self, split: str) -> str:
        """The split, if there is one of this name; raises `ConfigurationError` otherwise."""
        if not isinstance(split, str) or split not in self.splits:
            raise unknown_name("split", split, self.splits)
        return split

    def check_difficulty(self, difficulty: int | None) -> int:
        """The level, or the default for `None`; raises `ConfigurationError` for one that is not there."""
        level = self.default_difficulty if difficulty is None else difficulty
        is_number = isinstance(level, int | np.integer) and not isinstance(level, bool)
        if not is_number or level not in self.difficulties:
            raise unknown_name("difficulty", level, self.difficulties)
        return int(level)

    def _ranges(self) -> str:
        ranges = (f"{name}: {span.start} to {span.stop - 1}" for name, span in self.splits.items())
        return "indices are " + ", ".join(ranges)

    def _most_common(self, task: Task, coordinates: str) -> Script:
        """Gives the answer that is most common among tasks of the same template and level."""
        answer = common_answers(self, task.key.difficulty).get(task.template, ("nothing",))[0]
        yield SayToUser(answer) if task.converses else GiveAnswer(answer)


_counting = threading.Lock()
_counted: dict[tuple[object, int], Mapping[str, tuple[str, ...]]] = {}
_SAMPLE_RUNS, _SAMPLE_RUN = 4, 64


def common_answers(taskset: Taskset, difficulty: int) -> Mapping[str, tuple[str, ...]]:
    """The answers of each template at a level, the most common first, in a sample of the first split.

    Counted once for a family, however many threads ask; for each object where it plays data.
    """
    key = (taskset if taskset.finite else type(taskset), difficulty)
    with _counting:
        if key not in _counted:
            _counted[key] = {
                template: tuple(answer for answer, _ in answers.most_common())
                for template, answers in _count_answers(taskset, difficulty).items()
            }
        return _counted[key]


def _count_answers(taskset: Taskset, difficulty: int) -> Mapping[str, Counter[str]]:
    """Over runs of neighbouring tasks, since neighbours may share what is costly to make."""
    indices = next(iter(taskset.splits.values()))
    rng = np.random.default_rng(0)
    starts = rng.integers(max(1, len(indices) - _SAMPLE_RUN), size=_SAMPLE_RUNS)
    sampled = {index for start in starts.tolist() for index in indices[start : start + _SAMPLE_RUN]}
    counts: dict[str, Counter[str]] = {}
    for index in sorted(sampled):
        task = taskset.make(taskset.key(index=index, difficulty=difficulty))
        counts.setdefault(task.template, Counter())[task.reference] += 1
    return counts
