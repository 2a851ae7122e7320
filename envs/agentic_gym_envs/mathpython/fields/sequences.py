"""Sequences: recurrences, eliminations, orbits."""

from typing import TypeAlias

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole

_Matrix: TypeAlias = tuple[int, int, int, int]

# --- recurrence -------------------------------------------------------------------------------------


def _recurrence(rng: np.random.Generator, size: int) -> Parameters:
    return {
        "a": whole(rng, 1, 30),
        "b": whole(rng, 1, 30),
        "p": whole(rng, 1, 9),
        "q": whole(rng, 1, 9),
        "n": whole(rng, 10, 120 * size),
    }


def _recurrence_solve(a: int, b: int, p: int, q: int, n: int) -> int:
    def times(one: _Matrix, other: _Matrix) -> _Matrix:
        s, t, u, v = one
        w, x, y, z = other
        return (s * w + t * y) % 1000, (s * x + t * z) % 1000, (u * w + v * y) % 1000, (u * x + v * z) % 1000

    power: _Matrix = (1, 0, 0, 1)
    square: _Matrix = (p, q, 1, 0)
    exponent = n - 1
    while exponent:
        if exponent & 1:
            power = times(power, square)
        square = times(square, square)
        exponent >>= 1
    return (power[2] * b + power[3] * a) % 1000


def recurrence_term(a: int, b: int, p: int, q: int, n: int) -> int:
    """Term by term."""
    terms = [a, b]
    while len(terms) < n:
        terms.append(p * terms[-1] + q * terms[-2])
    return terms[n - 1] % 1000


# --- elimination ------------------------------------------------------------------------------------


def _circle(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 20, 320 * size), "k": whole(rng, 2, 12)}


def _circle_solve(n: int, k: int) -> int:
    survivor = 0
    for people in range(2, n + 1):
        survivor = (survivor + k) % people
    return survivor + 1


def last_in_circle(n: int, k: int) -> int:
    """Plays it."""
    people, place = list(range(1, n + 1)), 0
    while len(people) > 1:
        place = (place + k - 1) % len(people)
        people.pop(place)
    return people[0]


# --- orbit ------------------------------------------------------------------------------------------


def _orbit(rng: np.random.Generator, size: int) -> Parameters:
    return {
        "s": whole(rng, 2, 99),
        "c": whole(rng, 1, 40),
        "m": whole(rng, 300, 1_000),
        "n": whole(rng, 30, 900 * size),
    }


def _orbit_solve(s: int, c: int, m: int, n: int) -> int:
    seen: dict[int, int] = {}
    terms: list[int] = []
    value = s % m
    while value not in seen:
        seen[value] = len(terms)
        terms.append(value)
        value = (value * value + c) % m
    start = seen[value]
    place = n - 1
    return terms[place] if place < len(terms) else terms[start + (place - start) % (len(terms) - start)]


def orbit_term(s: int, c: int, m: int, n: int) -> int:
    """Step by step."""
    value = s % m
    for _ in range(n - 1):
        value = (value * value + c) % m
    return value


# --- omitted multiples ------------------------------------------------------------------------------


def _omitted(rng: np.random.Generator, size: int) -> Parameters:
    return {"p": whole(rng, 2, 9), "q": whole(rng, 10, 25), "n": whole(rng, 30, 220 * size)}


def _omitted_solve(p: int, q: int, n: int) -> int:
    def kept(limit: int) -> int:
        common, rest = p, q
        while rest:
            common, rest = rest, common % rest
        return limit - limit // p - limit // q + limit // (p * q // common)

    low, high = 1, 4 * n + 4
    while low < high:
        middle = (low + high) // 2
        if kept(middle) >= n:
            high = middle
        else:
            low = middle + 1
    return low % 1000


def nth_kept(p: int, q: int, n: int) -> int:
    """Number by number."""
    number = 0
    while n:
        number += 1
        if number % p and number % q:
            n -= 1
    return number % 1000


FAMILIES = (
    Family(
        "recurrence",
        Field.SEQUENCES,
        _recurrence,
        (
            "A sequence begins with {a}, {b}; each further term is {p} times the one before it plus {q} "
            "times the one before that. Find term number {n} modulo 1000.",
            "In its first year a colony counts {a} nests, in its second {b}. From then on the count of a "
            "year is {p} times that of the last year plus {q} times that of the year before it. What are "
            "the last three digits, as a number, of the count in year {n}?",
        ),
        _recurrence_solve,
        recurrence_term,
        chain="a",
    ),
    Family(
        "last in the circle",
        Field.SEQUENCES,
        _circle,
        (
            "{n} people, numbered 1 to {n}, stand in a circle. Beginning with number 1 they count off from "
            "1 to {k}, again and again, and whoever says {k} leaves, until one is left. Which number?",
            "The numbers from 1 to {n} are written around a clock face. Beginning with 1 one goes round, "
            "counts numbers that are not struck out from 1 to {k}, strikes out the last one, and counts "
            "anew. Which number remains?",
        ),
        _circle_solve,
        last_in_circle,
        chain="n",
    ),
    Family(
        "orbit",
        Field.SEQUENCES,
        _orbit,
        (
            "Let x_1 = {s}, and let each further x_k be the remainder of the square of the term before it "
            "plus {c}, on division by {m}. Find x_{n}.",
            "A lock shows a number, at first {s}. At each click it is replaced: the number is squared, {c} "
            "is added, and the remainder on division by {m} is shown. The first number counts as number 1. "
            "Which is number {n}?",
        ),
        _orbit_solve,
        orbit_term,
        chain="n",
    ),
    Family(
        "numbers left over",
        Field.SEQUENCES,
        _omitted,
        (
            "All multiples of {p} and all multiples of {q} are struck from the positive integers. Which "
            "number is in place {n} of those that remain? Give it modulo 1000.",
            "A hotel numbers its rooms from 1 upward but leaves out every number divisible by {p} or by "
            "{q}. Which number does room {n} in this order bear, modulo 1000?",
        ),
        _omitted_solve,
        nth_kept,
        chain="n",
    ),
)
