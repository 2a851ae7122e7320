"""Of a demonstration exactly the actions carry loss, and a damaged one is refused."""

import json

import numpy as np
import pytest
from PIL import Image

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import RecordError, TemplateError
from agentic_gym.evaluation import evaluate
from agentic_gym.messages import Message, TextPart
from agentic_gym.policies import CHATML, QWEN2_VL, ChatTemplate
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.transcript import Transcript
from agentic_gym.trajectories import TrajectoryStore, read_episodes
from agentic_gym_baselines.demonstrations import Demonstration, encode, read_demonstrations
from letters import Letters
from tiny_models import SPECIAL, qwen_encoder, tiny_tokenizer
from toy_runs import ENV_ID
from toy_tasks import ToyTaskset

PAINT = 'A picture.\n<tool_call>{"name": "paint", "arguments": {"count": 2, "side": 40}}</tool_call>'
END = "\u2404"
SEES = ChatTemplate(QWEN2_VL.source.replace("<|im_end|>", END))
"""As tokens are letters here, a turn has to end with a letter that no action holds."""
DROPS_THOUGHTS = """{% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and not loop.last %}
{{- m.content.split('</think>')[-1] }}{% else %}{{ m.content }}{% endif %}.{% endfor %}"""


def store(folder, *actions, is_success=True):
    """An episode of the toy taskset in which these actions were taken; the conversation that it had."""
    env = AgenticEnv(ToyTaskset(), max_turns=len(actions), longest_side=60)
    env.reset(options={"index": 3})
    shown = [env.conversation]
    for action in actions:
        env.step(action)
        shown.append(env.conversation)
    with TrajectoryStore(folder) as kept:
        kept.append({"is_success": is_success}, env.trajectory)
    env.close()
    return shown


def said(*roles_and_texts):
    return tuple(Message(role, (TextPart(text),)) for role, text in roles_and_texts)


@pytest.fixture
def painted(tmp_path):
    store(tmp_path, PAINT, "not a call", "<answer>7</answer>")
    return tmp_path


def test_the_conversation_is_rebuilt_as_the_agent_had_it(tmp_path):
    shown = store(tmp_path, PAINT, "not a call", "<answer>7</answer>")
    [demonstration] = read_demonstrations(tmp_path)
    assert demonstration.task_id == "Toy-v0/train/0/3"
    assert demonstration.actions == (PAINT, "not a call", "<answer>7</answer>")
    assert [(entry.role, entry.text) for entry in demonstration.messages] == [
        (entry.role, entry.text) for entry in shown[-1]
    ]
    expected = [image.pixels for entry in shown[-1] for image in entry.images]
    assert len(expected) == 3
    assert all(map(np.array_equal, demonstration.pictures, expected))


def test_what_came_after_the_last_action_is_left_out(tmp_path):
    store(tmp_path, PAINT, PAINT)
    [demonstration] = read_demonstrations(tmp_path)
    assert demonstration.messages[-1].role == "assistant"
    assert len(demonstration.pictures) == 3


def test_exactly_the_actions_carry_loss_between_pictures(painted):
    [demonstration] = read_demonstrations(painted)
    encoder = Letters("<|image_pad|>")
    sequence, pictures = encode(demonstration, SEES, encoder)
    ids, mask = np.array(sequence.ids), np.array(sequence.mask)
    loss = encoder.decode(ids[mask].tolist())
    assert loss == "".join(action + END for action in demonstration.actions)
    spans = [ids[span.start : span.stop].tolist() for span in sequence.images]
    assert spans == [[1, 1, 1]] * len(pictures) == [[1, 1, 1]] * 3
    assert not any(mask[span.start : span.stop].any() for span in sequence.images)
    assert [sequence.turns[i] for i in np.flatnonzero(mask)] == [
        turn for turn, action in enumerate(demonstration.actions) for _ in range(len(action) + 1)
    ]
    assert sequence.logprobs == ()


def test_a_demonstration_has_the_tokens_of_a_rollout_that_writes_the_same(tmp_path):
    shown = store(tmp_path, "not a call", "<answer>7</answer>")
    encoder = Letters("<|image_pad|>")
    transcript = Transcript(SEES, encoder)
    for conversation, action in zip(shown, ("not a call", "<answer>7</answer>"), strict=False):
        transcript.extend(conversation)
        transcript.sample(encoder.encode(action + END), (), complete=True)
    [demonstration] = read_demonstrations(tmp_path)
    assert list(encode(demonstration, SEES, encoder)[0].ids) == transcript.ids


def test_what_an_evaluation_kept_can_be_learned_from(tmp_path):
    evaluate(ENV_ID, "oracle", out=tmp_path, episodes=3, workers=1)
    demonstrations = list(read_demonstrations(tmp_path))
    assert [entry.task_id for entry in demonstrations] == [
        record["task_id"] for record in read_episodes(tmp_path)
    ]
    for demonstration in demonstrations:
        assert any(encode(demonstration, SEES, Letters("<|image_pad|>"))[0].mask)


def test_failures_are_left_out_unless_asked_for(tmp_path):
    store(tmp_path, "<answer>7</answer>", is_success=False)
    assert list(read_demonstrations(tmp_path)) == []
    assert len(list(read_demonstrations(tmp_path, failures=True))) == 1


def test_an_action_that_the_model_cannot_write_is_refused():
    talk = said(("system", "s"), ("user", "q"), ("assistant", "a < b"))
    with pytest.raises(TemplateError, match="never sampled.*a < b"):
        encode(Demonstration("t", talk), CHATML, Letters())  # the letter "<" ends a turn here


def test_an_action_with_a_special_token_of_a_real_tokenizer_is_refused():
    encoder = HuggingFaceEncoder(tiny_tokenizer())
    for token in SPECIAL:
        talk = said(("system", "s"), ("user", "q"), ("assistant", f"a {token} b"))
        with pytest.raises(TemplateError, match="never sampled"):
            encode(Demonstration("t", talk), CHATML, encoder)


def test_of_a_real_tokenizer_the_loss_tokens_read_as_the_actions(painted):
    [demonstration] = read_demonstrations(painted)
    encoder = qwen_encoder(tiny_tokenizer())
    sequence, pictures = encode(demonstration, QWEN2_VL, encoder)
    ids, mask = np.array(sequence.ids), np.array(sequence.mask)
    loss = encoder.decode(ids[mask].tolist())
    assert loss == "".join(f"{action}<|im_end|>" for action in demonstration.actions)
    assert len(sequence.images) == len(pictures) == 3
    pad = encoder.encode("<|image_pad|>")[0]
    assert not (ids[mask] == pad).any()
    assert (ids == pad).sum() == sum(span.stop - span.start for span in sequence.images)


def test_a_template_that_rewrites_the_past_is_refused():
    messages = said(("system", "s"), ("user", "q"), ("assistant", "<think>x</think>y"), ("user", "r"))
    demonstration = Demonstration("t", (*messages, *said(("assistant", "z"))))
    with pytest.raises(TemplateError, match="rewrites"):
        encode(demonstration, ChatTemplate(DROPS_THOUGHTS), Letters())


def test_pictures_need_a_model_that_sees(painted):
    [demonstration] = read_demonstrations(painted)
    with pytest.raises(TemplateError, match="no place for pictures"):
        encode(demonstration, CHATML, Letters())


def rewrite(folder, change):
    [record] = read_episodes(folder)
    change(record)
    (folder / "episodes.jsonl").write_text(json.dumps(record) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda record: record.pop("is_success"), "does not say whether it succeeded"),
        (lambda record: record.pop("system_prompt"), "damaged: KeyError 'system_prompt'"),
        (lambda record: record.update(turns=7), "damaged: TypeError"),
        (lambda record: record.update(turns=[]), "has no turn"),
        (lambda record: record["turns"][0].pop("action"), "damaged: KeyError 'action'"),
        (lambda record: record["turns"][0].update(action=None), "None is no text"),
        (lambda record: record.update(prompt=[{"name": "image_1"}]), "damaged: KeyError 'image'"),
        (
            lambda record: record.update(prompt=[{"name": "a", "image": "../x.png"}]),
            "does not name a picture",
        ),
        (
            lambda record: record.update(prompt=[{"name": "a", "image": f"images/{'0' * 64}.png"}]),
            "picture cannot be read",
        ),
    ],
)
def test_a_damaged_record_is_refused_by_name(painted, change, message):
    rewrite(painted, change)
    with pytest.raises(RecordError, match=message) as caught:
        list(read_demonstrations(painted))
    assert f"episode 1 of {painted}" in str(caught.value)


def test_another_picture_than_was_shown_is_refused(painted):
    path = next((painted / "images").iterdir())
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(path)
    with pytest.raises(RecordError, match="not the picture that its name says"):
        list(read_demonstrations(painted))
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(RecordError, match="cannot be read"):
        list(read_demonstrations(painted))
