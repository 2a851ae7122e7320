"""Processor milliseconds a scene, by template and size: `PYTHONPATH=.:envs python benchmarks/scenes.py`."""

import sys
import time

import numpy as np

from agentic_gym_envs.scenes import TEMPLATES, SceneTemplate, Size
from agentic_gym_envs.scenes.samples import sample_items

SIZES: tuple[tuple[Size, float], ...] = (((1920, 1080), 20), ((3840, 2160), 16), ((7680, 4320), 9))
SCENES = 5


def milliseconds(template: SceneTemplate, size: Size, clue_px: float) -> float:
    """The median over different scenes, each with as many items as the template takes."""
    times = []
    for seed in range(SCENES + 1):
        rng = np.random.default_rng((seed, 1))
        items = sample_items(template, template.capacity[1], rng)
        start = time.process_time()
        template.draw(items, size=size, clue_px=clue_px, small=frozenset(template.fields), rng=rng)
        times.append(time.process_time() - start)
    # The first scene loads the typefaces.
    return 1000 * float(np.median(times[1:]))


def main() -> None:
    """Print the table."""
    sys.stdout.write(
        f"{'template':12}{'items':>6}" + "".join(f"{w}x{h:<5}".rjust(12) for (w, h), _ in SIZES) + "\n"
    )
    for name, template in TEMPLATES.items():
        cells = [f"{milliseconds(template, size, clue_px):12.0f}" for size, clue_px in SIZES]
        sys.stdout.write(f"{name:12}{template.capacity[1]:6}" + "".join(cells) + "\n")


if __name__ == "__main__":
    main()
