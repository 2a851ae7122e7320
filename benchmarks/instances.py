"""Makes many instances of an environment over all levels and splits, and draws a share of them.

Run as `python benchmarks/instances.py ID --count 10000`, with the three import roots on the path. Prints how
far it is; the last lines say what was made, how long it took, and how common the most common answers of
the templates are. An instance that cannot be made raises.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Annotated

import numpy as np
import typer

from agentic_gym.evaluation.runner import make_environment

RUN = 32
"""Neighbouring tasks that are made in a row, since they may share what is costly to make."""
LINES = 20
COUNTED = 250
"""Instances of a template from which on the share of an answer says something."""
SHOWN = 6
"""Templates whose most common answers are printed."""


def main(
    env_id: Annotated[str, typer.Argument(metavar="ID")],
    count: Annotated[int, typer.Option(min=1, help="Instances, over all levels.")] = 10_000,
    drawn: Annotated[float, typer.Option(min=0, max=1, help="The share whose pictures are drawn.")] = 0.02,
    seed: Annotated[int, typer.Option(help="Draws which instances.")] = 0,
) -> None:
    """Makes them."""
    env = make_environment(env_id)
    taskset, rng = env.taskset, np.random.default_rng((seed, count))
    levels, splits = list(taskset.difficulties), list(taskset.splits)
    made: Counter[int] = Counter()
    answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
    pictures, letters, started = 0, 0, time.monotonic()
    while made.total() < count:
        level, split = levels[made.total() // RUN % len(levels)], splits[int(rng.integers(len(splits)))]
        indices = taskset.splits[split]
        start = int(rng.integers(max(1, len(indices) - RUN)))
        for index in indices[start : start + min(RUN, count - made.total())]:
            task = taskset.make(taskset.key(split=split, difficulty=level, index=index))
            if not task.chance:
                answers[task.template][task.reference] += 1
            if rng.random() < drawn:
                pictures += len(task.images)
                letters += len(task.prompt)
            made[level] += 1
            if made.total() % max(1, count // LINES) == 0:
                seconds = time.monotonic() - started
                print(f"{made.total():7,} of {count:,}, {pictures:5,} pictures, {seconds:7.0f} s", flush=True)
    seconds = time.monotonic() - started
    by_level = ", ".join(f"level {level}: {number:,}" for level, number in sorted(made.items()))
    print(f"{env_id}: {made.total():,} instances without an exception in {seconds:.0f} s ({by_level})")
    print(f"{pictures:,} pictures drawn, {letters:,} letters put into words")
    print_most_common(answers)
    env.close()


def print_most_common(answers: Mapping[str, Counter[str]]) -> None:
    """How common an open answer is among those of its template, the worst first."""
    counted = {name: counts for name, counts in answers.items() if counts.total() >= COUNTED}
    print(f"open answers: {len(counted)} of {len(answers)} templates have {COUNTED} or more of them")
    shares = [(counts.most_common(1)[0], counts.total(), name) for name, counts in counted.items()]
    for (answer, count), total, name in sorted(shares, key=lambda each: -each[0][1] / each[1])[:SHOWN]:
        print(f"{count / total:6.1%} of {total:,} are {answer[:40]!r}: {name}")


if __name__ == "__main__":
    typer.run(main)
