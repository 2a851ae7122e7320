"""A run's pictures in a page: inside it as long as they fit, as links to the run's folder beyond that."""

import base64
import io
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from PIL import Image, UnidentifiedImageError

from agentic_gym.trajectories.store import IMAGES

MOST_EMBEDDED = 25_000_000
"""Characters of all pictures inside one page; browsers on telephones give up on much larger ones."""

_STORED = re.compile(rf"{IMAGES}/[0-9a-f]{{64}}\.png")
_KEPT_AS_PNG = 40_000
"""Bytes up to which a picture goes in as it is; JPEG would save little on it."""
_JPEG_QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the page.

    Attributes:
        name: `image_1`, `image_2`, …
        source: what an `img` element takes; empty where the stored file is gone.
        width: in pixels, as it was shown to the agent.
        height: likewise.
    """

    name: str
    source: str
    width: int = 0
    height: int = 0


class Gallery:
    """The pictures of one page.

    Args:
        page: the page's file, from which links to pictures are relative.
        budget: how many characters of pictures the page may hold.
    """

    def __init__(self, page: Path, budget: int = MOST_EMBEDDED) -> None:
        self._page = page
        self._left = budget
        self._encoded: dict[Path, str] = {}
        self.linked = 0
        """How many pictures are outside the page."""

    def add(self, run: Path, stored: str, name: str) -> Picture:
        """A stored picture.

        Args:
            run: the run's folder.
            stored: the picture's path within it, as the record gives it.
            name: what the agent calls it.
        """
        path = run / stored
        # A record may have been edited by anybody: nothing but the run's own pictures is ever read.
        if not _STORED.fullmatch(stored) or not path.is_file():
            return Picture(name, "")
        try:
            with Image.open(path) as image:
                width, height = image.size
        except (UnidentifiedImageError, OSError):
            return Picture(name, "")
        return Picture(name, self._source(path), width, height)

    def _source(self, path: Path) -> str:
        embedded = self._encoded.get(path) or _data_url(path)
        if len(embedded) <= self._left:
            self._left -= len(embedded)
            self._encoded[path] = embedded
            return embedded
        self.linked += 1
        return quote(Path(os.path.relpath(path, self._page.parent)).as_posix())


def _data_url(path: Path) -> str:
    data, kind = path.read_bytes(), "png"
    if len(data) > _KEPT_AS_PNG:
        with Image.open(path) as image:
            buffer = io.BytesIO()
            # Colour at full resolution: small print is what these pictures are about.
            image.convert("RGB").save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        if buffer.tell() < len(data):
            data, kind = buffer.getvalue(), "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
