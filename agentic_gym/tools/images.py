"""The pictures of an episode, by name: the original for tools and the sandbox, a copy to be shown."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from agentic_gym.errors import ToolMistake
from agentic_gym.messages import ImagePart, Pixels


@dataclass(frozen=True, slots=True, eq=False)
class StoredImage:
    """A picture of the episode.

    Attributes:
        name: `image_1`, `image_2`, …
        original: uint8, height × width × 3, read-only: what tools and the sandbox work on.
        shown: uint8, height × width × 3, read-only: the copy inside the observation's pixel budget.
    """

    name: str
    original: Pixels
    shown: Pixels

    @property
    def part(self) -> ImagePart:
        """The picture as a part of a message."""
        return ImagePart(self.name, self.shown)

    @property
    def caption(self) -> str:
        """Name, original and shown size in pixels, as the observation states them."""
        (height, width), (shown_height, shown_width) = self.original.shape[:2], self.shown.shape[:2]
        size = f"{self.name}: {width}x{height} pixels"
        whole = (width, height) == (shown_width, shown_height)
        return size if whole else f"{size}, shown at {shown_width}x{shown_height}"


def shrink(pixels: Pixels, longest_side: int) -> Pixels:
    """A copy of `pixels` whose longer side is at most `longest_side` pixels; never enlarged.

    A picture so thin that its shorter side would vanish keeps one pixel of it.
    """
    height, width = pixels.shape[:2]
    scale = min(1.0, longest_side / max(height, width))
    if scale == 1.0:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def _read_only(pixels: Pixels) -> Pixels:
    view = np.ascontiguousarray(pixels, dtype=np.uint8).view()
    view.flags.writeable = False
    return view


class ImageStore(Mapping[str, StoredImage]):
    """The pictures of one episode, in the order in which they came.

    Args:
        longest_side: in pixels, of the copy that is shown.
    """

    def __init__(self, longest_side: int = 1024) -> None:
        self.longest_side = longest_side
        self._images: dict[str, StoredImage] = {}

    def add(self, original: Pixels) -> StoredImage:
        """Keeps a picture under the next free name.

        Args:
            original: uint8, height × width × 3.
        """
        name = f"image_{len(self._images) + 1}"
        image = StoredImage(name, _read_only(original), _read_only(shrink(original, self.longest_side)))
        self._images[image.name] = image
        return image

    def copy(self) -> "ImageStore":
        """A store of its own with the same pictures, which are read-only and shared."""
        twin = ImageStore(self.longest_side)
        twin._images = dict(self._images)
        return twin

    @property
    def stored_pixels(self) -> int:
        """Width × height of all originals together."""
        return sum(image.original.shape[0] * image.original.shape[1] for image in self._images.values())

    def __getitem__(self, name: str) -> StoredImage:
        """The picture of this name.

        Raises:
            ToolMistake: there is none; the message lists those there are.
        """
        try:
            return self._images[name]
        except KeyError:
            known = ", ".join(self._images) or "none"
            raise ToolMistake(f"There is no image {name!r}. Images so far: {known}.") from None

    def __contains__(self, name: object) -> bool:
        return name in self._images

    def __iter__(self) -> Iterator[str]:
        return iter(self._images)

    def __len__(self) -> int:
        return len(self._images)
