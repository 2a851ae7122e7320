"""Typefaces for signs, labels and print, by what they look like rather than by their files."""

from functools import lru_cache
from types import MappingProxyType

from PIL import ImageFont

from agentic_gym.errors import InfrastructureError, unknown_name
from agentic_gym.fonts import font as load

Font = ImageFont.FreeTypeFont

_FILES = MappingProxyType(
    {
        "sans": "DejaVuSans.ttf",
        "sans-bold": "DejaVuSans-Bold.ttf",
        "sans-italic": "DejaVuSans-Oblique.ttf",
        "mono": "DejaVuSansMono.ttf",
        "mono-bold": "DejaVuSansMono-Bold.ttf",
        "serif": "DejaVuSerif.ttf",
        "serif-bold": "DejaVuSerif-Bold.ttf",
        "serif-italic": "DejaVuSerif-Italic.ttf",
        "book": "STIXGeneral.ttf",
        "book-bold": "STIXGeneralBol.ttf",
        "book-italic": "STIXGeneralItalic.ttf",
        "book-bold-italic": "STIXGeneralBolIta.ttf",
    }
)
_GROTESK = "grotesk"
"""Aileron, which comes with Pillow; only its ASCII letters are sure to be there."""
FACES = (*_FILES, _GROTESK)


@lru_cache(maxsize=64)
def _grotesk(px: float) -> Font:
    bundled = ImageFont.load_default(px)
    if not isinstance(bundled, ImageFont.FreeTypeFont):
        raise InfrastructureError("this Pillow was built without FreeType: install a wheel from the index")
    return bundled.font_variant(layout_engine=ImageFont.Layout.BASIC)


def font(face: str, px: float) -> Font:
    """A face at a size in pixels.

    Raises:
        ConfigurationError: There is no such face.
    """
    if face == _GROTESK:
        return _grotesk(px)
    if face not in _FILES:
        raise unknown_name("typeface", face, FACES)
    return load(_FILES[face], px)


def face_for(text: str, face: str) -> str:
    """The face itself, or one with the wider DejaVu coverage for a text beyond ASCII."""
    if text.isascii():
        return face
    if face == _GROTESK:
        return "sans"
    return face.replace("book-bold-italic", "serif-bold").replace("book", "serif")
