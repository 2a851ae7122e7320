"""Teams: how a family's tasks are shared out among several agents that talk to each other.

A team says what each role is given and what the team achieved. The PettingZoo environments in
`agentic_gym.multi_agent` do the rest, on the loop that single agents play in.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from agentic_gym.messages import Pixels
from agentic_gym.tasks import Setting, Task, Taskset
from agentic_gym.trajectories.records import Trajectory


@dataclass(frozen=True, slots=True)
class Seat:
    """What one role of a team is given for an episode.

    Attributes:
        prompt: its first observation, without pictures.
        setting: its tools. Seats of one episode may share state; the user is the team's own channel.
        images: its pictures as originals, uint8 height × width × 3.
        briefing: what its system text says first: its part, and who the others are.
        answers: whether it may give the answer that ends the episode.
    """

    prompt: str
    setting: Setting
    images: Sequence[Pixels] = ()
    briefing: str = ""
    answers: bool = False


class Team(ABC):
    """A family of tasks that several agents solve together.

    Attributes:
        id: the environment's id in PettingZoo's registries.
        roles: the agents' names, in the order in which they act.
        taskset: whose tasks are shared out.
        max_cycles: how often each role may act.
    """

    id: ClassVar[str]
    roles: ClassVar[tuple[str, ...]]
    max_cycles: ClassVar[int] = 24
    taskset: Taskset

    @abstractmethod
    def seats(self, task: Task, coordinates: str) -> Mapping[str, Seat]:
        """A seat for each role, made anew for each episode.

        Args:
            task: one of the taskset's.
            coordinates: the convention in which image tools take boxes.
        """

    def measure(self, task: Task, trajectories: Mapping[str, Trajectory]) -> Mapping[str, float]:
        """What the team achieved, `success` among it: by default, what the answer is worth.

        Args:
            task: what the episode was about.
            trajectories: of each role.
        """
        answered = [trajectory for trajectory in trajectories.values() if trajectory.answer is not None]
        return task.measure(answered[0] if answered else next(iter(trajectories.values())))
