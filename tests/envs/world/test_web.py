import re
from collections import Counter
from urllib.parse import urlparse

import numpy as np
import pytest

from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.tables import SMALLEST
from agentic_gym_envs.world.web import IMAGE_SIZE, PageKind, Web, get_web
from agentic_gym_envs.world.world import World


@pytest.fixture(scope="module")
def web() -> Web:
    return Web(World("train", 9, SMALLEST))


def of_page_kind(web: Web, kind: PageKind) -> list[str]:
    return [url for url in web if web.kind_of_page(url) is kind]


@pytest.mark.parametrize("size", [SMALLEST, 3_400, 5_001])
def test_a_web_has_exactly_the_pages_asked_for(size: int) -> None:
    web = Web(World("val", 2, size))
    assert len(web) == len(set(web)) == size
    kinds = Counter(web.kind_of_page(url) for url in web)
    assert kinds[PageKind.ARTICLE] == len(web.world)
    assert kinds[PageKind.NEWS] >= 0.02 * size


def test_the_same_world_gives_the_same_pages_in_any_order(web: Web) -> None:
    again = Web(World("train", 9, SMALLEST))
    assert [again[url] for url in reversed(list(again))] == [web[url] for url in reversed(list(web))]


def test_titles_are_unique_and_the_text_begins_with_them(web: Web) -> None:
    titles = [page.title for page in web.values()]
    assert len(set(titles)) == len(titles)
    assert all(page.text.startswith(page.title + "\n") for page in web.values())


def test_addresses_are_reserved_and_tell_nothing(web: Web) -> None:
    other = Web(World("train", 10, SMALLEST))
    assert not set(web) & set(other)
    for url in web:
        address = urlparse(url)
        assert address.netloc.endswith(".example")
        assert re.fullmatch(r"/[0-9a-f]{16}", address.path)
    pictures = [image.url for page in web.values() for image in page.images]
    assert len(set(pictures)) == len(pictures)
    assert all(re.fullmatch(r"https://images\.example/[0-9a-f]{16}\.png", url) for url in pictures)


def test_an_entity_can_be_found_by_its_code_and_from_those_it_is_related_to(web: Web) -> None:
    text = {page.title: page.text for page in web.values()}
    for entity in web.world:
        article = text[entity.name]
        assert entity.code is None or f": {entity.code}\n" in article
        for relation in KINDS[entity.kind].relations:
            for target in web.world.all_related(entity, relation.name):
                assert target.name in article
                assert target.name in text


def test_a_code_stands_on_one_page_only(web: Web) -> None:
    everything = "\n".join(page.text for page in web.values())
    for entity in list(web.world)[::25]:
        if entity.code is not None:
            assert everything.count(entity.code) == 1


def test_articles_link_to_the_lists_about_them(web: Web) -> None:
    for url in of_page_kind(web, PageKind.LIST):
        title = web[url].title
        linking = [
            page
            for page in web.values()
            if "See also: " in page.text and title in page.text.split("See also: ")[1]
        ]
        assert len(linking) == 1
        if url == of_page_kind(web, PageKind.LIST)[10]:
            break


def test_a_list_page_has_a_row_for_each_source(web: Web) -> None:
    world = web.world
    brand = next(b for b in world.of_kind("brand") if len(world.sources(b, "product", "brand")) > 1)
    page = web.list_page("product", "brand", brand)
    assert page is not None
    products = world.sources(brand, "product", "brand")
    rows = [line.split(" | ") for line in page.text.split("\n")[4:]]
    assert sorted(row[0] for row in rows) == sorted(product.name for product in products)
    for row in rows:
        assert any(row[1] == world.value(world.named(row[0]), "price").text(style) for style in range(6))


def test_what_few_lead_to_has_no_list_page(web: Web) -> None:
    world = web.world
    lonely = next(c for c in world.of_kind("city") if len(world.sources(c, "shop", "city")) < 2)
    assert web.list_page("shop", "city", lonely) is None


def test_facts_stand_sometimes_in_the_infobox_sometimes_only_in_prose(web: Web) -> None:
    boxed = 0
    players = web.world.of_kind("player")
    for player in players:
        infobox = web.article(player).text.split("\n\n")[0]
        boxed += "\nHeight: " in infobox
    assert 0.5 * len(players) < boxed < 0.95 * len(players)


def test_prose_is_worded_in_several_ways(web: Web) -> None:
    openings = Counter(
        web.article(brand).text.split("\n\n")[1].split(". ")[0].replace(brand.name, "X")
        for brand in web.world.of_kind("brand")
    )
    assert len(openings) >= 3


@pytest.mark.parametrize("kind", ["team", "brand", "person", "artwork"])
def test_pictures_are_drawn_and_differ(web: Web, kind: str) -> None:
    drawn = []
    for entity in web.world.of_kind(kind)[:8]:
        (image,) = web.article(entity).images
        assert entity.name in image.caption
        pixels = image.draw()
        assert pixels.shape == (IMAGE_SIZE, IMAGE_SIZE, 3)
        assert pixels.dtype == np.uint8
        np.testing.assert_array_equal(pixels, image.draw())
        drawn.append(pixels.tobytes())
    assert len(set(drawn)) == len(drawn)


def test_a_page_that_does_not_exist_is_a_key_error(web: Web) -> None:
    with pytest.raises(KeyError):
        web["https://daily.example/0000000000000000"]
    assert "https://daily.example/0000000000000000" not in web


def test_get_web_is_kept() -> None:
    assert get_web("val", 3, SMALLEST) is get_web("val", 3, SMALLEST)
    assert get_web("val", 3, SMALLEST).world.seed == 3
