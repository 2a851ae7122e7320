"""Probability: a fraction in lowest terms, of which numerator and denominator are added."""

from fractions import Fraction
from itertools import combinations
from math import comb

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole

_FORM = "It is m/n in lowest terms. Find m + n modulo 1000."


def _sum(fraction: Fraction) -> int:
    return (fraction.numerator + fraction.denominator) % 1000


# --- dice -------------------------------------------------------------------------------------------


def _dice(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 3, 4 + size), "f": whole(rng, 4, 12), "s": whole(rng, 6, 40)}


def _dice_solve(n: int, f: int, s: int) -> int:
    ways = sum(
        (-1) ** j * comb(n, j) * comb(s - j * f - 1, n - 1) for j in range(n + 1) if s - j * f - 1 >= n - 1
    )
    return _sum(Fraction(ways, f**n)) if ways else 0


def dice_sum(n: int, f: int, s: int) -> int:
    """Die by die."""
    chances = {0: Fraction(1)}
    for _ in range(n):
        rolled: dict[int, Fraction] = {}
        for total, chance in chances.items():
            for face in range(1, f + 1):
                rolled[total + face] = rolled.get(total + face, Fraction(0)) + chance / f
        chances = rolled
    chance = chances.get(s, Fraction(0))
    return (chance.numerator + chance.denominator) % 1000 if chance else 0


# --- urn --------------------------------------------------------------------------------------------


def _urn(rng: np.random.Generator, size: int) -> Parameters:
    k = whole(rng, 2, 5)
    return {
        "r": whole(rng, 5, 12 + 4 * size),
        "b": whole(rng, 5, 12 + 4 * size),
        "k": k,
        "j": whole(rng, 1, k),
    }


def _urn_solve(r: int, b: int, k: int, j: int) -> int:
    return _sum(Fraction(comb(r, j) * comb(b, k - j), comb(r + b, k)))


def balls_drawn(r: int, b: int, k: int, j: int) -> int:
    """Ball by ball."""
    chances = {0: Fraction(1)}
    for drawn in range(k):
        further: dict[int, Fraction] = {}
        for red, chance in chances.items():
            left = r + b - drawn
            further[red + 1] = further.get(red + 1, Fraction(0)) + chance * Fraction(r - red, left)
            further[red] = further.get(red, Fraction(0)) + chance * Fraction(b - drawn + red, left)
        chances = further
    chance = chances[j]
    return (chance.numerator + chance.denominator) % 1000


# --- product ----------------------------------------------------------------------------------------


def _cards(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 12, 60 + 20 * size), "d": whole(rng, 3, 14)}


def _cards_solve(n: int, d: int) -> int:
    rests: dict[int, int] = {}
    for card in range(1, n + 1):
        rests[card % d] = rests.get(card % d, 0) + 1
    same = sum(count * (count - 1) for rest, count in rests.items() if (2 * rest) % d == 0)
    mixed = sum(count * rests.get(-rest % d, 0) for rest, count in rests.items() if (2 * rest) % d != 0)
    return _sum(Fraction(same + mixed, n * (n - 1))) if same + mixed else 0


def divisible_sum(n: int, d: int) -> int:
    """Tries every pair."""
    pairs = list(combinations(range(1, n + 1), 2))
    chance = Fraction(sum((a + b) % d == 0 for a, b in pairs), len(pairs))
    return (chance.numerator + chance.denominator) % 1000 if chance else 0


# --- walk -------------------------------------------------------------------------------------------


def _walk(rng: np.random.Generator, size: int) -> Parameters:
    return {
        "n": whole(rng, 4, 12 + 2 * size),
        "k": whole(rng, 1, 12),
        "p": whole(rng, 1, 4),
        "q": whole(rng, 1, 5),
    }


def _walk_solve(n: int, k: int, p: int, q: int) -> int:
    if k >= n:
        return 0
    if p == q:
        return _sum(Fraction(k, n))
    odds = Fraction(q, p)
    return _sum((1 - odds**k) / (1 - odds**n))


def reaches_the_top(n: int, k: int, p: int, q: int) -> int:
    """Carries the chance of step 1 upwards, then scales it to 1 at the top."""
    if k >= n:
        return 0
    heights = [Fraction(0), Fraction(1)]
    while len(heights) <= n:
        heights.append(((p + q) * heights[-1] - q * heights[-2]) / p)
    chance = heights[k] / heights[n]
    return (chance.numerator + chance.denominator) % 1000


FAMILIES = (
    Family(
        "dice",
        Field.PROBABILITY,
        _dice,
        (
            f"{{n}} fair dice with faces numbered 1 to {{f}} are rolled. What is the probability that they "
            f"show the sum {{s}}? {_FORM}",
            f"A game has {{n}} spinners, each of which stops at 1 to {{f}} with equal chance. Somebody "
            f"bets on the total {{s}}. What is the probability of winning? {_FORM}",
        ),
        _dice_solve,
        dice_sum,
    ),
    Family(
        "urn",
        Field.PROBABILITY,
        _urn,
        (
            f"An urn holds {{r}} red and {{b}} blue balls. {{k}} are drawn at once. What is the "
            f"probability that exactly {{j}} of them are red? {_FORM}",
            f"Of {{r}} oak and {{b}} birch seedlings, {{k}} are picked at random. What is the probability "
            f"that {{j}} of these, no more and no fewer, are oaks? {_FORM}",
        ),
        _urn_solve,
        balls_drawn,
    ),
    Family(
        "two cards",
        Field.PROBABILITY,
        _cards,
        (
            f"Cards numbered 1 to {{n}} are shuffled, and two are drawn. What is the probability that the "
            f"sum of their numbers is divisible by {{d}}? {_FORM}",
            f"Two different numbers are chosen at random from 1 to {{n}}. With what probability is their "
            f"sum a multiple of {{d}}? {_FORM}",
        ),
        _cards_solve,
        divisible_sum,
    ),
    Family(
        "staircase",
        Field.PROBABILITY,
        _walk,
        (
            f"A frog sits on step {{k}} of a staircase whose steps are numbered 0 to {{n}}. Again and "
            f"again it jumps one step up or one step down, with odds of {{p}} to {{q}}, until it is on "
            f"step 0 or on step {{n}}. What is the probability that it ends on step {{n}}? {_FORM}",
            f"A player starts with {{k}} coins and wins or loses one a round, with odds of {{p}} to {{q}}; "
            f"the game ends when the player has {{n}} coins or none. With what probability does it end "
            f"with {{n}} coins? {_FORM}",
        ),
        _walk_solve,
        reaches_the_top,
    ),
)
