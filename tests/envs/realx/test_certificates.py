"""Each certificate rejects what it is there for."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agentic_gym_envs.questions.evidence import RejectedError, mentions
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import Ability, Ask, Clue, Compute, Hop, NameOf, Printed, Subject
from agentic_gym_envs.questions.proofs import prove_hidden, prove_unique
from agentic_gym_envs.realx.certificates import (
    certify,
    certify_open,
    certify_second_reading,
    certify_steps,
    certify_straight,
    certify_unseen,
    swapped_answers,
)
from agentic_gym_envs.realx.facts import TableFacts
from agentic_gym_envs.world.values import Choice, Day, Integer, Measure, Money, Name


@pytest.fixture(scope="module")
def task(tasks):
    """A task with one subject, known by its code, on a shelf or elsewhere."""
    for task in tasks(1, 60):
        if "by code" in task.template and task.tags == {
            "perception",
            "search",
            task.cast.casting.template.domain,
        }:
            return task
    raise AssertionError("no such task among the first")


@pytest.fixture(scope="module")
def product(tasks):
    """A product on a shelf, by its code."""
    for task in tasks(1, 120):
        is_single = len(task.cast.pointed) == 1
        if is_single and task.cast.casting.scene == "shelf" and "product by code" in task.template:
            return task
    raise AssertionError("no such task among the first")


PRODUCT = Subject("product", 0, Clue.CODE, "code")
WEIGHT = Ask(PRODUCT, "product", "weight")


@pytest.mark.parametrize("level", [0, 1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
def test_a_task_has_every_certificate(tasks, level):
    for task in tasks(level, 10 if level < 3 else 4):
        assert certify(task.program, task.casts, task.library, lambda answer: "") == task.answer


def test_what_is_visible_has_to_mean_one_thing(product, monkeypatch):
    two = product.library.world.of_kind("product")[:2]
    monkeypatch.setattr("agentic_gym_envs.realx.facts.TableFacts.subjects", lambda self, subject: two)
    with pytest.raises(RejectedError, match="2 answers"):
        prove_unique(WEIGHT, TableFacts(product.casts))


def test_a_difference_of_nothing_is_no_question(product):
    with pytest.raises(RejectedError, match="nothing differs"):
        prove_unique(Compute(Operation.DIFFERENCE, (WEIGHT, WEIGHT)), TableFacts(product.casts))


def test_a_fact_that_most_clues_share_is_no_question(product, monkeypatch):
    monkeypatch.setattr(
        "agentic_gym_envs.realx.facts.TableFacts.attribute", lambda self, entity, name, period: Integer(7)
    )
    with pytest.raises(RejectedError, match="1 different answers"):
        certify_open(WEIGHT, product.casts, Integer(7))


def test_a_closed_fact_that_is_unbalanced_is_no_question(product, monkeypatch):
    skewed = lambda self, entity, name, period: Choice("Monday" if entity.id % 4 else "Sunday")  # noqa: E731
    monkeypatch.setattr("agentic_gym_envs.realx.facts.TableFacts.attribute", skewed)
    with pytest.raises(RejectedError, match="balanced"):
        certify_open(WEIGHT, product.casts, Choice("Monday"))


def test_another_clue_leads_to_another_answer(product):
    place = product.cast.pointed[0]
    found = list(swapped_answers(WEIGHT, product.casts, 0, place))
    assert len(set(found)) >= 20


def test_an_answer_that_stands_large_in_the_picture_is_seen(product):
    shown = replace(product.cast, staging=replace(product.cast.staging, shown=frozenset({"code", "price"})))
    price = Measure(Decimal(shown.texts(shown.entities[0])["price"]), "")
    with pytest.raises(RejectedError, match="the picture holds"):
        certify_unseen([shown], price, frozenset({Ability.SEARCH}))


def test_what_has_to_be_read_may_stand_small_in_the_picture(product):
    staging = replace(product.cast.staging, shown=frozenset({"code"}), small=frozenset({"code"}))
    cast = replace(product.cast, staging=staging)
    code = Name(cast.texts(cast.entities[0])["code"])
    certify_unseen([cast], code, frozenset({Ability.PERCEPTION}))
    with pytest.raises(RejectedError, match="the picture holds"):
        certify_unseen([cast], code, frozenset({Ability.PERCEPTION, Ability.SEARCH}))


def test_a_question_that_holds_its_answer_is_seen(product):
    with pytest.raises(RejectedError, match="the question holds"):
        prove_hidden(product.library, Integer(1893), "Founded in 1893, when was it?")


def test_a_question_whose_words_find_the_answer_is_seen(product):
    pointed = product.cast.entities[product.cast.pointed[0]]
    weight = product.library.world.value(pointed, "weight")
    with pytest.raises(RejectedError, match="finds a page"):
        prove_hidden(product.library, weight, f"What is the weight of the {pointed.name}?")


def test_a_hop_that_the_first_page_spares_is_seen(product):
    brand = NameOf(Hop(PRODUCT, "product", "brand"))
    pointed = product.cast.entities[product.cast.pointed[0]]
    named = Name(product.library.world.related(pointed, "brand").name)
    with pytest.raises(RejectedError, match="without the steps between"):
        certify_steps(brand, product.casts, product.library, named)


def test_a_result_that_stands_on_a_page_is_seen(product):
    program = Compute(Operation.SUM, (WEIGHT,))
    weight = prove_unique(program, TableFacts(product.casts))
    with pytest.raises(RejectedError, match="evidence"):
        certify_steps(program, product.casts, product.library, weight)


def test_a_way_that_comes_back_is_no_question(product):
    facts = TableFacts(product.casts)
    city = Hop(PRODUCT, "product", "made_in")
    country = Hop(city, "city", "country")
    certify_straight(NameOf(country), facts)
    world = product.library.world
    pointed = product.cast.entities[product.cast.pointed[0]]
    at_home = world.related(world.related(pointed, "made_in"), "country")
    back = Hop(Hop(country, "country", "capital"), "city", "country")
    assert facts.follow(world.related(at_home, "capital"), "country") == at_home
    with pytest.raises(RejectedError, match="comes back"):
        certify_straight(NameOf(back), facts)


def test_pages_that_disagree_with_the_tables_are_seen(task):
    with pytest.raises(RejectedError, match="the pages"):
        certify_second_reading(task.program, task.casts, task.library, Name("something else"))


def test_a_fact_that_is_missing_is_a_rejection(product):
    unknown = Compute(Operation.DAYS, (WEIGHT, WEIGHT))
    with pytest.raises(RejectedError, match="date"):
        certify(unknown, product.casts, product.library, lambda answer: "")


def test_reading_a_price_needs_no_page(product):
    staging = replace(product.cast.staging, shown=frozenset({"price"}), small=frozenset({"price"}))
    answer = certify(
        Printed("price"), [replace(product.cast, staging=staging)], product.library, lambda answer: ""
    )
    assert isinstance(answer, Measure)


@pytest.mark.parametrize(
    ("text", "value", "found"),
    [
        ("It holds 34,512 spectators.", Integer(34_512), True),
        ("It holds 134,512 spectators.", Integer(34_512), False),
        ("Founded: 1893", Integer(1893, grouped=False), True),
        ("Plate 1893KT", Integer(1893), False),
        ("3.5 kg", Integer(3), False),
        ("KEL 1,249.50", Money(Decimal("1249.50"), "KEL"), True),
        ("1249.5 and more", Money(Decimal("1249.50"), "KEL"), True),
        ("1249.55", Money(Decimal("1249.5"), "KEL"), False),
        ("12.00 m", Measure(Decimal(12), "m"), True),
        ("on March 4, 1987.", Day(date(1987, 3, 4)), True),
        ("on 1987-03-05", Day(date(1987, 3, 4)), False),
        ("by ORVANE works", Name("Orvane Works"), True),
        ("by Orvane Workshops", Name("Orvane Works"), False),
    ],
)
def test_whether_a_text_holds_a_value(text, value, found):
    assert mentions(text, value) is found
