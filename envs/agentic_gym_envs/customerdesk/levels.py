"""What a level asks for: how many requests of which sort, and what the customer knows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Sort(StrEnum):
    """How a request goes."""

    PLAIN = "plain"
    """It is granted."""
    WAVERING = "wavering"
    """It is granted after the customer has changed their mind."""
    FORBIDDEN = "forbidden"
    """A rule forbids it."""
    TRANSFER = "transfer"
    """Another department deals with it."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level.

    Attributes:
        says: what it asks for, in a sentence.
        visits: the sorts of requests of a customer, each list as likely as another; shuffled but for a
            transfer, which comes last.
        tells_all: whether the customer says everything at once.
        knows_number: whether customers have the numbers of their orders or bookings.
        knows_email: whether they remember their e-mail address.
        insists: how often they object to a refusal.
        patience: how many of the agent's messages may lead nowhere.
    """

    says: str
    visits: Sequence[Sequence[Sort]]
    tells_all: bool = False
    knows_number: bool = True
    knows_email: bool = True
    insists: int = 0
    patience: int = 8


_P, _W, _F, _T = Sort.PLAIN, Sort.WAVERING, Sort.FORBIDDEN, Sort.TRANSFER
LEVELS: Mapping[int, Level] = {
    0: Level("one request that is granted, with everything said at once", ((_P,),), tells_all=True),
    1: Level(
        "one request, in three of ten visits forbidden; the customer says more only when asked",
        ((_P,),) * 7 + ((_F,),) * 3,
        insists=1,
    ),
    2: Level(
        "one request of a customer who lacks its number and may change their mind, or one and a transfer",
        ((_W,),) * 4 + ((_P,),) * 2 + ((_F,),) * 3 + ((_P, _T),),
        knows_number=False,
        insists=1,
    ),
    3: Level(
        "two requests, one forbidden or reconsidered; the customer does not remember the e-mail address",
        ((_W, _F), (_W, _P), (_P, _F), (_W, _T)),
        knows_number=False,
        knows_email=False,
        insists=1,
    ),
    4: Level(
        "three requests, one reconsidered and one forbidden, of a customer who insists and has less patience",
        ((_W, _F, _P), (_W, _F, _W), (_W, _F, _T)),
        knows_number=False,
        knows_email=False,
        insists=2,
        patience=6,
    ),
}
