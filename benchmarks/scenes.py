"""Processor milliseconds a scene, by template and size: `PYTHONPATH=.:envs python benchmarks/scenes.py`."""

import sys
import time

import numpy as np

from agentic_gym_envs.scenes import TEMPLATES, SceneTemplate, Size, most_items
from agentic_gym_envs.scenes.samples import sample_items

SIZES: tuple[tuple[Size, float], ...] = (((1920, 1080), 20), ((3840, 2160), 16), ((7680, 4320), 9))
SCENES = 5


def milliseconds(template: SceneTemplate, size: Size, clue_px: float, count: int) -> float:
    """The median over different scenes of so many items, without emblems."""
    times = []
    for seed in range(SCENES + 1):
        rng = np.random.default_rng((seed, 1))
        items = sample_items(template, count, rng, emblems=False)
        start = time.process_time()
        template.draw(items, size=size, clue_px=clue_px, small=frozenset(template.fields), rng=rng)
        times.append(time.process_time() - start)
    # The first scene loads the typefaces.
    return 1000 * float(np.median(times[1:]))


def cell(template: SceneTemplate, size: Size, clue_px: float, count: int) -> str:
    """How many items were drawn, and in what time."""
    return f"{count:7} {milliseconds(template, size, clue_px, count):7.0f}"


def main() -> None:
    """Print the table: at each size with the template's capacity, and with as many items as fit."""
    heads = [f"{width}x{height}" for (width, height), _ in SIZES for _ in range(2)]
    sys.stdout.write(f"{'items, ms':12}" + "".join(f"{head:>15}" for head in heads) + "\n")
    for name, template in TEMPLATES.items():
        counts = [(size, px, count) for size, px in SIZES for count in _counts(template, px)]
        sys.stdout.write(f"{name:12}" + "".join(cell(template, *each) for each in counts) + "\n")
        sys.stdout.flush()


def _counts(template: SceneTemplate, clue_px: float) -> tuple[int, int]:
    return template.capacity[1], most_items(template, clue_px)


if __name__ == "__main__":
    main()
