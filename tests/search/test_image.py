from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Pixels
from agentic_gym.search import Document, DocumentImage, ImageIndex, MemoryCorpus

COUNT = 300


def emblem(number: int, side: int = 96) -> Pixels:
    """A few coloured shapes on a coloured ground."""
    rng = np.random.default_rng((20, number))

    def colour() -> tuple[int, ...]:
        return tuple(rng.integers(0, 256, 3).tolist())

    picture = Image.new("RGB", (side, side), colour())
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(2, 5))):
        left, top = rng.integers(0, side - 24, 2).tolist()
        width, height = rng.integers(24, side // 2, 2).tolist()
        shape = draw.ellipse if rng.random() < 0.5 else draw.rectangle
        shape((left, top, left + width, top + height), fill=colour())
    return np.asarray(picture)


def document(number: int) -> Document:
    image = DocumentImage(f"https://i.example/{number}.png", f"emblem {number}", lambda: emblem(number))
    return Document(f"https://p.example/{number:04}", f"Club {number}", "", (image,))


def crop_from_scene(number: int, margin: float, rng: np.random.Generator) -> Pixels:
    """The emblem, smaller, in a noisy scene, cut out with a margin on each side."""
    ground = rng.normal(rng.integers(0, 256, 3), 12.0, (200, 200, 3)).clip(0, 255)
    scene = Image.fromarray(ground.astype(np.uint8))
    side = int(rng.integers(24, 80))
    scene.paste(Image.fromarray(emblem(number)).resize((side, side), Image.Resampling.LANCZOS), (60, 60))
    edge = round(margin * side)
    return np.asarray(scene.crop((60 - edge, 60 - edge, 60 + side + edge, 60 + side + edge)))


@pytest.fixture(scope="module")
def index() -> ImageIndex:
    return ImageIndex(MemoryCorpus(document(number) for number in range(COUNT)))


@pytest.mark.parametrize(("margin", "least"), [(0.0, 0.98), (0.05, 0.98), (0.25, 0.78)])
def test_an_emblem_cropped_out_of_a_scene_is_found(index: ImageIndex, margin: float, least: float) -> None:
    rng = np.random.default_rng((21, round(100 * margin)))
    numbers = rng.integers(COUNT, size=60).tolist()
    best = [index.search(crop_from_scene(number, margin, rng), limit=1)[0].caption for number in numbers]
    right = sum(caption == f"emblem {number}" for caption, number in zip(best, numbers, strict=True))
    assert right / len(numbers) >= least


def test_a_hit_names_the_page_and_the_best_comes_first(index: ImageIndex) -> None:
    hits = index.search(emblem(7))
    assert len(hits) == 5
    assert (hits[0].url, hits[0].title, hits[0].caption) == ("https://p.example/0007", "Club 7", "emblem 7")
    assert hits[0].score > 0.99
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_equal_pictures_come_in_the_order_of_their_pages() -> None:
    same = [
        Document(url, url, "", (DocumentImage("", "", lambda: emblem(1)),))
        for url in ("https://c.example", "https://a.example", "https://b.example")
    ]
    found = [hit.url for hit in ImageIndex(MemoryCorpus(same)).search(emblem(2))]
    assert found == ["https://a.example", "https://b.example", "https://c.example"]


def test_pictures_are_loaded_once_and_not_before_the_first_search() -> None:
    loads = 0

    def load() -> Pixels:
        nonlocal loads
        loads += 1
        return emblem(3)

    page = Document("https://p.example", "Page", "", (DocumentImage("", "", load),))
    index = ImageIndex(MemoryCorpus([page]))
    assert loads == 0
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(index.search, [emblem(3)] * 8))
    assert loads == 1


def test_a_plain_colour_is_like_nothing(index: ImageIndex) -> None:
    assert {hit.score for hit in index.search(np.full((30, 30, 3), 77, np.uint8))} == {0.0}


def test_nothing_to_be_found_and_wrong_limits(index: ImageIndex) -> None:
    assert ImageIndex(MemoryCorpus([])).search(emblem(1)) == []
    with pytest.raises(ConfigurationError, match="limit is 0"):
        index.search(emblem(1), limit=0)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 400), st.integers(1, 400))
def test_a_picture_of_any_size_can_be_searched(index: ImageIndex, width: int, height: int) -> None:
    pixels = np.random.default_rng((width, height)).integers(0, 256, (height, width, 3), dtype=np.uint8)
    assert all(-1.0 <= hit.score <= 1.0 for hit in index.search(pixels))
