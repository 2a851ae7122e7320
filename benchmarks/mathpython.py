"""How many problems a second each family of MathPython-v0 makes, and each level.

::

    python benchmarks/mathpython.py
"""

import time

import numpy as np

from agentic_gym_envs.mathpython.drawing import acceptance, draw_problem
from agentic_gym_envs.mathpython.fields import FAMILIES
from agentic_gym_envs.mathpython.taskset import MathPython

SECONDS = 1.0


def a_second(make) -> float:
    """Calls a second of `make(number)`, measured over about a second."""
    started, count = time.perf_counter(), 0
    while (taken := time.perf_counter() - started) < SECONDS:
        make(count)
        count += 1
    return count / taken


def main() -> None:
    """Prints the slowest families at the largest size, then the levels."""
    rates = {}
    for family in FAMILIES:
        acceptance(family, 3, False)
        rng = np.random.default_rng(0)
        rates[family.name] = a_second(
            lambda _, family=family, rng=rng: draw_problem((family,), "train", 3, 1, rng)
        )
    for name, rate in sorted(rates.items(), key=lambda item: item[1])[:5]:
        print(f"{name:24} {rate:8,.0f} problems a second")
    for family in FAMILIES:
        for size in (1, 2, 3):
            acceptance(family, size, False)
            if family.chain:
                acceptance(family, size, True)
    taskset = MathPython()
    for level in taskset.difficulties:
        taskset.make(taskset.key(index=0, difficulty=level))
        rate = a_second(
            lambda index, level=level: taskset.make(taskset.key(index=index, difficulty=level)).prompt
        )
        print(f"level {level}                  {rate:8,.0f} tasks a second, in words")


if __name__ == "__main__":
    main()
