"""Tokens of several turns as one sequence, and on the disk."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ConfigurationError, RecordError, TemplateError
from agentic_gym.messages import GiveAnswer, Message, StopReason, TextPart
from agentic_gym.trajectories import (
    ImageSpan,
    Trajectory,
    TrajectoryStore,
    Turn,
    TurnTokens,
    join,
    read_episodes,
    read_tokens,
    split,
)
from agentic_gym.trajectories.tokens import image_spans

FIRST = TurnTokens((1, 9, 9, 2), (5, 6), (-0.5, -0.25), (ImageSpan(1, 3),))
SECOND = TurnTokens((1, 9, 9, 2, 5, 6, 3, 9, 4), (7,), (-1.0,), (ImageSpan(1, 3), ImageSpan(7, 8)))
RETOKENISED = replace(SECOND, prompt=(1, 9, 9, 2, 56, 3, 9, 4))


def test_only_sampled_tokens_carry_loss():
    sequence = join([FIRST, SECOND])
    assert sequence.ids == (1, 9, 9, 2, 5, 6, 3, 9, 4, 7)
    assert [i for i, carries in enumerate(sequence.mask) if carries] == [4, 5, 9]
    assert sequence.turns == (-1, -1, -1, -1, 0, 0, -1, -1, -1, 1)
    assert sequence.logprobs == (0.0, 0.0, 0.0, 0.0, -0.5, -0.25, 0.0, 0.0, 0.0, -1.0)
    assert sequence.images == SECOND.images


def test_a_conversation_that_was_tokenised_anew_is_refused_and_can_be_taken_apart():
    with pytest.raises(TemplateError, match="turn 1 repeats only 4 of the 6 tokens"):
        join([FIRST, RETOKENISED])
    apart = split([FIRST, RETOKENISED])
    assert [sequence.ids for sequence in apart] == [FIRST.ids, RETOKENISED.ids]
    assert [sum(sequence.mask) for sequence in apart] == [2, 1]
    assert split([FIRST, SECOND]) == [join([FIRST, SECOND])]


def test_without_every_turns_probabilities_there_are_none():
    assert join([FIRST, replace(SECOND, logprobs=())]).logprobs == ()


def test_wrong_counts_and_empty_episodes_are_refused():
    with pytest.raises(ConfigurationError, match="1 log-probabilities for 2"):
        replace(FIRST, logprobs=(-0.5,))
    with pytest.raises(ConfigurationError, match="no tokens"):
        join([])


@given(st.lists(st.sampled_from([9, 1, 2]), max_size=12))
def test_image_spans_hold_exactly_the_image_tokens(ids):
    spans = image_spans(ids, image_token=9)
    inside = {position for span in spans for position in range(span.start, span.stop)}
    assert inside == {position for position, token in enumerate(ids) if token == 9}
    assert all(before.stop < after.start for before, after in zip(spans, spans[1:], strict=False))


def stored(folder, *turns):
    trajectory = Trajectory(
        task_id="Toy-v0/train/0/1",
        tags=frozenset(),
        protocol="hermes",
        system_prompt="",
        prompt=Message("user", (TextPart("q"),)),
        turns=tuple(Turn("a", GiveAnswer("a"), tokens=tokens, reward=0.25) for tokens in turns),
        stop_reason=StopReason.ANSWER,
        reward_components={"accuracy": 1.0},
        episode_id="e",
        group_id="g",
    )
    with TrajectoryStore(folder) as store:
        store.append({}, trajectory)
    [record] = read_episodes(folder)
    return record


@pytest.mark.parametrize("turns", [(FIRST, SECOND), (FIRST, RETOKENISED), (replace(FIRST, logprobs=()),)])
def test_tokens_are_read_back_as_they_were_written(tmp_path, turns):
    record = stored(tmp_path, *turns)
    assert read_tokens(record) == turns
    assert (record["episode_id"], record["group_id"]) == ("e", "g")
    assert record["reward_components"] == {"accuracy": 1.0}
    assert record["turns"][0]["reward"] == 0.25


def test_a_prompt_is_written_only_where_it_is_new(tmp_path):
    record = stored(tmp_path, FIRST, SECOND)
    assert record["tokens"][1]["prompt"] == [3, 9, 4]


def test_damaged_tokens_are_refused(tmp_path):
    record = stored(tmp_path, FIRST)
    del record["tokens"][0]["sampled"]
    with pytest.raises(RecordError, match="sampled"):
        read_tokens(record)


def test_a_record_without_tokens_has_none(tmp_path):
    assert read_tokens({"turns": []}) == ()
