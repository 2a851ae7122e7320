"""Tools that search: pages by words, a page by its url, pictures by a picture."""

import math
from typing import Annotated

from agentic_gym.errors import ToolMistake
from agentic_gym.search.corpus import Corpus, Document
from agentic_gym.search.image import ImageHit, ImageIndex
from agentic_gym.search.text import Hit, TextIndex
from agentic_gym.tools.base import Tool, ToolContext, ToolOutput
from agentic_gym.tools.coordinates import Box, box_to_original, check_coordinates, meaning
from agentic_gym.tools.function import tool

PAGE_CHARACTERS = 4000
"""Text of a document that is shown at once."""
PAGE_IMAGES = 4
"""Pictures of a document that are shown at once."""


def search_tools(index: TextIndex, corpus: Corpus) -> tuple[Tool, Tool]:
    """The tools `search` and `open_page`.

    Args:
        index: what `search` asks.
        corpus: what `open_page` opens; it has every url that the index finds.
    """
    return _search(index), _open_page(corpus)


def _search(index: TextIndex) -> Tool:
    @tool
    def search(query: str) -> str:
        """Searches the web by words and lists the ten best pages: title, a few words of the page, url.

        Open a page to read all of it.

        Args:
            query: Words to look for. Names and rare words find most.
        """
        if not any(map(str.isalnum, query)):
            raise ToolMistake(f"The query {query[:80]!r} has no words. Write what to look for.")
        hits = index.search(query)
        if not hits:
            return f"No page has any of these words: {_line(query)}. Try other words."
        return "\n\n".join(f"{number}. {_shown_hit(hit)}" for number, hit in enumerate(hits, start=1))

    return search


def _open_page(corpus: Corpus) -> Tool:
    @tool
    def open_page(url: str, page: int = 1) -> ToolOutput:
        """Opens a web page: its title, its text and its pictures, which come back as new images.

        Args:
            url: The url as it stands in a search result.
            page: A long web page comes in several parts, from 1 on; each says how many there are.
        """
        address = url.strip()
        if address not in corpus:
            raise ToolMistake(
                f"There is no page at {address[:200]!r}. Take urls from search results, just as they stand."
            )
        return _part_of(corpus[address], page)

    return open_page


def image_search_tool(index: ImageIndex, coordinates: str = "norm1000") -> Tool:
    """The tool `image_search`.

    Args:
        index: what it asks.
        coordinates: the convention of `bbox_2d` (`norm1000`, `shown` or `original`).

    Raises:
        ConfigurationError: there is no such convention.
    """
    convention = check_coordinates(coordinates)

    @tool
    def image_search(
        context: ToolContext, image: str, bbox_2d: Annotated[Box | None, meaning(convention)] = None
    ) -> str:
        """Searches the web by a picture and lists the five pages whose pictures look most like it.

        It compares colours and shapes, so a box drawn closely around one thing finds most.

        Args:
            context: of the call.
            image: The image's name, such as "image_1".
            bbox_2d: The part to search with as [x1, y1, x2, y2]; by default the whole image.
        """
        source = context.images[image]
        pixels = source.original
        if bbox_2d is not None:
            left, top, right, bottom = box_to_original(bbox_2d, source, convention)
            pixels = pixels[top:bottom, left:right]
        hits = index.search(pixels)
        if not hits:
            return "There are no pictures to be found."
        return "\n\n".join(f"{number}. {_shown_image_hit(hit)}" for number, hit in enumerate(hits, start=1))

    return image_search


def _shown_hit(hit: Hit) -> str:
    return f"{_line(hit.title)}\n   {hit.snippet}\n   {hit.url}"


def _shown_image_hit(hit: ImageHit) -> str:
    return (
        f"{_line(hit.caption)} (similarity {hit.score:.2f})\n   on the page: {_line(hit.title)}\n   {hit.url}"
    )


def _part_of(document: Document, number: int) -> ToolOutput:
    """A part of a document: some of its text, and some of its pictures."""
    texts = split_text(document.text, PAGE_CHARACTERS)
    count = max(len(texts), math.ceil(len(document.images) / PAGE_IMAGES))
    if not 1 <= number <= count:
        raise ToolMistake(f"This web page has parts 1 to {count}; there is no page={number}.")
    shown = document.images[(number - 1) * PAGE_IMAGES : number * PAGE_IMAGES]
    lines = [document.title, document.url, "", texts[number - 1] if number <= len(texts) else ""]
    if shown:
        lines += ["", "Pictures, in order: " + "; ".join(_line(image.caption) for image in shown)]
    if count > 1:
        more = f" Open it with page={number + 1} to go on." if number < count else ""
        lines += ["", f"Part {number} of {count}.{more}"]
    return ToolOutput("\n".join(lines), tuple(image.load() for image in shown))


def split_text(text: str, size: int) -> list[str]:
    """`text` in pieces of at most `size` characters, cut at a line's end or a space where there is one.

    >>> split_text("one two three", 8)
    ['one two', 'three']
    """
    pieces = []
    rest = text.strip()
    while len(rest) > size:
        end = _last_break(rest, size)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest]


def _last_break(text: str, size: int) -> int:
    """Where to cut so that at most `size` characters come before."""
    for mark, least in (("\n", size // 2), (" ", 1)):
        end = text.rfind(mark, least, size + 1)
        if end > 0:
            return end
    return size


def _line(text: str) -> str:
    """`text` on one line of at most 200 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"
