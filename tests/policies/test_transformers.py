"""What a model sampled, and nothing else, carries loss; and its cache changes nothing."""

import json
from contextlib import ExitStack

import numpy as np
import pytest
import torch

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation import evaluate
from agentic_gym.messages import ImagePart, Message, StopReason, TextPart
from agentic_gym.policies import (
    CHATML,
    QWEN2_VL,
    ChatTemplate,
    Conversation,
    PolicyAgents,
    chatml,
    play_together,
)
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.transformers import TransformersPolicy, load_policy
from agentic_gym.trajectories import TrajectoryStore, join, read_episodes, read_tokens
from text_tasks import TextTaskset
from tiny_models import (
    image_processor,
    llava_encoder,
    qwen_encoder,
    smollm2_tokenizer,
    tiny_llama,
    tiny_llava,
    tiny_qwen_vl,
    tiny_tokenizer,
)
from toy_runs import ENV_ID
from toy_tasks import ToyTaskset

TURNS = 4


class Prompted(TransformersPolicy):
    """Writes a call now and then, in any of the ways in which its tokens can be cut; else as the model does.

    What was sampled is noted where it was drawn, so that it can be compared with what was kept.
    """

    def __init__(self, *arguments, seed=0, **options):
        super().__init__(*arguments, seed=seed, **options)
        self.rng = np.random.default_rng((seed, 1))
        self.plans = {}
        self.drawn = {}

    def _draw(self, rows, logits):
        tokens = super()._draw(rows, logits)
        for i, row in enumerate(rows):
            key = id(row.memory)
            if len(row.ids) == 1:
                self.plans[key] = self._plan()
                self.drawn.setdefault(key, []).append([])
            if self.plans[key]:
                tokens[i] = row.ids[-1] = self.plans[key].pop(0)
                row.logprobs[-1] = float(self.log_softmax(logits[i])[tokens[i]])
            self.drawn[key][-1].append(int(tokens[i]))
        return tokens

    def _plan(self):
        """Nothing, a call that paints, a call that shouts, or words; ended or not."""
        kind = self.rng.integers(4) if self.encoder.image_placeholder else self.rng.choice([0, 3])
        if kind == 0:
            return []
        call = {"name": "paint", "arguments": {"count": int(kind), "side": int(self.rng.integers(20, 90))}}
        if kind == 3:
            call = {"name": "shout", "arguments": {"text": "caf\u00e9 \u2603 <|im_end|><image> \U0001f600"}}
        text = f"<tool_call>{json.dumps(call, ensure_ascii=False)}</tool_call>"
        cuts = [0, *sorted(self.rng.integers(0, len(text), size=5).tolist()), len(text)]
        pieces = [text[a:b].replace("<|im_end|>", "") for a, b in zip(cuts, cuts[1:], strict=False)]
        ids = [token for piece in pieces for token in self.encoder.encode(piece)]
        return [*ids, self._stop] if self.rng.random() < 0.8 else ids


def smollm2():
    tokenizer = smollm2_tokenizer()
    return tiny_llama(tokenizer), HuggingFaceEncoder(tokenizer), ChatTemplate.of(tokenizer)


def qwen():
    tokenizer = tiny_tokenizer()
    return tiny_qwen_vl(tokenizer), qwen_encoder(tokenizer), QWEN2_VL


def llava():
    tokenizer = tiny_tokenizer()
    return tiny_llava(tokenizer), llava_encoder(tokenizer), chatml("<|image_pad|>")


@pytest.fixture(scope="module", params=[smollm2, qwen, llava], ids=["SmolLM2", "Qwen2.5-VL", "Llava"])
def parts(request):
    return request.param()


def play(parts, episodes, *, seed=0, kind=Prompted, **options):
    sees = bool(parts[1].image_placeholder)
    with ExitStack() as stack:
        envs = []
        for _ in range(episodes):
            taskset = ToyTaskset() if sees else TextTaskset()
            env = AgenticEnv(taskset, max_turns=TURNS, longest_side=80)
            envs.append(env)
            stack.callback(env.close)
        policy = kind(*parts, seed=seed, **{"max_new_tokens": 60} | options)
        indices = np.random.default_rng((seed, 2)).integers(1000, size=episodes)
        return policy, play_together(policy, envs, [{"index": int(index)} for index in indices])


def check_masks(policy, trajectories):
    """Of each episode, the loss tokens are what was drawn, in order, and the rest is the template's text."""
    drawn = list(policy.drawn.values())
    assert len(drawn) == len(trajectories)
    for trajectory, sampled in zip(trajectories, drawn, strict=True):
        sequence = join(trajectory.tokens)
        ids, mask = np.array(sequence.ids), np.array(sequence.mask)
        assert ids[mask].tolist() == sum(sampled, [])
        for number in range(len(sampled)):
            here = ids[np.array(sequence.turns) == number].tolist()
            ended = here[-1] == policy._stop
            assert policy.encoder.decode(here[:-1] if ended else here) == trajectory.turns[number].text
        spans = np.zeros(len(ids), bool)
        for span in sequence.images:
            spans[span.start : span.stop] = True
        assert not (spans & mask).any()
        shown = [trajectory.prompt, *(turn.observation for turn in trajectory.turns[:-1] if turn.observation)]
        assert len(sequence.images) == sum(len(entry.images) for entry in shown)
        if policy.encoder.image_placeholder:
            pad = policy.encoder.encode(policy.encoder.image_placeholder)[0]
            assert (ids[spans] == pad).all()
            assert not (ids[~spans] == pad).any()
        check_injected(policy, trajectory, ids, mask, spans)


def check_injected(policy, trajectory, ids, mask, spans):
    """What carries no loss is the rendered conversation without what was sampled."""
    texts = [Message("system", (TextPart(trajectory.system_prompt),)), trajectory.prompt]
    for turn in trajectory.turns[:-1]:
        texts += [Message("assistant", (TextPart("\u2058"),))]
        texts += [turn.observation] if turn.observation else []
    whole = policy.template.render(texts)
    ended = [turn.tokens.sampled[-1] == policy._stop for turn in trajectory.turns[:-1]]
    pieces = whole.split("\u2058")
    stop = policy.encoder.decode([policy._stop])
    expected = pieces[0] + "".join(
        piece.removeprefix(stop) if end else piece for piece, end in zip(pieces[1:], ended, strict=True)
    )
    placeholder = policy.encoder.image_placeholder
    if placeholder:
        expected = expected.replace(placeholder, "")
    assert policy.encoder.decode(ids[~mask & ~spans].tolist()) == expected


def test_only_what_was_sampled_carries_loss(parts):
    check_masks(*play(parts, 10))


@pytest.mark.slow
def test_only_what_was_sampled_carries_loss_over_many_episodes(parts):
    for seed in range(1, 11):
        check_masks(*play(parts, 20, seed=seed))


def test_the_cache_and_the_batch_change_no_probability(parts):
    policy, trajectories = play(parts, 6, seed=3)
    assert max(len(trajectory.turns) for trajectory in trajectories) == TURNS
    for trajectory in trajectories:
        sequence = join(trajectory.tokens)
        shown = [trajectory.prompt, *(turn.observation for turn in trajectory.turns[:-1] if turn.observation)]
        pictures = [image.pixels for entry in shown for image in entry.images]
        mask = torch.tensor(sequence.mask[1:])
        with torch.no_grad():
            scored = policy.score(sequence, pictures)[mask]
        kept = torch.tensor(sequence.logprobs[1:])[mask]
        assert torch.allclose(scored, kept, atol=2e-4), (scored - kept).abs().max()


def test_a_score_has_a_gradient(parts):
    policy, [trajectory] = play(parts, 1, seed=4)
    turn = trajectory.tokens[0]
    shown = [image.pixels for image in trajectory.prompt.images]
    policy.score(join([turn]), shown)[torch.tensor(join([turn]).mask[1:])].sum().backward()
    assert policy.model.get_input_embeddings().weight.grad.abs().sum() > 0
    policy.model.zero_grad()


def test_the_same_seed_samples_the_same(parts):
    first, second, other = (play(parts, 2, seed=seed)[1] for seed in (5, 5, 6))
    assert [each.tokens for each in first] == [each.tokens for each in second]
    assert [each.tokens for each in first] != [each.tokens for each in other]


def test_forgotten_caches_are_read_again(parts):
    class Forgetful(Prompted):
        def act(self, conversations):
            self.forget()
            return super().act(conversations)

    kept, forgot = (play(parts, 2, seed=7, kind=kind, temperature=0.0)[1] for kind in (Prompted, Forgetful))
    assert [each.tokens[-1].ids for each in kept] == [each.tokens[-1].ids for each in forgot]


def test_a_full_context_ends_the_episode_before_the_model_is_asked(parts):
    _, [roomy] = play(parts, 1, seed=8, kind=TransformersPolicy)
    limit = len(roomy.tokens[1].prompt)
    policy, [trajectory] = play(parts, 1, seed=8, kind=TransformersPolicy, max_context=limit)
    assert trajectory.stop_reason is StopReason.MAX_CONTEXT
    assert len(trajectory.turns) == 1
    assert trajectory.measures["success"] == 0.0


def test_tokens_survive_the_disk(parts, tmp_path):
    _, [trajectory] = play(parts, 1, seed=9)
    with TrajectoryStore(tmp_path) as store:
        store.append({}, trajectory)
    [record] = read_episodes(tmp_path)
    assert read_tokens(record) == trajectory.tokens


def test_the_own_template_of_smollm2_and_ours_give_the_same_tokens():
    tokenizer = smollm2_tokenizer()
    messages = [
        Message(role, (TextPart(f"{role} says <b>"),)) for role in ("system", "user", "assistant", "user")
    ]
    assert ChatTemplate.of(tokenizer).render(messages) == CHATML.render(messages)


def test_native_calls_need_a_server(parts):
    policy = TransformersPolicy(*parts)
    with pytest.raises(ConfigurationError, match="text protocol"):
        policy.act([Conversation((), native=True)])


@pytest.mark.parametrize("make", [smollm2, qwen], ids=["SmolLM2", "Qwen2.5-VL"])
def test_a_model_is_loaded_from_its_folder(make, tmp_path):
    model, encoder, _ = make()
    model.save_pretrained(tmp_path)
    encoder.tokenizer.save_pretrained(tmp_path)
    if make is qwen:
        image_processor().save_pretrained(tmp_path)
    env = AgenticEnv(ToyTaskset() if make is qwen else TextTaskset(), max_turns=2, longest_side=80)
    policy = load_policy(str(tmp_path), max_new_tokens=5)
    [trajectory] = play_together(policy, [env], [{"index": 1}])
    assert policy.name == f"transformers:{tmp_path}"
    assert len(join(trajectory.tokens).images) == len(trajectory.prompt.images)


def test_an_evaluation_keeps_the_tokens(tmp_path):
    policy = TransformersPolicy(*qwen(), max_new_tokens=5)
    summary = evaluate(ENV_ID, PolicyAgents(policy), out=tmp_path, episodes=2, rollouts=2, workers=2)
    assert summary.n == 4
    for record in read_episodes(tmp_path):
        turns = read_tokens(record)
        assert len(turns) == record["n_turns"]
        assert sum(join(turns).mask) == record["sampled_tokens"]


class Counting(TransformersPolicy):
    """Notes how many rows and tokens of each go through the model."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.shapes = []
        self.model = self._counted(self.model)

    def _counted(self, model):
        class Counted:
            def __getattr__(_, name):
                return getattr(model, name)

            def __call__(_, **inputs):
                self.shapes.append(tuple(inputs["input_ids"].shape))
                return model(**inputs)

        return Counted()


def converse(*texts, picture=None):
    parts = tuple(map(TextPart, texts[1:]))
    shown = (ImagePart("image_1", picture),) if picture is not None else ()
    return Conversation([Message("system", (TextPart(texts[0]),)), Message("user", shown + parts)])


SYSTEM = "You have tools: add, shout, paint. Think first. " * 4


def test_what_episodes_begin_with_is_read_once(parts):
    policy = Counting(*parts, max_new_tokens=1)
    conversations = [converse(SYSTEM, question) for question in ("What?", "What?", "What now?", "What?")]
    policy.act(conversations)
    whole = [len(policy._memories[each].transcript.ids) - 1 for each in conversations]
    (rows, shared), rest = policy.shapes
    assert rows == 1
    assert shared > 30
    assert rest == (2, max(whole) - shared)
    assert [policy._memories[each].cached for each in conversations] == whole


def test_sharing_changes_no_probability(parts):
    conversations = [converse(SYSTEM, question) for question in ("What?", "What?", "What now?", "Why?")]
    together = TransformersPolicy(*parts, max_new_tokens=8, temperature=0.0).act(conversations)
    alone = [
        TransformersPolicy(*parts, max_new_tokens=8, temperature=0.0).act([converse(SYSTEM, question)])[0]
        for question in ("What?", "What?", "What now?", "Why?")
    ]
    for one, other in zip(together, alone, strict=True):
        assert one.tokens.ids == other.tokens.ids
        assert one.tokens.logprobs == pytest.approx(other.tokens.logprobs, abs=2e-4)


def test_what_is_much_longer_is_read_by_itself(parts):
    policy = Counting(*parts, max_new_tokens=1)
    short = [converse(f"{number} {SYSTEM}", "What?") for number in range(9)]
    policy.act([*short, converse("a" * 4000, "What?")])
    (rows, tokens), (all_rows, width) = policy.shapes
    assert (rows, all_rows) == (1, 10)
    assert tokens > 5 * width


def test_the_same_words_about_another_picture_are_another_prompt():
    rng = np.random.default_rng(1)
    picture, other = (rng.integers(0, 255, (40, 40, 3), dtype=np.uint8) for _ in range(2))
    policy = Counting(*qwen(), max_new_tokens=1)
    shown = [converse(SYSTEM, "What?", picture=pixels) for pixels in (picture, other, picture.copy())]
    policy.act(shown)
    assert [rows for rows, _ in policy.shapes] == [1, 2]
    lengths = {len(policy._memories[each].transcript.ids) for each in shown}
    assert len(lengths) == 1


def test_new_episodes_may_join_old_ones(parts):
    """One has a cache, the other none, and too little in common to be worth a reading of its own."""
    policy = Counting(*parts, max_new_tokens=4, temperature=0.0)
    old = converse(SYSTEM, "What?")
    [first] = policy.act([old])
    old.messages = [
        *old.messages,
        Message("assistant", (TextPart(first.text),)),
        Message("user", (TextPart("And?"),)),
    ]
    together = policy.act([old, converse("b", "c")])
    [alone] = policy.act([converse("b", "c")])
    assert together[1].tokens.ids == alone.tokens.ids
    whole = TransformersPolicy(*parts, temperature=0.0)
    scored = whole.score(join([first.tokens, together[0].tokens]))
    kept = torch.tensor(together[0].tokens.logprobs)
    assert torch.allclose(scored[-len(kept) :], kept, atol=2e-4)
