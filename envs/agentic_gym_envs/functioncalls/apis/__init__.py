"""The six APIs, each with the errands that can be run on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agentic_gym_envs.functioncalls.api import Api, Draw
from agentic_gym_envs.functioncalls.apis import files, messages, tickets, trading, travel, vehicle
from agentic_gym_envs.functioncalls.errands import Errand


@dataclass(frozen=True, slots=True)
class Service:
    """An API.

    Attributes:
        kind: its class.
        errands: what makes an errand, from an object of the class in its state at the time.
    """

    kind: type[Api]
    errands: Sequence[Callable[[Any, Draw], Errand]]


SERVICES: Mapping[str, Service] = {
    "files": Service(files.Files, files.ERRANDS),
    "vehicle": Service(vehicle.Vehicle, vehicle.ERRANDS),
    "trading": Service(trading.Trading, trading.ERRANDS),
    "travel": Service(travel.Travel, travel.ERRANDS),
    "tickets": Service(tickets.Tickets, tickets.ERRANDS),
    "messages": Service(messages.Messages, messages.ERRANDS),
}
"""Every API by name."""
