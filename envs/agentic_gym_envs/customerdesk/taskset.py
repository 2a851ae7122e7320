"""CustomerDesk-v0: visits to a shop's and an airline's desk."""

from collections.abc import Mapping
from typing import Any, ClassVar

from agentic_gym.errors import unknown_name
from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.customerdesk.levels import LEVELS
from agentic_gym_envs.customerdesk.oracle import AUDITS, oracle
from agentic_gym_envs.customerdesk.task import DeskTask
from agentic_gym_envs.customerdesk.visits import TRADES, make_visit
from agentic_gym_envs.speaking import load_function


class CustomerDesk(Taskset):
    """A desk with a database, a written policy and a customer (as in tau-bench, arXiv 2406.12045).

    Args:
        desk: `shop` or `airline`; either if not given.
        customer: plays the customer instead of the script: a function from a conversation in OpenAI's form
            to text, or `module:attribute` of one. Such episodes repeat only as far as the function does.

    Raises:
        ConfigurationError: there is no such desk, or `customer` is no function.
    """

    id: ClassVar[str] = "CustomerDesk-v0"
    difficulties: Mapping[int, str] = {number: level.says for number, level in LEVELS.items()}
    default_difficulty: int = 2
    max_turns: int = 40
    max_tool_calls: int = 48

    def __init__(self, desk: str | None = None, customer: Any = None) -> None:
        if desk is not None and desk not in TRADES:
            raise unknown_name("desk", desk, TRADES)
        self._trades = tuple(TRADES) if desk is None else (desk,)
        self._speaker = None if customer is None else load_function("customer", customer)

    def make(self, key: TaskKey) -> DeskTask:
        """The visit of this key."""
        return DeskTask(key, make_visit(key, self._trades), self._speaker)

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and clerks who leave out a step that the policy asks for."""
        return {"oracle": oracle, **AUDITS, **super().policies()}
