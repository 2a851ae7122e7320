"""Flights."""

from typing import Literal

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, at, first_by

_CITIES = 6


class Travel(Api):
    """A travel account.

    Attributes:
        bookings: by id, each with destination, passenger, fare, status and insurance.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        cities = draw.words(_CITIES)
        self._airports = {
            city: f"{city[:2].upper()}{number}"
            for city, number in zip(cities, draw.numbers(_CITIES, 10, 99), strict=True)
        }
        self._flights: dict[str, dict[str, object]] = {}
        for origin in cities:
            for destination in cities:
                if origin != destination:
                    self._fly(origin, destination, draw)
        self.bookings: dict[str, dict[str, object]] = {}
        others = draw.words(draw.many(4, 80))
        for destination, passenger, fare in zip(
            others, draw.people(len(others)), draw.numbers(len(others), 50, 900), strict=True
        ):
            self._enter(destination, passenger, fare)

    def _fly(self, origin: str, destination: str, draw: Draw) -> None:
        for fare in draw.numbers(draw.many(3, 12), 60, 900):
            flight_id = self._id("flight", origin, destination, fare, taken=self._flights)
            self._flights[flight_id] = {
                "origin": self._airports[origin],
                "destination": self._airports[destination],
                "fare": fare,
                "minutes": draw.number(60, 400),
                "city": destination,
            }

    def _enter(self, destination: str, passenger: str, fare: object) -> str:
        booking_id = self._id("booking", destination, passenger, fare, taken=self.bookings)
        self.bookings[booking_id] = {
            "destination": destination,
            "passenger": passenger,
            "fare": fare,
            "status": "booked",
            "insurance": "none",
        }
        return booking_id

    def find_airport(self, city: str) -> str:
        """Finds the code of a city's airport.

        Args:
            city: the city's name.
        """
        if city not in self._airports:
            refuse(f"no airport is known in {city!r}")
        return shown(city=city, airport=self._airports[city])

    def search_flights(self, origin: str, destination: str) -> str:
        """Lists the flights from one airport to another, with fares in crowns.

        Args:
            origin: an airport's code.
            destination: an airport's code.
        """
        rows = [
            {"flight_id": flight_id, "fare": flight["fare"], "minutes": flight["minutes"]}
            for flight_id, flight in self._flights.items()
            if (flight["origin"], flight["destination"]) == (origin, destination)
        ]
        if not rows:
            refuse(f"there are no flights from {origin!r} to {destination!r}; give codes of airports")
        return shown(flights=rows)

    def book_flight(self, flight_id: str, passenger: str) -> str:
        """Books a flight.

        Args:
            flight_id: one that search_flights gave.
            passenger: first and last name.
        """
        if flight_id not in self._flights:
            refuse(f"there is no flight {flight_id!r}")
        if len(passenger.split()) < 2:
            refuse(f"the passenger {passenger!r} needs a first and a last name")
        flight = self._flights[flight_id]
        booking_id = self._enter(str(flight["city"]), passenger, flight["fare"])
        return shown(booking_id=booking_id, fare=flight["fare"])

    def list_bookings(self) -> str:
        """Lists the account's bookings."""
        return shown(
            bookings=[{"booking_id": key, **booking} for key, booking in sorted(self.bookings.items())]
        )

    def cancel_booking(self, booking_id: str) -> str:
        """Cancels a booking.

        Args:
            booking_id: the booking's id.
        """
        self._check_booked(booking_id)
        self.bookings[booking_id]["status"] = "cancelled"
        return shown(booking_id=booking_id, status="cancelled")

    def add_insurance(self, booking_id: str, plan: Literal["basic", "full", "family"]) -> str:
        """Insures a booking.

        Args:
            booking_id: the booking's id.
            plan: the kind of insurance.
        """
        self._check_booked(booking_id)
        self.bookings[booking_id]["insurance"] = plan
        return shown(booking_id=booking_id, insurance=plan)

    def _check_booked(self, booking_id: str) -> None:
        if booking_id not in self.bookings:
            refuse(f"there is no booking {booking_id!r}")
        if self.bookings[booking_id]["status"] != "booked":
            refuse(f"the booking {booking_id} is cancelled")

    def _destination(self, draw: Draw) -> str:
        """A city to which there is one booking, and not the dearest."""
        booked = [booking for booking in self.bookings.values() if booking["status"] == "booked"]
        booked.sort(key=lambda booking: int(str(booking["fare"])))
        cities = [str(booking["destination"]) for booking in booked]
        return draw.one([city for city in cities[:-1] if cities.count(city) == 1])


def book(travel: Travel, draw: Draw) -> Errand:
    """The cheapest flight is booked."""
    cities = list(travel._airports)
    origin, destination = (cities[place] for place in draw.numbers(2, 0, len(cities) - 1))
    (passenger,) = draw.people(1)
    return Errand(
        phrases=(
            "Book the cheapest flight from {origin} to {destination} for {passenger}.",
            "{passenger} has to fly from {origin} to {destination}, as cheaply as it can be had. Book it.",
        ),
        vague=(
            "Book the cheapest flight from {origin} to {destination} for a friend of mine.",
            "A colleague has to fly from {origin} to {destination}, as cheaply as it can be had. Book it.",
        ),
        told="The passenger is {passenger}.",
        words={"origin": origin, "destination": destination, "passenger": passenger},
        steps=(
            Step("find_airport", {"city": origin}),
            Step("find_airport", {"city": destination}),
            Step("search_flights", {"origin": Ref(0, at("airport")), "destination": Ref(1, at("airport"))}),
            Step(
                "book_flight",
                {"flight_id": Ref(2, first_by("flights", "fare", "flight_id")), "passenger": passenger},
            ),
        ),
        question="What is the fare?",
        fact=Ref(3, at("fare")),
        made=("booking", Ref(3, at("booking_id"))),
    )


def insure(travel: Travel, draw: Draw) -> Errand:
    """The booking to a city is insured."""
    city, plan = travel._destination(draw), draw.one(("basic", "full", "family"))
    return Errand(
        phrases=(
            "Insure the booking to {city} with the {plan} plan.",
            "The trip to {city} needs the {plan} insurance; add it.",
        ),
        vague=(
            "Insure one of my bookings with the {plan} plan.",
            "One of the trips needs the {plan} insurance; add it.",
        ),
        told="The one to {city}.",
        words={"city": city, "plan": plan},
        steps=(
            Step("list_bookings"),
            Step(
                "add_insurance",
                {
                    "booking_id": Ref(
                        0, first_by("bookings", "fare", "booking_id", destination=city, status="booked")
                    ),
                    "plan": plan,
                },
            ),
        ),
    )


def cancel_dearest(travel: Travel, draw: Draw) -> Errand:
    """The booking with the highest fare is cancelled."""
    return Errand(
        phrases=(
            "Cancel the booking with the highest fare that is still booked.",
            "I have to save: of what is still booked, cancel the dearest.",
        ),
        vague=("Cancel one of my bookings.", "I have to save: cancel one of the bookings."),
        told="Of what is still booked, the one with the highest fare.",
        words={},
        steps=(
            Step("list_bookings"),
            Step(
                "cancel_booking",
                {
                    "booking_id": Ref(
                        0, first_by("bookings", "fare", "booking_id", largest=True, status="booked")
                    )
                },
            ),
        ),
        question="Where was it to?",
        fact=Ref(0, first_by("bookings", "fare", "destination", largest=True, status="booked")),
    )


ERRANDS = (book, insure, cancel_dearest)
