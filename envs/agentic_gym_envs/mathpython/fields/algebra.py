"""Algebra: roots, polynomials, sums."""

from fractions import Fraction

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole

# --- roots ------------------------------------------------------------------------------------------


def _roots(rng: np.random.Generator, size: int) -> Parameters:
    return {"p": whole(rng, 3, 40), "q": whole(rng, 2, 80), "k": whole(rng, 3, 4 + 3 * size)}


def _roots_solve(p: int, q: int, k: int) -> int:
    before, now = 2, p
    for _ in range(k - 1):
        before, now = now, p * now - q * before
    return now % 1000


def root_powers(p: int, q: int, k: int) -> int:
    """The trace of a power of the companion matrix."""
    a, b, c, d = 1, 0, 0, 1
    for _ in range(k):
        a, b, c, d = p * a + b, -q * a, p * c + d, -q * c
    return (a + d) % 1000


# --- interpolation ----------------------------------------------------------------------------------


def _cubic(rng: np.random.Generator, size: int) -> Parameters:
    return {**{name: whole(rng, 1, 60) for name in "abcd"}, "n": whole(rng, 5, 8 * size + 4)}


def _cubic_solve(a: int, b: int, c: int, d: int, n: int) -> int:
    values = [a, b, c, d]
    value, binomial = 0, 1
    for step in range(4):
        value += binomial * values[0]
        values = [later - earlier for earlier, later in zip(values, values[1:], strict=False)]
        binomial = binomial * (n - 1 - step) // (step + 1)
    return value % 1000


def cubic_value(a: int, b: int, c: int, d: int, n: int) -> int:
    """Lagrange's interpolation."""
    total = Fraction(0)
    for place, value in enumerate((a, b, c, d), start=1):
        term = Fraction(value)
        for other in range(1, 5):
            if other != place:
                term *= Fraction(n - other, place - other)
        total += term
    return int(total) % 1000


# --- floor sums -------------------------------------------------------------------------------------


def _floors(rng: np.random.Generator, size: int) -> Parameters:
    b = whole(rng, 7, 60)
    return {"a": whole(rng, 3, b + 20), "b": b, "n": whole(rng, 10, 20 + 15 * size)}


def _floors_solve(a: int, b: int, n: int) -> int:
    def total(steps: int, divisor: int, slope: int, start: int) -> int:
        """The sum of floor((slope k + start) / divisor) over 0 <= k < steps, as Euclid's algorithm has it."""
        whole_part = steps * (steps - 1) // 2 * (slope // divisor) + steps * (start // divisor)
        slope, start = slope % divisor, start % divisor
        top = slope * steps + start
        if top < divisor:
            return whole_part
        return whole_part + total(top // divisor, slope, divisor, top % divisor)

    return total(n + 1, b, a, 0) % 1000


def floor_sum(a: int, b: int, n: int) -> int:
    """Term by term."""
    return sum(a * k // b for k in range(1, n + 1)) % 1000


# --- telescoping ------------------------------------------------------------------------------------


def _progression(rng: np.random.Generator, size: int) -> Parameters:
    return {
        "a": whole(rng, 2, 60),
        "d": whole(rng, 2, 30),
        "n": whole(rng, 5, 15 * size + 10),
        "k": whole(rng, 2, 4),
    }


def _progression_solve(a: int, d: int, n: int, k: int) -> int:
    count = n // k
    first = a + (k - 1) * d
    everything = n * (2 * a + (n - 1) * d) // 2
    return (everything - count * (2 * first + (count - 1) * k * d) // 2) % 1000


def sum_without_each_kth(a: int, d: int, n: int, k: int) -> int:
    """Term by term."""
    return sum(a + (place - 1) * d for place in range(1, n + 1) if place % k) % 1000


# --- equation ---------------------------------------------------------------------------------------


def _reciprocals(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 6, 300 * size + 300)}


def _reciprocals_solve(n: int) -> int:
    # x + y is least where the divisor of n² nearest below n is taken.
    best = max(d for d in range(1, n) if n * n % d == 0)
    return (2 * n + best + n * n // best) % 1000


def least_sum_of_reciprocals(n: int) -> int:
    """Tries every x."""
    sums = [x + n * x // (x - n) for x in range(n + 1, 2 * n) if n * x % (x - n) == 0]
    return min(sums) % 1000


FAMILIES = (
    Family(
        "powers of roots",
        Field.ALGEBRA,
        _roots,
        (
            "Let r and s be the roots of x² - {p}x + {q} = 0. Find the remainder of r^{k} + s^{k} on "
            "division by 1000, taken from 0 to 999.",
            "Two numbers have the sum {p} and the product {q}. The sum of their powers with exponent {k} "
            "is an integer; what is it modulo 1000 (from 0 to 999)?",
        ),
        _roots_solve,
        root_powers,
        chain="p",
    ),
    Family(
        "cubic",
        Field.ALGEBRA,
        _cubic,
        (
            "A polynomial P of degree at most 3 has P(1) = {a}, P(2) = {b}, P(3) = {c} and P(4) = {d}. "
            "Find the remainder of P({n}) on division by 1000, taken from 0 to 999.",
            "Four successive terms of a cubic sequence are {a}, {b}, {c}, {d}. Counting these as the first "
            "to the fourth, what is term number {n} modulo 1000 (from 0 to 999)?",
        ),
        _cubic_solve,
        cubic_value,
        chain="a",
    ),
    Family(
        "floor sum",
        Field.ALGEBRA,
        _floors,
        (
            "For each k from 1 to {n} the number {a}k/{b} is rounded down to an integer. Find the sum of "
            "these integers modulo 1000.",
            "Each day k, from 1 to {n}, a shop packs {a}k sweets into boxes of {b} and counts the full "
            "ones. How many full boxes are counted over all days, modulo 1000?",
        ),
        _floors_solve,
        floor_sum,
        chain="a",
    ),
    Family(
        "gaps in a progression",
        Field.ALGEBRA,
        _progression,
        (
            "An arithmetic progression has {n} terms; it starts with {a} and has the difference {d}. Every "
            "term whose number is a multiple of {k} is crossed out. What do the others add up to, modulo "
            "1000?",
            "Someone saves {a} coins in the first week and {d} more in each week than in the one before, "
            "but nothing in each week whose number is a multiple of {k}, though the plan goes on rising. "
            "How much is saved in {n} weeks? Give the amount modulo 1000.",
        ),
        _progression_solve,
        sum_without_each_kth,
        chain="a",
    ),
    Family(
        "two reciprocals",
        Field.ALGEBRA,
        _reciprocals,
        (
            "Different positive integers x and y satisfy 1/x + 1/y = 1/{n}. What is the least possible "
            "value of x + y, modulo 1000?",
            "Two pipes of different strength fill a tank together in {n} hours, and each alone would take "
            "a whole number of hours. What is the least possible sum of these two numbers of hours, modulo "
            "1000?",
        ),
        _reciprocals_solve,
        least_sum_of_reciprocals,
        chain="n",
    ),
)
