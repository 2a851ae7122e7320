"""A request as a desk's records offer it, before it is known who asks for it and how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agentic_gym_envs.customerdesk.desk import Desk
from agentic_gym_envs.customerdesk.drawing import Draws
from agentic_gym_envs.customerdesk.ledger import Record, Records
from agentic_gym_envs.customerdesk.requests import Wish


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a customer could ask for.

    Attributes:
        tool: the call that would grant it.
        record_id: the order or booking that it is about.
        described: the record in the customer's words, such that it is the only one of its customer's.
        wishes: draws ways to want it, when it is tried.
    """

    tool: str
    record_id: str
    described: str
    wishes: Callable[[], Sequence[Wish]]


@dataclass(frozen=True, slots=True)
class Stock:
    """A desk's records of one task.

    Attributes:
        records: all of them by id.
        customer: the one who comes to the desk.
        today: the day, as an ordinal.
    """

    records: Records
    customer: Record
    today: int

    @property
    def own(self) -> list[Record]:
        """The records of the customer who comes."""
        return [
            record for record in self.records.values() if record.get("customer_id") == self.customer["id"]
        ]


class Trade(Protocol):
    """What a desk deals in: how its records are drawn, and what can be asked about them."""

    desk: type[Desk]
    openings: Mapping[str, Sequence[str]]
    """Ways to ask for each call; `{record}` stands for the order or booking."""
    transfers: Mapping[str, str]
    """What a customer says who has to be transferred, by topic."""

    def stock(self, draws: Draws) -> Stock:
        """The records of a task."""
        ...

    def candidates(self, stock: Stock, draws: Draws) -> list[Candidate]:
        """What the customer could ask for, allowed or not; at least one of each call."""
        ...
