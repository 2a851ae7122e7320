from decimal import Decimal

import numpy as np
import pytest

from agentic_gym_envs.questions.programs import Clue
from agentic_gym_envs.realx.casting import CASTINGS, printed
from agentic_gym_envs.realx.casts import Staging, draw_cast
from agentic_gym_envs.world.values import Money
from agentic_gym_envs.world.world import get_world

WORLD = get_world("train", 0, 1_400)


def cast_of(casting, *, small=frozenset(), anchors=1, count=10):
    staging = Staging(anchors, frozenset(casting.sources), small)
    return draw_cast(casting, staging, WORLD, np.random.default_rng(3), count)


@pytest.mark.parametrize("casting", CASTINGS, ids=lambda casting: casting.scene)
def test_a_casting_fits_its_template_and_its_kind(casting):
    assert set(casting.sources) <= set(casting.template.fields)
    assert casting.required <= set(casting.sources)
    assert casting.template.shows_emblems or casting.emblem is None
    for entity in WORLD.of_kind(casting.kind)[:5]:
        for field in casting.sources:
            value = casting.value(WORLD, entity, field)
            assert casting.read(field, printed(value)) == value


@pytest.mark.parametrize("casting", CASTINGS, ids=lambda casting: casting.scene)
def test_a_cast_has_the_items_asked_for_each_once(casting):
    cast = cast_of(casting)
    assert len(cast.entities) == len(set(cast.entities)) == 10
    assert [item.key for item in cast.items()] == [str(place) for place in range(10)]


def test_the_pointed_items_look_alikes_are_there():
    casting = CASTINGS[0]
    cast = cast_of(casting, small=frozenset(casting.sources))
    pointed = cast.entities[cast.pointed[0]]
    differences = [
        sum(one != other for one, other in zip(pointed.code, each.code, strict=True))
        for each in cast.entities
    ]
    assert sorted(differences)[:2] == [0, 1]


def test_a_price_is_printed_without_its_currency():
    casting = next(casting for casting in CASTINGS if casting.scene == "shelf")
    product = WORLD.of_kind("product")[0]
    price = WORLD.value(product, "price")
    assert isinstance(price, Money)
    assert Decimal(cast_of(casting).texts(product)["price"]) == price.number


def test_only_plants_are_pressed():
    casting = next(casting for casting in CASTINGS if casting.scene == "botanical")
    assert all(entity.name.endswith(casting.endings) for entity in cast_of(casting).entities)


def test_there_is_no_cast_without_enough_entities():
    casting = next(casting for casting in CASTINGS if casting.scene == "botanical")
    staging = Staging(1, frozenset({"code"}), frozenset({"code"}))
    plants = sum(each.name.endswith(casting.endings) for each in WORLD.of_kind("species"))
    assert draw_cast(casting, staging, WORLD, np.random.default_rng(0), plants) is not None
    assert draw_cast(casting, staging, WORLD, np.random.default_rng(0), plants + 1) is None


def test_every_domain_has_a_scene_with_a_code_to_read():
    with_codes = {
        casting.template.domain
        for casting in CASTINGS
        if any(source.clue is Clue.CODE for source in casting.sources.values())
    }
    assert with_codes == {"daily", "media", "sports", "knowledge", "games"}
    assert len({casting.scene for casting in CASTINGS}) >= 6
