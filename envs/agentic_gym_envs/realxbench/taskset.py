"""RealXBench-v0: the released questions of RealX-Bench, played from a copy that the user has."""

import base64
import binascii
import io
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image, UnidentifiedImageError

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.messages import Pixels
from agentic_gym.scoring.answers import grade
from agentic_gym.tasks import Task, TaskKey, Taskset
from agentic_gym.tools import Tool, image_tools, python_tool
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.datasets import read_rows
from agentic_gym_envs.realxbench.answers import read_truths
from agentic_gym_envs.realxbench.searching import Search, make_search_tools

_ABILITIES = {"perception": "perception", "search": "search", "reason": "reasoning"}
"""The columns that say what a question needs, and the tags that RealX-v0 has for them."""
_YES = frozenset({"true", "yes", "y", "1", "1.0"})


class RealXBenchTask(Task):
    """A released question.

    Attributes:
        row: its columns.
        folder: what the path of its picture is relative to.
    """

    def __init__(
        self, key: TaskKey, row: Mapping[str, Any], folder: Path, search: Callable[[str], Sequence[Tool]]
    ) -> None:
        self.key = key
        self.row = row
        self.folder = folder
        self.truths = read_truths(str(row["answer"]), str(key))
        self.tags = frozenset(
            tag for column, tag in _ABILITIES.items() if str(row[column]).strip().lower() in _YES
        )
        self.template = " + ".join(sorted(self.tags)) or "none"
        self._search = search

    @property
    def prompt(self) -> str:
        """The question as it was released."""
        return str(self.row["query"])

    @cached_property
    def _images(self) -> tuple[Pixels, ...]:
        return (_read_image(self.row["image"], self.folder, str(self.key)),)

    @property
    def images(self) -> Sequence[Pixels]:
        """The question's picture."""
        return self._images

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools, Python, and the search that the user gave."""
        return (*image_tools(coordinates), python_tool(), *self._search(coordinates))

    @property
    def reference(self) -> str:
        """The released answer, alternatives included."""
        return str(self.row["answer"])

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success: the answer says one of the alternatives, by the rules of its type."""
        answer = trajectory.answer
        right = answer is not None and any(grade(truth, answer) for truth in self.truths)
        return {"success": float(right)}


class RealXBench(Taskset):
    """RealX-Bench itself (DeepEyesV2, arXiv 2511.05271): the released questions, from the user's own copy.

    Graded by rule where the paper has a judge, so that scores are a lower bound of the paper's. No search
    comes with the questions: hand in pages or tools of your own, and report which.

    Args:
        path: a file, a folder, or a hub id such as `glowol/RealXBench`, with the columns `query`, `answer`,
            `perception`, `search`, `reason` and `image`.
        search: what the agent searches: a corpus, a list of tools, or `module:attribute` of either; without
            it there is no search tool.

    Raises:
        ConfigurationError: there is no such data, or no path was given.
        RecordError: a row cannot be read; the message says which.
    """

    id: ClassVar[str] = "RealXBench-v0"
    splits: Mapping[str, range] = {"test": range(194)}
    difficulties: Mapping[int, str] = {0: "the released questions"}
    default_difficulty: int = 0
    finite: ClassVar[bool] = True

    def __init__(self, path: Path | str | None = None, search: Search = None) -> None:
        if path is None:
            raise ConfigurationError(
                "RealXBench-v0 plays your copy of the questions: "
                "gym.make('RealXBench-v0', path='FILE, FOLDER or hub id')"
            )
        self._data = read_rows(path)
        self._data.require("query", "answer", *_ABILITIES, "image")
        self._search = make_search_tools(search)
        self.splits = {"test": range(len(self._data.rows))}

    def make(self, key: TaskKey) -> RealXBenchTask:
        """The question of this key: `index` is its row."""
        return RealXBenchTask(key, self._data.rows[key.index], self._data.folder, self._search)


def _read_image(content: object, folder: Path, where: str) -> Pixels:
    """A picture as data sets hold one: bytes, a path, both (as `datasets` writes them), or Base64."""
    if isinstance(content, Mapping):
        content = content.get("bytes") or content.get("path")
    try:
        if isinstance(content, str):
            path = folder / content
            content = path.read_bytes() if len(content) < 1024 and path.is_file() else _base64(content)
        if not isinstance(content, bytes):
            raise RecordError(f"{where}: expected a picture or the path of one; got {content!r:.80}")
        with Image.open(io.BytesIO(content)) as image:
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, binascii.Error) as error:
        raise RecordError(f"{where}: its picture cannot be read: {error}") from None


def _base64(text: str) -> bytes:
    return base64.b64decode(text.partition("base64,")[2] or text, validate=True)
