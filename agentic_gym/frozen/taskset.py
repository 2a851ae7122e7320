"""Frozen-v0: plays a set that was exported, task by task as it was written."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.frozen.records import FrozenRecord
from agentic_gym.frozen.sealing import unseal
from agentic_gym.frozen.storage import FrozenSet, read_set
from agentic_gym.messages import Pixels
from agentic_gym.tasks import Policy, Script, Setting, Task, TaskKey, Taskset
from agentic_gym.trajectories.records import Trajectory
from agentic_gym.version import __version__


class FrozenTask(Task):
    """A task with the words and pictures that were frozen, and the tools of the one it was frozen from."""

    def __init__(
        self, key: TaskKey, live: Task, record: FrozenRecord, number: int, source: FrozenSet
    ) -> None:
        self.key = key
        self.live = live
        self.record = record
        self.template = record.template
        self.tags = frozenset(record.tags)
        self.chance = record.chance
        self._number = number
        self._source = source

    @property
    def prompt(self) -> str:
        """The question as it was written."""
        return self.record.prompt

    @cached_property
    def _images(self) -> tuple[Pixels, ...]:
        return self._source.images(self._number)

    @property
    def images(self) -> Sequence[Pixels]:
        """The pictures as they were drawn."""
        return self._images

    @property
    def briefing(self) -> str:
        """That of the task that was frozen."""
        return self.live.briefing

    @property
    def converses(self) -> bool:
        """As for the task that was frozen."""
        return self.live.converses

    def begin(self, coordinates: str) -> Setting:
        """The tools and the user of the task that was frozen."""
        return self.live.begin(coordinates)

    @property
    def reference(self) -> str:
        """The truth."""
        return self.live.reference

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """By the rules of the task that was frozen."""
        return self.live.measure(trajectory)


class FrozenTasks(Taskset):
    """The tasks of a set that `agentic-gym export` wrote: words and pictures to the letter and the pixel.

    The set is checked whole before anything is played: a record that was changed, is missing, or that this
    version of the package would make otherwise is an error that names it. What the tools know (a world's
    pages) is made by this package from the task's key.

    Args:
        path: the set's folder.

    Raises:
        RecordError: the set cannot be played; the message says which record is at fault.
        ConfigurationError: no path is given.
    """

    id: ClassVar[str] = "Frozen-v0"
    splits: Mapping[str, range] = {}
    difficulties: Mapping[int, str] = {}
    default_difficulty: int = 0
    finite: ClassVar[bool] = True

    def __init__(self, path: Path | str | None = None) -> None:
        if path is None:
            raise ConfigurationError(
                "Frozen-v0 plays a set on disk: gym.make('Frozen-v0', path='DIR'), where "
                "`agentic-gym export ID DIR` wrote DIR"
            )
        self.source = read_set(path)
        manifest = self.source.manifest
        levels = {int(level): summary for level, summary in manifest.levels.items()}
        env = make_environment(manifest.env_id, **manifest.env_options)
        env.close()
        self._live = env.taskset
        self.splits = {manifest.split: range(manifest.count)}
        self.difficulties = levels
        self.default_difficulty = min(levels)
        self.max_turns = self._live.max_turns
        self.max_tool_calls = self._live.max_tool_calls
        self.rubric = self._live.rubric
        self._numbers = {
            (record.difficulty, record.number): number for number, record in enumerate(self.source.records)
        }
        if manifest.package != __version__:
            self._check_all()

    def make(self, key: TaskKey) -> FrozenTask:
        """The task of this key: `index` counts the set's tasks of its level from 0.

        Raises:
            RecordError: this version of the package makes another task of the record's key.
        """
        number = self._numbers[key.difficulty, key.index]
        record = self.source.records[number]
        return FrozenTask(key, self._live_task(record), record, number, self.source)

    def policies(self) -> Mapping[str, Policy]:
        """Those of the environment that the set comes from."""
        return {name: _on_live(policy) for name, policy in self._live.policies().items()}

    def _live_task(self, record: FrozenRecord) -> Task:
        manifest = self.source.manifest
        task = self._live.make(
            self._live.key(split=manifest.split, difficulty=record.difficulty, index=record.index)
        )
        truth = unseal(record.truth, manifest.canary, record.task_id)
        if task.reference != truth:
            raise RecordError(
                f"{record.task_id} of {self.source.folder} was made by agentic-gym {manifest.package}, and "
                f"{__version__} makes another task of it: pip install agentic-gym=={manifest.package}"
            )
        return task

    def _check_all(self) -> None:
        for record in self.source.records:
            self._live_task(record)


def _on_live(policy: Policy) -> Policy:
    def play(task: Task, coordinates: str) -> Script:
        return policy(task.live if isinstance(task, FrozenTask) else task, coordinates)

    return play
