"""Combinatorics: arrangements, paths, selections."""

from math import comb

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole

# --- paths ------------------------------------------------------------------------------------------


def _paths(rng: np.random.Generator, size: int) -> Parameters:
    width, height = whole(rng, 5, 8 + 4 * size), whole(rng, 5, 8 + 4 * size)
    return {"w": width, "h": height, "x": whole(rng, 1, width - 1), "y": whole(rng, 1, height - 1)}


def _paths_solve(w: int, h: int, x: int, y: int) -> int:
    return (comb(w + h, w) - comb(x + y, x) * comb(w + h - x - y, w - x)) % 1000


def paths_around(w: int, h: int, x: int, y: int) -> int:
    """Counts the ways to each point."""
    ways = [[0] * (h + 1) for _ in range(w + 1)]
    for i in range(w + 1):
        for j in range(h + 1):
            if (i, j) == (x, y):
                continue
            left = ways[i - 1][j] if i else 0
            below = ways[i][j - 1] if j else 0
            ways[i][j] = 1 if i == j == 0 else left + below
    return ways[w][h] % 1000


# --- fixed points -----------------------------------------------------------------------------------


def _hats(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 5, 60 * size), "k": whole(rng, 0, 4)}


def _hats_solve(n: int, k: int) -> int:
    if n < k:
        return 0
    derangements = 1
    for people in range(1, n - k + 1):
        derangements = (people * derangements + (-1) ** people) % 1000
    return comb(n, k) * derangements % 1000


def exactly_k_fixed(n: int, k: int) -> int:
    """Builds derangements up by their recurrence."""
    if n < k:
        return 0
    derangements = [1, 0]
    while len(derangements) <= n:
        m = len(derangements)
        derangements.append((m - 1) * (derangements[m - 1] + derangements[m - 2]))
    return comb(n, k) * derangements[n - k] % 1000


# --- bounded sums -----------------------------------------------------------------------------------


def _sweets(rng: np.random.Generator, size: int) -> Parameters:
    children, most = whole(rng, 3, 6 + size), whole(rng, 5, 9 + 2 * size)
    return {"n": whole(rng, most, children * most - 3), "c": children, "m": most}


def _sweets_solve(n: int, c: int, m: int) -> int:
    ways: int = sum(
        (-1) ** j * comb(c, j) * comb(n - j * (m + 1) + c - 1, c - 1)
        for j in range(c + 1)
        if n >= j * (m + 1)
    )
    return ways % 1000


def bounded_shares(n: int, c: int, m: int) -> int:
    """Child by child."""
    ways = [1] + [0] * n
    for _ in range(c):
        ways = [sum(ways[total - share] for share in range(min(m, total) + 1)) for total in range(n + 1)]
    return ways[n] % 1000


# --- strings ----------------------------------------------------------------------------------------


def _strings(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 12, 20 + 8 * size), "k": whole(rng, 2, 5), "ones": whole(rng, 4, 16)}


def _strings_solve(n: int, k: int, ones: int) -> int:
    zeros = n - ones
    if zeros < 0:
        return 0
    gaps = zeros + 1
    ways: int = sum(
        (-1) ** j * comb(gaps, j) * comb(ones - j * k + gaps - 1, gaps - 1)
        for j in range(gaps + 1)
        if ones >= j * k
    )
    return ways % 1000


def strings_without_run(n: int, k: int, ones: int) -> int:
    """Flash by flash."""
    # How many beginnings there are with so many ones, the last few of them in a row.
    ways = {(0, 0): 1}
    for _ in range(n):
        longer: dict[tuple[int, int], int] = {}
        for (used, row), count in ways.items():
            longer[used, 0] = longer.get((used, 0), 0) + count
            if row + 1 < k:
                longer[used + 1, row + 1] = longer.get((used + 1, row + 1), 0) + count
        ways = longer
    return sum(count for (used, _), count in ways.items() if used == ones) % 1000


# --- round table ------------------------------------------------------------------------------------


def _table(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 12, 30 + 10 * size), "k": whole(rng, 3, 8), "g": whole(rng, 1, 3)}


def _table_solve(n: int, k: int, g: int) -> int:
    return n * comb(n - g * k - 1, k - 1) // k % 1000 if n - g * k - 1 >= k - 1 else 0


def seats_apart(n: int, k: int, g: int) -> int:
    """Seat by seat."""
    total = 0
    for first in range(n):
        # Those whose lowest seat this is; the highest has to be far enough from it across the end.
        ways = {first: 1}
        for _ in range(k - 1):
            further: dict[int, int] = {}
            for last, count in ways.items():
                for seat in range(last + g + 1, n):
                    further[seat] = further.get(seat, 0) + count
            ways = further
        total += sum(count for last, count in ways.items() if first + n - last > g)
    return total % 1000


# --- surjections ------------------------------------------------------------------------------------


def _books(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 5, 40 + 30 * size), "k": whole(rng, 3, 12)}


def _books_solve(n: int, k: int) -> int:
    ways: int = sum((-1) ** j * comb(k, j) * (k - j) ** n for j in range(k + 1))
    return ways % 997


def books_on_shelves(n: int, k: int) -> int:
    """Book by book."""
    used = {0: 1}
    for _ in range(n):
        following: dict[int, int] = {}
        for shelves, ways in used.items():
            following[shelves] = following.get(shelves, 0) + ways * shelves
            if shelves < k:
                following[shelves + 1] = following.get(shelves + 1, 0) + ways * (k - shelves)
        used = following
    return used.get(k, 0) % 997


# --- committees -------------------------------------------------------------------------------------


def _committee(rng: np.random.Generator, size: int) -> Parameters:
    a, b = whole(rng, 5, 12 + 5 * size), whole(rng, 5, 12 + 5 * size)
    return {"a": a, "b": b, "k": whole(rng, 4, 9), "m": whole(rng, 1, 3)}


def _committee_solve(a: int, b: int, k: int, m: int) -> int:
    return sum(comb(a, j) * comb(b, k - j) for j in range(m, k - m + 1)) % 1000


def committees(a: int, b: int, k: int, m: int) -> int:
    """Person by person."""
    # How many ways to have chosen so many of the first and so many of the second group, person by person.
    ways = {(0, 0): 1}
    for person in range(a + b):
        following = dict(ways)
        for (first, second), count in ways.items():
            chosen = (first + 1, second) if person < a else (first, second + 1)
            following[chosen] = following.get(chosen, 0) + count
        ways = following
    return sum(ways.get((first, k - first), 0) for first in range(m, k - m + 1)) % 1000


FAMILIES = (
    Family(
        "paths around a point",
        Field.COMBINATORICS,
        _paths,
        (
            "A rook moves from the corner (0, 0) of a grid to ({w}, {h}), one step right or up at a time. "
            "The point ({x}, {y}) is blocked. How many ways are there, modulo 1000?",
            "In a city of square blocks a courier rides from (0, 0) to ({w}, {h}), always east or north. "
            "The crossing ({x}, {y}) is closed. Among how many shortest routes can the courier choose? "
            "Give the number modulo 1000.",
        ),
        _paths_solve,
        paths_around,
    ),
    Family(
        "hats",
        Field.COMBINATORICS,
        _hats,
        (
            "{n} guests leave a party, each with one of the {n} hats. Let N be the number of ways in which "
            "the number of those who get their own hat is {k}. Find N modulo 1000.",
            "How many permutations of {n} letters leave precisely {k} in place? Give the remainder of this "
            "number on division by 1000.",
        ),
        _hats_solve,
        exactly_k_fixed,
        chain="n",
    ),
    Family(
        "sweets",
        Field.COMBINATORICS,
        _sweets,
        (
            "{n} identical sweets are shared among {c} children, none of whom may get more than {m}. In "
            "how many ways, modulo 1000?",
            "In how many ways can {n} equal balls be put into {c} different boxes that hold at most {m} "
            "balls each? Give the remainder on division by 1000.",
            "How many solutions does the equation that sets the sum of {c} integers from 0 to {m} equal to "
            "{n} have, if their order matters? Answer modulo 1000.",
        ),
        _sweets_solve,
        bounded_shares,
    ),
    Family(
        "signals",
        Field.COMBINATORICS,
        _strings,
        (
            "A signal consists of {n} flashes, of which {ones} are red and the others white. No {k} red "
            "ones may follow each other directly. How many signals are there, modulo 1000?",
            "How many strings of {n} binary digits have exactly {ones} ones and no block of {k} ones in a "
            "row? Give their number modulo 1000.",
        ),
        _strings_solve,
        strings_without_run,
    ),
    Family(
        "round table",
        Field.COMBINATORICS,
        _table,
        (
            "At a round table with {n} numbered seats, {k} are to be reserved so that between any two "
            "reserved seats there are at least {g} free ones. In how many ways can the seats be chosen, "
            "modulo 1000?",
            "{n} lamps stand in a circle. {k} of them are switched on, with at least {g} dark lamps "
            "between any two that are on. How many patterns are there, if the lamps are told apart? Answer "
            "modulo 1000.",
        ),
        _table_solve,
        seats_apart,
    ),
    Family(
        "books",
        Field.COMBINATORICS,
        _books,
        (
            "{n} different books are put on {k} different shelves, their order on a shelf does not matter, "
            "and no shelf stays empty. Let N be the number of ways. What is the remainder of N on division "
            "by 997?",
            "How many functions from a set of {n} elements onto a set of {k} elements are there, modulo 997?",
        ),
        _books_solve,
        books_on_shelves,
        chain="n",
    ),
    Family(
        "committee",
        Field.COMBINATORICS,
        _committee,
        (
            "From {a} teachers and {b} pupils a committee of {k} is elected in which each group has at "
            "least {m} seats. How many committees are possible, modulo 1000?",
            "An orchestra has {a} violinists and {b} cellists. In how many ways can {k} of them be chosen "
            "to travel, if at least {m} of each have to go? Give the number modulo 1000.",
        ),
        _committee_solve,
        committees,
    ),
)
