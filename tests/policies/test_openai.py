"""A served model plays: text protocols, native calls, tokens, failures."""

import json

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation import evaluate
from agentic_gym.messages import GiveAnswer, StopReason
from agentic_gym.policies import PolicyAgents, play_together
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.trajectories import read_episodes, read_tokens
from chat_server import ChatServer, Raw, completion
from toy_runs import ENV_ID
from toy_tasks import ToyTaskset

VLLM = [{"id": "tiny", "owned_by": "vllm", "max_model_len": 100}]


def policy(server, **options):
    return OpenAIPolicy("tiny", ModelServer(server.url, sleep=lambda seconds: None), **options)


def play(server, *, indices=(1,), protocol="hermes", **options):
    envs = [AgenticEnv(ToyTaskset(), protocol=protocol) for _ in indices]
    return play_together(policy(server, **options), envs, [{"index": index} for index in indices]), envs


def total(request):
    """The sum that a request asks for."""
    text = json.dumps(request["messages"][1])
    return sum(int(word.strip('?"}]')) for word in text.split() if word.strip('?"}]').isdigit())


def adder(request):
    """A model that shouts first, and then answers rightly."""
    if len(request["messages"]) == 2:
        call = {"name": "paint", "arguments": {"count": 1, "side": 30}}
        return completion({"content": f"<tool_call>{json.dumps(call)}</tool_call>"})
    return completion({"content": f"<answer>{total(request)}</answer>", "reasoning": "I add."})


def native_adder(request):
    if len(request["messages"]) == 2:
        function = {"name": "paint", "arguments": '{"count": 1, "side": 30}'}
        calls = [{"id": "abc", "type": "function", "function": function}]
        return completion({"content": None, "tool_calls": calls})
    return completion({"content": str(total(request))})


def test_a_model_plays_in_a_text_protocol():
    with ChatServer(adder) as server:
        [trajectory], [env] = play(server)
        requests = server.requests
    assert env.score.reward == 1.0
    assert trajectory.turns[1].action == GiveAnswer(str(total(requests[0])), "I add.")
    assert "tools" not in requests[0]
    system, prompt, called, shown = requests[1]["messages"]
    assert system["role"] == "system"
    assert isinstance(system["content"], str)
    assert [part["type"] for part in prompt["content"]] == ["text", "image_url", "text"]
    assert called["role"] == "assistant"
    assert shown["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
    assert trajectory.turns[0].policy_seconds > 0


@pytest.mark.parametrize("images_in_tools", [True, False])
def test_a_model_plays_with_native_calls(images_in_tools):
    with ChatServer(native_adder) as server:
        _, [env] = play(server, protocol="openai", images_in_tools=images_in_tools)
        first, second = server.requests
    assert env.score.reward == 1.0
    assert [entry["function"]["name"] for entry in first["tools"]][:2] == ["add", "shout"]
    assert "shout" not in first["messages"][0]["content"]
    called, result, *pictures = second["messages"][2:]
    assert called["tool_calls"][0]["id"] == result["tool_call_id"] == "abc"
    assert result["role"] == "tool"
    if images_in_tools:
        assert [part["type"] for part in result["content"]] == ["text", "image_url"]
        assert pictures == []
    else:
        assert "1 painted" in result["content"]
        assert [part["type"] for part in pictures[0]["content"]] == ["text", "image_url", "text"]


def test_a_malformed_native_action_is_answered_by_a_message():
    replies = [{"content": None, "tool_calls": [{"function": 3}]}, {"content": "<answer> </answer>"}]

    def model(request):
        return completion(replies.pop(0) if replies else {"content": str(total(request))})

    with ChatServer(model) as server:
        _, [env] = play(server, protocol="openai")
        roles = [message["role"] for message in server.requests[-1]["messages"]]
    assert env.score.reward == 1.0
    assert roles == ["system", "user", "assistant", "user", "assistant", "user"]


def test_the_tokens_of_a_vllm_server_are_kept_as_it_gives_them():
    def model(request):
        assert request["return_token_ids"]
        entries = {"content": [{"logprob": -0.5}, {"logprob": -0.25}]}
        reply = completion({"content": "<answer>4</answer>"}, token_ids=[7, 8], logprobs=entries)
        return {**reply, "prompt_token_ids": [1, 9, 9, 2]}

    with ChatServer(model, VLLM) as server:
        [trajectory], _ = play(server, image_token=9)
    [tokens] = trajectory.tokens
    assert (tokens.prompt, tokens.sampled, tokens.logprobs) == ((1, 9, 9, 2), (7, 8), (-0.5, -0.25))
    assert [(span.start, span.stop) for span in tokens.images] == [(1, 3)]


def test_a_full_context_ends_the_episode_before_the_model_is_asked_and_is_scored():
    def model(request):
        return {**completion({"content": "hm"}), "usage": {"prompt_tokens": 90, "completion_tokens": 10}}

    with ChatServer(model, VLLM) as server:
        [trajectory], [env] = play(server)
        assert len(server.requests) == 1
    assert trajectory.stop_reason is StopReason.MAX_CONTEXT
    assert len(trajectory.turns) == 1
    assert env.score.reward == 0.0


def test_an_episode_whose_server_fails_is_masked_and_the_others_go_on():
    def model(request):
        return Raw(500) if total(request) == doomed else adder(request)

    env = AgenticEnv(ToyTaskset())
    env.reset(options={"index": 2})
    doomed = env.task.a + env.task.b
    with ChatServer(model) as server:
        trajectories, envs = play(server, indices=(1, 2, 3))
    endings = [StopReason.ANSWER, StopReason.INFRASTRUCTURE, StopReason.ANSWER]
    assert [trajectory.stop_reason for trajectory in trajectories] == endings
    assert [env.score is None for env in envs] == [False, True, False]


def test_an_unknown_model_is_refused_with_the_closest_one():
    with ChatServer(adder) as server, pytest.raises(ConfigurationError, match="did you mean 'tiny'"):
        OpenAIPolicy("tinny", ModelServer(server.url))


def test_a_server_without_a_list_of_models_is_taken_at_its_word():
    with ChatServer(adder, cards=[]) as server:
        _, [env] = play(server)
    assert env.score.reward == 1.0


def test_an_evaluation_plays_groups_counts_tokens_and_goes_on(tmp_path):
    asked = []

    def model(request):
        asked.append(request)
        if len(asked) == 3:
            return Raw(400, b"maximum context length")
        return completion({"content": f"<answer>{total(request) + len(asked) % 2}</answer>"})

    with ChatServer(model) as server:
        player = PolicyAgents(policy(server))
        settings = {"out": tmp_path, "rollouts": 2, "workers": 1}
        evaluate(ENV_ID, player, episodes=1, **settings)
        summary = evaluate(ENV_ID, player, episodes=2, **settings)
    assert len(asked) == 4
    assert (summary.n, summary.successes, summary.unscored) == (4, 2, 0)
    assert summary.stop_reasons == {"answer": 3, "max_context": 1}
    assert summary.pass_at == {1: 0.5, 2: 1.0}
    assert summary.pass_all == {1: 0.5, 2: 0.0}
    assert (summary.prompt_tokens, summary.sampled_tokens) == (33, 15)
    records = list(read_episodes(tmp_path))
    assert [record["group_id"] == records[0]["group_id"] for record in records] == [True, True, False, False]
    assert len({record["episode_id"] for record in records}) == 4
    assert read_tokens(records[0]) == ()


def test_an_unscored_episode_is_played_again_and_counted(tmp_path):
    asked = []

    def model(request):
        asked.append(request)
        return Raw(500) if len(asked) <= 5 else completion({"content": f"<answer>{total(request)}</answer>"})

    with ChatServer(model) as server:
        summary = evaluate(ENV_ID, PolicyAgents(policy(server)), out=tmp_path, episodes=1, workers=1)
    assert (summary.n, summary.successes, summary.repeated) == (1, 1, 1)
