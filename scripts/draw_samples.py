"""Draws the pictures of docs/images: what an agent is shown of RealX-v0, and what it reads in a crop.

Run as `python scripts/draw_samples.py` in a checkout; the same tasks every time.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.fonts import font
from agentic_gym.tools.images import shrink
from agentic_gym.typesetting import fit_lines
from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.realx.taskset import RealX

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SAMPLES = {"daily": "shelf", "sports": "shirts", "media": "posters", "knowledge": "museum", "games": "arcade"}
"""Domain: the scene that stands for it."""
LEVEL = 2
WIDTH, MARGIN, LINE = 1024, 24, 26
CROP = (400, 200)


def find(scene: str) -> RealXTask:
    """The first task of the test split in this scene that needs all three abilities."""
    taskset = RealX()
    for index in taskset.splits["test"]:
        task = taskset.make(taskset.key(index=index, difficulty=LEVEL))
        if task.template.startswith(scene) and {"perception", "search", "reasoning"} <= task.tags:
            return task
    raise LookupError(f"no such task in the scene {scene!r}")


def look_closely(task: RealXTask) -> Image.Image:
    """A crop of the original around what has to be read at the first place that the question names."""
    original = task.images[0]
    named = [anchor for anchor in task.scene.anchors if anchor.phrase in task.prompt]
    item = min(named, key=lambda anchor: task.prompt.index(anchor.phrase)).item
    written = [placed for placed in task.scene.placed if placed.item == item]
    box = min(written, key=lambda placed: placed.font_px).box
    width = max(2 * (box[2] - box[0]), 240)
    height = width // 2
    left = int(np.clip((box[0] + box[2] - width) / 2, 0, original.shape[1] - width))
    top = int(np.clip((box[1] + box[3] - height) / 2, 0, original.shape[0] - height))
    crop = Image.fromarray(np.ascontiguousarray(original[top : top + height, left : left + width]))
    return crop.resize(CROP, Image.Resampling.LANCZOS)


def draw(task: RealXTask) -> Image.Image:
    """The picture as it is shown; below it the crop, the question and the answer."""
    shown = shrink(task.images[0], WIDTH)
    letters = font("DejaVuSans.ttf", 17)
    room = WIDTH - CROP[0] - 3 * MARGIN
    lines = [*fit_lines(task.prompt, letters, room, 20), "", f"Answer: {task.reference}"]
    height = max(CROP[1], LINE * len(lines)) + 2 * MARGIN
    page = Image.new("RGB", (WIDTH, shown.shape[0] + height), "white")
    page.paste(Image.fromarray(shown), (0, 0))
    page.paste(look_closely(task), (MARGIN, shown.shape[0] + MARGIN))
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        place = (CROP[0] + 2 * MARGIN, shown.shape[0] + MARGIN + LINE * row)
        pen.text(place, line, fill="black", font=letters)
    return page


def main() -> None:
    """Writes a picture for each domain."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for domain, scene in SAMPLES.items():
        file = FOLDER / f"realx-{domain}.jpg"
        draw(find(scene)).save(file, quality=85, optimize=True)
        print(file.name)


if __name__ == "__main__":
    main()
