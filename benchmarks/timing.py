"""What every way to run Python is timed with, and what all of them do. Needs the standard library alone."""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

CELL: Final = "x = 1 + 1"
IMPORTS: Final = "import base64, sys, numpy, PIL.Image, matplotlib.pyplot"
SIZES: Final = ((1024, 1024), (3840, 2160))
"""Width and height of the pictures that go there and back."""
AT_ONCE: Final = (2, 8, 32)
"""Numbers of threads that open sessions at once."""
BY_TEXT: Final = (
    "image = PIL.Image.frombytes('RGB', ({}, {}), base64.b64decode('{}'))\n"
    "print(base64.b64encode(image.tobytes()).decode())"
)
"""A picture there and back where there is no other way than text: width, height, base64."""


def median_ms(action: Callable[[], object], rounds: int) -> float:
    """Median time of an action, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def plays_a_second(play: Callable[[], object], at_once: int, count: int) -> float:
    """How many plays a second `at_once` threads get through."""
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(play) for _ in range(count)]:
            done.result()
    return count / (time.perf_counter() - started)
