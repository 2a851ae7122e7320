"""What the airline deals in: flights, bookings, and what can be asked about them."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from agentic_gym_envs.customerdesk.airline import (
    BAG_FEE,
    CANCEL_FEE,
    CHANGE_FEE,
    MOST_BAGS,
    REASONS,
    AirlineDesk,
    upgrade_price,
)
from agentic_gym_envs.customerdesk.candidates import Candidate, Stock
from agentic_gym_envs.customerdesk.desk import Desk
from agentic_gym_envs.customerdesk.drawing import Draws, by_id
from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.customerdesk.requests import Detail, Wish

_TIERS = ("standard", "standard", "gold")
_OWN_FARES = ("flex", "flex", "flex", "light", "light", "basic")
_FLIGHTS_A_ROUTE = 4
_REASON_WORDS = {
    "change of plans": ("It is a change of plans.", "Just a change of plans on my side."),
    "illness": ("It is because of an illness.", "There is an illness in the family."),
}


class AirlineTrade:
    """The airline's side of a task."""

    desk: type[Desk] = AirlineDesk
    openings: Mapping[str, Sequence[str]] = {
        "cancel_booking": (
            "I would like to cancel {record}.",
            "Please cancel {record}.",
            "I will not fly after all: {record} is to be cancelled.",
        ),
        "change_flight": (
            "I want to take another flight with {record}.",
            "Please move {record} to another flight.",
            "The flight of {record} does not suit me any longer. I need another one.",
        ),
        "add_bags": (
            "I need more bags on {record}.",
            "Please add luggage to {record}.",
            "I will take more luggage with me on {record}.",
        ),
        "upgrade_cabin": (
            "I would like to fly business on {record}.",
            "Please upgrade {record} to business.",
            "Could you move {record} to business class?",
        ),
    }
    transfers: Mapping[str, str] = {
        "injury": "I was hurt on board of one of your flights.",
        "lost property": "I also left a coat on board on my last flight.",
        "press": "I also write for a newspaper and have some questions about your airline.",
        "legal": "My lawyer has sent you a letter, and I want to talk about it.",
        "groups": "I also want to book for a class of thirty.",
    }

    def stock(self, draws: Draws) -> Stock:
        """Flights, passengers and their bookings; the first passenger comes to the desk."""
        today = draws.today()
        towns = draws.places(7)
        days = draws.shuffled(range(1, 29))
        routes = [(towns[0], other, days.pop()) for other in towns[1:]]
        flights = [flight for route in routes for flight in _flights(*route, today, draws)]
        people = draws.people(7, "P", _TIERS)
        bookings = [
            _booking(people[0], flights[place * _FLIGHTS_A_ROUTE], fare, today, draws)
            for place, fare in enumerate(draws.shuffled(_OWN_FARES))
        ]
        for person in people[1:]:
            bookings += [
                _booking(person, draws.pick(flights), draws.pick(_OWN_FARES), today, draws) for _ in range(2)
            ]
        records = by_id([*people, *flights, *draws.shuffled(bookings)])
        return Stock(records, people[0], today.toordinal())

    def candidates(self, stock: Stock, draws: Draws) -> list[Candidate]:
        """Every call for every booking."""
        return [
            Candidate(tool, booking["id"], _described(booking, stock), wishes)
            for booking in stock.own
            for tool, wishes in _wishes(booking, stock, draws)
        ]


def _flights(
    origin: str, destination: str, days: int, today: datetime.date, draws: Draws
) -> Iterator[dict[str, Any]]:
    """Flights of a route on days in a row, the first so many days ahead; some are full."""
    for place in range(_FLIGHTS_A_ROUTE):
        date = today + datetime.timedelta(days=days + place)
        yield {
            "kind": "flight",
            "id": f"AG{draws.number()}",
            "origin": origin,
            "destination": destination,
            "date": date.isoformat(),
            "departs": f"{draws.below(16) + 6:02d}:{draws.below(12) * 5:02d}",
            "seats_left": draws.below(30) + 1 if draws.below(4) else 0,
        }


def _booking(person: Record, flight: Record, fare: str, today: datetime.date, draws: Draws) -> dict[str, Any]:
    booked = today - datetime.timedelta(days=draws.pick((0, 1, 5, 9, 14, 20)))
    return {
        "kind": "booking",
        "id": f"B{draws.number()}",
        "customer_id": person["id"],
        "status": "booked",
        "flight_id": flight["id"],
        "fare": fare,
        "fare_paid": draws.price(4_500, 40_500),
        "cabin": "economy",
        "bags": draws.below(MOST_BAGS),
        "booked": booked.isoformat(),
        "refusals": [],
    }


def _described(booking: Record, stock: Stock) -> str:
    flight = stock.records[booking["flight_id"]]
    return f"the one to {flight['destination']} on {flight['date']}"


def _free(stock: Stock, fee: Decimal) -> Decimal:
    """A fee, which gold members do not pay."""
    return Decimal(0) if stock.customer["membership"] == "gold" else fee


def _wishes(booking: Record, stock: Stock, draws: Draws) -> Iterator[tuple[str, Callable[[], list[Wish]]]]:
    yield "cancel_booking", partial(_cancelling, booking, stock, draws)
    yield "add_bags", partial(_packing, booking, draws)
    yield "upgrade_cabin", partial(_upgrading, booking)
    yield "change_flight", partial(_moving, booking, stock, draws)


def _moving(booking: Record, stock: Stock, draws: Draws) -> list[Wish]:
    flight = stock.records[booking["flight_id"]]
    others = [
        record
        for record in stock.records.values()
        if record.get("destination") == flight["destination"] and record["id"] != flight["id"]
    ]
    return [_moving_to(other, others, booking, stock) for other in draws.shuffled(others)]


def _cancelling(booking: Record, stock: Stock, draws: Draws) -> list[Wish]:
    reason = draws.pick(REASONS)
    others = tuple(other for other in REASONS if other != reason)
    wish = Wish(
        {"booking_id": booking["id"], "reason": reason},
        (Detail("reason", reason, others, draws.pick(_REASON_WORDS[reason])),),
        f"cancel it ({reason})",
        Decimal(booking["fare_paid"]) - _free(stock, CANCEL_FEE),
    )
    return [wish]


def _packing(booking: Record, draws: Draws) -> list[Wish]:
    return [_packing_more(number, booking) for number in draws.shuffled((1, 2, 3))]


def _packing_more(number: int, booking: Record) -> Wish:
    words = ("one bag", "two bags", "three bags")
    others = tuple(word for place, word in enumerate(words, 1) if place != number)
    wanted = words[number - 1]
    return Wish(
        {"booking_id": booking["id"], "number": number},
        (Detail("bags", wanted, others, f"{wanted.capitalize()} more."),),
        f"add {wanted}",
        BAG_FEE * number,
    )


def _upgrading(booking: Record) -> list[Wish]:
    return [Wish({"booking_id": booking["id"]}, (), "upgrade it to business", upgrade_price(booking))]


def _moving_to(flight: Record, all_flights: Sequence[Record], booking: Record, stock: Stock) -> Wish:
    wanted = f"the flight on {flight['date']}"
    others = tuple(f"the flight on {other['date']}" for other in all_flights if other is not flight)
    return Wish(
        {"booking_id": booking["id"], "flight_id": flight["id"]},
        (Detail("flight", wanted, others, f"I would like {wanted}."),),
        f"move it to {wanted}",
        _free(stock, CHANGE_FEE) or None,
    )
