import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ToolMistake
from agentic_gym.search import Document, DocumentImage, ImageIndex, MemoryCorpus, TextIndex
from agentic_gym.tools import Tool, ToolContext, image_search_tool, search_tools
from agentic_gym.tools.search import PAGE_CHARACTERS, split_text


def picture(number: int) -> DocumentImage:
    pixels = np.random.default_rng((30, number)).integers(0, 256, (12, 12, 3), dtype=np.uint8)
    return DocumentImage(
        f"https://i.example/{number}", f"Picture {number}", lambda: pixels.repeat(10, 0).repeat(10, 1)
    )


LONG = "\n".join(f"Line {number} of the minutes." for number in range(400))
CORPUS = MemoryCorpus(
    [
        Document("https://p.example/tower", "Alder\nTower", "Drawn by Ada Moor.", (picture(1), picture(2))),
        Document("https://p.example/moor", "Ada Moor", "An architect of towers."),
        Document("https://p.example/minutes", "Minutes", LONG),
        Document("https://p.example/album", "Album", "", tuple(picture(number) for number in range(3, 9))),
    ]
)
SEARCH, OPEN_PAGE = search_tools(TextIndex(CORPUS), CORPUS)


def text(tool: Tool, context: ToolContext, **arguments: object) -> str:
    return tool(context, arguments).text


def test_search_lists_title_snippet_and_url(context: ToolContext) -> None:
    assert text(SEARCH, context, query="the Alder Tower of Ada") == (
        "1. Alder Tower\n   Drawn by Ada Moor.\n   https://p.example/tower\n\n"
        "2. Ada Moor\n   An architect of towers.\n   https://p.example/moor"
    )


def test_search_that_finds_nothing_or_asks_nothing(context: ToolContext) -> None:
    assert text(SEARCH, context, query="heli\ncopter") == (
        "No page has any of these words: heli copter. Try other words."
    )
    with pytest.raises(ToolMistake, match="has no words"):
        SEARCH(context, {"query": ' "" '})


def test_open_page_gives_text_and_pictures(context: ToolContext) -> None:
    output = OPEN_PAGE(context, {"url": " https://p.example/tower\n"})
    assert output.text == (
        "Alder\nTower\nhttps://p.example/tower\n\nDrawn by Ada Moor.\n\n"
        "Pictures, in order: Picture 1; Picture 2"
    )
    assert len(output.images) == 2
    np.testing.assert_array_equal(output.images[1], picture(2).load())


def test_a_long_page_comes_in_parts_that_lose_nothing(context: ToolContext) -> None:
    parts = [text(OPEN_PAGE, context, url="https://p.example/minutes", page=number) for number in (1, 2, 3)]
    assert parts[0].endswith("Part 1 of 3. Open it with page=2 to go on.")
    assert parts[2].endswith("Part 3 of 3.")
    lines = [line for part in parts for line in part.splitlines() if line.startswith("Line")]
    assert lines == LONG.splitlines()
    assert all(len(part) < PAGE_CHARACTERS + 200 for part in parts)
    for number in (0, 4):
        with pytest.raises(ToolMistake, match=f"has parts 1 to 3; there is no page={number}"):
            OPEN_PAGE(context, {"url": "https://p.example/minutes", "page": number})


def test_many_pictures_come_in_parts(context: ToolContext) -> None:
    first = OPEN_PAGE(context, {"url": "https://p.example/album"})
    second = OPEN_PAGE(context, {"url": "https://p.example/album", "page": 2})
    assert (len(first.images), len(second.images)) == (4, 2)
    assert "Picture 7; Picture 8" in second.text


def test_a_url_that_is_not_there(context: ToolContext) -> None:
    with pytest.raises(
        ToolMistake, match=r"no page at 'https://p\.example/towr'\. Take urls from search results"
    ):
        OPEN_PAGE(context, {"url": "https://p.example/towr"})


def test_image_search_finds_the_page_of_a_part_of_an_image(context: ToolContext) -> None:
    scene = np.full((300, 400, 3), 90, np.uint8)
    scene[100:220, 200:320] = picture(6).load()
    context.images.add(scene)
    index = ImageIndex(CORPUS)
    found = text(image_search_tool(index, "original"), context, image="image_2", bbox_2d=[195, 95, 325, 225])
    first, second, *_ = found.split("\n\n")
    assert first.startswith("1. Picture 6 (similarity ")
    assert first.endswith("   on the page: Album\n   https://p.example/album")
    assert second.startswith("2. ")
    scaled = [195 / 0.4, 95 / 0.3, 325 / 0.4, 225 / 0.3]
    assert text(image_search_tool(index), context, image="image_2", bbox_2d=scaled) == found


def test_image_search_takes_a_whole_image(context: ToolContext) -> None:
    context.images.add(picture(2).load())
    assert text(image_search_tool(ImageIndex(CORPUS)), context, image="image_2").startswith("1. Picture 2 ")


def test_image_search_without_pictures(context: ToolContext) -> None:
    nothing = image_search_tool(ImageIndex(MemoryCorpus([])))
    assert text(nothing, context, image="image_1") == "There are no pictures to be found."


@given(st.text(st.sampled_from("ab \n")), st.integers(1, 9))
def test_pieces_are_small_and_lose_only_white_space(whole: str, size: int) -> None:
    pieces = split_text(whole, size)
    assert all(len(piece) <= size for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(whole.split())
