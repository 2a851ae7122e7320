"""What a customer wants: one request, the words for it, and what the customer knows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agentic_gym_envs.customerdesk.policy import Rule


@dataclass(frozen=True, slots=True)
class Detail:
    """Something that the customer is asked about a request.

    Attributes:
        topic: what it is about, as a key of `hearing.TOPICS`.
        wanted: the choice in words, such as `a gift card`.
        others: what else could be chosen, in words.
        answer: what the customer says when asked.
    """

    topic: str
    wanted: str
    others: tuple[str, ...]
    answer: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A call that a customer wants, and what the customer can say of it.

    Attributes:
        arguments: of the call.
        details: what can be asked.
        amount: what the customer has to be told, where money is paid.
        does: the change in words, after `I will`.
    """

    arguments: Mapping[str, Any]
    details: Sequence[Detail]
    does: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What a customer comes with.

    Attributes:
        tool: the call that would grant it, or `transfer_to_human`.
        record_id: the order or booking that it is about.
        opening: how the customer begins, with the number of the record in it where it is known.
        described: how the customer names the record when asked for its number.
        knows_number: whether the customer has the number.
        wish: what is wanted in the end.
        first: what is wanted before the customer changes their mind; the same as `wish` where they do not.
        forbidden: the rule that forbids it.
        rule_number: the number of that rule in the policy.
    """

    tool: str
    record_id: str
    opening: str
    described: str
    knows_number: bool
    wish: Wish
    first: Wish
    forbidden: Rule | None = None
    rule_number: int = 0

    @property
    def wavers(self) -> bool:
        """Whether the customer will change their mind."""
        return self.first != self.wish

    @property
    def is_transfer(self) -> bool:
        """Whether it belongs to another department."""
        return self.tool == "transfer_to_human"

    @property
    def call(self) -> tuple[str, Mapping[str, Any]]:
        """The call that deals with it: the wish, or the note of its refusal."""
        if self.forbidden is None:
            return self.tool, self.wish.arguments
        note = {"record_id": self.record_id, "request": self.tool, "rule": self.rule_number}
        return "note_refusal", note

    @property
    def amount(self) -> Decimal | None:
        """What the customer has to be told, where it is granted."""
        return None if self.forbidden else self.wish.amount
