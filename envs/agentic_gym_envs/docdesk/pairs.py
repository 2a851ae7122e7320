"""The kinds of question that compare two papers of one desk."""

from decimal import Decimal

from agentic_gym_envs.docdesk import methods, papers
from agentic_gym_envs.docdesk.cases import Argument, Case, Cell, Form, Recipe
from agentic_gym_envs.docdesk.papers import Desk
from agentic_gym_envs.docdesk.recipes import card, cells, line, meter, said
from agentic_gym_envs.docdesk.sheets import Paper
from agentic_gym_envs.docdesk.values import CENT, Clock


def two_receipts(desk: Desk) -> Case:
    """By how much two torn receipts differ."""
    slips = tuple(
        papers.receipt(desk, desk.names.shop(), desk.names.wares(desk.rows), desk.prices(desk.rows, 0.6, 24))
        for _ in range(2)
    )
    question = said(
        desk,
        "Both receipts are torn off above the total. By how much do the purchases at {0} and at {1} differ?",
        "Add up the receipt from {0} and the one from {1}. What is the difference between the two sums?",
    )
    arguments = (cells("price", desk.rows), cells("price", desk.rows, 1))
    return Case(slips, methods.total_gap, arguments, question, Form.MONEY, (Cell(0, "price.0"),))


def card_and_receipt(desk: Desk) -> Case:
    """How much a receipt charges beyond the menu."""
    menu, sections = card(desk)
    rows = [(section, row) for section, count in sections.items() for row in range(count)]
    taken = [
        rows[int(place)]
        for place in sorted(desk.rng.choice(len(rows), size=min(6, len(rows) - 2), replace=False))
    ]
    listed: list[Argument] = [_dish(section, row) for section, row in rows]
    charged = [(str(menu.cells[f"{s}.dish.{r}"]), _price(menu, s, r)) for s, r in taken]
    wrong = desk.between(0, len(charged) - 1)
    charged[wrong] = (charged[wrong][0], charged[wrong][1] + CENT * 5 * desk.between(7, 300))
    names, prices = [name for name, _ in charged], [price for _, price in charged]
    slip = papers.receipt(desk, menu.title, names, prices)
    question = said(
        desk,
        "The receipt and the menu are both from {0}. One dish was charged at more than the menu says. "
        "How much too much?",
        "At {0} one dish on the receipt costs more than on the menu. What is the difference?",
    )
    paid = [(Cell(1, f"item.{row}"), Cell(1, f"price.{row}")) for row in range(len(charged))]
    return Case(
        (menu, slip), methods.overcharge, (listed, paid), question, Form.MONEY, (Cell(1, f"price.{wrong}"),)
    )


def _dish(section: str, row: int) -> tuple[Cell, Cell]:
    return Cell(0, f"{section}.dish.{row}"), Cell(0, f"{section}.price.{row}")


def _price(menu: Paper, section: str, row: int) -> Decimal:
    return Decimal(str(menu.cells[f"{section}.price.{row}"]))


def list_and_prices(desk: Desk) -> Case:
    """What a shopping list costs by a price list."""
    items = desk.names.wares(desk.rows)
    prices = papers.price_list(desk, desk.names.shop(), items, desk.prices(desk.rows, 0.6, 18))
    picked = [int(row) for row in desk.rng.permutation(desk.rows)[: max(3, desk.rows // 2)]]
    note = papers.shopping_list([items[row] for row in picked], [desk.between(2, 9) for _ in picked])
    question = said(
        desk,
        "What does everything on the shopping list cost at the prices of {0}?",
        "Somebody buys what is on the note, in the quantities given there, at {0}. How much is to be paid?",
    )
    listed = [(Cell(0, f"item.{row}"), Cell(0, f"price.{row}")) for row in range(desk.rows)]
    wanted = [(Cell(1, f"count.{row}"), Cell(1, f"item.{row}")) for row in range(len(picked))]
    clue = Cell(0, f"price.{picked[0]}")
    return Case((prices, note), methods.shopping_cost, (listed, wanted), question, Form.MONEY, (clue,))


def two_trains(desk: Desk) -> Case:
    """How long a journey with a change takes."""
    first, stops, count = line(desk, dashes=False, travel=340, spread=220)
    departures, arrivals = cells("at.0", count), cells(f"at.{len(stops) - 1}", count)
    hour = int(first.cells[arrivals[0].name]) - desk.between(0, 60)
    second, onward_stops, trains = line(
        desk, dashes=False, start=stops[-1], hour=hour, travel=340, spread=220
    )
    onward, ends = cells("at.0", trains, 1), cells(f"at.{len(onward_stops) - 1}", trains, 1)
    usable = [k for k in range(count) if _time(first, arrivals[k]) <= _time(second, onward[-1])]
    chosen = usable[desk.between(0, len(usable) - 1)]
    leaves = _time(first, departures[chosen])
    after = Clock(leaves - desk.between(1, 15))
    question = said(
        desk,
        f"It is {after} in {stops[0]}. Take the next train of the {{0}} line to its last stop, change there "
        f"to the next one of the {{1}} line. How long after leaving {stops[0]} do you "
        f"reach {onward_stops[-1]}?",
        f"How long is the journey from {stops[0]} to {onward_stops[-1]}, from the first departure "
        f"after {after} on the {{0}} line to the end of the {{1}} line, with the next connection?",
    )
    changed = _time(first, arrivals[chosen])
    boards = min(k for k in range(trains) if _time(second, onward[k]) >= changed)
    arguments = (departures, arrivals, onward, ends, after)
    return Case(
        (first, second), methods.connection_minutes, arguments, question, Form.MINUTES, (ends[boards],)
    )


def _time(paper: Paper, cell: Cell) -> int:
    """The minutes in a cell of a timetable without dashes."""
    return int(paper.cells[cell.name])


def two_bills(desk: Desk) -> Case:
    """By how much two households' use differs."""
    question = said(
        desk,
        "By how many kWh do the amounts of electricity on the bills from {0} and {1} differ?",
        "One bill is from {0}, the other from {1}. How many kWh more does one charge than the other?",
    )
    arguments = tuple(Cell(paper, name) for paper in (0, 1) for name in ("before", "now"))
    return Case(
        (meter(desk), meter(desk)), methods.usage_gap, arguments, question, Form.COUNT, (Cell(0, "now"),)
    )


PAIRS: tuple[Recipe, ...] = (two_receipts, card_and_receipt, list_and_prices, two_trains, two_bills)
"""Questions about two papers."""
