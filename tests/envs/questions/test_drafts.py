import numpy as np
import pytest

from agentic_gym_envs.questions.drafts import asked, computed, follow, kind_at
from agentic_gym_envs.questions.programs import Ask, Clue, Compute, Hop, NameOf, Subject, hops, walk
from agentic_gym_envs.world.kinds import KINDS, kind_of

PLAYER = Subject("player", 0, Clue.NAME)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_chain_has_its_relations_each_from_where_the_one_before_leads(count):
    chain = follow(PLAYER, count, np.random.default_rng(count))
    assert hops(chain) == count
    while isinstance(chain, Hop):
        assert kind_of(chain.kind).relation(chain.relation).functional
        assert kind_at(chain.of) == chain.kind
        chain = chain.of
    assert chain == PLAYER


def test_a_kind_without_relations_leads_nowhere():
    currency = Subject("currency", 0, Clue.NAME)
    assert follow(currency, 1, np.random.default_rng(0)) is None
    assert kind_at(currency) == "currency"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_asked_is_a_fact_of_the_end_or_its_name(kind):
    chain = follow(Subject(kind, 0, Clue.NAME), 1, np.random.default_rng(1))
    if chain is None:
        return
    for seed in range(12):
        program = asked(chain, np.random.default_rng(seed))
        assert isinstance(program, Ask | NameOf)
        assert program.of == chain


def test_what_is_computed_is_about_the_end():
    chain = follow(PLAYER, 1, np.random.default_rng(2))
    for seed in range(12):
        program = computed(chain, np.random.default_rng(seed))
        assert isinstance(program, Compute)
        assert any(term == chain for term in walk(program))
