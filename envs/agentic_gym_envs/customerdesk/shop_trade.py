"""What the shop deals in: products, orders, and what can be asked about them."""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from agentic_gym_envs.customerdesk.candidates import Candidate, Stock
from agentic_gym_envs.customerdesk.desk import Desk
from agentic_gym_envs.customerdesk.drawing import Draws, by_id
from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.customerdesk.requests import Detail, Wish
from agentic_gym_envs.customerdesk.shop import REASONS, REFUNDS, RETURN_FEE, ShopDesk

_PRODUCTS = (
    "rain jacket", "table lamp", "backpack", "desk chair", "tea kettle", "bath towel", "wool scarf",
    "bicycle helmet", "picture frame", "storage box", "garden hose", "door mat", "water bottle", "rug",
)  # fmt: skip
_COLOURS = ("red", "blue", "green", "grey", "white", "black", "yellow")
_SIZES = ("small", "medium", "large")
_KINDS = tuple((colour, size) for colour in _COLOURS for size in _SIZES)
_TIERS = ("standard", "standard", "gold")
_STATUSES = ("pending", "pending", "shipped", "new", "new", "old")
"""Of the orders of the customer who comes; `new` and `old` were delivered."""
_REASON_WORDS = {
    "no longer needed": ("I no longer need it.", "It is no longer needed."),
    "ordered by mistake": ("I ordered it by mistake.", "It was ordered by mistake, sorry."),
}
_REFUND_WORDS = {
    "original payment": "I want the money on my original payment method.",
    "gift card": "I would like a gift card.",
}


class ShopTrade:
    """The shop's side of a task."""

    desk: type[Desk] = ShopDesk
    openings: Mapping[str, Sequence[str]] = {
        "cancel_order": (
            "I would like to cancel {record}.",
            "Please cancel {record} for me.",
            "{record} is to be cancelled, please.",
        ),
        "return_item": (
            "I want to send something from {record} back.",
            "I would like to return a piece of {record}.",
            "One of the things in {record} is not for me: I want to return it.",
        ),
        "exchange_item": (
            "I would like to exchange something from {record}.",
            "Could you swap a piece of {record} for another one?",
            "I chose badly with {record}: one piece is to be exchanged.",
        ),
        "change_address": (
            "Please send {record} to another address.",
            "The address of {record} has to be changed.",
            "I need {record} delivered somewhere else.",
        ),
    }
    transfers: Mapping[str, str] = {
        "injury": "Somebody in my family was hurt by a product of yours.",
        "fraud": "There is an order on my account that I never placed.",
        "press": "I also write for a newspaper and have some questions about your shop.",
        "legal": "My lawyer has sent you a letter, and I want to talk about it.",
        "wholesale": "I also want to order four hundred pieces for a company.",
    }

    def stock(self, draws: Draws) -> Stock:
        """Products, customers and their orders; the first customer comes to the desk."""
        today = draws.today()
        products = [_product(name, draws) for name in draws.some(_PRODUCTS, 8)]
        people = draws.people(8, "C", _TIERS)
        days = draws.shuffled(range(1, 29))
        orders = [
            _order(people[0], status, days.pop(), products, today, draws)
            for status in draws.shuffled(_STATUSES)
        ]
        for person in people[1:]:
            orders += [
                _order(person, draws.pick(_STATUSES), draws.below(28) + 1, products, today, draws)
                for _ in range(2)
            ]
        records = by_id([*people, *products, *draws.shuffled(orders)])
        return Stock(records, people[0], today.toordinal())

    def candidates(self, stock: Stock, draws: Draws) -> list[Candidate]:
        """Every call for every order; a call about items for each item."""
        return [
            Candidate(tool, order["id"], _described(order), wishes)
            for order in stock.own
            for tool, wishes in _wishes(order, stock, draws)
        ]


def _product(name: str, draws: Draws) -> dict[str, Any]:
    kinds = draws.some(_KINDS, 6)
    variants = {
        f"V{draws.number()}": {
            "colour": colour,
            "size": size,
            "price": draws.price(900, 9_900),
            "in_stock": place < 3 or draws.below(2) == 0,
        }
        for place, (colour, size) in enumerate(kinds)
    }
    return {"kind": "product", "id": f"P{draws.number()}", "name": name, "variants": variants}


def _order(
    person: Record, status: str, days: int, products: Sequence[Record], today: datetime.date, draws: Draws
) -> dict[str, Any]:
    """An order that was delivered, or placed, so many days ago; `old` ones long before."""
    delivered = {"new": days, "old": days + 45}.get(status)
    placed = today - datetime.timedelta(days=days + 4 + (45 if status == "old" else 0))
    return {
        "kind": "order",
        "id": f"W{draws.number()}",
        "customer_id": person["id"],
        "status": "delivered" if delivered else status,
        "placed": placed.isoformat(),
        "delivered": (today - datetime.timedelta(days=delivered)).isoformat() if delivered else None,
        "items": [_item(product, draws) for product in draws.some(products, 2)],
        "payment": f"card ending in {draws.number()[:4]}",
        "address": draws.address(),
        "refusals": [],
    }


def _item(product: Record, draws: Draws) -> dict[str, Any]:
    variant_id = draws.pick(sorted(product["variants"]))
    variant = product["variants"][variant_id]
    return {
        "item_id": f"I{draws.number()}",
        "product_id": product["id"],
        "name": product["name"],
        "variant_id": variant_id,
        "colour": variant["colour"],
        "size": variant["size"],
        "price": variant["price"],
        "final_sale": draws.below(4) == 0,
    }


def _described(order: Record) -> str:
    first, second = order["items"]
    return (
        f"the order that I placed on {order['placed']}, with the {first['colour']} {first['name']} and the "
        f"{second['colour']} {second['name']}"
    )


def _wishes(order: Record, stock: Stock, draws: Draws) -> Iterator[tuple[str, Callable[[], list[Wish]]]]:
    yield "cancel_order", partial(_cancelling, order, draws)
    yield "change_address", partial(_moving, order, draws)
    for item in order["items"]:
        yield "return_item", partial(_returning, order, item, stock, draws)
        yield "exchange_item", partial(_exchanging, order, item, stock, draws)


def _cancelling(order: Record, draws: Draws) -> list[Wish]:
    reason = draws.pick(REASONS)
    others = tuple(other for other in REASONS if other != reason)
    total = sum((Decimal(item["price"]) for item in order["items"]), Decimal(0))
    wish = Wish(
        {"order_id": order["id"], "reason": reason},
        (Detail("reason", reason, others, draws.pick(_REASON_WORDS[reason])),),
        f"cancel it ({reason})",
        total,
    )
    return [wish]


def _moving(order: Record, draws: Draws) -> list[Wish]:
    return [_moving_to(draws.address(), order) for _ in range(2)]


def _moving_to(address: str, order: Record) -> Wish:
    detail = Detail("address", address, (), f"The new address is {address}.")
    return Wish({"order_id": order["id"], "address": address}, (detail,), f"send it to {address}")


def _returning(order: Record, item: Mapping[str, Any], stock: Stock, draws: Draws) -> list[Wish]:
    return [_returning_for(to, order, item, stock) for to in draws.shuffled(REFUNDS)]


def _returning_for(to: str, order: Record, item: Mapping[str, Any], stock: Stock) -> Wish:
    fee = Decimal(0) if stock.customer["membership"] == "gold" else RETURN_FEE
    others = tuple(other for other in REFUNDS if other != to)
    return Wish(
        {"order_id": order["id"], "item_id": item["item_id"], "refund_to": to},
        (_piece(item, order), Detail("refund", to, others, _REFUND_WORDS[to])),
        f"take the {item['name']} back and refund it to: {to}",
        Decimal(item["price"]) - fee,
    )


def _exchanging(order: Record, item: Mapping[str, Any], stock: Stock, draws: Draws) -> list[Wish]:
    variants = stock.records[item["product_id"]]["variants"]
    others = {name: variant for name, variant in variants.items() if name != item["variant_id"]}
    return [_exchanging_for(name, others, order, item) for name in draws.shuffled(sorted(others))]


def _exchanging_for(
    variant_id: str, variants: Mapping[str, Any], order: Record, item: Mapping[str, Any]
) -> Wish:
    words = _variant_words(variants[variant_id])
    others = tuple(_variant_words(other) for name, other in variants.items() if name != variant_id)
    return Wish(
        {"order_id": order["id"], "item_id": item["item_id"], "new_variant_id": variant_id},
        (_piece(item, order), Detail("variant", words, others, f"I want it {words} instead.")),
        f"exchange the {item['name']} for the one that is {words}",
        abs(Decimal(variants[variant_id]["price"]) - Decimal(item["price"])),
    )


def _variant_words(variant: Mapping[str, Any]) -> str:
    return f"{variant['size']} and {variant['colour']}"


def _piece(item: Mapping[str, Any], order: Record) -> Detail:
    others = tuple(other["name"] for other in order["items"] if other is not item)
    return Detail("item", item["name"], others, f"It is the {item['name']}.")
