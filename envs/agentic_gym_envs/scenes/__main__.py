"""Draw a sheet of every scene template, to look at: `python -m agentic_gym_envs.scenes OUT_DIR`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from agentic_gym_envs.scenes import TEMPLATES, SceneTemplate, most_items, scene_template
from agentic_gym_envs.scenes.samples import sample_items

_SIZE = (1920, 1080)
_CLUE_PX = 20
_SHEET_WIDTH = 3
_THUMBNAIL = (1024, 576)


def contact_sheet(template: SceneTemplate, *, seed: int) -> Image.Image:
    """Scenes with few, some and as many items as fit: in a row with emblems and in one without."""
    fewest, roomy = template.capacity
    sheet = Image.new("RGB", (_THUMBNAIL[0] * _SHEET_WIDTH, _THUMBNAIL[1] * 2))
    for place in range(2 * _SHEET_WIDTH):
        row, column = divmod(place, _SHEET_WIDTH)
        most = roomy if row == 0 else most_items(template, _CLUE_PX)
        counts = (fewest, (fewest + most) // 2, most)
        rng = np.random.default_rng((seed, place))
        items = sample_items(template, counts[column], rng, emblems=row == 0)
        scene = template.draw(items, size=_SIZE, clue_px=_CLUE_PX, small=frozenset(template.fields), rng=rng)
        thumbnail = Image.fromarray(scene.pixels).resize(_THUMBNAIL, Image.Resampling.LANCZOS)
        sheet.paste(thumbnail, (_THUMBNAIL[0] * column, _THUMBNAIL[1] * row))
    return sheet


def main(arguments: Sequence[str] | None = None) -> None:
    """Write OUT_DIR/<template>.png for every template, or for those named."""
    parser = argparse.ArgumentParser(prog="python -m agentic_gym_envs.scenes", description=__doc__)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("templates", nargs="*", help=f"some of {', '.join(TEMPLATES)}; default: all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    chosen = [scene_template(name) for name in options.templates or TEMPLATES]
    options.out_dir.mkdir(parents=True, exist_ok=True)
    for template in chosen:
        path = options.out_dir / f"{template.name}.png"
        contact_sheet(template, seed=options.seed).save(path)
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
