"""Prints how fast worlds are built, pages are written and read back, and emblems are drawn.

Run as `python benchmarks/worlds.py`, with the three import roots on the path.
"""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import agentic_gym_envs.world.library as libraries
from agentic_gym_envs.world.emblems import draw_emblem
from agentic_gym_envs.world.parse import parse_page
from agentic_gym_envs.world.web import Page, Web, get_web
from agentic_gym_envs.world.world import World

SIZES = (1_400, 3_400, 10_000)
TANGLED = (14_000, 34_000, 68_000)


def median_seconds(action: Callable[[int], object], repeats: int) -> float:
    """The median time of `action(0)`, `action(1)`, … after one that is not counted."""
    action(repeats)
    times = []
    for number in range(repeats):
        start = time.perf_counter()
        action(number)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def write_all(worlds: Sequence[World], number: int) -> list[Page]:
    return list(Web(worlds[number]).values())


def resident_megabytes() -> float:
    """What this process has in memory, SQLite's part included (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def print_tangled() -> None:
    """What RealX plays in from level 3 on: pages that disagree, with the index of their words."""
    print(f"{'tangled':>7} {'web ms':>9} {'index ms':>9} {'search ms':>10} {'memory MB':>10}")
    for size in TANGLED:
        before = resident_megabytes()
        start = time.perf_counter()
        library = libraries.Library(get_web("train", 0, size, tangled=True))
        made = time.perf_counter()
        library.text_index.search("anything")
        indexed = time.perf_counter()
        kept = resident_megabytes() - before
        names = [entity.name for entity in library.world][:: len(library.world) // 200]

        def search(number: int, library: libraries.Library = library, names: list[str] = names) -> object:
            return library.text_index.search(names[number % len(names)])

        median = median_seconds(search, 200)
        print(
            f"{size:>7} {(made - start) * 1e3:>9.0f} {(indexed - made) * 1e3:>9.0f} "
            f"{median * 1e3:>10.2f} {kept:>10.1f}"
        )


def main() -> None:
    print_tangled()
    print(f"{'pages':>7} {'entities':>9} {'world ms':>9} {'worlds/s':>9} {'all pages ms':>13} {'pages/s':>9}")
    for size in SIZES:
        repeats = max(3, 40_000 // size)
        build = median_seconds(partial(World, "train", size=size), repeats)
        worlds = [World("train", seed, size) for seed in range(4)]
        write = median_seconds(partial(write_all, worlds), 3)
        print(
            f"{size:>7} {len(worlds[0]):>9} {build * 1e3:>9.1f} {1 / build:>9.1f} "
            f"{write * 1e3:>13.1f} {size / write:>9.0f}"
        )
    web = Web(World("train", 0, SIZES[0]))
    texts = [page.text for page in web.values()]
    print(f"parse a page: {median_seconds(lambda number: parse_page(texts[number]), 500) * 1e6:.0f} µs")
    for size in (64, 128, 300):
        drawing = median_seconds(partial(draw_emblem, size=size), 100)
        print(f"draw an emblem of {size} px: {drawing * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
