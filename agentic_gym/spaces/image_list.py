"""`ImageList`: a tuple of RGB pictures, each with a size of its own."""

import base64
import io
import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from gymnasium import Space
from PIL import Image

from agentic_gym.messages import Pixels, png_bytes
from agentic_gym.spaces.unicode_text import refuse_weights, whole_number


class ImageList(Space[tuple[Pixels, ...]]):
    """Tuples of at most `max_images` pictures, uint8, height × width × 3.

    Args:
        max_images: the longest tuple; the empty one belongs to the space.
        max_height: pixels; a picture has at least one.
        max_width: pixels; a picture has at least one.
        seed: seeds `sample`.

    Raises:
        ConfigurationError: a limit is not a positive whole number.

    Example:
        >>> space = ImageList(max_images=2, max_height=8, max_width=8)
        >>> small, wide = np.zeros((1, 1, 3), np.uint8), np.zeros((4, 9, 3), np.uint8)
        >>> () in space, (small, small) in space, (wide,) in space
        (True, True, False)
        >>> space
        ImageList(max_images=2, max_height=8, max_width=8)
    """

    def __init__(
        self,
        max_images: int,
        max_height: int,
        max_width: int,
        seed: int | np.random.Generator | None = None,
    ) -> None:
        """Builds the space; nothing of the pictures' size is allocated."""
        self.max_images = whole_number("max_images", max_images, at_least=1)
        self.max_height = whole_number("max_height", max_height, at_least=1)
        self.max_width = whole_number("max_width", max_width, at_least=1)
        super().__init__(dtype=np.uint8, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """False: pictures of different sizes have no flat array of one length that means anything."""
        return False

    def sample(self, mask: Any | None = None, probability: Any | None = None) -> tuple[Pixels, ...]:
        """Any number of pictures of noise; each order of magnitude of a side is as likely as the next.

        Raises:
            ConfigurationError: a mask or probabilities were given; there is nothing finite to weigh.
        """
        refuse_weights(self, mask, probability)
        count = self.np_random.integers(0, self.max_images + 1)
        return tuple(self._sample_image() for _ in range(count))

    def _sample_image(self) -> Pixels:
        shape = (self._sample_side(self.max_height), self._sample_side(self.max_width), 3)
        return self.np_random.integers(0, 256, shape, dtype=np.uint8)

    def _sample_side(self, longest: int) -> int:
        # exp(U(0, log(n + 1))) lies in [1, n + 1); rounding could reach n + 1, hence the min.
        return min(longest, int(math.exp(self.np_random.uniform(0, math.log(longest + 1)))))

    def contains(self, x: Any) -> bool:
        """Whether `x` is a tuple of few enough pictures, each of the right type, shape and size."""
        return isinstance(x, tuple) and len(x) <= self.max_images and all(map(self._is_image, x))

    def _is_image(self, x: Any) -> bool:
        return (
            isinstance(x, np.ndarray)
            and x.dtype == np.uint8
            and x.ndim == 3
            and 1 <= x.shape[0] <= self.max_height
            and 1 <= x.shape[1] <= self.max_width
            and x.shape[2] == 3
        )

    def to_jsonable(self, sample_n: Iterable[tuple[Pixels, ...]]) -> list[list[str]]:
        """Each sample as a list of PNG files in base64; nothing of a picture is lost."""
        return [[base64.b64encode(png_bytes(image)).decode("ascii") for image in x] for x in sample_n]

    def from_jsonable(self, sample_n: list[list[str]]) -> list[tuple[Pixels, ...]]:
        """What `to_jsonable` was given."""
        return [tuple(_decode(image) for image in sample) for sample in sample_n]

    def __eq__(self, other: object) -> bool:
        """Whether `other` holds the same tuples."""
        return isinstance(other, ImageList) and self._limits == other._limits

    @property
    def _limits(self) -> tuple[int, int, int]:
        return self.max_images, self.max_height, self.max_width

    def __repr__(self) -> str:
        """The limits by name."""
        return (
            f"ImageList(max_images={self.max_images}, max_height={self.max_height}, "
            f"max_width={self.max_width})"
        )


def _decode(png_base64: str) -> Pixels:
    return np.array(Image.open(io.BytesIO(base64.b64decode(png_base64))).convert("RGB"))
