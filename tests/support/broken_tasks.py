"""Tasksets that each break one promise of the contract, for the tests of its checks."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.protocols.hermes import Hermes
from agentic_gym.scoring.answers import AnswerType, Truth
from agentic_gym.tasks import Policy, Script, Task, TaskKey, Taskset
from agentic_gym.tools import python_tool
from toy_tasks import ToyTask, ToyTaskset


class Healthy(ToyTaskset):
    """Breaks nothing; the others make a task of another kind."""

    id: ClassVar[str] = "Healthy-v0"
    kind: ClassVar[type[ToyTask]] = ToyTask

    def make(self, key: TaskKey) -> Task:
        return self.kind(key, (), False)


class NamedTask(ToyTask):
    """A toy task whose answer is too long to be found by accident."""

    def __init__(self, key, extra, talks):
        super().__init__(key, extra, talks)
        self.truth = Truth(AnswerType.NAME, f"Kaldor {self.a * 7919 + self.b}")

    def tools(self, coordinates):
        return (python_tool(),)


def broken(name: str, **members) -> type[ToyTask]:
    """A kind of task with some members replaced."""
    return type(name, (NamedTask,), members)


class Unseeded(Healthy):
    """Draws its words from the global random state."""

    id = "Unseeded-v0"
    kind = broken("UnseededTask", prompt=property(lambda self: f"Think of {np.random.random()}"))


class Repainted(Healthy):
    """Draws another picture each time."""

    id = "Repainted-v0"
    kind = broken(
        "RepaintedTask",
        images=property(lambda self: (np.random.default_rng().integers(0, 9, (9, 9, 3), dtype=np.uint8),)),
    )


class Salted(Healthy):
    """Depends on the hash seed of its process."""

    id = "Salted-v0"
    kind = broken("SaltedTask", prompt=property(lambda self: f"What is {hash('salt')}?"))


class Scarce(Healthy):
    """Has a thousand tasks."""

    id = "Scarce-v0"
    splits: Mapping[str, range] = {"train": range(1000)}


class Overlapping(Healthy):
    """Its test tasks are among its train tasks."""

    id = "Overlapping-v0"
    splits: Mapping[str, range] = {"train": range(2_000_000), "test": range(1_000_000, 3_000_000)}


class Lax(Healthy):
    """Takes any level."""

    id = "Lax-v0"

    def check_difficulty(self, difficulty: int | None) -> int:
        return 0


class Generous(Healthy):
    """Every answer is right."""

    id = "Generous-v0"
    kind = broken("GenerousTask", measure=lambda self, trajectory: {"success": 1.0})


class Counting(Healthy):
    """What succeeds depends on how many episodes its process has played."""

    id = "Counting-v0"
    played: ClassVar[list[str]] = []

    class kind(NamedTask):
        def measure(self, trajectory):
            Counting.played.append(trajectory.task_id)
            return {"success": float(len(Counting.played) > 3)}


class Telltale(Healthy):
    """Its words hold the answer."""

    id = "Telltale-v0"
    kind = broken("TelltaleTask", prompt=property(lambda self: f"Who is it? (Not {self.reference}!)"))


def _hidden(task: ToyTask) -> tuple[np.ndarray, ...]:
    bits = np.unpackbits(np.frombuffer(task.reference.encode(), np.uint8))
    pixels = np.full(40 * 40 * 3, 200, np.uint8)
    pixels[: len(bits)] |= bits
    return (pixels.reshape(40, 40, 3),)


class Watermarked(Healthy):
    """The lowest bits of its picture hold the answer."""

    id = "Watermarked-v0"
    kind = broken("WatermarkedTask", images=property(_hidden))


class Named(Healthy):
    """Breaks nothing, and has long answers and a tool for code."""

    id = "Named-v0"
    kind = NamedTask


class Monotonous(Healthy):
    """Every question has the same answer."""

    id = "Monotonous-v0"

    class kind(NamedTask):
        def __init__(self, key, extra, talks):
            super().__init__(key, extra, talks)
            self.truth = Truth(AnswerType.NAME, "Kaldor")


class Lopsided(Monotonous):
    """Its answers are one of four, and mostly the same."""

    id = "Lopsided-v0"

    class kind(Monotonous.kind):
        chance = 0.25


class Uncertified(Healthy):
    """Claims what some of its tasks lack."""

    id = "Uncertified-v0"

    def certificates(self):
        def is_small(task):
            if task.a > 50:
                raise ContractError(f"{task.a} is no small number")

        return {"small numbers": is_small}


class Helpless(Healthy):
    """Its oracle gives up."""

    id = "Helpless-v0"

    def policies(self) -> Mapping[str, Policy]:
        def oracle(task: Task, coordinates: str) -> Script:
            yield CallTools((ToolCall("add", {"a": 1, "b": 2}),))
            yield GiveAnswer("3")

        return {**Taskset.policies(self), "oracle": oracle}


class Orphaned(Healthy):
    """Has no oracle."""

    id = "Orphaned-v0"

    def policies(self) -> Mapping[str, Policy]:
        return Taskset.policies(self)


class Gullible(Hermes):
    """A protocol that takes whatever it reads for an answer."""

    def parse(self, action, *, converses):
        return GiveAnswer(action or "nothing")
