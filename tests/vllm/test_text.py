"""A real vLLM server plays with a text model: in text, with native calls, token for token."""

import json
import subprocess
import sys
import time

import pytest
import torch
from typer.testing import CliRunner

from agentic_gym.cli.app import app
from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, ContextOverflow
from agentic_gym.messages import CallTools, Message, StopReason, TextPart, ToolStatus
from agentic_gym.policies import Conversation, Sampled, play_together
from agentic_gym.policies.completions import CompletionsPolicy
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.trajectories import join, split
from text_tasks import ShoutTaskset
from vllm_servers import MODEL, answered, running

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(600)]

SHOUT = r'<tool_call>\n\{"name": "shout", "arguments": \{"text": "[a-z]{3,8}"\}\}\n</tool_call>'
ANSWER = "<answer>[1-9][0-9]{1,2}</answer>"
NATS = 1e-3
"""Within which both compute a log-probability in float32; they differ in the order of sums."""


@pytest.fixture
def server(smollm2_server):
    connection = ModelServer(smollm2_server)
    yield connection
    connection.close()


def play(policy, count, **options):
    envs = [AgenticEnv(ShoutTaskset(), max_turns=3, **options) for _ in range(count)]
    return play_together(policy, envs, [{"index": index} for index in range(count)])


def written_again(policy, sequence):
    """The largest difference of a sequence's log-probabilities from those of the same weights here."""
    with torch.no_grad():
        own = policy.score(sequence)
    kept = torch.tensor(sequence.mask[1:])
    return (own[kept] - torch.tensor(sequence.logprobs[1:])[kept]).abs().max()


@pytest.mark.parametrize("temperature", [0.7, 0.0])
def test_an_episode_asked_in_tokens_is_what_was_sampled(smollm2, server, temperature):
    policy = CompletionsPolicy(
        MODEL,
        server,
        smollm2.encoder,
        smollm2.template,
        sampling={"temperature": temperature},
        max_new_tokens=24,
    )
    trajectories = play(policy, 4)
    smollm2.temperature = temperature
    for trajectory in trajectories:
        sequence = join(trajectory.tokens)
        sampled = [token for token, kept in zip(sequence.ids, sequence.mask, strict=True) if kept]
        texts = [smollm2.encoder.decode(turn.sampled) for turn in trajectory.tokens]
        assert smollm2.encoder.decode(sampled) == "".join(texts)
        assert [text.removesuffix("<|im_end|>") for text in texts] == [t.text for t in trajectory.turns]
        assert written_again(smollm2, sequence) < NATS
    smollm2.temperature = 0.7
    assert max(len(trajectory.turns) for trajectory in trajectories) > 1


def test_an_episode_asked_in_messages_has_its_turns_tokens(smollm2, server):
    policy = OpenAIPolicy(MODEL, server, sampling={"temperature": 0.7, "max_tokens": 24})
    assert policy.context_length == 1024
    for trajectory in play(policy, 3):
        first = smollm2.encoder.decode(trajectory.tokens[0].prompt)
        assert first.startswith("<|im_start|>system\n")
        assert first.endswith("<|im_end|>\n<|im_start|>assistant\n")
        assert trajectory.prompt.text in first
        for turn, tokens in zip(trajectory.turns, trajectory.tokens, strict=True):
            assert smollm2.encoder.decode(tokens.sampled).removesuffix("<|im_end|>") == turn.text
        assert all(written_again(smollm2, sequence) < NATS for sequence in split(trajectory.tokens))


def test_a_regular_expression_makes_every_call_a_valid_one(server):
    sampling = {"max_tokens": 60, "structured_outputs": {"regex": f"{SHOUT}|{ANSWER}"}, "temperature": 1.5}
    trajectories = play(OpenAIPolicy(MODEL, server, sampling=sampling), 6)
    allowed = {StopReason.ANSWER, StopReason.MAX_TURNS}
    assert {trajectory.stop_reason for trajectory in trajectories} <= allowed
    turns = [turn for trajectory in trajectories for turn in trajectory.turns]
    calls = [turn for turn in turns if isinstance(turn.action, CallTools)]
    assert calls
    for turn in calls:
        [result] = turn.results
        assert (result.status, result.text) == (ToolStatus.OK, turn.action.calls[0].arguments["text"])


def test_native_calls_come_back_as_calls(smollm2, server):
    sampling = {"max_tokens": 60, "structured_outputs": {"regex": f"\\n{SHOUT}"}}
    policy = OpenAIPolicy(MODEL, server, sampling=sampling)
    for trajectory in play(policy, 3, protocol="openai"):
        assert all(isinstance(turn.action, CallTools) for turn in trajectory.turns)
        shown = smollm2.encoder.decode(trajectory.tokens[-1].prompt)
        assert '"name": "shout"' in shown.partition("<|im_start|>user")[0], "the tools' descriptions"
        for turn in trajectory.turns[:-1]:
            written = json.loads(turn.text)["tool_calls"][0]["function"]
            assert written["name"] == "shout"
            assert f"<tool_response>\n{turn.results[0].text}\n</tool_response>" in shown
        # The text is as the model wrote it; its tokens may be cut otherwise, since the grammar takes any.
        texts = [smollm2.encoder.decode(tokens.sampled) for tokens in trajectory.tokens[:-1]]
        assert all(text in shown for text in texts)
        assert len(trajectory.turns) == 3


def test_a_context_that_overflows_is_told_apart(smollm2, server):
    long = Conversation((Message("user", (TextPart("word " * 1100),)),))
    short = Conversation((Message("user", (TextPart("Say yes."),)),))
    nearly = Conversation((Message("user", (TextPart("word " * 980),)),))
    asked_in_messages = OpenAIPolicy(MODEL, server, sampling={"max_tokens": 8})
    asked_in_tokens = CompletionsPolicy(MODEL, server, smollm2.encoder, smollm2.template, max_new_tokens=8)
    for policy in (asked_in_messages, asked_in_tokens):
        first, second, third = policy.act([long, short, nearly])
        assert isinstance(first, ContextOverflow)
        assert isinstance(second, Sampled)
        assert isinstance(third, Sampled)


def test_a_turn_is_cut_where_the_context_ends(smollm2, server):
    nearly = Conversation((Message("user", (TextPart("word " * 980),)),))
    for policy in (
        OpenAIPolicy(MODEL, server, sampling={"max_tokens": 600}),
        CompletionsPolicy(MODEL, server, smollm2.encoder, smollm2.template, max_new_tokens=600),
    ):
        [sampled] = policy.act([nearly])
        assert isinstance(sampled, Sampled)
        assert sampled.prompt_count + sampled.sampled_count <= 1024


@pytest.mark.parametrize(
    ("model", "sampling", "message"),
    [("serverd", {}, "did you mean 'served'"), (MODEL, {"temperature": -1.0}, "temperature")],
)
def test_what_the_server_refuses_is_a_wrong_argument(server, model, sampling, message):
    short = Conversation((Message("user", (TextPart("Say yes."),)),))
    with pytest.raises(ConfigurationError, match=message):
        OpenAIPolicy(model, server, sampling=sampling).act([short])


def test_eval_scores_many_episodes_at_once_and_goes_on_after_a_kill(smollm2_server, tmp_path):
    episodes = tmp_path / "run" / "episodes.jsonl"
    arguments = f"""eval MathPython-v0 --agent openai --model {MODEL} --base-url {smollm2_server}
        --sampling max_tokens=48 --sampling temperature=0.7 --difficulty 0 --episodes 4 --rollouts 2
        --max-turns 2 --workers 3 --out {tmp_path / "run"}""".split()
    process = subprocess.Popen([sys.executable, "-m", "agentic_gym", *arguments], stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None and not (episodes.exists() and episodes.read_text().count("\n")):
        most = max(most, running(smollm2_server))
        time.sleep(0.05)
    process.kill()
    process.wait()
    assert most > 1
    kept = episodes.read_text().splitlines()
    assert 1 <= len(kept) < 8
    second = CliRunner().invoke(app, arguments)
    assert second.exit_code == 0, second.output
    assert "pass@2" in second.stdout
    assert "pass^2" in second.stdout
    lines = episodes.read_text().splitlines()
    assert len(lines) == 8
    assert lines[: len(kept)] == kept
    asked = answered(smollm2_server)
    again = CliRunner().invoke(app, arguments)
    assert again.exit_code == 0, again.output
    assert answered(smollm2_server) == asked, "every episode was there already"
