import datetime
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from agentic_gym_envs.world.editions import Standing, editions, other_value, titles_about
from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.pages import PageKind
from agentic_gym_envs.world.parse import ParsedPage, holding, parse_page
from agentic_gym_envs.world.prose import Dice
from agentic_gym_envs.world.values import Day, Integer, Measure, Money, Name
from agentic_gym_envs.world.web import Web
from agentic_gym_envs.world.world import World

SIZE = 2_400


@pytest.fixture(scope="module")
def web() -> Web:
    return Web(World("train", 3, 1_800), SIZE, tangled=True)


@pytest.fixture(scope="module")
def about(web: Web) -> dict[str, list[ParsedPage]]:
    """Every article by whom it is about, read with its picture."""
    found = defaultdict(list)
    for page in web.values():
        parsed = parse_page(page.text, page.sheet)
        if parsed.is_article:
            found[parsed.subject].append(parsed)
    return found


def test_a_tangled_web_has_the_pages_asked_for_and_two_for_some(web: Web, about: object) -> None:
    assert len(web) == SIZE
    kinds = [web.kind_of_page(url) for url in web]
    assert kinds.count(PageKind.ARTICLE) == len(web.world)
    assert kinds.count(PageKind.RIVAL) == int(0.4 * len(web.world))


def test_the_page_that_holds_says_what_is_in_the_tables(web: Web, about: dict[str, list[ParsedPage]]) -> None:
    for entity in web.world:
        page, kind = holding(about[entity.name]), KINDS[entity.kind]
        assert page.values == {each.name: web.world.value(entity, each.name) for each in kind.attributes}
        assert page.targets == {
            each.name: tuple(target.name for target in web.world.all_related(entity, each.name))
            for each in kind.relations
        }


def test_a_rival_says_something_else_and_can_be_found_in_the_same_way(
    web: Web, about: dict[str, list[ParsedPage]]
) -> None:
    differing = 0
    for entity in web.world:
        pages = about[entity.name]
        assert len(pages) == 1 + web.is_disputed(entity)
        assert {page.title for page in pages} <= set(titles_about(entity.name))
        assert {page.code for page in pages} == {entity.code}
        if len(pages) == 2:
            one, other = pages
            differing += one.values != other.values or one.targets != other.targets
    assert differing >= 0.7 * int(0.4 * len(web.world))


def test_neither_title_nor_date_alone_tells_which_page_holds(about: dict[str, list[ParsedPage]]) -> None:
    pairs = [pages for pages in about.values() if len(pages) == 2]
    plain = sum(holding(pages).title == holding(pages).subject for pages in pairs)
    latest = sum(holding(pages) is max(pages, key=lambda page: page.as_of or date.min) for pages in pairs)
    assert 0.35 * len(pairs) < plain < 0.65 * len(pairs)
    assert 0.5 * len(pairs) < latest < 0.8 * len(pairs)


def test_the_register_holds_against_fans_and_later_against_earlier() -> None:
    kind = KINDS["team"]
    old = ParsedPage("A", "A", kind, standing=Standing.REGISTER, as_of=date(2020, 1, 1))
    new = ParsedPage("B", "A", kind, standing=Standing.REGISTER, as_of=date(2024, 1, 1))
    fans = ParsedPage("C", "A", kind, standing=Standing.FANS, as_of=date(2025, 1, 1))
    assert holding([old, fans]) is old
    assert holding([fans, new, old]) is new


def test_a_rival_does_not_name_whom_the_tables_name(web: Web) -> None:
    for entity in web.world.of_kind("team"):
        holds, rival = editions(web.world, entity, Dice(entity.id))
        assert holds.holds
        assert not rival.holds
        assert not holds.values
        for name, value in rival.values.items():
            assert value != web.world.value(entity, name)
        for name, target in rival.targets.items():
            assert target != web.world.related(entity, name).name


@pytest.mark.parametrize(
    "value",
    [
        Integer(1),
        Integer(4_000, "seats"),
        Integer(1893, grouped=False),
        Measure(Decimal("3.50"), "m"),
        Measure(Decimal("0.1"), "m"),
        Money(Decimal("12.00"), "KEL"),
        Day(datetime.date(2001, 5, 6)),
    ],
    ids=str,
)
def test_another_value_is_of_the_same_type_and_unit(value: Integer | Measure | Money | Day) -> None:
    for seed in range(30):
        other = other_value(value, Dice(seed))
        assert other != value
        assert type(other) is type(value)
        assert getattr(other, "unit", "") == getattr(value, "unit", "")


def test_a_name_has_no_other_value() -> None:
    with pytest.raises(TypeError, match="no other value"):
        other_value(Name("Ame"), Dice(0))


def test_some_facts_stand_in_pictures_only(web: Web) -> None:
    leaflets = [page for page in web.values() if page.sheet is not None]
    assert len(leaflets) >= 0.15 * SIZE
    for page in leaflets[:200]:
        assert page.sheet is not None
        assert page.images[-1].caption.startswith("Leaflet: ")
        by_text, by_both = parse_page(page.text), parse_page(page.text, page.sheet)
        assert len(by_both.values) == len(by_text.values) + by_text.is_article
        assert by_text.is_article or (by_both.rows and not by_text.rows)


def test_an_untangled_web_has_neither(web: Web) -> None:
    plain = Web(World("train", 3, 1_800))
    assert all(page.sheet is None for page in plain.values())
    assert not any("Source: " in page.text for page in plain.values())
    assert PageKind.RIVAL not in {plain.kind_of_page(url) for url in plain}
