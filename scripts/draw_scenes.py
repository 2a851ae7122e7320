"""Draws docs/images/scenes.jpg: one scene of every template, as a sheet to look over.

Run as `python scripts/draw_scenes.py` in a checkout; the same scenes every time.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from agentic_gym.fonts import font
from agentic_gym_envs.scenes import TEMPLATES, SceneTemplate
from agentic_gym_envs.scenes.samples import sample_items

FILE = Path(__file__).parents[1] / "docs" / "images" / "scenes.jpg"
WIDTH, COLUMNS, GAP, CAPTION = 1024, 5, 5, 16
SIZE, CLUE_PX, ITEMS, SEED = (1920, 1080), 20, 12, 5


def draw(template: SceneTemplate, number: int) -> Image.Image:
    """A scene of a dozen things, small enough for the sheet."""
    rng = np.random.default_rng((SEED, number))
    items = sample_items(template, ITEMS, rng, emblems=False)
    scene = template.draw(items, size=SIZE, clue_px=CLUE_PX, small=frozenset({"code"}), rng=rng)
    width = (WIDTH - (COLUMNS + 1) * GAP) // COLUMNS
    return Image.fromarray(scene.pixels).resize((width, width * 9 // 16), Image.Resampling.LANCZOS)


def sheet() -> Image.Image:
    """All templates in rows, each with what questions call it."""
    pictures = [draw(template, number) for number, template in enumerate(TEMPLATES.values())]
    wide, high = pictures[0].size
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (WIDTH, rows * (high + CAPTION + GAP) + GAP), "white")
    pen, letters = ImageDraw.Draw(page), font("DejaVuSans.ttf", 11)
    for number, (template, picture) in enumerate(zip(TEMPLATES.values(), pictures, strict=True)):
        row, column = divmod(number, COLUMNS)
        x, y = GAP + column * (wide + GAP), GAP + row * (high + CAPTION + GAP)
        page.paste(picture, (x, y))
        pen.text((x, y + high + 2), template.situation, fill="black", font=letters)
    return page


def main() -> None:
    """Writes the sheet."""
    FILE.parent.mkdir(parents=True, exist_ok=True)
    sheet().save(FILE, quality=72, progressive=True)
    print(FILE.name)


if __name__ == "__main__":
    main()
