"""Typefaces that every installation already has: those in matplotlib's data folder.

The folder is found without importing matplotlib, whose import takes longer than drawing a frame.
"""

import importlib.util
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from agentic_gym.errors import InfrastructureError


@lru_cache(maxsize=1)
def font_folder() -> Path:
    """Where the DejaVu and STIX typefaces lie.

    Raises:
        InfrastructureError: matplotlib, which the package depends on, is not whole.
    """
    spec = importlib.util.find_spec("matplotlib")
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "mpl-data" / "fonts" / "ttf"
        if folder.is_dir():
            return folder
    raise InfrastructureError(
        "matplotlib's fonts were not found: reinstall matplotlib, which the package needs"
    )


@lru_cache(maxsize=1024)
def font(file: str, px: float) -> ImageFont.FreeTypeFont:
    """A typeface at a size in pixels.

    Args:
        file: name of its file, such as `DejaVuSans-Bold.ttf`.
        px: height of an em in pixels.

    Raises:
        OSError: there is no such file in the folder.
    """
    # The basic layout engine: the same glyph positions with and without libraqm, and faster.
    return ImageFont.truetype(str(font_folder() / file), px, layout_engine=ImageFont.Layout.BASIC)
