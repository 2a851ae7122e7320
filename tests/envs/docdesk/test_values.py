from decimal import Decimal

import numpy as np
import pytest

from agentic_gym_envs.docdesk.values import Clock, Percent, others, read


@pytest.mark.parametrize(
    "value", [Decimal("0.05"), Decimal("0.3140"), Clock(5), Percent(7), 4127, "oat cake", "–"]
)
def test_what_is_printed_is_read_back(value):
    again = read(str(value))
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize("value", [Decimal("3.20"), Decimal("0.3140"), Clock(600), Percent(20), 3, 40_000])
def test_other_values_are_of_the_same_type_and_differ(value):
    drawn = others(value, 40, np.random.default_rng(0))
    assert {type(other) for other in drawn} == {type(value)}
    assert len(set(drawn)) == len(drawn) >= 20
    assert all(other > 0 for other in drawn)


def test_words_have_no_other_values():
    with pytest.raises(TypeError, match="no other values"):
        others("tea", 3, np.random.default_rng(0))
