from decimal import Decimal

import pytest

from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Subject
from agentic_gym_envs.textsearch.facts import ReadFacts, TableFacts
from agentic_gym_envs.textsearch.starts import Coded, Extreme, Named, Related, Row, entities_of
from agentic_gym_envs.world.library import get_library
from agentic_gym_envs.world.values import Integer, Measure, Money, Name


@pytest.fixture(scope="module")
def library():
    return get_library("train", 0, 1_400)


def one_listed(world):
    """A product of a brand that has several."""
    return next(each for each in world.of_kind("product") if len(sources(world, each)) > 2)


def sources(world, product):
    return world.sources(world.related(product, "brand"), "product", "brand")


def test_a_name_and_a_code_mean_one(library):
    product = library.world.of_kind("product")[3]
    assert entities_of(Named("product", product.name), library.world) == [product]
    assert entities_of(Coded("product", product.code), library.world) == [product]


def test_a_relation_means_all_that_it_leads_from(library):
    film = library.world.of_kind("film")[0]
    director = library.world.related(film, "director")
    found = entities_of(Related("film", "director", Named("person", director.name)), library.world)
    assert film in found
    assert set(found) == set(library.world.sources(director, "film", "director"))


def test_a_row_means_those_with_its_value(library):
    product = one_listed(library.world)
    owner = Named("brand", library.world.related(product, "brand").name)
    weight = library.world.value(product, "weight")
    assert product in entities_of(Row("product", "brand", owner, "weight", weight), library.world)


@pytest.mark.parametrize("highest", [True, False])
def test_an_extreme_means_an_end_of_the_list(library, highest):
    product = one_listed(library.world)
    owner = Named("brand", library.world.related(product, "brand").name)
    weights = {each: library.world.value(each, "weight").number for each in sources(library.world, product)}
    end = (max if highest else min)(weights.values())
    found = entities_of(Extreme("product", "brand", owner, "weight", highest), library.world)
    assert found == [each for each, weight in weights.items() if weight == end]


def test_values_without_an_order_have_no_end():
    start = Extreme("product", "brand", Named("brand", "x"), "price", highest=True)
    with pytest.raises(NoFactError, match="compared"):
        start.meant([Money(Decimal(1), "ABC"), Money(Decimal(2), "DEF")])
    with pytest.raises(NoFactError, match="a number or a date"):
        start.meant([Name("x")])


def test_both_ends_may_be_shared():
    start = Extreme("product", "brand", Named("brand", "x"), "weight", highest=True)
    assert start.meant([Integer(3), Integer(1), Integer(3)]) == [0, 2]


def test_pages_mean_whom_the_tables_mean(library):
    product = one_listed(library.world)
    brand = library.world.related(product, "brand")
    weight = library.world.value(product, "weight")
    for owner in (Named("brand", brand.name), Coded("brand", brand.code)):
        starts = [
            Named("product", product.name),
            Coded("product", product.code),
            Row("product", "brand", owner, "weight", weight),
        ]
        for slot, start in enumerate(starts):
            subject = Subject("product", slot, start.clue)
            told = ReadFacts(library, starts).subjects(subject)
            assert told == [each.name for each in TableFacts(library.world, starts).subjects(subject)]


def test_a_code_that_stands_nowhere_means_nobody(library):
    assert ReadFacts(library, [Coded("product", "ZZ0000")]).subjects(Subject("product", 0, "code")) == []


def test_a_value_of_another_kind_means_nobody(library):
    product = one_listed(library.world)
    owner = Named("brand", library.world.related(product, "brand").name)
    start = Row("product", "brand", owner, "weight", Measure(Decimal("-1"), "kg"))
    assert ReadFacts(library, [start]).subjects(Subject("product", 0, start.clue)) == []
