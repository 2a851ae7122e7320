import re
from collections import Counter

import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.prose import FILLERS, columns
from agentic_gym_envs.world.schema import Depiction, Domain, Kind, Patterned, Relation, Several
from agentic_gym_envs.world.tables import SMALLEST
from agentic_gym_envs.world.values import MoneyType

ALL = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


def test_nouns_and_list_titles_are_unique() -> None:
    nouns = Counter(kind.noun for kind in KINDS.values())
    titles = Counter(r.listing.title for k in KINDS.values() for r in k.relations if r.listing)
    assert max(nouns.values()) == max(titles.values()) == 1


def test_every_domain_has_kinds_that_can_stand_in_a_picture() -> None:
    scenic = {kind.domain for kind in KINDS.values() if kind.scenic}
    assert scenic == set(Domain) - {Domain.GEOGRAPHY}
    assert set(FILLERS) == set(Domain)


@ALL
def test_names_and_labels_are_unique_within_a_kind(kind: Kind) -> None:
    everything = columns(kind)
    assert len({column.name for column in everything}) == len(everything)
    labels = [column.label for column in everything] + [kind.code_label.capitalize(), "Type"]
    assert len(set(labels)) == len(labels)
    assert not any(": " in label or " | " in label for label in labels)


@ALL
def test_each_fact_has_several_sentences_and_a_phrase_for_the_entity(kind: Kind) -> None:
    for column in columns(kind):
        assert len(column.sentences) >= 2
        assert column.phrase.count("{}") == 1
        for sentence in column.sentences:
            assert sentence.count("{value}") == 1
            assert sentence.endswith(".")
            assert ". " not in sentence


@ALL
def test_no_sentence_of_a_kind_reads_as_another_or_as_a_filler(kind: Kind) -> None:
    sentences = [sentence for column in columns(kind) for sentence in column.sentences]
    assert len(set(sentences)) == len(sentences)
    for sentence in sentences:
        pattern = re.compile(re.escape(sentence).replace(re.escape("{value}"), "(.+)"))
        others = [s.replace("{value}", "1,204 Orvane") for s in sentences if s != sentence]
        assert not any(pattern.fullmatch(other) for other in (*others, *FILLERS[kind.domain]))


@ALL
def test_relations_lead_to_kinds_and_listings_to_attributes(kind: Kind) -> None:
    for relation in kind.relations:
        assert relation.target in KINDS
        assert relation.functional is not isinstance(relation.draw, Several)
        for column in relation.listing.columns if relation.listing else ():
            assert kind.attribute(column).name == column


@ALL
def test_money_has_a_path_to_a_currency_and_nothing_else_has(kind: Kind) -> None:
    for attribute in kind.attributes:
        assert isinstance(attribute.type, MoneyType) is bool(attribute.currency)
        target = kind
        for name in attribute.currency:
            target = kind_of(target.relation(name).target)
        if attribute.currency:
            assert target.name == "currency"


@ALL
def test_a_kind_that_is_hopped_to_has_at_least_twenty_entities(kind: Kind) -> None:
    assert kind.count(SMALLEST) >= 20
    assert kind.count(68_000) >= kind.count(SMALLEST)


@ALL
def test_emblems_belong_to_kinds_with_codes_and_sharers_fit_the_patterns(kind: Kind) -> None:
    if kind.depiction is not Depiction.NONE:
        assert kind.scenic
    if isinstance(kind.naming, Patterned):
        assert kind.naming.sharing < len(kind.naming.patterns) or kind.naming.sharing == 1


def test_unknown_names_are_refused_with_a_suggestion() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'team'"):
        kind_of("teem")
    with pytest.raises(ConfigurationError, match="did you mean 'founded'"):
        kind_of("team").attribute("fonded")
    with pytest.raises(ConfigurationError, match="Known: 'league'"):
        kind_of("team").relation("nothing alike")


def test_relations_are_declared_functional_unless_said_otherwise() -> None:
    assert Relation("a", "team", "A", "the a of {}", ("x {value}.", "y {value}.")).functional
