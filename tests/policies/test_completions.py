"""A served text model asked in tokens: every episode is one exact sequence."""

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import StopReason
from agentic_gym.policies import ChatTemplate, play_together
from agentic_gym.policies.completions import CompletionsPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.trajectories import join
from chat_server import ChatServer, Raw
from letters import Letters
from text_tasks import TextTaskset

TEMPLATE = ChatTemplate("{% for m in messages %}{{ m.content }}\n{% endfor %}")
CARDS = [{"id": "tiny", "owned_by": "vllm", "max_model_len": 50_000}]


def says(text):
    ids = [ord(letter) for letter in text]
    return {"choices": [{"token_ids": ids, "logprobs": {"token_logprobs": [-0.5] * len(ids)}}]}


def play(model, cards=CARDS, **options):
    with ChatServer(model, cards) as server, AgenticEnv(TextTaskset()) as env:
        connection = ModelServer(server.url, sleep=lambda seconds: None)
        policy = CompletionsPolicy("tiny", connection, Letters(), TEMPLATE, **options)
        [trajectory] = play_together(policy, [env], [{"index": 3}])
        return trajectory, env.score, server.requests


def test_an_episode_is_one_sequence_of_what_was_sampled():
    replies = [says("hm\n"), says("cut sho"), says("<answer>4</answer>\n")]
    trajectory, _, requests = play(lambda request: replies.pop(0), sampling={"temperature": 0.5})
    sequence = join(trajectory.tokens)
    sampled = [token for token, carries in zip(sequence.ids, sequence.mask, strict=True) if carries]
    assert Letters().decode(sampled) == "hm\ncut sho<answer>4</answer>\n"
    assert [turn.text for turn in trajectory.turns] == ["hm", "cut sho", "<answer>4</answer>"]
    assert tuple(requests[2]["prompt"]) == trajectory.tokens[2].prompt
    assert requests[0]["temperature"] == 0.5
    assert requests[0]["stop_token_ids"] == [ord("\n")]


def test_a_full_context_ends_the_episode_before_the_model_is_asked():
    trajectory, score, requests = play(lambda request: says("x\n"), max_context=100)
    assert (trajectory.stop_reason, requests) == (StopReason.MAX_CONTEXT, [])
    assert score.reward == 0.0


@pytest.mark.parametrize("reply", [Raw(500), {"choices": []}, {"choices": [{"text": "no ids"}]}, says("")])
def test_a_reply_without_tokens_masks_the_episode(reply):
    trajectory, score, requests = play(lambda request: reply)
    assert trajectory.stop_reason is StopReason.INFRASTRUCTURE
    assert score is None
    assert len(requests) == 5


@pytest.mark.parametrize(("given", "used"), [(None, 50_000), (100, 100), (60_000, 50_000)])
def test_the_context_is_the_servers_or_less_than_the_servers(given, used):
    with ChatServer(lambda request: {}, CARDS) as server:
        connection = ModelServer(server.url)
        policy = CompletionsPolicy("tiny", connection, Letters(), TEMPLATE, max_context=given)
        assert policy.max_context == used
        connection.close()


def test_a_context_of_unknown_length_is_asked_for():
    with pytest.raises(ConfigurationError, match="max_context"):
        play(lambda request: says("x\n"), [{"id": "tiny"}])


def test_a_vision_model_is_refused():
    refused = pytest.raises(ConfigurationError, match="OpenAIPolicy")
    with ChatServer(lambda request: {}, CARDS) as server, refused:
        CompletionsPolicy("tiny", ModelServer(server.url), Letters("<image>"), TEMPLATE)
