"""The airline's desk: its tools and its policy."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from agentic_gym.errors import ToolMistake
from agentic_gym_envs.customerdesk.desk import Desk, shown
from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.customerdesk.policy import Case, Policy, Rule, conduct

MOST_BAGS = 4
BAG_FEE = Decimal("35.50")
CANCEL_FEE = Decimal("27.40")
CHANGE_FEE = Decimal("18.60")
UPGRADE_SHARE = Decimal("0.65")
REASONS = ("change of plans", "illness")
TOPICS = {
    "injury": "somebody was hurt on board",
    "lost property": "things left on board",
    "press": "questions from a newspaper or broadcaster",
    "legal": "letters from a lawyer",
    "groups": "bookings of more than nine passengers",
}
_READS = ("get_booking", "search_flights")
_WRITES = ("cancel_booking", "change_flight", "add_bags", "upgrade_cabin")


def upgrade_price(record: Record) -> Decimal:
    """What business costs on top of a booking's fare."""
    return (Decimal(record["fare_paid"]) * UPGRADE_SHARE).quantize(Decimal("0.01"))


def _flight(case: Case) -> Mapping[str, Any]:
    return case.ledger.find(case.record.get("flight_id", "")) or {}


def _new_flight(case: Case) -> Mapping[str, Any]:
    return case.named("flight_id")


def _is_flex_or_fresh(case: Case) -> bool:
    booked = case.record.get("booked")
    return case.record.get("fare") == "flex" or (booked is not None and case.days_since(booked) <= 1)


def _same_route(case: Case) -> bool:
    old, new = _flight(case), _new_flight(case)
    return (old.get("origin"), old.get("destination")) == (new.get("origin"), new.get("destination"))


AIRLINE_POLICY = Policy(
    conduct(_READS, _WRITES, "booking", "the topics named below"),
    (
        Rule(
            "cancel fare",
            "A booking can be cancelled only if its fare is flex, or if it was booked today or yesterday.",
            frozenset({"cancel_booking"}),
            _is_flex_or_fresh,
        ),
        Rule(
            "change fare",
            "A booking can be moved to another flight only if its fare is flex.",
            frozenset({"change_flight"}),
            lambda case: case.record.get("fare") == "flex",
        ),
        Rule(
            "route",
            "A booking can be moved only to a flight with the same origin and destination.",
            frozenset({"change_flight"}),
            _same_route,
        ),
        Rule(
            "seats",
            "A booking can be moved only to a flight that has seats left.",
            frozenset({"change_flight"}),
            lambda case: _new_flight(case).get("seats_left", 0) > 0,
        ),
        Rule(
            "bags",
            f"A booking holds at most {MOST_BAGS} bags, those that it already has among them.",
            frozenset({"add_bags"}),
            lambda case: case.record.get("bags", 0) + case.arguments.get("number", 0) <= MOST_BAGS,
        ),
        Rule(
            "upgrade fare",
            "A light fare cannot be upgraded to business.",
            frozenset({"upgrade_cabin"}),
            lambda case: case.record.get("fare") != "light",
        ),
        Rule(
            "upgrade days",
            "A booking can be upgraded until three days before the flight, not later.",
            frozenset({"upgrade_cabin"}),
            lambda case: bool(_flight(case)) and case.days_since(_flight(case)["date"]) <= -3,
        ),
    ),
)


class AirlineDesk(Desk):
    """Bookings of an airline: cancelling, moving, bags, business class."""

    name: ClassVar[str] = "airline"
    policy: ClassVar[Policy] = AIRLINE_POLICY
    record_word: ClassVar[str] = "booking"
    reads: ClassVar[Sequence[str]] = _READS
    writes: ClassVar[Sequence[str]] = _WRITES
    topics: ClassVar[Mapping[str, str]] = TOPICS
    introduction: ClassVar[str] = "You work at the desk of an airline and talk to one passenger."
    fees: ClassVar[str] = (
        f"A cancelled booking is paid back less {CANCEL_FEE}; gold members pay no such fee. A move to "
        f"another flight costs {CHANGE_FEE}, whatever the two flights cost; gold members move free of "
        f"charge. Each further bag costs {BAG_FEE}. Business costs {UPGRADE_SHARE:.0%} of the fare paid, "
        "rounded to cents."
    )

    def get_booking(self, booking_id: str) -> str:
        """Shows a booking and its flight.

        Args:
            booking_id: The number of the booking.
        """
        booking = self.ledger.read("booking", booking_id)
        flight = self.ledger.read("flight", booking["flight_id"])
        return shown(
            {**booking, **{name: flight[name] for name in ("origin", "destination", "date", "departs")}}
        )

    def search_flights(
        self, origin: str, destination: str, date: Annotated[str, "Such as 2025-06-14."]
    ) -> str:
        """Lists the flights of a day between two towns.

        Args:
            origin: The town that they leave from.
            destination: The town that they go to.
            date: The day.
        """
        wanted = (origin.lower(), destination.lower(), date)
        found = [
            shown(flight)
            for flight in self.ledger.of_kind("flight")
            if (flight["origin"].lower(), flight["destination"].lower(), flight["date"]) == wanted
        ]
        return "\n".join(found) or "There is no such flight."

    def cancel_booking(self, booking_id: str, reason: Literal["change of plans", "illness"]) -> str:
        """Cancels a booking.

        Args:
            booking_id: The number of the booking.
            reason: Why the passenger cancels.
        """
        booking = self.ledger.read("booking", booking_id)
        return shown(self.ledger.write(booking, status="cancelled", cancelled_because=reason))

    def change_flight(self, booking_id: str, flight_id: str) -> str:
        """Moves a booking to another flight.

        Args:
            booking_id: The number of the booking.
            flight_id: The id of the new flight.
        """
        booking = self.ledger.read("booking", booking_id)
        flight = self.ledger.read("flight", flight_id)
        return shown(self.ledger.write(booking, flight_id=flight["id"]))

    def add_bags(self, booking_id: str, number: int) -> str:
        """Adds bags to a booking.

        Args:
            booking_id: The number of the booking.
            number: How many bags are added to those that it has.
        """
        if number < 1:
            raise ToolMistake(f"The number of bags to add is at least 1; got {number}.")
        booking = self.ledger.read("booking", booking_id)
        return shown(self.ledger.write(booking, bags=booking["bags"] + number))

    def upgrade_cabin(self, booking_id: str) -> str:
        """Moves a booking from economy to business.

        Args:
            booking_id: The number of the booking.
        """
        booking = self.ledger.read("booking", booking_id)
        return shown(self.ledger.write(booking, cabin="business"))
