"""The kinds of question about one paper, each with the paper it is asked of."""

from decimal import Decimal

from agentic_gym_envs.docdesk import methods, papers
from agentic_gym_envs.docdesk.cases import Case, Cell, Form, Recipe
from agentic_gym_envs.docdesk.naming import SECTIONS
from agentic_gym_envs.docdesk.papers import DASH, Desk
from agentic_gym_envs.docdesk.sheets import Paper
from agentic_gym_envs.docdesk.values import CENT, Clock, Percent


def said(desk: Desk, *variants: str) -> str:
    """One wording."""
    return variants[desk.between(0, len(variants) - 1)]


def cells(name: str, count: int, paper: int = 0) -> list[Cell]:
    """The cells `name.0`, `name.1`, … of a paper."""
    return [Cell(paper, f"{name}.{row}") for row in range(count)]


# --- receipts ---------------------------------------------------------------------------------------


def receipt_total(desk: Desk) -> Case:
    """The sum of a receipt that is torn off above its total."""
    prices = desk.prices(desk.rows, 0.6, 24)
    paper = papers.receipt(desk, desk.names.shop(), desk.names.wares(desk.rows), prices)
    question = said(
        desk,
        "The receipt from {0} is torn off above the total. What did the purchase come to?",
        "The lower end of the receipt from {0} is gone. How much was paid for all that is still listed?",
        "What do all the items on the torn receipt from {0} cost together?",
    )
    return Case(
        (paper,), methods.total, (cells("price", desk.rows),), question, Form.MONEY, (Cell(0, "price.0"),)
    )


def receipt_change(desk: Desk) -> Case:
    """The change, with total and change blotted."""
    prices = desk.prices(desk.rows, 0.6, 20)
    total = sum(prices, Decimal(0))
    cash = Decimal(5 * (int(total) // 5 + 1 + desk.between(0, 9))) * Decimal("1.00")
    paper = papers.receipt(
        desk, desk.names.shop(), desk.names.wares(desk.rows), prices, ending="blot", cash=cash
    )
    question = said(
        desk,
        "Ink hides the last figures of the receipt from {0}. How much change was given?",
        "The receipt from {0} says what was handed over in cash. What was the change?",
        "How much money did the customer of {0} get back?",
    )
    arguments = (cells("price", desk.rows), Cell(0, "cash"))
    return Case((paper,), methods.change, arguments, question, Form.MONEY, (Cell(0, "price.0"),))


def receipt_missing(desk: Desk) -> Case:
    """The price that a blot hides, from the total and the others."""
    prices = desk.prices(desk.rows, 0.6, 24)
    missing = desk.between(1, desk.rows - 1)
    items = desk.names.wares(desk.rows)
    paper = papers.receipt(desk, desk.names.shop(), items, prices, ending="whole", missing=missing)
    question = said(
        desk,
        "One price on the receipt from {0} is covered by ink. What did that item cost?",
        "Ink has run over a price on the receipt from {0}. How much was it?",
        "Work out the price that cannot be read on the receipt from {0}.",
    )
    rest = [cell for row, cell in enumerate(cells("price", desk.rows)) if row != missing]
    arguments = (Cell(0, "total"), rest)
    return Case((paper,), methods.missing_price, arguments, question, Form.MONEY, (rest[0],))


def receipt_vat(desk: Desk) -> Case:
    """The VAT in a torn receipt's total."""
    prices = desk.prices(desk.rows, 1.5, 40)
    rate = Percent(desk.between(5, 25))
    paper = papers.receipt(desk, desk.names.shop(), desk.names.wares(desk.rows), prices, vat=rate)
    question = said(
        desk,
        "The prices on the torn receipt from {0} include VAT. How much VAT is in the whole purchase?",
        "How much of what was paid at {0} is VAT? The receipt says that its prices include it.",
    )
    arguments = (cells("price", desk.rows), Cell(0, "vat"))
    question += " Round to the cent."
    return Case((paper,), methods.vat_within, arguments, question, Form.MONEY, (Cell(0, "price.0"),))


def receipt_twice(desk: Desk) -> Case:
    """Which item a receipt lists twice."""
    items, prices = desk.names.wares(desk.rows), desk.prices(desk.rows, 0.6, 24)
    first, second = sorted(int(row) for row in desk.rng.choice(desk.rows, size=2, replace=False))
    items[second], prices[second] = items[first], prices[first]
    paper = papers.receipt(desk, desk.names.shop(), items, prices)
    question = said(
        desk,
        "One item was rung up twice on the receipt from {0}. Which one?",
        "Which item stands on the receipt from {0} two times?",
    )
    return Case(
        (paper,), methods.listed_twice, (cells("item", desk.rows),), question, Form.NAME, (Cell(0, "item.0"),)
    )


# --- menus ------------------------------------------------------------------------------------------


def card(desk: Desk, *, deal: Percent | None = None) -> tuple[Paper, dict[str, int]]:
    """A menu, and how many dishes each of its sections has."""
    sections = [
        SECTIONS[int(place)] for place in sorted(desk.rng.choice(len(SECTIONS), size=3, replace=False))
    ]
    each = max(3, min(7, desk.rows // 2))
    dishes = {
        section: list(zip(desk.names.dishes(section, each), desk.prices(each, 3.2, 28, step=5), strict=True))
        for section in sections
    }
    return papers.menu(desk, desk.names.restaurant(), dishes, deal=deal), dict.fromkeys(sections, each)


def menu_cheapest(desk: Desk) -> Case:
    """The cheapest dish of a section."""
    paper, sections = card(desk)
    section = list(sections)[desk.between(0, 2)]
    count = sections[section]
    question = said(
        desk,
        "On the menu of {0}, which of the {1} is the cheapest?",
        "Somebody at {0} wants to spend as little as possible on one of the {1}. Which will it be?",
    ).replace("{1}", section.lower())
    arguments = (cells(f"{section}.dish", count), cells(f"{section}.price", count))
    return Case((paper,), methods.cheapest, arguments, question, Form.NAME, (arguments[0][0],))


def menu_order(desk: Desk) -> Case:
    """The dearest of one section and the cheapest of another."""
    paper, sections = card(desk)
    first, second = (list(sections)[int(place)] for place in desk.rng.choice(3, size=2, replace=False))
    question = said(
        desk,
        "At {0} I take the most expensive of the {1} and the cheapest of the {2}. What do I pay?",
        "What do the dearest of the {1} and the cheapest of the {2} on the menu of {0} cost together?",
    )
    question = question.replace("{1}", first.lower()).replace("{2}", second.lower())
    arguments = tuple(cells(f"{section}.price", sections[section]) for section in (first, second))
    return Case((paper,), methods.dearest_and_cheapest, arguments, question, Form.MONEY, tuple(arguments[0]))


def menu_lunch(desk: Desk) -> Case:
    """A dish at the lunch discount."""
    paper, sections = card(desk, deal=Percent(desk.between(5, 40)))
    section = list(sections)[desk.between(0, 2)]
    question = said(
        desk,
        "It is one o'clock at {0}. What does the most expensive of the {1} cost now?",
        "At lunch time, what would you pay at {0} for the dearest of the {1}?",
    ).replace("{1}", section.lower())
    prices = cells(f"{section}.price", sections[section])
    question += " Round to the cent."
    arguments = (prices, Cell(0, "deal"))
    return Case((paper,), methods.reduced, arguments, question, Form.MONEY, tuple(prices))


# --- timetables -------------------------------------------------------------------------------------


_LEAST_HEADWAY = 22
"""Minutes between two trains."""


def line(
    desk: Desk, *, dashes: bool, start: str = "", hour: int = 0, travel: int = 520, spread: int = 460
) -> tuple[Paper, list[str], int]:
    """A timetable, its stops and the number of its trains.

    Args:
        desk: what it is written with.
        dashes: whether some trains pass stops by.
        start: the first stop, if it is given.
        hour: from when on trains run, in minutes after midnight; early in the morning if not given.
        travel: minutes from the first to the last stop, at most about that.
        spread: minutes from the first to the last train, at most about that.
    """
    count = max(4, min(9, desk.rows * 2 // 3))
    stops = desk.names.words(max(4, min(10, desk.rows)))
    stops[0] = start or stops[0]
    # Slow lines and fast ones: times that add up to much the same on every line could be guessed.
    pace = desk.between(2 * travel // 5, travel)
    legs = [0, *(desk.between(7, pace // (len(stops) - 1)) for _ in stops[1:])]
    leaves = hour or desk.between(330, 400)
    times: list[list[Clock | str]] = [[] for _ in stops]
    for _ in range(count):
        leaves += desk.between(_LEAST_HEADWAY, max(25, spread // count))
        minute = leaves
        for row, (leg, printed) in enumerate(zip(legs, times, strict=True)):
            # No train is held up so long that another overtakes it.
            minute += leg + desk.between(0, 2)
            skips = dashes and 0 < row < len(stops) - 1 and desk.rng.random() < 0.3
            printed.append(DASH if skips else Clock(minute))
    trains = [int(number) for number in desk.rng.choice(9000, size=count, replace=False) + 1000]
    paper = papers.timetable(desk, desk.names.words(1)[0], stops, trains, times)
    return paper, stops, count


def _trip(desk: Desk) -> tuple[Paper, str, tuple[list[Cell], list[Cell]], Clock, Cell, Cell]:
    """A timetable and a way through it: words, departures and arrivals, a time, the train and its arrival."""
    paper, stops, count = line(desk, dashes=True)
    for _ in range(200):
        first, last = sorted(int(row) for row in desk.rng.choice(len(stops), size=2, replace=False))
        off, on = cells(f"at.{first}", count), cells(f"at.{last}", count)
        usable = [k for k in range(count) if DASH not in (paper.cells[off[k].name], paper.cells[on[k].name])]
        if len(usable) < 2 or last - first < 2:
            continue
        chosen = usable[desk.between(1, len(usable) - 1)]
        leaves = paper.cells[off[chosen].name]
        before = paper.cells[off[usable[usable.index(chosen) - 1]].name]
        if isinstance(leaves, Clock) and isinstance(before, Clock):
            after = Clock(desk.between(int(before), int(leaves) - 1))
            words = f"from {stops[first]} to {stops[last]}"
            return paper, words, (off, on), after, Cell(0, f"train.{chosen}"), on[chosen]
    return _trip(desk)


def train_next(desk: Desk) -> Case:
    """The number of the next train that stops where one wants to go."""
    paper, way, (off, on), after, train, _ = _trip(desk)
    question = said(
        desk,
        f"It is {after}. Somebody wants to go {way} on the {{0}} line. What is the number of the next train?",
        f"Which is the first train on the {{0}} line after {after} that goes {way} and stops at both? "
        "Its number is asked for.",
    )
    numbers = cells("train", len(off))
    return Case((paper,), methods.next_train, (numbers, off, on, after), question, Form.COUNT, (train,))


def train_journey(desk: Desk) -> Case:
    """How long the next train takes."""
    paper, way, (off, on), after, _, arrival = _trip(desk)
    question = said(
        desk,
        f"Take the first train on the {{0}} line after {after} that goes {way}. How long is one on it?",
        f"How long is the journey {way} on the {{0}} line by the next train after {after}?",
    )
    return Case((paper,), methods.journey_minutes, (off, on, after), question, Form.MINUTES, (arrival,))


# --- invoices and bills -----------------------------------------------------------------------------


def _goods(desk: Desk) -> list[tuple[str, int, Decimal]]:
    whats, prices = desk.names.parts(desk.rows), desk.prices(desk.rows, 1.2, 90)
    return [(what, desk.between(2, 25), price) for what, price in zip(whats, prices, strict=True)]


def invoice_net(desk: Desk) -> Case:
    """What an invoice's lines come to."""
    paper = papers.invoice(desk, desk.names.firm(), _goods(desk))
    question = said(
        desk,
        "The total of the invoice from {0} is blotted out. How much is it?",
        "What is to be paid to {0} for everything on the invoice?",
    )
    arguments = (cells("count", desk.rows), cells("each", desk.rows))
    return Case((paper,), methods.net_sum, arguments, question, Form.MONEY, (Cell(0, "each.0"),))


def invoice_payable(desk: Desk) -> Case:
    """What an invoice comes to after a discount and with VAT."""
    rates = Percent(desk.between(2, 15)), Percent(desk.between(5, 25))
    paper = papers.invoice(desk, desk.names.firm(), _goods(desk), discount=rates[0], vat=rates[1])
    question = said(
        desk,
        "The invoice from {0} grants a discount and then adds VAT to what is left. What is its total?",
        "What has to be paid to {0}, once the discount is taken off the goods and VAT is added to the rest?",
    )
    arguments = (cells("count", desk.rows), cells("each", desk.rows), Cell(0, "discount"), Cell(0, "vat"))
    question += " Round to the cent."
    return Case((paper,), methods.payable, arguments, question, Form.MONEY, (Cell(0, "each.0"),))


def invoice_misprint(desk: Desk) -> Case:
    """By how much the one wrong amount of an invoice is off."""
    goods = _goods(desk)
    amounts = [count * price for _, count, price in goods]
    wrong = desk.between(0, desk.rows - 1)
    amounts[wrong] += CENT * desk.between(20, 2000)
    paper = papers.invoice(desk, desk.names.firm(), goods, amounts=amounts)
    question = said(
        desk,
        "One line of the invoice from {0} is multiplied wrongly. How much too much does it charge?",
        "{0} made a mistake: one amount on the invoice is not quantity times price. By how much is it off?",
    )
    arguments = tuple(cells(name, desk.rows) for name in ("count", "each", "amount"))
    return Case((paper,), methods.misprint, arguments, question, Form.MONEY, (Cell(0, f"amount.{wrong}"),))


def meter(desk: Desk) -> Paper:
    """An electricity bill."""
    before = desk.between(12_000, 80_000)
    return papers.bill(
        desk,
        desk.names.words(1)[0],
        {
            "before": before,
            "now": before + desk.between(180, 1900),
            "rate": Decimal(desk.between(1800, 4600)) / 10000,
            "fee": desk.prices(1, 4, 19)[0],
            "months": desk.between(2, 12),
        },
    )


def bill_amount(desk: Desk) -> Case:
    """What an electricity bill comes to."""
    question = said(
        desk,
        "The amount due on the electricity bill from {0} cannot be read. How much is it?",
        "What does {0} charge on the electricity bill, basic charge included?",
    )
    arguments = tuple(Cell(0, name) for name in ("before", "now", "rate", "fee", "months"))
    question += " Round to the cent."
    return Case((meter(desk),), methods.amount_due, arguments, question, Form.MONEY, (Cell(0, "now"),))


SINGLE: tuple[Recipe, ...] = (
    receipt_total,
    receipt_change,
    receipt_missing,
    receipt_vat,
    receipt_twice,
    menu_cheapest,
    menu_order,
    menu_lunch,
    train_next,
    train_journey,
    invoice_net,
    invoice_payable,
    invoice_misprint,
    bill_amount,
)
"""Questions about one paper."""
