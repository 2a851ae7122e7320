"""Short sums whose answer is hard to say and easy to compute: the ground on which a tool is learned."""

import math

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole


def _product(rng: np.random.Generator, size: int) -> Parameters:
    return {"a": whole(rng, 12, 99), "b": whole(rng, 12, 99)}


def _product_solve(a: int, b: int) -> int:
    return a * b % 1000


def _product_search(a: int, b: int) -> int:
    return sum(a for _ in range(b)) % 1000


def _power(rng: np.random.Generator, size: int) -> Parameters:
    return {"a": whole(rng, 12, 99), "b": whole(rng, 3, 9)}


def _power_solve(a: int, b: int) -> int:
    return pow(a, b, 1000)


def _power_search(a: int, b: int) -> int:
    value = 1
    for _ in range(b):
        value *= a
    return value % 1000


def _squares(rng: np.random.Generator, size: int) -> Parameters:
    return {"a": whole(rng, 12, 99), "b": whole(rng, 12, 99)}


def _squares_solve(a: int, b: int) -> int:
    return ((a + b) ** 2 - 2 * a * b) % 1000


def _squares_search(a: int, b: int) -> int:
    return (a**2 + b**2) % 1000


def _common(rng: np.random.Generator, size: int) -> Parameters:
    shared = whole(rng, 2, 99)
    return {"a": shared * whole(rng, 11, 99), "b": shared * whole(rng, 11, 99)}


def _common_solve(a: int, b: int) -> int:
    return math.gcd(a, b)


def _common_search(a: int, b: int) -> int:
    return max(d for d in range(1, min(a, b) + 1) if a % d == 0 and b % d == 0)


FAMILIES = (
    Family(
        "product",
        Field.ARITHMETIC,
        _product,
        ("Find the last three digits of {a} * {b}, as a number.", "What is {a} * {b} modulo 1000?"),
        _product_solve,
        _product_search,
        program="print({a} * {b} % 1000)",
    ),
    Family(
        "power",
        Field.ARITHMETIC,
        _power,
        ("Find the last three digits of {a} ** {b}, as a number.", "What is {a} ** {b} modulo 1000?"),
        _power_solve,
        _power_search,
        program="print({a} ** {b} % 1000)",
    ),
    Family(
        "squares",
        Field.ARITHMETIC,
        _squares,
        (
            "Find the last three digits of {a} ** 2 + {b} ** 2, as a number.",
            "What is {a} ** 2 + {b} ** 2 modulo 1000?",
        ),
        _squares_solve,
        _squares_search,
        program="print(({a} ** 2 + {b} ** 2) % 1000)",
    ),
    Family(
        "common divisor",
        Field.ARITHMETIC,
        _common,
        ("Find the greatest common divisor of {a} and {b}.", "What is the gcd of {a} and {b}?"),
        _common_solve,
        _common_search,
        program="import math; print(math.gcd({a}, {b}))",
    ),
)
