"""Invented items for any template, for contact sheets, benchmarks and tests."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agentic_gym_envs.scenes.base import SceneItem, SceneTemplate
from agentic_gym_envs.scenes.drawing import fill_disc, fill_shape, mirrored, shape_mask
from agentic_gym_envs.scenes.grid import part
from agentic_gym_envs.scenes.palette import NAMED

_SYLLABLES = (
    "ve",
    "lo",
    "ra",
    "tin",
    "mar",
    "os",
    "kel",
    "du",
    "sha",
    "bri",
    "nor",
    "pa",
    "que",
    "li",
    "zan",
)
_CODE_FORMS = ("AA9999", "A9999A", "A99A99", "9999AA")
_CODE_LETTERS, _DIGITS = "ACDEFHJKLMNPRTUWXY", "0123456789"
"""Letters that are not taken for a digit, as in the codes of the world."""
_CREST = mirrored((0.06, 0.04), (0.06, 0.55), (0.5, 0.98))
_HALVED = ((0.0, 0.0), (1.0, 0.0), (0.0, 0.65))


def sample_items(
    template: SceneTemplate, count: int, rng: np.random.Generator, *, emblems: bool = True
) -> list[SceneItem]:
    """Items with a text in every field, and an emblem where the template shows emblems."""
    return [
        SceneItem(
            key=f"item-{number}",
            texts={field: sample_text(field, spec.max_chars, rng) for field, spec in template.fields.items()},
            emblem=sample_emblem(rng) if emblems and template.shows_emblems else None,
        )
        for number in range(count)
    ]


def sample_text(field: str, max_chars: int, rng: np.random.Generator) -> str:
    """A text of the kind that a field of that name usually carries."""
    if field == "code":
        form = str(rng.choice(_CODE_FORMS))
        return "".join(str(rng.choice(list(_CODE_LETTERS if mark == "A" else _DIGITS))) for mark in form)
    if field in ("price", "total"):
        return f"{rng.integers(1, 30)}.{rng.integers(0, 100):02d}"
    if field == "score":
        return f"{rng.integers(0, 6)}:{rng.integers(0, 6)}"
    if field in ("number", "power", "year"):
        return str(rng.integers(1, 100))
    words = [_word(rng) for _ in range(int(rng.integers(2, 4)))]
    while len(" ".join(words)) > max_chars:
        words.pop()
    return " ".join(words)


def sample_emblem(rng: np.random.Generator, side: int = 160) -> NDArray[np.uint8]:
    """A crest of two colours with a transparent surround, RGBA of shape (side, side, 4)."""
    first, second = (NAMED[str(name)] for name in rng.choice(list(NAMED), 2, replace=False))
    picture = Image.new("RGB", (side, side), first)
    whole = (0.0, 0.0, float(side), float(side))
    fill_shape(picture, whole, _HALVED, second)
    fill_disc(picture, part(whole, (0.33, 0.24, 0.67, 0.58)), NAMED["white"])
    picture.putalpha(shape_mask(_CREST, (side, side)))
    return np.asarray(picture)


def _word(rng: np.random.Generator) -> str:
    return "".join(rng.choice(_SYLLABLES, int(rng.integers(2, 4)))).capitalize()
