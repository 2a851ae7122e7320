"""The photo of a desk: its surface, what lies on it with folds and shadows, the light, the softness."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from agentic_gym.messages import Pixels
from agentic_gym_envs.docdesk.homography import Points
from agentic_gym_envs.docdesk.layout import Lying
from agentic_gym_envs.docdesk.sheets import Sheet
from agentic_gym_envs.docdesk.things import Thing, paint, scatter
from agentic_gym_envs.scenes import Size
from agentic_gym_envs.scenes.light import Light
from agentic_gym_envs.scenes.palette import Rgb
from agentic_gym_envs.scenes.textures import cloth, noise, planks, plaster, wood

_DESKS: tuple[tuple[Rgb, str], ...] = (
    ((142, 98, 62), "wood"),
    ((96, 64, 44), "wood"),
    ((176, 140, 100), "wood"),
    ((128, 92, 66), "planks"),
    ((74, 82, 92), "cloth"),
    ((108, 118, 104), "cloth"),
    ((112, 112, 116), "plaster"),
)
_SURFACES = {"wood": wood, "planks": planks, "cloth": cloth, "plaster": plaster}
_LARGEST_TEXTURE = 1920
"""Width from which on a desk is drawn smaller and enlarged."""
_COARSE, _COARSE_TONE = 8, 4
"""How many pixels of the photo a pixel of the shadows takes, and one of a sheet's colours and folds."""
_FOLDED = 0.6
"""How likely a sheet was folded, each way."""
_JPEG_QUALITY = 90
_PERSPECTIVE = Image.Transform.PERSPECTIVE


def photograph(papers: Sequence[Lying], size: Size, rng: np.random.Generator) -> Pixels:
    """The picture: uint8, height × width × 3."""
    outlines = [lying.place.apply(lying.paper.sheet.outline(rng)) for lying in papers]
    lamp = _lamp(size, rng)
    unit = float(np.median([lying.print_px for lying in papers]))
    picture = _desk(outlines, scatter(outlines, unit, size, rng), lamp, size, rng)
    for lying, outline in zip(papers, outlines, strict=True):
        _place(picture, lying, outline, lamp, rng)
    return np.asarray(_compressed(Light(rng).apply(picture)))


def _desk(
    outlines: Sequence[Points],
    things: Sequence[Thing],
    lamp: Image.Image,
    size: Size,
    rng: np.random.Generator,
) -> Image.Image:
    """The desk with all shadows: coarse, since the camera is focused on the print."""
    colour, name = _DESKS[int(rng.integers(len(_DESKS)))]
    scale = min(1.0, _LARGEST_TEXTURE / max(size))
    extent = (round(size[0] * scale), round(size[1] * scale))
    surface = _SURFACES[name](extent, colour, rng)
    shadows = _cast_shadows([*outlines, *(thing.outline for thing in things)], size, rng)
    light = ImageChops.multiply(lamp, shadows).resize(extent, Image.Resampling.BILINEAR)
    surface = ImageChops.multiply(surface, Image.merge("RGB", [light] * 3))
    for thing in things:
        paint(thing, surface, scale, _light_on(lamp, thing.outline.mean(axis=0)))
    return surface if scale == 1.0 else surface.resize(size, Image.Resampling.BILINEAR)


def _light_on(lamp: Image.Image, point: Points) -> float:
    """The share of light that falls on a point of the photo."""
    x, y = (min(side - 1, max(0, int(edge / _COARSE))) for edge, side in zip(point, lamp.size, strict=True))
    return float(np.asarray(lamp)[y, x]) / 255


def _cast_shadows(outlines: Sequence[Points], size: Size, rng: np.random.Generator) -> Image.Image:
    """What shadows leave of the desk's light: a soft edge on the side of things away from the lamp."""
    shade = Image.new("L", _reduced(size, _COARSE), 255)
    pen = ImageDraw.Draw(shade)
    reach = max(size) / 1920 / _COARSE
    away = (rng.uniform(-6, 6) * reach, rng.uniform(4, 8) * reach)
    for outline in outlines:
        pen.polygon(_vertices(outline / _COARSE + away), fill=95)
    return shade.filter(ImageFilter.GaussianBlur(6 * reach))


def _place(
    picture: Image.Image, lying: Lying, outline: Points, lamp: Image.Image, rng: np.random.Generator
) -> None:
    """Lays a sheet on the picture, warped, in the lamp's light."""
    sheet, place = lying.paper.sheet, lying.place
    left, top, right, bottom = lying.box
    extent = (right - left, bottom - top)
    # A little finer than the photo, so that the warp takes from enough pixels.
    px = 1.15 * place.shrinkage((sheet.width / 2, sheet.height / 2))
    ink = sheet.ink(px, rng).filter(ImageFilter.GaussianBlur(0.5))
    warp = place.in_units(1 / px).coefficients((left, top))
    print_ = ink.transform(extent, _PERSPECTIVE, warp, Image.Resampling.BICUBIC, fillcolor=255)
    coarse = px / _COARSE_TONE
    tone = ImageChops.multiply(sheet.ground(coarse), _folds(sheet, coarse, rng))
    warp = (
        place.reduced(_COARSE_TONE)
        .in_units(1 / coarse)
        .coefficients((left / _COARSE_TONE, top / _COARSE_TONE))
    )
    tone = tone.transform(
        _reduced(extent, _COARSE_TONE), _PERSPECTIVE, warp, Image.Resampling.BILINEAR, fillcolor=sheet.paper
    )
    under = (left / _COARSE, top / _COARSE, right / _COARSE, bottom / _COARSE)
    light = lamp.resize(tone.size, Image.Resampling.BILINEAR, under)
    tone = ImageChops.multiply(tone, Image.merge("RGB", [light] * 3)).resize(
        extent, Image.Resampling.BILINEAR
    )
    mask = Image.new("L", extent, 0)
    ImageDraw.Draw(mask).polygon(_vertices(outline - (left, top)), fill=255)
    printed = ImageChops.multiply(tone, Image.merge("RGB", [print_] * 3))
    picture.paste(printed, (left, top), mask.filter(ImageFilter.GaussianBlur(0.8)))


def _folds(sheet: Sheet, px: float, rng: np.random.Generator) -> Image.Image:
    """The shades of paper that was folded and is not quite flat."""
    width, height = max(2, round(sheet.width * px)), max(2, round(sheet.height * px))
    shade = 0.96 + 0.03 * noise((width, height), (width / 2.5, height / 3), rng)
    shade += 0.012 * noise((width, height), (px * 2.5, px * 2.5), rng)
    down, across = np.arange(height)[:, None], np.arange(width)[None, :]
    for place, along in ((height * rng.uniform(0.3, 0.7), down), (width * rng.uniform(0.4, 0.6), across)):
        if rng.random() < _FOLDED:
            distance = (along - place) / (1.2 * px)
            step = rng.choice([-1.0, 1.0]) * rng.uniform(0.02, 0.05)
            shade = shade + step * np.tanh(distance) - 0.09 * np.exp(-((distance * 2.5) ** 2))
            shade = shade + 0.05 * np.exp(-(((distance - 0.6) * 3) ** 2))
    return Image.fromarray(np.clip(255 * shade, 0, 255).astype(np.uint8)).convert("RGB")


def _lamp(size: Size, rng: np.random.Generator) -> Image.Image:
    """The fall of the lamp's light, and the soft shadow of whoever takes the photo; mode `L`, reduced."""
    width, height = _reduced(size, _COARSE)
    x, y = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
    angle = rng.uniform(0, 2 * np.pi)
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = 0.93 + rng.uniform(0.10, 0.20) * along
    middle, wide = rng.uniform(0.1, 0.9), rng.uniform(0.12, 0.25)
    lean = rng.uniform(-0.3, 0.3)
    edge = np.abs(x - middle - lean * (y - 1)) - wide * (0.5 + 0.5 * y)
    depth = rng.uniform(0.05, 0.16) * np.clip((y - rng.uniform(0.2, 0.6)) * 4, 0, 1)
    light = light - depth / (1 + np.exp(edge / 0.025))
    return Image.fromarray(np.clip(255 * light, 0, 255).astype(np.uint8))


def _compressed(picture: Image.Image) -> Image.Image:
    """What a camera's JPEG keeps."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return Image.open(buffer).convert("RGB")


def _reduced(size: Size, divisor: int) -> Size:
    return max(2, size[0] // divisor), max(2, size[1] // divisor)


def _vertices(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]
