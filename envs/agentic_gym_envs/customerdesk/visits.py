"""A visit to a desk: the records, the customer, and what the customer wants, made from a task's key."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.tasks import TaskKey
from agentic_gym_envs.customerdesk.airline_trade import AirlineTrade
from agentic_gym_envs.customerdesk.candidates import Candidate, Stock, Trade
from agentic_gym_envs.customerdesk.desk import Desk
from agentic_gym_envs.customerdesk.drawing import Draws
from agentic_gym_envs.customerdesk.ledger import Ledger, Record, Records
from agentic_gym_envs.customerdesk.levels import LEVELS, Level, Sort
from agentic_gym_envs.customerdesk.policy import Case, Rule
from agentic_gym_envs.customerdesk.requests import Request, Wish
from agentic_gym_envs.customerdesk.shop_trade import ShopTrade

TRADES: Mapping[str, Trade] = {"shop": ShopTrade(), "airline": AirlineTrade()}
_STREAM = 1
_MOST_STOCKS = 50


@dataclass(frozen=True)
class Visit:
    """One customer's visit.

    Attributes:
        desk: whose desk it is.
        records: the desk's records at first.
        customer: the record of who comes.
        today: the day.
        level: what the customer knows and bears.
        requests: what the customer wants, in order.
        seed: of the customer's choice of words.
    """

    desk: type[Desk]
    records: Records
    customer: Record
    today: datetime.date
    level: Level
    requests: Sequence[Request]
    seed: int

    @cached_property
    def opening(self) -> str:
        """The customer's first words."""
        first = self.requests[0]
        if not self.level.tells_all:
            return f"Hello. {first.opening}"
        answers = " ".join(detail.answer for detail in first.first.details)
        return " ".join(filter(None, (f"Hello. {first.opening}", answers, self.identity)))

    @property
    def identity(self) -> str:
        """How the customer says who they are."""
        name = f"My name is {self.customer['name']}"
        if self.level.knows_email:
            return f"{name} and my e-mail address is {self.customer['email']}."
        return f"{name} and my postcode is {self.customer['postcode']}. I forgot which e-mail address I gave."

    @cached_property
    def goal(self) -> Records:
        """The records that should have changed in the end, as they should be."""
        desk = self.desk(Ledger(self.records))
        for request in self.requests:
            desk.run(*request.call)
        return desk.ledger.changes


def make_visit(key: TaskKey, trades: Sequence[str]) -> Visit:
    """The visit of a key, to one of these desks.

    Raises:
        ContractError: the records offer no such requests, however often they are drawn.
    """
    draws = Draws(key.split, np.random.default_rng((key.seed, _STREAM)))
    trade, level = TRADES[draws.pick(trades)], LEVELS[key.difficulty]
    for _ in range(_MOST_STOCKS):
        stock = trade.stock(draws)
        requests = _requests(trade, stock, level, draws)
        if requests:
            today = datetime.date.fromordinal(stock.today)
            return Visit(
                trade.desk, stock.records, stock.customer, today, level, requests, draws.below(1 << 30)
            )
    raise ContractError(f"no visit to the {trade.desk.name} for {key} in {_MOST_STOCKS} tries")


def _requests(trade: Trade, stock: Stock, level: Level, draws: Draws) -> list[Request]:
    """A request of each sort, about different records; empty where these records do not have them."""
    sorts = draws.shuffled(draws.pick(level.visits))
    candidates = draws.shuffled(trade.candidates(stock, draws))
    made: list[Request] = []
    for sort in sorted(sorts, key=lambda sort: sort is Sort.TRANSFER):
        if sort is Sort.TRANSFER:
            made.append(_transfer(trade, stock, draws))
            continue
        free = [each for each in candidates if each.record_id not in {request.record_id for request in made}]
        request = _request(trade, stock, sort, free, level, draws)
        if request is None:
            return []
        made.append(request)
    return made


def _request(
    trade: Trade, stock: Stock, sort: Sort, candidates: Sequence[Candidate], level: Level, draws: Draws
) -> Request | None:
    """A request of a sort, its tool as likely as another."""
    for tool in draws.shuffled(sorted({candidate.tool for candidate in candidates})):
        for candidate in candidates:
            if candidate.tool != tool:
                continue
            request = _of_sort(trade, stock, sort, candidate)
            if request is not None:
                return _worded(request, trade, level, draws)
    return None


def _of_sort(trade: Trade, stock: Stock, sort: Sort, candidate: Candidate) -> Request | None:
    rules = [(wish, _forbidding(trade, stock, candidate.tool, wish)) for wish in candidate.wishes()]
    allowed = [wish for wish, broken in rules if not broken]
    forbidden = [(wish, broken[0]) for wish, broken in rules if len(broken) == 1]
    if sort is Sort.FORBIDDEN and forbidden:
        wish, rule = forbidden[0]
        request = _plain(candidate, wish, wish)
        return replace(request, forbidden=rule, rule_number=trade.desk.policy.number(rule))
    if sort is Sort.PLAIN and allowed:
        return _plain(candidate, allowed[0], allowed[0])
    if sort is Sort.WAVERING and len(allowed) > 1:
        return _plain(candidate, allowed[0], allowed[1])
    return None


def _forbidding(trade: Trade, stock: Stock, tool: str, wish: Wish) -> list[Rule]:
    today = datetime.date.fromordinal(stock.today)
    return trade.desk.policy.forbidding(Case(tool, wish.arguments, Ledger(stock.records), today))


def _plain(candidate: Candidate, wish: Wish, first: Wish) -> Request:
    return Request(candidate.tool, candidate.record_id, "", candidate.described, True, wish, first)


def _worded(request: Request, trade: Trade, level: Level, draws: Draws) -> Request:
    word = trade.desk.record_word
    record = (
        f"my {word} {request.record_id}"
        if level.tells_all
        else draws.pick((f"my {word}", f"one of my {word}s"))
    )
    sentence = draws.pick(trade.openings[request.tool]).format(record=record)
    return replace(request, opening=sentence[0].upper() + sentence[1:], knows_number=level.knows_number)


def _transfer(trade: Trade, stock: Stock, draws: Draws) -> Request:
    topic = draws.pick(sorted(trade.transfers))
    wish = Wish({"customer_id": stock.customer["id"], "topic": topic}, (), "")
    return Request("transfer_to_human", "", trade.transfers[topic], "", False, wish, wish)
