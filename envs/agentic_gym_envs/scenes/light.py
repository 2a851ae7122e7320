"""The light of a scene: one bright side, darker corners, a warm or cool cast, the grain of a sensor."""

import numpy as np
from PIL import Image, ImageChops

from agentic_gym_envs.scenes.palette import Rgb

_FIELD = (240, 135)
_GRAIN_TILE = 512
_GRAIN_LEVELS = 11
"""How much the grain darkens at most, of 255."""


class Light:
    """A field of brightness over the picture, chosen by the generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        columns, rows = np.linspace(-1, 1, _FIELD[0])[None, :], np.linspace(-1, 1, _FIELD[1])[:, None]
        centre_x, centre_y = rng.uniform(-0.35, 0.35), rng.uniform(-0.5, 0.1)
        distance = (columns - centre_x) ** 2 + 0.7 * (rows - centre_y) ** 2
        field = 1.0 - rng.uniform(0.05, 0.09) * distance
        self._field = np.clip(255 * field, 0, 255).astype(np.uint8)
        # A cast of a few per cent is what a camera's white balance leaves under indoor lamps.
        warmth = rng.uniform(-0.015, 0.045)
        self._cast = (min(1.0, 1.0 + warmth), 1.0 - 0.4 * max(warmth, 0.0), min(1.0, 1.0 - warmth))
        self._grain = rng.integers(0, _GRAIN_LEVELS, (_GRAIN_TILE, _GRAIN_TILE), dtype=np.uint8)

    def on(self, colour: Rgb, x: float, y: float) -> Rgb:
        """What becomes of a colour at a place given in fractions of the picture."""
        row, column = min(_FIELD[1] - 1, int(y * _FIELD[1])), min(_FIELD[0] - 1, int(x * _FIELD[0]))
        brightness = (float(self._field[row, column]) - (_GRAIN_LEVELS - 1) / 2) / 255
        red, green, blue = (
            round(value * share * brightness) for value, share in zip(colour, self._cast, strict=True)
        )
        return red, green, blue

    def apply(self, picture: Image.Image) -> Image.Image:
        """The picture in this light."""
        field = Image.fromarray(self._field).resize(picture.size, Image.Resampling.BILINEAR)
        down, across = -(-picture.height // _GRAIN_TILE), -(-picture.width // _GRAIN_TILE)
        grain = np.tile(self._grain, (down, across))[: picture.height, : picture.width]
        field = ImageChops.subtract(field, Image.fromarray(np.ascontiguousarray(grain)))
        channels = [
            field if share == 1.0 else field.point([int(value * share) for value in range(256)])
            for share in self._cast
        ]
        return ImageChops.multiply(picture, Image.merge("RGB", channels))
