import pytest

from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.parse import ParsedPage, parse_page
from agentic_gym_envs.world.tables import SMALLEST
from agentic_gym_envs.world.web import PageKind, Web
from agentic_gym_envs.world.world import World


@pytest.fixture(scope="module", params=[("train", 0), ("train", 1), ("val", 0), ("test", 0)], ids=str)
def web(request: pytest.FixtureRequest) -> Web:
    split, seed = request.param
    return Web(World(split, seed, SMALLEST))


def pages(web: Web, kind: PageKind) -> list[ParsedPage]:
    parsed = [parse_page(page.text) for url, page in web.items() if web.kind_of_page(url) is kind]
    assert parsed
    return parsed


def test_articles_say_everything_that_is_in_the_tables(web: Web) -> None:
    world = web.world
    for page in pages(web, PageKind.ARTICLE):
        entity = world.named(page.title)
        kind = KINDS[entity.kind]
        assert page.subject == page.title
        assert page.kind is kind
        assert page.code == entity.code
        assert page.values == {a.name: world.value(entity, a.name) for a in kind.attributes}
        assert page.targets == {
            r.name: tuple(target.name for target in world.all_related(entity, r.name)) for r in kind.relations
        }
        assert page.value_histories == {
            a.name: world.past_values(entity, a.name) for a in kind.attributes if a.dated
        }
        assert page.target_histories == {
            r.name: tuple((period, target.name) for period, target in world.past_targets(entity, r.name))
            for r in kind.relations
            if r.dated
        }


def test_list_pages_say_what_is_in_the_tables(web: Web) -> None:
    world = web.world
    for page in pages(web, PageKind.LIST):
        assert page.relation is not None
        listing = page.kind.relation(page.relation).listing
        assert listing is not None
        sources = world.sources(world.named(page.subject), page.kind.name, page.relation)
        assert page.rows == {
            source.name: {column: world.value(source, column) for column in listing.columns}
            for source in sources
        }


def test_news_says_some_of_what_is_in_the_tables(web: Web) -> None:
    world = web.world
    for page in pages(web, PageKind.NEWS):
        entity = world.named(page.subject)
        assert page.kind.name == entity.kind
        assert len(page.values) + len(page.targets) == 2
        for name, value in page.values.items():
            assert value == world.value(entity, name)
        for name, targets in page.targets.items():
            assert targets == tuple(target.name for target in world.all_related(entity, name))


def test_a_page_is_read_from_its_text_alone(web: Web) -> None:
    brand = web.world.of_kind("brand")[0]
    text = web.article(brand).text
    founded = web.world.value(brand, "founded").text()
    assert parse_page(text.replace(founded, "1777")).values["founded"].answer() == "1777"


def test_a_page_that_contradicts_itself_is_refused() -> None:
    text = (
        "Orvane\nType: brand\nRegistration number: A1111A\nFounded: 1901\n\nThe company was founded in 1902."
    )
    with pytest.raises(ValueError, match="two accounts of 'Founded'"):
        parse_page(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Orvane",
        "Orvane\nType: unicorn\n\nIt is rare.",
        "Unicorns of Orvane\n2 unicorns\n\nUnicorn | Horn\nA | 1",
    ],
)
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected|no kind"):
        parse_page(text)
