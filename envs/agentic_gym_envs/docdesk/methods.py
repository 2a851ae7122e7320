"""How the questions are computed from what is read.

Each function stands on its own, since an oracle writes it out in the sandbox: it uses `Decimal` and its
arguments, and no other function of this module. Times are minutes after midnight.
"""

from decimal import ROUND_HALF_UP, Decimal


def total(prices: list[Decimal]) -> Decimal:
    """What everything comes to."""
    return sum(prices, Decimal(0))


def change(prices: list[Decimal], cash: Decimal) -> Decimal:
    """What is handed back."""
    return cash - sum(prices, Decimal(0))


def missing_price(total: Decimal, others: list[Decimal]) -> Decimal:
    """The one price that makes up the total."""
    return total - sum(others, Decimal(0))


def vat_within(prices: list[Decimal], rate: int) -> Decimal:
    """The VAT that prices contain, to the cent."""
    tax = sum(prices, Decimal(0)) * rate / (100 + rate)
    return tax.quantize(Decimal("0.01"), ROUND_HALF_UP)


def listed_twice(names: list[str]) -> str:
    """The one name that occurs twice."""
    (twice,) = {name for name in names if names.count(name) == 2}
    return twice


def cheapest(names: list[str], prices: list[Decimal]) -> str:
    """The name beside the lowest price."""
    return names[prices.index(min(prices))]


def dearest_and_cheapest(first: list[Decimal], second: list[Decimal]) -> Decimal:
    """The highest price of one section and the lowest of another."""
    return max(first) + min(second)


def price_gap(first: list[Decimal], second: list[Decimal]) -> Decimal:
    """By how much the highest prices of two sections differ."""
    return abs(max(first) - max(second))


def reduced(prices: list[Decimal], rate: int) -> Decimal:
    """The highest price after a discount, to the cent."""
    return (max(prices) * (100 - rate) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


def next_train(numbers: list[int], departures: list[int | str], arrivals: list[int | str], after: int) -> int:
    """The number of the first train after a time that stops at both places."""
    stops = [
        (off, number)
        for off, on, number in zip(departures, arrivals, numbers, strict=True)
        if isinstance(off, int) and isinstance(on, int) and off > after
    ]
    return min(stops)[1]


def journey_minutes(departures: list[int | str], arrivals: list[int | str], after: int) -> int:
    """How long the first train after a time that stops at both places takes."""
    stops = [
        (off, on)
        for off, on in zip(departures, arrivals, strict=True)
        if isinstance(off, int) and isinstance(on, int) and off > after
    ]
    departure, arrival = min(stops)
    return arrival - departure


def connection_minutes(
    departures: list[int], arrivals: list[int], onward: list[int], ends: list[int], after: int
) -> int:
    """From the first departure after a time to the arrival by the next train from where one changes."""
    departure, changed = min((off, on) for off, on in zip(departures, arrivals, strict=True) if off > after)
    return min((off, on) for off, on in zip(onward, ends, strict=True) if off >= changed)[1] - departure


def net_sum(counts: list[int], prices: list[Decimal]) -> Decimal:
    """What the lines of an invoice come to."""
    return sum((count * price for count, price in zip(counts, prices, strict=True)), Decimal(0))


def payable(counts: list[int], prices: list[Decimal], discount: int, vat: int) -> Decimal:
    """What is to be paid after a discount and with VAT, to the cent."""
    net = sum((count * price for count, price in zip(counts, prices, strict=True)), Decimal(0))
    gross = net * (100 - discount) * (100 + vat) / 10000
    return gross.quantize(Decimal("0.01"), ROUND_HALF_UP)


def misprint(counts: list[int], prices: list[Decimal], amounts: list[Decimal]) -> Decimal:
    """By how much the one wrong amount is off."""
    lines = zip(counts, prices, amounts, strict=True)
    gaps = [abs(amount - count * price) for count, price, amount in lines]
    return max(gaps)


def amount_due(before: int, now: int, rate: Decimal, fee: Decimal, months: int) -> Decimal:
    """An electricity bill's amount, to the cent."""
    return ((now - before) * rate + fee * months).quantize(Decimal("0.01"), ROUND_HALF_UP)


def usage_gap(before: int, now: int, earlier: int, later: int) -> int:
    """By how many kWh two bills differ."""
    return abs((now - before) - (later - earlier))


def total_gap(first: list[Decimal], second: list[Decimal]) -> Decimal:
    """By how much two receipts differ."""
    return abs(sum(first, Decimal(0)) - sum(second, Decimal(0)))


def overcharge(card: list[tuple[str, Decimal]], charged: list[tuple[str, Decimal]]) -> Decimal:
    """How much more a receipt charges than the card says."""
    prices = dict(card)
    return sum((price - prices[name] for name, price in charged), Decimal(0))


def shopping_cost(prices: list[tuple[str, Decimal]], wanted: list[tuple[int, str]]) -> Decimal:
    """What a shopping list costs."""
    each = dict(prices)
    return sum((count * each[name] for count, name in wanted), Decimal(0))
