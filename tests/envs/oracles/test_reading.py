import pytest

from agentic_gym.messages import ToolCall, ToolResult
from agentic_gym.protocols import get_protocol
from agentic_gym_envs.oracles.reading import FoundPage, Look, read_hits, read_look, read_page, read_printed

HITS = """1. Orvane Works
   Type: brand. Founded: 1893
   https://daily.example/0a1b

2. A closer look at Orvane
   News, 3 March 2024
   https://daily.example/9c8d"""
PICTURES = """1. The emblem of Orvane Works (similarity 0.97)
   on the page: Orvane Works
   https://daily.example/0a1b"""
PAGE = """Orvane Works
https://daily.example/0a1b

Orvane Works
Type: brand

It is a brand.

Pictures, in order: The emblem of Orvane Works"""
URL = "https://daily.example/0a1b"


@pytest.fixture(params=["hermes", "deepeyes", "artist"])
def observed(request):
    """Writes a tool's text as an observation of a protocol."""

    def write(text, name="search"):
        return get_protocol(request.param).write_results([ToolResult(ToolCall(name, {}), text)])

    return write


def test_hits_are_read(observed):
    assert read_hits(observed(HITS)) == [
        FoundPage("Orvane Works", URL),
        FoundPage("A closer look at Orvane", "https://daily.example/9c8d"),
    ]


def test_pictures_are_known_by_their_page(observed):
    assert read_hits(observed(PICTURES)) == [FoundPage("Orvane Works", URL)]


def test_a_page_is_read_without_what_the_tool_adds(observed):
    assert read_page(observed(PAGE), URL) == "Orvane Works\nType: brand\n\nIt is a brand."


def test_a_page_without_pictures_is_read_to_its_end(observed):
    assert read_page(observed(PAGE.partition("\n\nPictures")[0]), URL).endswith("It is a brand.")


def test_another_page_is_not_taken_for_it(observed):
    assert read_page(observed(PAGE), "https://daily.example/ffff") == ""


def test_a_crop_says_what_it_shows(observed):
    text = (
        "Crop of image_1: pixels [10, 20, 110, 70] of its original, enlarged 4 times.\n"
        "image_2: 400x200 pixels"
    )
    assert read_look(observed(text, "crop")) == Look((10, 20, 110, 70), 4.0)


def test_a_large_crop_is_shown_smaller(observed):
    text = (
        "Crop of image_1: pixels [0, 0, 2048, 1000] of its original.\n"
        "image_2: 2048x1000 pixels, shown at 1024x500"
    )
    assert read_look(observed(text, "crop")) == Look((0, 0, 2048, 1000), 0.5)


def test_a_refused_crop_shows_nothing(observed):
    assert read_look(observed("There is no image 'image_7'.", "crop")) is None


@pytest.mark.parametrize(
    ("printed", "read"), [("42", "42"), ("-1.50", "-1.50"), ("Monday", "Monday"), ("Error", "")]
)
def test_what_code_printed_is_read(observed, printed, read):
    assert read_printed(observed(printed, "python")) == read
