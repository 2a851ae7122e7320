"""Prints how fast questions of RealX-v0 are made, drawn and put into words, level by level.

Run as `python benchmarks/realx.py`, with the three import roots on the path.
"""

import statistics
import time
from collections.abc import Callable, Sequence

import gymnasium as gym

import agentic_gym_envs.world.library as library
from agentic_gym_envs.realx.levels import LEVELS
from agentic_gym_envs.realx.taskset import RealX

TASKS = 64
"""The tasks of one world."""


def milliseconds(action: Callable[[int], object], numbers: Sequence[int]) -> list[float]:
    times = []
    for number in numbers:
        start = time.perf_counter()
        action(number)
        times.append((time.perf_counter() - start) * 1e3)
    return times


def open_library(level: int, world: int) -> object:
    return library.get_library(
        "train", 10_000 + 100 * level + world, LEVELS[level].pages, LEVELS[level].is_tangled
    ).text_index.search("anything")


def main() -> None:
    taskset = RealX()
    env = gym.make("RealX-v0")
    print("level  new world ms  question ms  questions/s  reset ms  p90 ms")
    for level in LEVELS:
        worlds = milliseconds(
            lambda number, level=level: open_library(level, number), range(8 if level < 3 else 2)
        )

        def make(number: int, level: int = level) -> object:
            return taskset.make(taskset.key(index=number, difficulty=level))

        def reset(number: int, level: int = level) -> object:
            return env.reset(options={"index": number, "difficulty": level})

        make(0)
        questions = milliseconds(make, range(TASKS))
        resets = milliseconds(reset, range(TASKS if level < 3 else 16))
        print(
            f"{level:>5} {statistics.median(worlds):>13.1f} {statistics.median(questions):>12.1f} "
            f"{1e3 / statistics.fmean(questions):>12.1f} {statistics.median(resets):>9.1f} "
            f"{statistics.quantiles(resets, n=10)[-1]:>7.1f}"
        )


if __name__ == "__main__":
    main()
