"""Number theory: divisors, remainders, digits."""

import math
from math import gcd

import numpy as np

from agentic_gym_envs.mathpython.family import Family, Field, Parameters, whole


def _prime_powers(n: int) -> dict[int, int]:
    powers: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            powers[divisor] = powers.get(divisor, 0) + 1
            n //= divisor
        divisor += 1
    if n > 1:
        powers[n] = powers.get(n, 0) + 1
    return powers


# --- trailing zeros ---------------------------------------------------------------------------------


def _zeros(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 40, 600 * size), "base": whole(rng, 6, 30)}


def _zeros_solve(n: int, base: int) -> int:
    def exponent(prime: int) -> int:
        total, power = 0, prime
        while power <= n:
            total += n // power
            power *= prime
        return total

    return min(exponent(prime) // times for prime, times in _prime_powers(base).items())


def trailing_zeros(n: int, base: int) -> int:
    """Divides the factorial by the base as often as it goes."""
    product = 1
    for factor in range(2, n + 1):
        product *= factor
    zeros = 0
    while product % base == 0:
        product //= base
        zeros += 1
    return zeros


# --- coprime ----------------------------------------------------------------------------------------


def _coprime(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 150, 900 + 500 * size), "m": whole(rng, 6, 210)}


def _coprime_solve(n: int, m: int) -> int:
    primes = list(_prime_powers(m))
    total = 0
    for chosen in range(1 << len(primes)):
        product = math.prod(prime for place, prime in enumerate(primes) if chosen >> place & 1)
        total += (-1) ** chosen.bit_count() * (n // product)
    return total


def coprime_count(n: int, m: int) -> int:
    """Tries every integer."""
    return sum(gcd(k, m) == 1 for k in range(1, n + 1))


# --- inverse ----------------------------------------------------------------------------------------


def _inverse(rng: np.random.Generator, size: int) -> Parameters:
    m = whole(rng, 60, 320 * size + 30)
    return {"a": whole(rng, 3, m - 2), "m": m, "r": whole(rng, 2, 40)}


def _inverse_solve(a: int, m: int, r: int) -> int:
    common = gcd(a, m)
    if r % common:
        return 0
    step = m // common
    return r // common * pow(a // common, -1, step) % step or step


def smallest_multiplier(a: int, m: int, r: int) -> int:
    """Tries every multiplier."""
    return next((x for x in range(1, m + 1) if (a * x - r) % m == 0), 0)


# --- remainders -------------------------------------------------------------------------------------


def _remainders(rng: np.random.Generator, size: int) -> Parameters:
    p, q, r = (int(value) for value in rng.choice([5, 7, 8, 9, 11, 13], size=3, replace=False))
    return {
        "p": p,
        "q": q,
        "r": r,
        "a": whole(rng, 1, p - 1),
        "b": whole(rng, 1, q - 1),
        "c": whole(rng, 1, r - 1),
    }


def _remainders_solve(p: int, q: int, r: int, a: int, b: int, c: int) -> int:
    product = p * q * r
    parts = ((p, a), (q, b), (r, c))
    return sum(rest * product // m * pow(product // m, -1, m) for m, rest in parts) % product


def smallest_with_remainders(p: int, q: int, r: int, a: int, b: int, c: int) -> int:
    """Tries every number."""
    return next(n for n in range(1, p * q * r + 1) if n % p == a and n % q == b and n % r == c)


# --- coins ------------------------------------------------------------------------------------------


def _coins(rng: np.random.Generator, size: int) -> Parameters:
    return {"a": whole(rng, 5, 24 + 4 * size), "b": whole(rng, 15, 45 + 8 * size)}


def _coins_solve(a: int, b: int) -> int:
    return a * b - a - b if math.gcd(a, b) == 1 else 0


def largest_unpayable(a: int, b: int) -> int:
    """Lists what can be paid."""
    if gcd(a, b) > 1:
        return 0
    payable = {a * i + b * j for i in range(b + 1) for j in range(a + 1)}
    return max(n for n in range(1, a * b) if n not in payable)


# --- digit sums -------------------------------------------------------------------------------------


def _digits(rng: np.random.Generator, size: int) -> Parameters:
    return {"n": whole(rng, 1_000, 3_000 * size), "s": whole(rng, 6, 21)}


def _digits_solve(n: int, s: int) -> int:
    digits = [int(digit) for digit in str(n)]

    def free(places: int, rest: int) -> int:
        """How many ways to write `rest` as a sum of so many digits."""
        return (
            sum(
                (-1) ** k * math.comb(places, k) * math.comb(rest - 10 * k + places - 1, places - 1)
                for k in range(places + 1)
                if rest >= 10 * k
            )
            if places
            else int(rest == 0)
        )

    total, used = 0, 0
    for place, digit in enumerate(digits):
        total += sum(
            free(len(digits) - place - 1, s - used - lower) for lower in range(digit) if s >= used + lower
        )
        used += digit
    return total + (used == s)


def count_digit_sum(n: int, s: int) -> int:
    """Adds the digits of every number."""
    return sum(sum(map(int, str(k))) == s for k in range(1, n + 1))


# --- powers -----------------------------------------------------------------------------------------


def _tower(rng: np.random.Generator, size: int) -> Parameters:
    return {"a": whole(rng, 3, 200), "b": whole(rng, 12, 400 * size), "m": whole(rng, 350, 1_000)}


def _tower_solve(a: int, b: int, m: int) -> int:
    return pow(a, b, m)


def power_remainder(a: int, b: int, m: int) -> int:
    """Multiplies step by step."""
    rest = 1
    for _ in range(b):
        rest = rest * a % m
    return rest


# --- divisors ---------------------------------------------------------------------------------------


def _divisors(rng: np.random.Generator, size: int) -> Parameters:
    a, b, c = (whole(rng, 1, 3 + size) for _ in range(3))
    return {"n": 2**a * 3**b * 5**c * whole(rng, 1, 40), "limit": whole(rng, 150, 900)}


def _divisors_solve(n: int, limit: int) -> int:
    divisors = [1]
    for prime, times in _prime_powers(n).items():
        divisors = [old * prime**power for old in divisors for power in range(times + 1)]
    return sum(divisor for divisor in divisors if divisor <= limit) % 1000


def divisor_sum(n: int, limit: int) -> int:
    """Tries every divisor."""
    return sum(d for d in range(1, limit + 1) if n % d == 0) % 1000


FAMILIES = (
    Family(
        "trailing zeros",
        Field.NUMBER_THEORY,
        _zeros,
        (
            "The number {n}! is written in base {base}. With how many zeros does it end?",
            "In how many zeros does the base-{base} expansion of {n} factorial end?",
            "Let k be the largest integer such that {base}^k divides {n}!. Find k.",
        ),
        _zeros_solve,
        trailing_zeros,
        chain="n",
    ),
    Family(
        "coprime count",
        Field.NUMBER_THEORY,
        _coprime,
        (
            "How many of the integers from 1 to {n} have no common factor with {m} other than 1?",
            "Count the positive integers not exceeding {n} that are relatively prime to {m}.",
            "A fraction k/{m} with 1 ≤ k ≤ {n} is called reduced if nothing can be cancelled. How many are "
            "reduced?",
        ),
        _coprime_solve,
        coprime_count,
        chain="m",
    ),
    Family(
        "linear congruence",
        Field.NUMBER_THEORY,
        _inverse,
        (
            "Find the smallest positive integer x for which {a}x leaves the same remainder as {r} on "
            "division by {m}.",
            "A wheel with {m} notches is turned by {a} notches at a time. After how many turns does it "
            "first stand {r} notches past where it began?",
            "What is the least positive solution of the congruence {a}x ≡ {r} (mod {m})?",
        ),
        _inverse_solve,
        smallest_multiplier,
    ),
    Family(
        "three remainders",
        Field.NUMBER_THEORY,
        _remainders,
        (
            "Marbles are counted out: in rows of {p} there are {a} left over, in rows of {q} there are "
            "{b}, and in rows of {r} there are {c}. What is the least number of marbles there can be?",
            "Find the smallest positive integer that leaves the remainders {a}, {b} and {c} on division by "
            "{p}, {q} and {r} respectively.",
            "A parade can be lined up in columns of {p} with {a} people left, of {q} with {b} left, or of "
            "{r} with {c} left. How many people march at least?",
        ),
        _remainders_solve,
        smallest_with_remainders,
    ),
    Family(
        "two coins",
        Field.NUMBER_THEORY,
        _coins,
        (
            "A country has only coins worth {a} and {b}, and nobody gives change. What is the largest "
            "amount that cannot be paid?",
            "Stamps come in the values {a} and {b}. Find the largest postage that no combination of them "
            "makes up.",
            "What is the largest integer that cannot be written as {a}x + {b}y with non-negative integers "
            "x and y?",
        ),
        _coins_solve,
        largest_unpayable,
    ),
    Family(
        "digit sum",
        Field.NUMBER_THEORY,
        _digits,
        (
            "For how many of the integers from 1 to {n} do the digits add up to {s}?",
            "House numbers run from 1 to {n}. How many of them have the digit sum {s}?",
            "Count the positive integers up to {n} whose decimal digits have the sum {s}.",
        ),
        _digits_solve,
        count_digit_sum,
    ),
    Family(
        "power remainder",
        Field.NUMBER_THEORY,
        _tower,
        (
            "What remainder does {a}^{b} leave on division by {m}?",
            "The number {a} is multiplied by itself until the product has {b} factors. Find the remainder "
            "of the product on division by {m}.",
            "Find the integer r with 0 ≤ r < {m} for which {m} divides {a}^{b} - r.",
        ),
        _tower_solve,
        power_remainder,
        chain="b",
    ),
    Family(
        "divisor sum",
        Field.NUMBER_THEORY,
        _divisors,
        (
            "Add up all positive divisors of {n} that do not exceed {limit}. What is the sum modulo 1000?",
            "Let S be the sum of those divisors of {n} that are at most {limit}. Find the remainder of S "
            "on division by 1000.",
        ),
        _divisors_solve,
        divisor_sum,
    ),
)
