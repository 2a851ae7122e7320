"""A brokerage account."""

from typing import Literal

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, at, first_by


class Trading(Api):
    """Orders for shares, and a watchlist.

    Attributes:
        orders: by id, each with symbol, side, shares, limit and status.
        watchlist: symbols, sorted.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self._companies = {
            name: f"{name[:3].upper()}{number}"
            for name, number in zip(draw.words(8), draw.numbers(8, 10, 99), strict=True)
        }
        self._prices = dict(zip(self._companies.values(), draw.numbers(8, 20, 900), strict=True))
        self.orders: dict[str, dict[str, object]] = {}
        for shares in draw.numbers(draw.many(5, 90), 5, 500):
            symbol, side = draw.one(list(self._prices)), draw.one(("buy", "sell"))
            self._enter(symbol, side, shares, self._prices[symbol], draw.one(("open", "open", "filled")))
        self._enter(draw.one(list(self._prices)), "buy", 3, 10, "open")
        self.watchlist: list[str] = []

    def _enter(self, symbol: str, side: str, shares: int, limit: int, status: str) -> str:
        order_id = self._id("order", symbol, side, shares, limit, taken=self.orders)
        self.orders[order_id] = {
            "symbol": symbol,
            "side": side,
            "shares": shares,
            "limit": limit,
            "status": status,
        }
        return order_id

    def find_company(self, name: str) -> str:
        """Finds a company's symbol.

        Args:
            name: the company's name.
        """
        if name not in self._companies:
            refuse(f"no company is called {name!r}")
        return shown(name=name, symbol=self._companies[name])

    def get_quote(self, symbol: str) -> str:
        """Gives today's price of a share, in crowns.

        Args:
            symbol: the company's symbol.
        """
        self._check_symbol(symbol)
        return shown(symbol=symbol, price=self._prices[symbol])

    def place_order(self, symbol: str, side: Literal["buy", "sell"], shares: int, limit: int) -> str:
        """Places an order.

        Args:
            symbol: the company's symbol.
            side: buy or sell.
            shares: how many.
            limit: the price in crowns, at most for a purchase, at least for a sale.
        """
        self._check_symbol(symbol)
        if shares < 1 or limit < 1:
            refuse("shares and limit are whole numbers of at least 1")
        return shown(order_id=self._enter(symbol, side, shares, limit, "open"), status="open")

    def list_orders(self) -> str:
        """Lists the account's orders."""
        return shown(
            orders=[{"order_id": order_id, **order} for order_id, order in sorted(self.orders.items())]
        )

    def cancel_order(self, order_id: str) -> str:
        """Cancels an open order.

        Args:
            order_id: the order's id.
        """
        if order_id not in self.orders:
            refuse(f"there is no order {order_id!r}")
        if (status := self.orders[order_id]["status"]) != "open":
            refuse(f"the order {order_id} is {status}; only an open one can be cancelled")
        self.orders[order_id]["status"] = "cancelled"
        return shown(order_id=order_id, status="cancelled")

    def watch(self, symbol: str) -> str:
        """Puts a company on the watchlist.

        Args:
            symbol: the company's symbol.
        """
        self._check_symbol(symbol)
        self.watchlist = sorted({*self.watchlist, symbol})
        return shown(watchlist=self.watchlist)

    def _check_symbol(self, symbol: str) -> None:
        if symbol not in self._prices:
            refuse(f"no company has the symbol {symbol!r}")


def trade(account: Trading, draw: Draw) -> Errand:
    """Shares are bought or sold at today's price."""
    side, company, shares = draw.one(("buy", "sell")), draw.one(list(account._companies)), draw.number(6, 400)
    return Errand(
        phrases=(
            "I want to {side} {shares} shares of {company}, with today's price as the limit.",
            "Place an order to {side} {shares} shares of {company}. The limit is today's price.",
        ),
        vague=(
            "I want to {side} shares of {company}, with today's price as the limit.",
            "Place an order to {side} shares of {company}. The limit is today's price.",
        ),
        told="{shares} shares.",
        words={"side": side, "shares": shares, "company": company},
        steps=(
            Step("find_company", {"name": company}),
            Step("get_quote", {"symbol": Ref(0, at("symbol"))}),
            Step(
                "place_order",
                {
                    "symbol": Ref(0, at("symbol")),
                    "side": side,
                    "shares": shares,
                    "limit": Ref(1, at("price")),
                },
            ),
        ),
        question="What does a share cost today?",
        fact=Ref(1, at("price")),
        made=("order", Ref(2, at("order_id"))),
    )


def cancel(account: Trading, draw: Draw) -> Errand:
    """The largest open order is cancelled."""
    return Errand(
        phrases=(
            "Cancel my open order with the most shares.",
            "Of my open orders, cancel the largest by shares.",
        ),
        vague=("Cancel one of my open orders.", "One of my open orders has to go. Cancel it, please."),
        told="The one with the most shares.",
        words={},
        steps=(
            Step("list_orders"),
            Step(
                "cancel_order",
                {"order_id": Ref(0, first_by("orders", "shares", "order_id", largest=True, status="open"))},
            ),
        ),
        question="How many shares was it for?",
        fact=Ref(0, first_by("orders", "shares", "shares", largest=True, status="open")),
    )


def watch_company(account: Trading, draw: Draw) -> Errand:
    """A company is put on the watchlist."""
    company = draw.one(list(account._companies))
    return Errand(
        phrases=(
            "Put {company} on my watchlist.",
            "I want to keep an eye on {company}: add it to the watchlist.",
        ),
        vague=(
            "Put a company on my watchlist for me.",
            "Something should be on my watchlist: add it, please.",
        ),
        told="I mean {company}.",
        words={"company": company},
        steps=(Step("find_company", {"name": company}), Step("watch", {"symbol": Ref(0, at("symbol"))})),
    )


ERRANDS = (trade, cancel, watch_company)
