"""Writing a frozen set."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.runner import draw_indices, make_environment
from agentic_gym.evaluation.runs import plain_options
from agentic_gym.frozen.records import FORMAT, FrozenRecord, Manifest, draw_canary
from agentic_gym.frozen.sealing import seal
from agentic_gym.frozen.storage import MANIFEST, get_storage
from agentic_gym.messages import png_bytes
from agentic_gym.tasks import Task, Taskset
from agentic_gym.version import __version__


def export_tasks(
    env_id: str,
    folder: Path | str,
    *,
    split: str = "test",
    count: int = 500,
    levels: Sequence[int] = (),
    seed: int = 0,
    storage: str = "jsonl",
    env_options: Mapping[str, Any] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Manifest:
    """Freezes tasks of an environment.

    The folder appears when the set is whole: an export that was stopped leaves nothing.

    Args:
        env_id: a registered environment.
        folder: where to; must not exist, or be empty.
        split: where the tasks are drawn from.
        count: how many of each level.
        levels: which levels; the environment's default if none is given.
        seed: draws which tasks; `agentic-gym eval` with this seed plays the same ones.
        storage: `jsonl` or `parquet`.
        env_options: further keyword arguments of `gym.make`.
        progress: called with how many tasks were written, of how many.

    Raises:
        ConfigurationError: an argument cannot be used; nothing was written.
    """
    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConfigurationError(f"{target} is there already: name a folder that does not exist or is empty")
    store = get_storage(storage)
    options = dict(env_options or {})
    env = make_environment(env_id, **options)
    env.close()
    taskset = env.taskset
    chosen = [taskset.check_difficulty(level) for level in levels] or [env.difficulty]
    indices = draw_indices(taskset.splits[taskset.check_split(split)], count, seed)
    canary = draw_canary(env_id, split, seed, count, __version__)
    digests: list[str] = []
    freezing = _Freezing(taskset, split, chosen, indices, canary, digests, progress)

    partial = target.with_name(f"{target.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        store.write(partial, freezing.records())
        manifest = Manifest(
            format=FORMAT,
            package=__version__,
            env_id=env_id,
            env_options=plain_options(options),
            split=split,
            seed=seed,
            levels={str(level): taskset.difficulties[level] for level in chosen},
            count=count,
            storage=storage,
            canary=canary,
            digests=digests,
        ).signed()
        content = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
        (partial / MANIFEST).write_text(f"{content}\n", "utf-8")
        partial.replace(target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return manifest


class _Freezing:
    """The tasks of a set, made one after another."""

    def __init__(
        self,
        taskset: Taskset,
        split: str,
        levels: Sequence[int],
        indices: Sequence[int],
        canary: str,
        digests: list[str],
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self._taskset = taskset
        self._split = split
        self._levels = levels
        self._indices = indices
        self._canary = canary
        self._digests = digests
        self._progress = progress

    def records(self) -> Iterator[tuple[FrozenRecord, Sequence[bytes]]]:
        """Each record with the PNG files of its pictures."""
        total = len(self._levels) * len(self._indices)
        for level in self._levels:
            for number, index in enumerate(self._indices):
                key = self._taskset.key(split=self._split, difficulty=level, index=index)
                task = self._taskset.make(key)
                pictures = [png_bytes(pixels) for pixels in task.images]
                record = self._record(task, number, pictures)
                self._digests.append(record.digest)
                yield record, pictures
                if self._progress is not None:
                    self._progress(len(self._digests), total)

    def _record(self, task: Task, number: int, pictures: Sequence[bytes]) -> FrozenRecord:
        name = str(task.key)
        return FrozenRecord(
            task_id=name,
            number=number,
            difficulty=task.key.difficulty,
            index=task.key.index,
            template=task.template,
            tags=tuple(sorted(task.tags)),
            chance=float(task.chance),
            prompt=task.prompt,
            images=tuple(hashlib.sha256(picture).hexdigest() for picture in pictures),
            truth=seal(task.reference, self._canary, name),
            canary=self._canary,
        )
