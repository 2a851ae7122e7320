"""Prints how long text search and image search take, by the size of the corpus.

Run it as `python benchmarks/search.py`. Times are medians (and 95th percentiles) in milliseconds.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.search import Document, DocumentImage, ImageIndex, MemoryCorpus, TextIndex

KINDS = ("shop", "film", "album", "league", "team", "stadium", "player", "museum", "artwork", "game")
WORDS = (
    "city",
    "country",
    "founded",
    "year",
    "located",
    "season",
    "price",
    "award",
    "record",
    "large",
    "week",
)
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "zu", "wick")


def main() -> None:
    """Measures both indexes."""
    rng = np.random.default_rng(1)
    names = ["".join(rng.choice(SYLLABLES, rng.integers(2, 5))).capitalize() for _ in range(6000)]
    print(f"{'':34} {'built in':>10} {'median':>8} {'p95':>8}")
    for count in (1_400, 14_000, 68_000):
        corpus = MemoryCorpus(page(number, names, rng) for number in range(count))
        started = time.perf_counter()
        index = TextIndex(corpus)
        index.search("a")
        built = time.perf_counter() - started
        queries = [question(names, rng) for _ in range(200)]
        report(f"text, {count} pages, a question", built, timed(index.search, queries))
        report(f"text, {count} pages, a name", built, timed(index.search, rng.choice(names, 200).tolist()))
    for count in (500, 5_000):
        pictures = MemoryCorpus(gallery(number) for number in range(count))
        images = ImageIndex(pictures)
        started = time.perf_counter()
        images.search(noise(0))
        built = time.perf_counter() - started
        report(
            f"image, {count} pictures", built, timed(images.search, [noise(number) for number in range(50)])
        )


def page(number: int, names: Sequence[str], rng: np.random.Generator) -> Document:
    """A page of about a hundred words."""
    title = " ".join(rng.choice(names, 2))
    words = rng.permutation([*rng.choice(WORDS, 90), *rng.choice(names, 8)])
    text = f"{title} is a {rng.choice(KINDS)} in {rng.choice(names)}, founded in {rng.integers(1800, 2024)}."
    return Document(f"https://web.example/{number:06}", title, f"{text}\n{' '.join(words)}")


def question(names: Sequence[str], rng: np.random.Generator) -> str:
    """A question as an agent would write it."""
    first, second = rng.choice(names, 2)
    return f"In which year was the {rng.choice(KINDS)} {first} {second} founded, and how large is its city?"


def noise(number: int) -> Pixels:
    """A picture of coloured squares."""
    squares = np.random.default_rng((2, number)).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return squares.repeat(16, axis=0).repeat(16, axis=1)


def gallery(number: int) -> Document:
    """A page with one picture."""
    image = DocumentImage("", f"picture {number}", lambda: noise(number))
    return Document(f"https://web.example/{number:06}", "Picture", "", (image,))


def timed(call: Callable[[Any], object], arguments: Sequence[Any]) -> list[float]:
    """Milliseconds of each call."""
    took = []
    for argument in arguments:
        started = time.perf_counter()
        call(argument)
        took.append(1e3 * (time.perf_counter() - started))
    return took


def report(what: str, built: float, took: Sequence[float]) -> None:
    """Prints a line of the table."""
    median, slow = np.percentile(took, [50, 95])
    print(f"{what:34} {built:8.2f} s {median:8.2f} {slow:8.2f}")


if __name__ == "__main__":
    main()
