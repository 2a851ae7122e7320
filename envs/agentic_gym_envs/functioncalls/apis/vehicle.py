"""An electric car."""

from typing import Literal

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, first_by

_WHEELS = ("front left", "front right", "rear left", "rear right")


class Vehicle(Api):
    """A car with navigation, tyres and chargers on its way.

    Attributes:
        tyres: tenths of a bar in each tyre, by wheel.
        route: the route that the navigation follows, empty where it follows none.
        reservations: minutes reserved, by charger.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self.tyres = dict(zip(_WHEELS, draw.numbers(4, 15, 22), strict=True))
        self.route = ""
        self.reservations: dict[str, int] = {}
        self._routes: dict[str, list[dict[str, object]]] = {}
        self._chargers: dict[str, list[dict[str, object]]] = {}
        known: dict[str, object] = {}
        for place in draw.words(6):
            rows = []
            count = draw.many(4, 90)
            for kilometres, minutes in zip(
                draw.numbers(count, 40, 400), draw.numbers(count, 40, 400), strict=True
            ):
                route_id = self._id("route", place, kilometres, taken=known)
                known[route_id] = place
                rows.append({"route_id": route_id, "kilometres": kilometres, "minutes": minutes})
            self._routes[place] = rows
            self._chargers[place] = []
            for power in draw.numbers(draw.many(4, 90), 11, 350):
                charger_id = self._id("charger", place, power, taken=known)
                known[charger_id] = place
                self._chargers[place].append({"charger_id": charger_id, "kilowatts": power})
        self._known = known

    def read_tyres(self) -> str:
        """Reads the pressure in each tyre, in tenths of a bar."""
        return shown(tyres=[{"wheel": wheel, "tenths": tenths} for wheel, tenths in self.tyres.items()])

    def inflate_tyre(
        self, wheel: Literal["front left", "front right", "rear left", "rear right"], tenths: int
    ) -> str:
        """Brings a tyre to a pressure.

        Args:
            wheel: which one.
            tenths: the pressure in tenths of a bar, from 15 to 35.
        """
        if not 15 <= tenths <= 35:
            refuse(f"a tyre takes 15 to 35 tenths of a bar, not {tenths}")
        self.tyres[wheel] = tenths
        return shown(wheel=wheel, tenths=tenths)

    def plan_routes(self, destination: str) -> str:
        """Lists the routes to a place with their length and time.

        Args:
            destination: the place's name.
        """
        self._check_place(destination)
        return shown(routes=self._routes[destination])

    def start_route(self, route_id: str) -> str:
        """Has the navigation follow a route.

        Args:
            route_id: one that plan_routes gave.
        """
        self._check_id(route_id, "route")
        self.route = route_id
        return shown(following=route_id)

    def list_chargers(self, place: str) -> str:
        """Lists the chargers of a place with their power.

        Args:
            place: the place's name.
        """
        self._check_place(place)
        return shown(chargers=self._chargers[place])

    def reserve_charger(self, charger_id: str, minutes: int) -> str:
        """Reserves a charger.

        Args:
            charger_id: one that list_chargers gave.
            minutes: for how long, from 5 to 120.
        """
        self._check_id(charger_id, "charger")
        if not 5 <= minutes <= 120:
            refuse(f"a charger can be had for 5 to 120 minutes, not {minutes}")
        self.reservations[charger_id] = minutes
        return shown(charger_id=charger_id, minutes=minutes)

    def _check_place(self, place: str) -> None:
        if place not in self._routes:
            refuse(f"the map has no place {place!r}")

    def _check_id(self, given: str, kind: str) -> None:
        if given not in self._known or not given.startswith(kind):
            refuse(f"there is no {kind} {given!r}")


def drive(car: Vehicle, draw: Draw) -> Errand:
    """The navigation takes the shortest or the quickest route."""
    place = draw.one(list(car._routes))
    how, key, other, unit = draw.one(
        (
            ("shortest", "kilometres", "minutes", "minutes"),
            ("quickest", "minutes", "kilometres", "kilometres"),
        )
    )
    return Errand(
        phrases=(
            "Take me to {place} by the {how} route.",
            "I have to go to {place}. Start the navigation with the {how} route, please.",
        ),
        vague=("Start the navigation with the {how} route.", "Take me there by the {how} route, please."),
        told="I want to go to {place}.",
        words={"place": place, "how": how},
        steps=(
            Step("plan_routes", {"destination": place}),
            Step("start_route", {"route_id": Ref(0, first_by("routes", key, "route_id"))}),
        ),
        question=f"How many {unit} is that?",
        fact=Ref(0, first_by("routes", key, other)),
    )


def inflate(car: Vehicle, draw: Draw) -> Errand:
    """The tyre with the lowest pressure gets more."""
    tenths = draw.number(23, 32)
    return Errand(
        phrases=(
            "Bring the tyre with the lowest pressure up to {bar} bar.",
            "One tyre is lower than the others. Inflate that one to {bar} bar.",
        ),
        vague=(
            "Inflate the tyre with the lowest pressure.",
            "One tyre is lower than the others. Inflate it, please.",
        ),
        told="{bar} bar, please.",
        words={"bar": f"{tenths / 10:.1f}"},
        steps=(
            Step("read_tyres"),
            Step("inflate_tyre", {"wheel": Ref(0, first_by("tyres", "tenths", "wheel")), "tenths": tenths}),
        ),
        question="Which wheel was it?",
        fact=Ref(0, first_by("tyres", "tenths", "wheel")),
    )


def reserve(car: Vehicle, draw: Draw) -> Errand:
    """The most powerful charger of a place is reserved."""
    place, minutes = draw.one(list(car._chargers)), draw.number(3, 24) * 5
    return Errand(
        phrases=(
            "Reserve the most powerful charger in {place} for {minutes} minutes.",
            "I want to charge for {minutes} minutes in {place}: get me the charger with the most kilowatts.",
        ),
        vague=(
            "Reserve the most powerful charger in {place}.",
            "I want to charge in {place} for a while: get me the charger with the most kilowatts.",
        ),
        told="For {minutes} minutes.",
        words={"place": place, "minutes": minutes},
        steps=(
            Step("list_chargers", {"place": place}),
            Step(
                "reserve_charger",
                {
                    "charger_id": Ref(0, first_by("chargers", "kilowatts", "charger_id", largest=True)),
                    "minutes": minutes,
                },
            ),
        ),
    )


ERRANDS = (drive, inflate, reserve)
