import subprocess
import sys
import threading
from collections import Counter
from itertools import combinations, islice

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.names import SPLITS
from agentic_gym_envs.world.schema import Depiction, Kind
from agentic_gym_envs.world.tables import SMALLEST
from agentic_gym_envs.world.values import ChoiceType, Day, Integer, IntegerType, Name
from agentic_gym_envs.world.world import TODAY, Entity, World, get_world

SEEDS = (0, 1, 2)
ALL = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [World(split, seed, SMALLEST) for split in SPLITS for seed in SEEDS]


def facts(world: World) -> list[str]:
    """Everything that a world says, as text."""
    return [
        f"{entity} {[world.value(entity, a.name) for a in KINDS[entity.kind].attributes]} "
        f"{[world.all_related(entity, r.name) for r in KINDS[entity.kind].relations]}"
        for entity in world
    ]


def test_the_same_seed_gives_the_same_world_and_another_seed_another_one() -> None:
    assert facts(World("val", 5, SMALLEST)) == facts(World("val", 5, SMALLEST))
    assert {entity.name for entity in World("val", 5, SMALLEST)} != {
        entity.name for entity in World("val", 6, SMALLEST)
    }


def test_a_world_that_has_more_pages_has_more_entities() -> None:
    small, large = World("train", 1, SMALLEST), World("train", 1, 3 * SMALLEST)
    assert len(large) > 2.5 * len(small)


def test_no_name_of_one_split_occurs_in_another(worlds: list[World]) -> None:
    names = {split: [e.name.lower() for w in worlds if w.split == split for e in w] for split in SPLITS}
    for one, other in combinations(SPLITS, 2):
        text = "\n".join(names[other])
        assert not any(name in text for name in names[one])
        text = "\n".join(names[one])
        assert not any(name in text for name in names[other])


def test_no_code_of_one_split_occurs_in_another(worlds: list[World]) -> None:
    codes = [{e.code for w in worlds if w.split == split for e in w if e.code} for split in SPLITS]
    assert all(not one & other for one, other in combinations(codes, 2))


def test_names_codes_and_emblems_are_unique_in_a_world(worlds: list[World]) -> None:
    for world in worlds:
        for column in (
            [entity.name for entity in world],
            [entity.code for entity in world if entity.code is not None],
            [entity.emblem for entity in world if entity.emblem is not None],
        ):
            assert len(set(column)) == len(column) > 0


def test_names_stay_unique_in_large_worlds() -> None:
    world = World("test", 0, 20_000)
    assert len({entity.name for entity in world}) == len(world)
    assert len({entity.code for entity in world if entity.code}) == sum(1 for e in world if e.code)


@pytest.mark.parametrize("kind", [kind for kind in KINDS.values() if kind.scenic], ids=lambda kind: kind.name)
def test_codes_have_near_neighbours(worlds: list[World], kind: Kind) -> None:
    for world in worlds[:2]:
        codes = [entity.code or "" for entity in world.of_kind(kind.name)]
        near = {
            code
            for one, other in combinations(codes, 2)
            if sum(a != b for a, b in zip(one, other, strict=True)) == 1
            for code in (one, other)
        }
        assert len(near) >= 0.8 * len(codes)


def test_people_share_surnames_and_given_names(worlds: list[World]) -> None:
    for world in worlds:
        people = [*world.of_kind("person"), *world.of_kind("player"), *world.of_kind("artist")]
        for part in (0, 1):
            uses = Counter(person.name.split()[part] for person in people)
            assert sum(count for count in uses.values() if count > 1) > len(people) / 3


@ALL
def test_relations_are_functional_unless_declared_otherwise(worlds: list[World], kind: Kind) -> None:
    for world in worlds:
        for entity in world.of_kind(kind.name):
            for relation in kind.relations:
                targets = world.all_related(entity, relation.name)
                assert {target.kind for target in targets} == {relation.target}
                assert len(set(targets)) == len(targets)
                if relation.functional:
                    assert targets == (world.related(entity, relation.name),)


@ALL
def test_attributes_that_questions_ask_for_have_many_values_evenly_used(
    worlds: list[World], kind: Kind
) -> None:
    for world in worlds:
        entities = world.of_kind(kind.name)
        for attribute in kind.attributes:
            if not attribute.target:
                continue
            uses = Counter(world.value(entity, attribute.name) for entity in entities)
            if isinstance(attribute.type, ChoiceType):
                assert len(uses) == len(attribute.type.options)
                assert max(uses.values()) - min(uses.values()) <= 1
            else:
                assert len(uses) >= 20
                assert max(uses.values()) <= 0.1 * len(entities)


@ALL
def test_no_target_of_a_relation_dominates(worlds: list[World], kind: Kind) -> None:
    for world in worlds:
        entities = world.of_kind(kind.name)
        for relation in kind.relations:
            uses = Counter(target for e in entities for target in world.all_related(e, relation.name))
            assert len(uses) >= 20
            assert max(uses.values()) <= 0.15 * sum(uses.values())


def test_sources_are_the_inverse_of_a_relation(worlds: list[World]) -> None:
    world = worlds[0]
    for kind in KINDS.values():
        for relation in kind.relations:
            for target in islice(world.of_kind(relation.target), 5):
                sources = world.sources(target, kind.name, relation.name)
                expected = tuple(
                    e for e in world.of_kind(kind.name) if target in world.all_related(e, relation.name)
                )
                assert sources == expected


def year(world: World, entity: Entity, attribute: str) -> int:
    match world.value(entity, attribute):
        case Day(date):
            return date.year
        case Integer(number):
            return number
        case other:
            raise AssertionError(other)


def test_derived_facts_agree(worlds: list[World]) -> None:
    for world in worlds:
        for country in world.of_kind("country"):
            assert world.related(world.related(country, "capital"), "country") == country
        assert len({world.related(c, "currency") for c in world.of_kind("country")}) == len(
            world.of_kind("country")
        )
        for team in world.of_kind("team"):
            assert world.related(team, "city") == world.related(world.related(team, "stadium"), "city")
        for match in world.of_kind("match"):
            home, away = world.related(match, "home"), world.related(match, "away")
            assert home != away
            assert world.related(home, "league") == world.related(away, "league")
            assert world.related(match, "league") == world.related(home, "league")
            assert match.name.startswith(f"{home.name} v {away.name}, ")
        for artwork in world.of_kind("artwork"):
            artist = world.related(artwork, "artist")
            assert 18 <= year(world, artwork, "made") - year(world, artist, "born") <= 69
        for patch in world.of_kind("patch"):
            game = world.related(patch, "game")
            assert year(world, patch, "released") >= year(world, game, "released")


def test_everything_happened_before_today(worlds: list[World]) -> None:
    for world in worlds:
        for entity in world:
            for attribute in KINDS[entity.kind].attributes:
                value = world.value(entity, attribute.name)
                if isinstance(value, Day):
                    assert value.date < TODAY
                elif isinstance(attribute.type, IntegerType) and not attribute.type.grouped:
                    assert year(world, entity, attribute.name) < TODAY.year


def test_money_is_in_the_currency_of_the_country(worlds: list[World]) -> None:
    world = worlds[0]
    for brand in world.of_kind("brand"):
        country = world.related(world.related(brand, "city"), "country")
        iso = world.value(world.related(country, "currency"), "iso")
        assert isinstance(iso, Name)
        for product in world.sources(brand, "product", "brand"):
            assert world.value(product, "price").unit == iso.name  # type: ignore[union-attr]


def test_a_dated_relation_has_a_target_a_season_and_ends_at_the_present_one(worlds: list[World]) -> None:
    moved = 0
    for player in worlds[0].of_kind("player"):
        past = worlds[0].past_targets(player, "team")
        assert [int(p) for p, _ in past] == list(range(int(past[0][0]), 2025))
        assert past[-1][1] == worlds[0].related(player, "team")
        assert worlds[0].related(player, "team", period=past[0][0]) == past[0][1]
        moved += past[0][1] != past[-1][1]
    assert moved > len(worlds[0].of_kind("player")) / 3


def test_a_dated_value_has_a_price_a_patch_in_the_order_of_release(worlds: list[World]) -> None:
    world = worlds[0]
    for card in world.of_kind("card"):
        game = world.related(card, "game")
        patches = sorted(
            world.sources(game, "patch", "game"), key=lambda patch: world.value(patch, "released").answer()
        )
        past = world.past_values(card, "price")
        assert [period for period, _ in past] == [world.value(p, "version").answer() for p in patches]
        assert past[-1][1] == world.value(card, "price") == world.value(card, "price", period=past[-1][0])


def test_list_pages_are_of_targets_that_several_lead_to(worlds: list[World]) -> None:
    world = worlds[0]
    pages = list(world.list_pages())
    assert len({page.title for page in pages}) == len(pages) > 100
    assert not {page.title for page in pages} & {entity.name for entity in world}
    for page in pages:
        assert len(world.sources(page.target, page.kind.name, page.relation.name)) >= 2


def test_entities_are_found_by_id_name_and_code(worlds: list[World]) -> None:
    world = worlds[0]
    for entity in islice(world, 0, None, 50):
        assert world.entity(entity.id) == world.named(entity.name) == entity
        if entity.code is not None:
            assert world.with_code(entity.code) == entity
        shows_emblem = KINDS[entity.kind].depiction is Depiction.EMBLEM
        assert (entity.emblem is not None) is shows_emblem


def test_wrong_questions_are_refused(worlds: list[World]) -> None:
    world = worlds[0]
    film, player = world.of_kind("film")[0], world.of_kind("player")[0]
    with pytest.raises(ConfigurationError, match="all_related"):
        world.related(film, "cast")
    with pytest.raises(ConfigurationError, match="no history"):
        world.value(film, "runtime", period="2020")
    with pytest.raises(ConfigurationError, match="unknown period '1999'"):
        world.related(player, "team", period="1999")
    with pytest.raises(ConfigurationError, match="unknown attribute of a film"):
        world.value(film, "smell")
    with pytest.raises(ConfigurationError, match="ids go from 0"):
        world.entity(-1)
    with pytest.raises(ConfigurationError, match="no entity of this world has the code"):
        world.with_code("??0000")
    with pytest.raises(ConfigurationError, match="unknown entity"):
        world.named("Atlantis")


@pytest.mark.parametrize(
    ("split", "seed", "size"), [("dev", 0, 1400), ("train", -1, 1400), ("train", 0, 100)]
)
def test_a_world_that_cannot_be_made_is_refused(split: str, seed: int, size: int) -> None:
    with pytest.raises(ConfigurationError):
        World(split, seed, size)


def test_get_world_keeps_what_it_made_also_for_threads() -> None:
    found: list[World] = []
    threads = [
        threading.Thread(target=lambda: found.append(get_world("test", 77, SMALLEST))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(world is found[0] for world in found)


def test_another_process_makes_the_same_world() -> None:
    code = (
        "import hashlib\n"
        "from agentic_gym_envs.world.world import World\n"
        "from agentic_gym_envs.world.web import Web\n"
        "pages = Web(World('train', 4, 1400)).values()\n"
        "print(hashlib.sha256(repr([(p.url, p.title, p.text) for p in pages]).encode()).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
        for _ in "12"
    ]
    assert runs[0].stdout == runs[1].stdout != ""
