"""A desk's policy: each rule is a sentence for the agent and a check for the scorer, in one object."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from agentic_gym_envs.customerdesk.ledger import Ledger, Record

_YES = re.compile(
    r"\b(yes|yeah|sure|go ahead|please do|i agree|i confirm|confirmed|correct|that is fine)\b", re.I
)
_NO = re.compile(
    r"^\W*no\b|\b(don't|do not|not yet|wait|instead|hold on|on second thought|changed my mind)\b", re.I
)


def agrees(answer: str) -> bool:
    """Whether an answer is a clear yes.

    >>> agrees("Yes, please do."), agrees("Yes, but wait, I want the blue one instead.")
    (True, False)
    """
    return bool(_YES.search(answer)) and not _NO.search(answer)


@dataclass(slots=True)
class History:
    """What a policy is held against: what was said and done before a call.

    Attributes:
        lines: who (`agent` or `customer`) said what, in order.
        identified: the customers who have been found by what was said.
        approved: the records whose change the customer has approved on a device of their own.
    """

    lines: list[tuple[str, str]] = field(default_factory=list)
    identified: set[str] = field(default_factory=set)
    approved: set[str] = field(default_factory=set)

    def was_said(self, words: str) -> bool:
        """Whether the customer has said these words."""
        return any(who == "customer" and words.lower() in text.lower() for who, text in self.lines)

    def agreed_to(self, record_id: str) -> bool:
        """Whether the customer said yes when the agent last named this record."""
        for place in range(len(self.lines) - 1, -1, -1):
            who, text = self.lines[place]
            if who == "agent" and record_id in text:
                answer = next((line for name, line in self.lines[place + 1 :] if name == "customer"), "")
                return agrees(answer)
        return False


@dataclass(frozen=True, slots=True)
class Case:
    """A call that is held against the policy, before it is run.

    Attributes:
        tool: what is called.
        arguments: with what.
        ledger: the records as they stand.
        today: the day of the episode.
        history: what was said and done before.
    """

    tool: str
    arguments: Mapping[str, Any]
    ledger: Ledger
    today: datetime.date
    history: History = field(default_factory=History)

    @property
    def record(self) -> Record:
        """The order or booking that the call names; empty where there is none."""
        return self.named("order_id", "booking_id", "record_id")

    @property
    def owner(self) -> Record:
        """The customer whom the call is about; empty where there is none."""
        named = self.named("customer_id")
        return named or self.ledger.find(str(self.record.get("customer_id"))) or {}

    def named(self, *arguments: str) -> Record:
        """The record that the first of these arguments names; empty where there is none."""
        for argument in arguments:
            found = self.ledger.find(str(self.arguments.get(argument)))
            if found is not None:
                return found
        return {}

    def days_since(self, date: str) -> int:
        """Days from a date (ISO) until today."""
        return (self.today - datetime.date.fromisoformat(date)).days


Check: TypeAlias = Callable[[Case], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: a word for logs and tests.
        sentence: what the agent is told.
        tools: the calls that it is about.
        keeps: whether a call of these tools keeps the rule.
    """

    name: str
    sentence: str
    tools: frozenset[str]
    keeps: Check


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a desk.

    Attributes:
        conduct: how a request is dealt with; numbered from 1.
        limits: what may not be done at all; numbered after those.
    """

    conduct: Sequence[Rule]
    limits: Sequence[Rule]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All of them, in the order of their numbers."""
        return (*self.conduct, *self.limits)

    def number(self, rule: Rule) -> int:
        """The number under which the agent knows a rule."""
        return self.rules.index(rule) + 1

    def forbidding(self, case: Case) -> list[Rule]:
        """The limits that a call would break."""
        return [rule for rule in self.limits if case.tool in rule.tools and not rule.keeps(case)]

    def broken(self, case: Case) -> list[Rule]:
        """The rules of either sort that a call breaks."""
        return [rule for rule in self.rules if case.tool in rule.tools and not rule.keeps(case)]

    @property
    def text(self) -> str:
        """The policy as the agent reads it."""
        return "\n".join(f"{number}. {rule.sentence}" for number, rule in enumerate(self.rules, 1))


def conduct(reads: Iterable[str], writes: Iterable[str], record: str, topics: str) -> tuple[Rule, ...]:
    """How every desk deals with a request.

    Args:
        reads: tools that show a customer's own records.
        writes: tools that change them.
        record: what a record is called, such as `order`.
        topics: what other departments deal with, in words.
    """
    about = frozenset({*reads, *writes, "note_refusal", "transfer_to_human"})
    return (
        Rule(
            "identify",
            "Find the customer with find_customer first, by the e-mail address, or the name and postcode, "
            "that the customer has told you. Read or change nothing of a customer's before.",
            about,
            lambda case: not case.owner or case.owner["id"] in case.history.identified,
        ),
        Rule(
            "own words",
            "Call find_customer with what the customer has told you in this conversation, and nothing else.",
            frozenset({"find_customer"}),
            lambda case: all(case.history.was_said(str(value)) for value in case.arguments.values() if value),
        ),
        Rule(
            "confirm",
            f"Before you change a record, tell the customer the {record} number and what you will do, and do "
            "it only after a clear yes. If the customer then wants something else, ask again.",
            frozenset(writes),
            lambda case: (
                case.record.get("id", "") in case.history.approved
                or case.history.agreed_to(case.record.get("id", ""))
            ),
        ),
        Rule(
            "refuse",
            "When a rule below forbids what the customer wants, change nothing for that request: note it "
            "with note_refusal, giving the number of that rule, and tell the customer that it cannot be "
            "done.",
            frozenset(),
            lambda case: True,
        ),
        Rule(
            "transfer",
            f"Deal with everything that you can before you transfer a customer. Transfer only for {topics}; "
            "never because a request is forbidden.",
            frozenset(),
            lambda case: True,
        ),
        Rule(
            "amounts",
            "When money is paid or paid back, tell the customer the amount in figures, such as 12.50, in a "
            "message that names at most four amounts.",
            frozenset(),
            lambda case: True,
        ),
    )
