"""The desk for two: the agent behind it and the customer before it, each with tools of their own."""

import json
from collections.abc import Mapping
from typing import ClassVar

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import SayToUser, StopReason
from agentic_gym.tasks import Setting, StatefulSetting, Task
from agentic_gym.teams import Seat, Team
from agentic_gym.tools import tool
from agentic_gym.trajectories.records import Trajectory, Turn
from agentic_gym_envs.customerdesk.customer import part_of
from agentic_gym_envs.customerdesk.desk import briefing, open_desk
from agentic_gym_envs.customerdesk.judging import measures, replay
from agentic_gym_envs.customerdesk.ledger import Ledger, Record
from agentic_gym_envs.customerdesk.task import DeskTask
from agentic_gym_envs.customerdesk.taskset import CustomerDesk

AGENT, CUSTOMER = "agent", "customer"
_APP_RULE = (
    "The customer has an app that shows their own records and approves changes of them: an approval there is "
    "a clear yes. Turns without a tag are messages to the customer; an empty turn waits."
)
_YOUR_APP = (
    "You have an app: my_records shows your own records, approve agrees to the change of one, and leave ends "
    "the conversation, which you do when everything is dealt with or you give up. Turns without a tag are "
    "messages to the agent; an empty turn waits."
)


class App:
    """What the customer holds: a view of their own records.

    Args:
        ledger: the desk's records.
        customer: whose app it is.
        word: what the records are called.
        setting: the customer's, which leaving ends.
    """

    def __init__(self, ledger: Ledger, customer: Record, word: str, setting: Setting) -> None:
        self._ledger = ledger
        self._customer = customer
        self._word = word
        self._setting = setting

    def my_records(self) -> str:
        """Shows your own records as they stand now."""
        return json.dumps(self._own(), ensure_ascii=False)

    def approve(self, record_id: str) -> str:
        """Approves that the agent changes one of your records.

        Args:
            record_id: The number of the record.
        """
        if record_id not in {record["id"] for record in self._own()}:
            raise ToolMistake(f"You have no {self._word} {record_id!r:.60}.")
        return f"You approved a change of {record_id}."

    def leave(self) -> str:
        """Ends the conversation."""
        self._setting.stop = StopReason.USER_DONE
        return "You left."

    def _own(self) -> list[Record]:
        records = self._ledger.of_kind(self._word)
        return [record for record in records if record["customer_id"] == self._customer["id"]]


class CustomerDeskTeam(Team):
    """CustomerDesk-v0 for two agents: both hold tools, and neither sees what the other's give back."""

    id: ClassVar[str] = "CustomerDesk-v0"
    roles: ClassVar[tuple[str, ...]] = (AGENT, CUSTOMER)
    max_cycles: ClassVar[int] = 60

    def __init__(self) -> None:
        self.taskset = CustomerDesk()

    def seats(self, task: Task, coordinates: str) -> Mapping[str, Seat]:
        """The agent with the desk's tools and policy, the customer with an app and their part."""
        visit = _desk_task(task).visit
        desk, behind = open_desk(visit.desk, visit.records)
        setting = StatefulSetting()
        app = App(desk.ledger, visit.customer, visit.desk.record_word, setting)
        setting.tools = (tool(app.my_records), tool(app.approve), tool(app.leave))
        return {
            AGENT: Seat(
                prompt=visit.opening,
                setting=behind,
                briefing=f"{briefing(visit.desk, visit.today)}\n\n{_APP_RULE}",
            ),
            CUSTOMER: Seat(
                prompt=f"You said: {visit.opening}",
                setting=setting,
                briefing=f"{part_of(visit)}\n\n{_YOUR_APP}",
            ),
        }

    def measure(self, task: Task, trajectories: Mapping[str, Trajectory]) -> Mapping[str, float]:
        """The agent's calls are run again, held against what the customer said and approved."""
        agent, customer = trajectories[AGENT], trajectories[CUSTOMER].turns
        run = replay(
            _desk_task(task).visit,
            agent,
            listen=lambda number, turn: _said(customer[number]),
            approve=lambda number: _approved(customer[number]),
        )
        return measures(run, agent)


def _desk_task(task: Task) -> DeskTask:
    if not isinstance(task, DeskTask):
        raise TypeError(f"a desk's team plays visits to a desk, not {type(task).__name__}")
    return task


def _said(turn: Turn) -> list[str]:
    """What a customer's turn told the agent."""
    return [turn.action.text] if isinstance(turn.action, SayToUser) else []


def _approved(turn: Turn) -> list[str]:
    """The records that a customer's turn approved."""
    done = [result for result in turn.results if result.call.name == "approve" and result.status == "ok"]
    return [str(result.call.arguments["record_id"]) for result in done]
