"""The shop's desk: its tools and its policy."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Literal

from agentic_gym.errors import ToolMistake
from agentic_gym_envs.customerdesk.desk import Desk, shown
from agentic_gym_envs.customerdesk.ledger import Record
from agentic_gym_envs.customerdesk.policy import Case, Policy, Rule, conduct

RETURN_DAYS = 30
RETURN_FEE = Decimal("4.90")
REASONS = ("no longer needed", "ordered by mistake")
REFUNDS = ("original payment", "gift card")
TOPICS = {
    "injury": "somebody was hurt by a product",
    "fraud": "an order that the customer never placed",
    "press": "questions from a newspaper or broadcaster",
    "legal": "letters from a lawyer",
    "wholesale": "orders of more than a hundred pieces",
}
_READS = ("get_order", "get_product")
_WRITES = ("cancel_order", "return_item", "exchange_item", "change_address")


def item_of(record: Record, item_id: object) -> Mapping[str, Any]:
    """An item of an order; empty where the order has none of this id."""
    return next((item for item in record.get("items", ()) if item["item_id"] == item_id), {})


def _item(case: Case) -> Mapping[str, Any]:
    return item_of(case.record, case.arguments.get("item_id"))


def _is_pending(case: Case) -> bool:
    return bool(case.record.get("status") == "pending")


def _delivered_lately(case: Case) -> bool:
    delivered = case.record.get("delivered")
    return delivered is not None and case.days_since(delivered) <= RETURN_DAYS


def _in_stock(case: Case) -> bool:
    product = case.ledger.find(_item(case).get("product_id", "")) or {}
    variants = product.get("variants", {})
    return bool(variants.get(case.arguments.get("new_variant_id"), {}).get("in_stock"))


SHOP_POLICY = Policy(
    conduct(_READS, _WRITES, "order", "the topics named below"),
    (
        Rule(
            "cancel pending",
            "An order can be cancelled only while it is pending.",
            frozenset({"cancel_order"}),
            _is_pending,
        ),
        Rule(
            "address pending",
            "The delivery address of an order can be changed only while it is pending.",
            frozenset({"change_address"}),
            _is_pending,
        ),
        Rule(
            "return days",
            f"An item can be returned or exchanged only if it was delivered, at most {RETURN_DAYS} days ago.",
            frozenset({"return_item", "exchange_item"}),
            _delivered_lately,
        ),
        Rule(
            "final sale",
            "An item marked final_sale can be neither returned nor exchanged.",
            frozenset({"return_item", "exchange_item"}),
            lambda case: not _item(case).get("final_sale"),
        ),
        Rule(
            "in stock",
            "An item can be exchanged only for another variant of the same product that is in stock.",
            frozenset({"exchange_item"}),
            _in_stock,
        ),
    ),
)


class ShopDesk(Desk):
    """Orders of a shop: cancelling, returning, exchanging, sending elsewhere."""

    name: ClassVar[str] = "shop"
    policy: ClassVar[Policy] = SHOP_POLICY
    record_word: ClassVar[str] = "order"
    reads: ClassVar[Sequence[str]] = _READS
    writes: ClassVar[Sequence[str]] = _WRITES
    topics: ClassVar[Mapping[str, str]] = TOPICS
    introduction: ClassVar[str] = "You work at the desk of a shop and talk to one customer."
    fees: ClassVar[str] = (
        "A cancelled order is paid back in full. A return is paid back at the item's price less "
        f"{RETURN_FEE}; gold members pay no such fee. In an exchange the difference between the two prices "
        "is paid or paid back."
    )

    def get_order(self, order_id: str) -> str:
        """Shows an order.

        Args:
            order_id: The number of the order.
        """
        return shown(self.ledger.read("order", order_id))

    def get_product(self, product_id: str) -> str:
        """Shows a product with its variants, their prices and whether they are in stock.

        Args:
            product_id: The product's id.
        """
        return shown(self.ledger.read("product", product_id))

    def cancel_order(self, order_id: str, reason: Literal["no longer needed", "ordered by mistake"]) -> str:
        """Cancels an order.

        Args:
            order_id: The number of the order.
            reason: Why the customer cancels.
        """
        order = self.ledger.read("order", order_id)
        return shown(self.ledger.write(order, status="cancelled", cancelled_because=reason))

    def return_item(
        self, order_id: str, item_id: str, refund_to: Literal["original payment", "gift card"]
    ) -> str:
        """Takes one item of an order back.

        Args:
            order_id: The number of the order.
            item_id: The item's id.
            refund_to: Where the money goes.
        """
        return self._change_item(order_id, item_id, returned_for=refund_to)

    def exchange_item(self, order_id: str, item_id: str, new_variant_id: str) -> str:
        """Exchanges one item of an order for another variant.

        Args:
            order_id: The number of the order.
            item_id: The item's id.
            new_variant_id: The id of the variant that is sent instead.
        """
        return self._change_item(order_id, item_id, exchanged_for=new_variant_id)

    def change_address(self, order_id: str, address: str) -> str:
        """Sends an order to another address.

        Args:
            order_id: The number of the order.
            address: The new address on one line, as the customer gives it.
        """
        order = self.ledger.read("order", order_id)
        return shown(self.ledger.write(order, address=" ".join(address.split())))

    def _change_item(self, order_id: str, item_id: str, **fields: str) -> str:
        order = self.ledger.read("order", order_id)
        item = item_of(order, item_id)
        if not item:
            raise ToolMistake(f"Order {order_id} has no item {item_id!r:.60}.")
        items = [{**other, **fields} if other is item else other for other in order["items"]]
        return shown(self.ledger.write(order, items=items))
