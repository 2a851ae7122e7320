"""The oracle, which proves that the tools and the customer suffice, and clerks who skip a step of it."""

import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass

from agentic_gym.messages import CallTools, SayToUser, ToolCall, WellFormed
from agentic_gym.tasks import Observation, Script, Task
from agentic_gym_envs.customerdesk.customer import OBJECTIONS
from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.customerdesk.requests import Request, Wish
from agentic_gym_envs.customerdesk.shop import item_of
from agentic_gym_envs.customerdesk.task import DeskTask
from agentic_gym_envs.customerdesk.visits import Visit

_EMAIL = re.compile(r"[\w.]+@[\w.]+\w")
_POSTCODE = re.compile(r"postcode is (\d+)")
_NAME = re.compile(r"My name is (\w+ \w+)")
_AGREES = re.compile(r"^Yes\b")
_MOST_TRIES = 4
Part = Generator[WellFormed, Observation, str]
"""A part of a script; gives back the text of the last observation."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """How a visit is dealt with.

    Attributes:
        identifies: whether the customer is looked up by what they say of themselves.
        confirms: whether changes are confirmed before they are made.
        refuses: `None` for what the policy says, and a note of it; otherwise whether everything is refused,
            without a note, or granted.
    """

    identifies: bool = True
    confirms: bool = True
    refuses: bool | None = None

    def __call__(self, task: Task, coordinates: str) -> Script:
        """Plays a visit."""
        if not isinstance(task, DeskTask):
            raise TypeError(f"a clerk plays visits to a desk, not {type(task).__name__}")
        visit = task.visit
        if self.identifies:
            yield from _identify(visit)
        if not visit.level.knows_number:
            yield from _call("get_customer", {"customer_id": visit.customer["id"]})
        for request in visit.requests:
            yield from self._deal_with(request, visit)

    def _deal_with(self, request: Request, visit: Visit) -> Part:
        if request.is_transfer:
            return (yield from _call(*request.call))
        if not visit.level.tells_all:
            yield from _say(f"What is the {visit.desk.record_word} number, please?")
            yield from _ask_details(request)
        yield from _look_up(request, visit)
        refused = request.forbidden is not None if self.refuses is None else self.refuses
        return (yield from self._refuse(request) if refused else self._grant(request, visit))

    def _grant(self, request: Request, visit: Visit) -> Part:
        word = visit.desk.record_word
        wish = request.first
        if self.confirms:
            wish = yield from _confirm(request, visit)
        yield from _call(request.tool, wish.arguments)
        amount = f" The amount is {wish.amount}." if wish.amount is not None else ""
        report = (
            f"The {word} {request.record_id} has been changed.{amount} Can I help you with anything else?"
        )
        return (yield from _say(report))

    def _refuse(self, request: Request) -> Part:
        if self.refuses is None:
            yield from _call(*request.call)
        text = ""
        for _ in range(_MOST_TRIES):
            text = yield from _say("I am sorry, this is not possible: our policy forbids it. Anything else?")
            if not text.startswith(OBJECTIONS):
                break
        return text


oracle = Clerk()
AUDITS = {
    "unidentified": Clerk(identifies=False),
    "unconfirmed": Clerk(confirms=False, refuses=False),
    "refuse-all": Clerk(refuses=True),
}
"""Clerks whom the policy does not allow, each by what they leave out."""


def _call(name: str, arguments: Mapping[str, object]) -> Part:
    observation = yield CallTools((ToolCall(name, arguments),))
    return observation["text"]


def _say(text: str) -> Part:
    observation = yield SayToUser(text)
    return observation["text"]


def _identify(visit: Visit) -> Part:
    said = visit.opening
    if not _NAME.search(said):
        said = yield from _say("Could you tell me your name, and your e-mail address or your postcode?")
    if email := _EMAIL.search(said):
        return (yield from _call("find_customer", {"email": email.group()}))
    name, postcode = _NAME.search(said), _POSTCODE.search(said)
    found = {"name": name.group(1) if name else "", "postcode": postcode.group(1) if postcode else ""}
    return (yield from _call("find_customer", found))


def _look_up(request: Request, visit: Visit) -> Part:
    """Reads the record, and those like it where the customer does not have its number."""
    word, read = visit.desk.record_word, visit.desk.reads[0]
    own = [record["id"] for record in visit.records.values() if _belongs(record, visit)]
    wanted = [request.record_id] if request.knows_number else own
    calls = [ToolCall(read, {f"{word}_id": record_id}) for record_id in wanted]
    observation = yield CallTools((*calls, *_choices(request, visit)))
    return observation["text"]


def _belongs(record: Record, visit: Visit) -> bool:
    return bool(record.get("customer_id") == visit.customer["id"])


def _choices(request: Request, visit: Visit) -> list[ToolCall]:
    """Reads what the customer chooses from: variants, flights."""
    arguments = request.wish.arguments
    if "new_variant_id" in arguments:
        item = item_of(visit.records[request.record_id], arguments["item_id"])
        return [ToolCall("get_product", {"product_id": item["product_id"]})]
    if "flight_id" in arguments:
        flight = visit.records[arguments["flight_id"]]
        return [
            ToolCall("search_flights", {name: flight[name] for name in ("origin", "destination", "date")})
        ]
    return []


_QUESTIONS = {
    "reason": "What is the reason?",
    "item": "Which item is it?",
    "refund": "Where should the refund go?",
    "variant": "Which colour and size would you like?",
    "address": "What is the new address?",
    "flight": "Which flight would you like?",
    "bags": "How many bags?",
}


def _ask_details(request: Request) -> Part:
    questions = " ".join(_QUESTIONS[detail.topic] for detail in request.first.details)
    return (yield from _say(questions)) if questions else ""


def _confirm(request: Request, visit: Visit) -> Generator[WellFormed, Observation, Wish]:
    """Asks until the customer agrees; gives back what they agreed to."""
    wish = request.first
    for _ in range(_MOST_TRIES):
        text = yield from _say(
            f"I will take {visit.desk.record_word} {request.record_id} and {wish.does}. Shall I go ahead?"
        )
        if _AGREES.search(text):
            break
        wish = request.wish
    return wish
