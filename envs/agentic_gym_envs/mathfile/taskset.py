"""MathFile-v0: mathematics from files that the user has, with Python as the tool."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from agentic_gym.errors import ConfigurationError
from agentic_gym.scoring.answers import AnswerType, Truth, grade
from agentic_gym.tasks import Task, TaskKey, Taskset
from agentic_gym.tools import Tool, python_tool
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.datasets import read_rows
from agentic_gym_envs.mathfile.reading import ANSWERS, PROBLEMS, choose_column, read_answer
from agentic_gym_envs.mathfile.verifying import Verifier


class MathFileTask(Task):
    """A problem of a file."""

    template = "problem"
    tags = frozenset({"reasoning"})

    def __init__(self, key: TaskKey, problem: str, answer: str, verifier: Verifier) -> None:
        self.key = key
        self._problem = problem
        self._answer = answer
        self._verifier = verifier

    @property
    def prompt(self) -> str:
        """The problem as it stands in the file."""
        return self._problem

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Python."""
        return (python_tool(),)

    @property
    def reference(self) -> str:
        """The answer as it stands in the file."""
        return self._answer

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success: the answer equals the file's, as a number or, by math-verify, as an expression."""
        answer = trajectory.answer
        return {"success": float(answer is not None and self._is_right(answer))}

    def _is_right(self, answer: str) -> bool:
        try:
            truth = Truth(AnswerType.INTEGER, self._answer)
        except ConfigurationError:
            return self._verifier.equal(self._answer, answer)
        return grade(truth, answer) or self._verifier.equal(self._answer, answer)


class MathFile(Taskset):
    """MATH-500, AIME, AMC, OlympiadBench and their like, from the user's own copy, graded by math-verify.

    Args:
        path: a file, a folder, or a hub id such as `HuggingFaceH4/MATH-500`.
        problem: the column with the problem; found by its usual names if not given.
        answer: the column with the answer, or with a solution that boxes it; found likewise.

    Raises:
        ConfigurationError: there is no such data, no such column, or math-verify is not installed.
        RecordError: a row cannot be read; the message says which.
    """

    id: ClassVar[str] = "MathFile-v0"
    splits: Mapping[str, range] = {"test": range(0)}
    difficulties: Mapping[int, str] = {0: "the problems of the file"}
    default_difficulty: int = 0
    max_turns: int = 8
    finite: ClassVar[bool] = True

    def __init__(
        self, path: Path | str | None = None, problem: str | None = None, answer: str | None = None
    ) -> None:
        if path is None:
            raise ConfigurationError(
                "MathFile-v0 plays a file of yours: gym.make('MathFile-v0', path='FILE, FOLDER or hub id')"
            )
        data = read_rows(path, split="test")
        named = choose_column(data.rows[0], PROBLEMS, problem, "problem")
        answered = choose_column(data.rows[0], ANSWERS, answer, "answer")
        data.require(named, answered)
        self._problems = [
            (str(row[named]), read_answer(row[answered], f"row {number} of {data.folder}"))
            for number, row in enumerate(data.rows)
        ]
        self._verifier = Verifier()
        self.splits = {"test": range(len(self._problems))}

    def make(self, key: TaskKey) -> MathFileTask:
        """The problem of this key: `index` is its row."""
        return MathFileTask(key, *self._problems[key.index], self._verifier)
