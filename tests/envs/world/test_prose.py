from collections import Counter

from agentic_gym_envs.world.prose import Dice


def test_dice_are_fair_enough_and_repeatable() -> None:
    dice = Dice(99)
    rolls = [dice.roll(6) for _ in range(6_000)]
    uses = Counter(rolls)
    assert set(uses) == set(range(6))
    assert max(uses.values()) - min(uses.values()) < 300
    again = Dice(99)
    assert [again.roll(6) for _ in range(6_000)] == rolls


def test_a_shuffle_keeps_what_it_shuffles_and_reaches_every_order() -> None:
    seen = set()
    for seed in range(200):
        items = ["a", "b", "c"]
        Dice(seed * 7919).shuffle(items)
        assert sorted(items) == ["a", "b", "c"]
        seen.add(tuple(items))
    assert len(seen) == 6
