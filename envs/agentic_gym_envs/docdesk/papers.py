"""The kinds of paper that lie on the desk: what each says, and how it is set.

Every function writes one document. What a question needs to be missing (a total, a price) is left out of
the cells and torn off or blotted on the sheet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from agentic_gym_envs.docdesk.naming import Names
from agentic_gym_envs.docdesk.sheets import Draft, Paper
from agentic_gym_envs.docdesk.values import CENT, Clock, Percent, Value
from agentic_gym_envs.scenes.palette import Rgb

_THERMAL: Rgb = (244, 243, 240)
_CREAM: Rgb = (248, 240, 220)
_OFFICE: Rgb = (250, 250, 248)
_NOTE: Rgb = (253, 238, 150)
_TINTS: tuple[Rgb, ...] = ((205, 222, 240), (216, 234, 208), (244, 214, 196), (232, 218, 240))
DASH = "–"
"""Stands in a timetable where a train does not stop."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a paper is written with.

    Attributes:
        names: of this task.
        rng: of this task.
        rows: about how many rows a paper has.
    """

    names: Names
    rng: np.random.Generator
    rows: int

    def prices(self, count: int, low: float, high: float, *, step: int = 1) -> list[Decimal]:
        """Different prices between two amounts, in steps of so many cents."""
        first, last = round(low * 100 / step), round(high * 100 / step)
        drawn = self.rng.choice(last - first + 1, size=count, replace=False)
        return [CENT * step * (first + int(place)) for place in drawn]

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def tint(self) -> Rgb:
        """The colour of a band."""
        return _TINTS[self.between(0, len(_TINTS) - 1)]

    def day(self) -> str:
        """A date as printed."""
        return f"{self.between(1, 28):02d}.{self.between(1, 12):02d}.{self.between(2021, 2025)}"


def receipt(
    desk: Desk,
    title: str,
    items: Sequence[str],
    prices: Sequence[Decimal],
    *,
    ending: str = "torn",
    cash: Decimal | None = None,
    vat: Percent | None = None,
    missing: int | None = None,
) -> Paper:
    """A till receipt.

    Args:
        desk: what it is written with.
        title: the shop.
        items: each with its price in `prices`.
        prices: in the same order.
        ending: `torn` above the total, a `blot` on the total, or `whole`.
        cash: what was given; the change is blotted.
        vat: the rate that the prices contain.
        missing: the item whose price is blotted.
    """
    draft = Draft(21, "mono")
    draft.heading(title, 1.7)
    draft.row((f"Till {desk.between(1, 9)}", draft.width / 2, "centre", ""))
    draft.row(
        (desk.day(), draft.margin, "left", ""), (Clock(desk.between(480, 1190)), draft.right, "right", "")
    )
    if vat is not None:
        draft.row(("Prices include VAT of", draft.margin, "left", ""), (vat, draft.right, "right", "vat"))
    draft.rule()
    for row, (item, price) in enumerate(zip(items, prices, strict=True)):
        draft.write(item, draft.margin, cell=f"item.{row}")
        if row == missing:
            draft.blot(draft.right - 3.6, draft.right)
        draft.write(price, draft.right, align="right", cell="" if row == missing else f"price.{row}")
        draft.skip()
    if ending != "torn":
        _receipt_foot(draft, sum(prices, Decimal(0)), cash, blotted=ending == "blot")
    return draft.finish("receipt", title, paper=_THERMAL, torn=ending == "torn")


def _receipt_foot(draft: Draft, total: Decimal, cash: Decimal | None, *, blotted: bool) -> None:
    draft.rule()
    if blotted:
        draft.blot(draft.right - 5, draft.right)
    draft.write("TOTAL", draft.margin, face=draft.bold)
    draft.write(total, draft.right, align="right", face=draft.bold, cell="" if blotted else "total")
    draft.skip()
    if cash is not None:
        draft.row(("CASH", draft.margin, "left", ""), (cash, draft.right, "right", "cash"))
        draft.blot(draft.right - 5, draft.right)
        draft.row(("CHANGE", draft.margin, "left", ""), (cash - total, draft.right, "right", ""))
    draft.skip(0.4)
    draft.row(("THANK YOU", draft.width / 2, "centre", ""))


def menu(
    desk: Desk,
    title: str,
    sections: Mapping[str, Sequence[tuple[str, Decimal]]],
    *,
    deal: Percent | None = None,
) -> Paper:
    """A menu card: sections of dishes with prices; `deal` is taken off at lunch."""
    draft = Draft(24, "serif", margin=2.2)
    draft.band(2.4, desk.tint())
    draft.heading(title, 2.0)
    draft.skip(0.5)
    for section, dishes in sections.items():
        draft.heading(section, 1.25)
        for row, (dish, price) in enumerate(dishes):
            draft.row(
                (dish, draft.margin, "left", f"{section}.dish.{row}"),
                (price, draft.right, "right", f"{section}.price.{row}"),
            )
        draft.skip(0.3)
    if deal is not None:
        draft.rule()
        draft.row(
            ("Off at lunch, noon to two", draft.margin, "left", ""), (deal, draft.right, "right", "deal")
        )
    return draft.finish("menu", title, paper=_CREAM)


def timetable(
    desk: Desk,
    title: str,
    stops: Sequence[str],
    trains: Sequence[int],
    times: Sequence[Sequence[Clock | str]],
) -> Paper:
    """A timetable: a row for each stop, a column for each train; `times[stop][train]` may be a dash."""
    wide = 4.1
    draft = Draft(12 + wide * len(trains), "sans")
    draft.band(2.3, desk.tint())
    draft.heading(f"{title} line", 1.9, align="left")
    draft.skip(0.4)
    places = [12 + wide * (column + 0.8) for column in range(len(trains))]
    draft.write("Train", draft.margin, face=draft.bold)
    for column, (x, train) in enumerate(zip(places, trains, strict=True)):
        draft.write(train, x, align="right", cell=f"train.{column}", face=draft.bold)
    draft.skip()
    draft.rule()
    for row, (stop, line) in enumerate(zip(stops, times, strict=True)):
        if row % 2:
            draft.band(1, (234, 236, 238))
        cells = [
            (time, x, "right", f"at.{row}.{k}") for k, (time, x) in enumerate(zip(line, places, strict=True))
        ]
        draft.row((stop, draft.margin, "left", f"stop.{row}"), *cells)
    draft.skip(0.2)
    draft.rule()
    draft.row(("Runs every day. A dash: does not stop.", draft.margin, "left", ""))
    return draft.finish("timetable", title, paper=_OFFICE)


def invoice(
    desk: Desk,
    title: str,
    lines: Sequence[tuple[str, int, Decimal]],
    *,
    amounts: Sequence[Decimal] = (),
    discount: Percent | None = None,
    vat: Percent | None = None,
) -> Paper:
    """An invoice of lines with quantity and price each.

    Args:
        desk: what it is written with.
        title: the firm.
        lines: what, how many, and the price of one.
        amounts: of each line, if they are printed.
        discount: taken off the sum of the lines, if there is one.
        vat: added to what is left, if there is one.
    """
    draft = Draft(37, "sans", margin=2.2)
    draft.heading(title, 2.0, align="left")
    number = f"Invoice {desk.between(1000, 9999)}-{desk.between(10, 99)}"
    draft.row((number, draft.margin, "left", ""), (desk.day(), draft.right, "right", ""))
    draft.skip(0.7)
    draft.band(1, desk.tint())
    at = (draft.margin, 21.0, 27.5, draft.right)
    heads = ("Description", "Quantity", "Price each", "Amount" if amounts else "")
    draft.row(
        *((head, x, "right" if k else "left", "") for k, (head, x) in enumerate(zip(heads, at, strict=True)))
    )
    for row, (what, count, price) in enumerate(lines):
        cells: list[tuple[Value, float, str, str]] = [
            (what, at[0], "left", f"what.{row}"),
            (count, at[1], "right", f"count.{row}"),
            (price, at[2], "right", f"each.{row}"),
        ]
        if amounts:
            cells.append((amounts[row], at[3], "right", f"amount.{row}"))
        draft.row(*cells)
    draft.rule()
    for label, rate, cell in (("Discount on goods", discount, "discount"), ("plus VAT", vat, "vat")):
        if rate is not None:
            draft.row((label, at[1], "right", ""), (rate, at[2], "right", cell))
    draft.blot(draft.right - 6, draft.right)
    draft.row(("Total", at[1], "right", ""), (f"{desk.between(1000, 9999)}.00", draft.right, "right", ""))
    draft.skip(0.8)
    draft.row(("Payable within thirty days. Thank you for your order.", draft.margin, "left", ""))
    return draft.finish("invoice", title, paper=_OFFICE)


def bill(desk: Desk, title: str, cells: Mapping[str, Value]) -> Paper:
    """An electricity bill.

    Args:
        desk: what it is written with.
        title: the supplier.
        cells: `before` and `now`, readings of the meter; `rate` per kWh; `fee` a month; `months`.
    """
    draft = Draft(30, "sans", margin=2.0)
    draft.band(2.6, desk.tint())
    draft.heading(f"{title} Energy", 2.0, align="left")
    draft.skip(0.6)
    draft.row(("Electricity bill", draft.margin, "left", ""), (desk.day(), draft.right, "right", ""))
    draft.rule()
    labels = {
        "before": "Previous meter reading (kWh)",
        "now": "Present meter reading (kWh)",
        "rate": "Price per kWh",
        "fee": "Basic charge per month",
        "months": "Months billed",
    }
    for cell, label in labels.items():
        draft.row((label, draft.margin, "left", ""), (cells[cell], draft.right, "right", cell))
    draft.rule()
    draft.blot(draft.right - 7, draft.right)
    draft.row(("Amount due", draft.margin, "left", ""), ("1000.00", draft.right, "right", ""))
    draft.skip(0.4)
    draft.row((f"Meter {desk.between(10**7, 10**8 - 1)}", draft.margin, "left", ""))
    return draft.finish("electricity bill", title, paper=_OFFICE)


def price_list(desk: Desk, title: str, items: Sequence[str], prices: Sequence[Decimal]) -> Paper:
    """A shop's price list."""
    draft = Draft(24, "sans", margin=1.8)
    draft.band(2.4, desk.tint())
    draft.heading(title, 1.8)
    draft.skip(0.4)
    draft.row(("Price list", draft.margin, "left", ""), ("each", draft.right, "right", ""))
    draft.rule()
    for row, (item, price) in enumerate(zip(items, prices, strict=True)):
        if row % 2:
            draft.band(1, (236, 238, 234))
        draft.row((item, draft.margin, "left", f"item.{row}"), (price, draft.right, "right", f"price.{row}"))
    return draft.finish("price list", title, paper=_OFFICE)


def shopping_list(items: Sequence[str], counts: Sequence[int]) -> Paper:
    """A note of what to buy, and how many of each."""
    draft = Draft(19, "book-italic")
    draft.write("To buy", draft.margin, size=1.3)
    draft.skip(1.3)
    for row, (item, count) in enumerate(zip(items, counts, strict=True)):
        draft.row((count, 3.2, "right", f"count.{row}"), (item, 4.4, "left", f"item.{row}"))
    return draft.finish("shopping list", "", paper=_NOTE, least=0.85 * draft.width)
