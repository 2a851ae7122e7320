"""What every desk can do, and how its tools are run."""

import datetime
import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import StopReason, ToolSchema
from agentic_gym.tasks import Setting, StatefulSetting
from agentic_gym.tools import FunctionTool, tool
from agentic_gym.tools.arguments import read_arguments
from agentic_gym_envs.customerdesk.ledger import Ledger, Record
from agentic_gym_envs.customerdesk.policy import Policy


class Desk:
    """A desk in one episode: its records, and the tools that read and change them.

    The tools do what they are told as long as the records exist: keeping the policy is the agent's part.

    Attributes:
        name: of the desk.
        policy: its rules.
        record_word: what its records are called.
        reads, writes: names of the tools that show records, and of those that change them.
        topics: what customers are transferred for, in words, by the topic that the tool takes.
        introduction: who the agent is.
        fees: what is paid for what, in sentences.
        ledger: the records.
        setting: the episode's, which a transfer ends.
    """

    name: ClassVar[str]
    policy: ClassVar[Policy]
    record_word: ClassVar[str]
    reads: ClassVar[Sequence[str]]
    writes: ClassVar[Sequence[str]]
    topics: ClassVar[Mapping[str, str]]
    introduction: ClassVar[str]
    fees: ClassVar[str]

    def __init__(self, ledger: Ledger, setting: Setting | None = None) -> None:
        self.ledger = ledger
        self.setting = setting

    @classmethod
    def tool_names(cls) -> tuple[str, ...]:
        """Every tool, those that read first."""
        return ("find_customer", "get_customer", *cls.reads, *cls.writes, "note_refusal", "transfer_to_human")

    @classmethod
    @cache
    def schemas(cls) -> Mapping[str, ToolSchema]:
        """The tools' schemas by name."""
        desk = cls(Ledger({}))
        return {name: tool(getattr(desk, name)).schema for name in cls.tool_names()}

    def tools(self) -> tuple[FunctionTool, ...]:
        """The tools, bound to this desk."""
        return tuple(
            FunctionTool(getattr(self, name), schema, takes_context=False)
            for name, schema in self.schemas().items()
        )

    def read_call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """A call's arguments, held against the tool's schema.

        Raises:
            ToolMistake: there is no such tool, or the arguments do not fit.
        """
        if name not in self.schemas():
            raise ToolMistake(f"There is no tool {name!r:.60}.")
        return read_arguments(self.schemas()[name], arguments)

    def run(self, name: str, arguments: Mapping[str, Any]) -> str:
        """Runs a call as the agent would.

        Raises:
            ToolMistake: the call cannot be run.
        """
        values = self.read_call(name, arguments)
        output: str = getattr(self, name)(**values)
        return output

    def find_customer(self, email: str = "", name: str = "", postcode: str = "") -> str:
        """Finds a customer, by the e-mail address or by name and postcode.

        Args:
            email: The e-mail address; enough by itself.
            name: First name and surname.
            postcode: The postcode, which goes with the name.
        """
        if not email and not (name and postcode):
            raise ToolMistake("Give the email, or both the name and the postcode.")
        for person in self.ledger.of_kind("customer"):
            by_email = email.lower() == person["email"]
            if by_email or (name.lower() == person["name"].lower() and postcode == person["postcode"]):
                return shown({"customer_id": person["id"]})
        raise ToolMistake("No customer has these details.")

    def get_customer(self, customer_id: str) -> str:
        """Shows a customer with the numbers of their records.

        Args:
            customer_id: The customer's id.
        """
        person = self.ledger.read("customer", customer_id)
        owned = [
            record["id"]
            for record in self.ledger.of_kind(self.record_word)
            if record["customer_id"] == customer_id
        ]
        return shown({**person, f"{self.record_word}s": owned})

    def note_refusal(self, record_id: str, request: str, rule: int) -> str:
        """Notes on a record that a request was refused.

        Args:
            record_id: The number of the record that the request is about.
            request: The tool that would have granted the request.
            rule: The number of the rule that forbids it.
        """
        record = self.ledger.read(self.record_word, record_id)
        if request not in self.writes:
            raise ToolMistake(f"The request is one of {', '.join(self.writes)}; got {request!r:.60}.")
        note = {"request": request, "rule": rule}
        return shown(self.ledger.write(record, refusals=[*record["refusals"], note]))

    def transfer_to_human(self, customer_id: str, topic: str) -> str:
        """Hands the customer over to another department, which ends the conversation.

        Args:
            customer_id: The customer's id.
            topic: What it is about, as the policy names it.
        """
        person = self.ledger.read("customer", customer_id)
        if topic not in self.topics:
            raise ToolMistake(f"The topic is one of {', '.join(self.topics)}; got {topic!r:.60}.")
        self.ledger.write(person, transferred=topic)
        if self.setting is not None:
            self.setting.stop = StopReason.TRANSFER
        return "The customer was handed over."


def shown(record: Record) -> str:
    """A record as a tool shows it."""
    return json.dumps({name: value for name, value in record.items() if name != "kind"}, ensure_ascii=False)


def briefing(desk: type[Desk], today: datetime.date) -> str:
    """What the agent is told before the tools: its part, the day, the policy."""
    topics = "; ".join(f"{name}: {words}" for name, words in desk.topics.items())
    return (
        f"{desk.introduction} Today is {today.isoformat()}.\n\n# Policy\n\n{desk.policy.text}\n\n"
        f"Amounts: {desk.fees}\nTopics of transfer_to_human: {topics}."
    )


def open_desk(desk: type[Desk], base: Mapping[str, Record]) -> tuple[Desk, StatefulSetting]:
    """A desk on fresh records, and a setting that has its tools and no user yet."""
    setting = StatefulSetting()
    opened = desk(Ledger(base), setting)
    setting.tools = opened.tools()
    return opened, setting
