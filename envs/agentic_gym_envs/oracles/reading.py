"""What a policy reads out of an observation: hits of a search, an opened page, what a crop shows.

Protocols wrap tool results in different ways, and tool output is escaped; the lines that are looked for
here stand in every one of them.
"""

import re
from dataclasses import dataclass

from agentic_gym_envs.scenes import Box

_HIT = re.compile(r"^\d+\. (?P<first>.+)\n\s+(?P<second>.*)\n\s+(?P<url>https?://\S+)$", re.MULTILINE)
_SIMILARITY = re.compile(r" \(similarity -?\d\.\d+\)$")
_ON_PAGE = "on the page: "
_PAGE_END = re.compile(r"\n\nPictures, in order: |\n\nPart \d+ of \d+\.|\n</|\n<image>")
_CROP = re.compile(r"pixels \[(\d+), (\d+), (\d+), (\d+)\] of its original(?:, enlarged ([\d.]+) times)?")
_SIZE = re.compile(r"^(?P<name>image_\d+): (\d+)x(\d+) pixels(?:, shown at (\d+)x\d+)?$", re.MULTILINE)
_PRINTED = re.compile(r"^(?:-?\d+(?:\.\d+)?|[A-Z][a-z]+day)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A hit of a search in words or by picture: the page's title and address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Look:
    """What a crop says about itself.

    Attributes:
        box: the part that was cut out, in pixels of the original.
        scale: how many pixels as shown a pixel of the original takes.
    """

    box: Box
    scale: float


def read_hits(text: str) -> list[FoundPage]:
    """The hits of `search` or `image_search`, the best first."""
    found = []
    for hit in _HIT.finditer(text):
        by_picture = _SIMILARITY.search(hit["first"]) and hit["second"].startswith(_ON_PAGE)
        title = hit["second"].removeprefix(_ON_PAGE) if by_picture else hit["first"]
        found.append(FoundPage(title, hit["url"]))
    return found


def read_page(text: str, url: str) -> str:
    """The text of the page that `open_page` shows; empty if this is not that page."""
    _, opened, rest = text.partition(f"{url}\n\n")
    if not opened:
        return ""
    end = _PAGE_END.search(rest)
    return (rest[: end.start()] if end else rest).rstrip()


def read_look(text: str) -> Look | None:
    """What `crop` says it cut out; `None` if it refused."""
    cut, size = _CROP.search(text), _SIZE.search(text)
    if cut is None or size is None:
        return None
    left, top, right, bottom = (int(edge) for edge in cut.groups()[:4])
    shown_width = int(size[4] or size[2])
    return Look((left, top, right, bottom), shown_width / (right - left))


def read_last_image(text: str) -> str:
    """The name of the last image that came with an observation; empty if none came."""
    sizes = list(_SIZE.finditer(text))
    return sizes[-1]["name"] if sizes else ""


def read_printed(text: str) -> str:
    """The number or the weekday that code printed on a line of its own; empty if there is none."""
    found = _PRINTED.findall(text)
    return found[-1] if found else ""
