"""A run on disk: what was asked for in `run.json`, beside the episodes that `TrajectoryStore` keeps."""

import json
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from agentic_gym.errors import RecordError
from agentic_gym.evaluation.statistics import EpisodeResult
from agentic_gym.messages import JSONObject
from agentic_gym.trajectories.store import EPISODES, IMAGES, read_episodes
from agentic_gym.version import __version__

RUN = "run.json"
_PACKAGES = ("gymnasium", "numpy", "pillow")
"""Packages whose version can change what an agent is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfiguration:
    """What makes a run the run it is: two with the same configuration play the same tasks in the same way.

    Attributes:
        env_id: the environment.
        agent: name of the agent.
        split: where the tasks are drawn from.
        difficulty: their level.
        seed: draws the tasks' indices.
        episodes: how many tasks. A longer run begins with the tasks of a shorter one.
        rollouts: how often each task is played.
        env_options: keyword arguments of `gym.make`, as JSON.
        package: the version of agentic-gym that plays.
    """

    env_id: str
    agent: str
    split: str
    difficulty: int
    seed: int
    episodes: int
    rollouts: int = 1
    env_options: JSONObject = field(default_factory=dict)
    package: str = __version__

    def differing(self, other: "RunConfiguration") -> list[str]:
        """A line for each field that differs, `episodes` aside."""
        return [
            f"{each.name} is {getattr(other, each.name)!r} there and {getattr(self, each.name)!r} here"
            for each in fields(self)
            if each.name != "episodes" and getattr(self, each.name) != getattr(other, each.name)
        ]


def plain_options(options: Mapping[str, Any]) -> JSONObject:
    """Keyword arguments as JSON; an object (a sandbox, a rubric) by the name of its class."""
    plain: JSONObject = json.loads(json.dumps(dict(options), default=lambda value: type(value).__qualname__))
    return plain


def begin_run(folder: Path, configuration: RunConfiguration) -> None:
    """Writes the run's configuration, or sees that it is the one that is there.

    Args:
        folder: the run's, held by this process's `TrajectoryStore`.
        configuration: of the run that is to begin or to go on.

    Raises:
        RecordError: the folder holds another run; the message names the fields that differ.
    """
    path = folder / RUN
    if not path.exists():
        if (folder / EPISODES).exists() and (folder / EPISODES).stat().st_size:
            raise RecordError(f"{folder} has episodes but no {RUN}: give another folder")
        _write(path, {"configuration": asdict(configuration), **_surroundings()})
        return
    there = read_configuration(folder)
    differing = configuration.differing(there)
    if configuration.episodes < there.episodes:
        differing.append(f"episodes is {there.episodes} there and only {configuration.episodes} here")
    if differing:
        raise RecordError(
            f"{folder} holds another run: {'; '.join(differing)}. Give another folder, or the same settings"
        )
    if configuration.episodes > there.episodes:
        longer = asdict(replace(there, episodes=configuration.episodes))
        _write(path, {**json.loads(path.read_text("utf-8")), "configuration": longer})


@contextmanager
def removed_if_empty(folder: Path) -> Iterator[None]:
    """Takes a new run's folder away again where an exception ends the run before its first episode."""
    is_new = not (folder / RUN).exists()
    is_made = not folder.exists()
    try:
        yield
    except Exception:
        episodes = folder / EPISODES
        if is_new and (folder / RUN).exists() and not episodes.stat().st_size:
            (folder / RUN).unlink()
            episodes.unlink()
            shutil.rmtree(folder / IMAGES)
            if is_made:
                folder.rmdir()
        raise


def read_configuration(folder: Path) -> RunConfiguration:
    """The configuration of the run in a folder.

    Raises:
        RecordError: there is none, or it cannot be read.
    """
    path = folder / RUN
    try:
        return RunConfiguration(**json.loads(path.read_text("utf-8"))["configuration"])
    except FileNotFoundError:
        raise RecordError(
            f"{folder} holds no run: there is no {RUN}; make one with `agentic-gym eval`"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} cannot be read: {type(error).__name__} {error}") from None


def read_results(folder: Path) -> Iterator[EpisodeResult]:
    """What the statistics need of each episode that a run has finished, in order.

    Raises:
        RecordError: the episodes cannot be read.
    """
    return map(EpisodeResult.from_record, read_episodes(folder))


def find_runs(folder: Path) -> list[Path]:
    """The run that is in a folder, or those that are in its subfolders, by name.

    Raises:
        RecordError: there is neither.
    """
    if (folder / RUN).exists():
        return [folder]
    found = sorted(path.parent for path in folder.glob(f"*/{RUN}"))
    if not found:
        raise RecordError(
            f"{folder} holds no run: there is no {RUN} in it or in a folder within; "
            "make one with `agentic-gym eval`"
        )
    return found


def _surroundings() -> JSONObject:
    return {
        "python": sys.version.split()[0],
        "platform": f"{platform.system()} {platform.machine()}",
        "versions": {name: _version(name) for name in _PACKAGES},
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _write(path: Path, content: JSONObject) -> None:
    """Writes a file whole or not at all."""
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(path)
