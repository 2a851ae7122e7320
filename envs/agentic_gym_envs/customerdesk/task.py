"""One visit to a desk as a task."""

from collections.abc import Mapping

from agentic_gym.tasks import Setting, Task, TaskKey, User
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.customerdesk.customer import ScriptedCustomer, part_of
from agentic_gym_envs.customerdesk.desk import briefing, open_desk
from agentic_gym_envs.customerdesk.judging import measures, replay
from agentic_gym_envs.customerdesk.visits import Visit
from agentic_gym_envs.speaking import Speaker, SpokenCustomer


class DeskTask(Task):
    """A visit.

    Attributes:
        visit: the records, the customer and the requests.
    """

    converses = True

    def __init__(self, key: TaskKey, visit: Visit, speaker: Speaker | None = None) -> None:
        self.key = key
        self.visit = visit
        self.template = f"{visit.desk.name}: " + ", ".join(sorted(each.tool for each in visit.requests))
        sorts = {"refusal" for request in visit.requests if request.forbidden}
        sorts |= {"change of mind" for request in visit.requests if request.wavers}
        self.tags = frozenset({visit.desk.name, *sorts})
        self._speaker = speaker

    @property
    def prompt(self) -> str:
        """The customer's first words."""
        return self.visit.opening

    @property
    def briefing(self) -> str:
        """The agent's part and the policy."""
        return briefing(self.visit.desk, self.visit.today)

    def begin(self, coordinates: str) -> Setting:
        """Fresh records, and a customer who has said only their first words."""
        _, setting = open_desk(self.visit.desk, self.visit.records)
        setting.user = self._customer()
        return setting

    def _customer(self) -> User:
        if self._speaker is None:
            return ScriptedCustomer(self.visit)
        return SpokenCustomer(part_of(self.visit), self._speaker, self.visit.opening)

    @property
    def reference(self) -> str:
        """The calls that deal with the visit, and the amounts that have to be told."""
        return (
            "; ".join(f"{name}({_written(arguments)})" for name, arguments in self._calls()) + self._amounts()
        )

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """The episode's calls are run again on fresh records."""
        return measures(replay(self.visit, trajectory), trajectory)

    def _calls(self) -> list[tuple[str, Mapping[str, object]]]:
        return [request.call for request in self.visit.requests]

    def _amounts(self) -> str:
        due = [str(request.amount) for request in self.visit.requests if request.amount is not None]
        return f"; tell {', '.join(due)}" if due else ""


def _written(arguments: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
