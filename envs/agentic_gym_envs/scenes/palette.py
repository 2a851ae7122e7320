"""Colours that a phrase may name, and the arithmetic of colour and contrast."""

from types import MappingProxyType

Rgb = tuple[int, int, int]

NAMED = MappingProxyType(
    {
        "red": (190, 38, 42),
        "orange": (226, 116, 32),
        "yellow": (238, 196, 52),
        "green": (28, 108, 56),
        "blue": (36, 84, 168),
        "purple": (110, 58, 146),
        "pink": (226, 128, 166),
        "brown": (116, 76, 46),
        "white": (236, 234, 228),
        "grey": (136, 138, 142),
        "black": (38, 38, 42),
    }
)
"""Few and far apart, so that two people name a surface of one of these colours alike."""

PAPER: Rgb = (246, 243, 234)
INK: Rgb = (24, 24, 28)
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)


def is_light(colour: Rgb) -> bool:
    """Whether black stands out from a colour better than white.

    >>> is_light(NAMED["yellow"]), is_light(NAMED["blue"])
    (True, False)
    """
    return luminance(colour) > 0.18


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """A colour between two: 0 gives the first, 1 the second.

    >>> mix((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def tint(colour: Rgb, share: float) -> Rgb:
    """Towards white for a positive share, towards black for a negative one; -1 to 1."""
    return mix(colour, WHITE, share) if share >= 0 else mix(colour, BLACK, -share)


def luminance(colour: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition of relative luminance).

    >>> round(luminance((255, 255, 255)), 6)
    1.0
    """
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: Rgb, second: Rgb) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2, definition of contrast ratio).

    >>> round(contrast((0, 0, 0), (255, 255, 255)), 6)
    21.0
    """
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def block_colours(colour: Rgb) -> tuple[Rgb, Rgb]:
    """Ground and ink of a block of print that still looks like the colour: paler if light, deeper if dark."""
    if is_light(colour):
        return tint(colour, 0.3), tint(colour, -0.85)
    return tint(colour, -0.5), tint(colour, 0.88)
