"""Log-probabilities of many episodes at once, with a gradient: what a trainer asks of a policy.

`TransformersPolicy.score` says what is meant, one sequence at a time. Here three things make it cheap, and
change nothing but the order of sums: sequences stand together in a batch, padded on the right; what they all
begin with is read once, and its keys and values are lent to all of them, gradient included (an environment's
system text is often most of an episode); and only the places that predict a sampled token go through the
model's head, which is as wide as the vocabulary.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Pixels
from agentic_gym.policies.transformers import WORTH_SHARING, TransformersPolicy, library
from agentic_gym.trajectories.tokens import TokenSequence, common_length


@dataclass(frozen=True, slots=True)
class Example:
    """A sequence to learn from, with every picture that stands in it, in order."""

    sequence: TokenSequence
    pictures: Sequence[Pixels] = ()

    @property
    def sampled(self) -> tuple[int, ...]:
        """The places of the sampled tokens."""
        return tuple(place for place, sampled in enumerate(self.sequence.mask) if sampled)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model says of the sampled tokens of some examples, one example after another.

    Attributes:
        logprobs: float32 tensor with a gradient, one for each sampled token.
        entropies: in nats, of the distribution that each of them is drawn from; float32, without a gradient.
        counts: how many sampled tokens each example has.
    """

    logprobs: Any
    entropies: Any
    counts: tuple[int, ...]


def score_together(policy: TransformersPolicy, examples: Sequence[Example]) -> Scores:
    """Log-probabilities of the examples' sampled tokens under the model as it is now, with a gradient.

    Args:
        policy: whose model, temperature and tokens are meant.
        examples: each with a sampled token at least.

    Raises:
        ConfigurationError: there are no examples, or one has no sampled token, or has one at its beginning.
    """
    if not examples or not all(example.sampled and example.sampled[0] for example in examples):
        raise ConfigurationError(
            "each example needs a sampled token, and a token before the first of them; "
            f"got {len(examples)} examples with {[len(example.sampled) for example in examples][:8]}"
        )
    prefix = shared_prefix(examples)
    return _Batch(policy, examples, prefix if prefix >= WORTH_SHARING and len(examples) > 1 else 0).score()


def shared_prefix(examples: Sequence[Example]) -> int:
    """How many tokens can be read once for all: none is sampled, predicts a sampled one, or splits a picture.

    Pictures count as equal if their pixels are; their tokens are the same whatever they show.
    """
    first = examples[0]
    ids = first.sequence.ids
    length = min(example.sampled[0] - 1 for example in examples)
    for other in examples[1:]:
        length = min(length, common_length(ids, other.sequence.ids))
        for place, span in enumerate(first.sequence.images):
            if span.start < length and not _same_picture(first, other, place):
                length = span.start
    for span in first.sequence.images:
        if span.start < length < span.stop:
            length = span.start
    return length


def _same_picture(first: Example, other: Example, place: int) -> bool:
    if place >= len(other.pictures) or first.sequence.images[place] != other.sequence.images[place]:
        return False
    one, two = first.pictures[place], other.pictures[place]
    return one is two or np.array_equal(one, two)


class _Batch:
    """Examples in one forward pass, after another one of what they begin with.

    Args:
        policy: the model's.
        examples: rows of the batch.
        prefix: tokens that they begin with, read once; 0 for none.
    """

    def __init__(self, policy: TransformersPolicy, examples: Sequence[Example], prefix: int) -> None:
        self.policy = policy
        self.examples = examples
        self.prefix = prefix
        self.features = [
            [policy.encoder.encode_image(pixels).features for pixels in example.pictures]
            for example in examples
        ]
        self.read = sum(span.stop <= prefix for span in examples[0].sequence.images)
        self.width = max(len(example.sequence.ids) for example in examples)

    def score(self) -> Scores:
        policy, prefix = self.policy, self.prefix
        cache = self._read_prefix() if prefix else None
        places = [(row, place - 1) for row, each in enumerate(self.examples) for place in each.sampled]
        rest = self.width - prefix
        wanted = policy.tensor([row * rest + place - prefix for row, place in places])
        with _head_sees(policy.model, wanted):
            output = policy.model(
                input_ids=self._padded([example.sequence.ids for example in self.examples]),
                position_ids=self._positions(),
                attention_mask=self._mask(),
                past_key_values=cache,
                use_cache=cache is not None,
                **policy.joined([each for row in self.features for each in row[self.read :]]),
            )
        logprobs = policy.log_softmax(output.logits)
        targets = policy.tensor([self.examples[row].sequence.ids[place + 1] for row, place in places])
        entropies = logprobs.detach().exp()
        entropies = -(entropies * entropies.clamp_min(1e-38).log()).sum(-1)
        counts = tuple(len(example.sampled) for example in self.examples)
        return Scores(logprobs.gather(1, targets[:, None])[:, 0], entropies, counts)

    def _read_prefix(self) -> Any:
        """The beginning's keys and values, lent to every row."""
        policy, first = self.policy, self.examples[0].sequence
        cache = policy.model(
            input_ids=policy.tensor([first.ids[: self.prefix]]),
            position_ids=self._row_positions(0)[..., : self.prefix],
            use_cache=True,
            logits_to_keep=1,
            **policy.joined(self.features[0][: self.read]),
        ).past_key_values
        rows = len(self.examples)
        return policy.cache(
            [
                (layer.keys.expand(rows, -1, -1, -1), layer.values.expand(rows, -1, -1, -1))
                for layer in cache.layers
            ]
        )

    def _row_positions(self, row: int) -> Any:
        """Each token's position: 1 × tokens; 3 × 1 × tokens for pictures that have a height."""
        sequence = self.examples[row].sequence
        spans = [(span.start, span.stop) for span in sequence.images]
        return self.policy.positions(sequence.ids, spans, self.features[row])

    def _positions(self) -> Any:
        """Of what follows the beginning: rows × tokens, or 3 × rows × tokens; padding repeats the last."""
        torch = library("torch")
        rows = []
        for row in range(len(self.examples)):
            positions = self._row_positions(row)
            padding = self.width - positions.shape[-1]
            last = positions[..., -1:].expand(*positions.shape[:-1], padding)
            rows.append(torch.cat([positions, last], -1)[..., self.prefix :])
        return torch.cat(rows, -2)

    def _padded(self, rows: Sequence[Sequence[int]]) -> Any:
        return self.policy.tensor(
            [[*ids[self.prefix :], *[ids[0]] * (self.width - len(ids))] for ids in rows]
        )

    def _mask(self) -> Any:
        lengths = [len(example.sequence.ids) for example in self.examples]
        return self.policy.tensor([[1] * length + [0] * (self.width - length) for length in lengths])


@contextmanager
def _head_sees(model: Any, wanted: Any) -> Iterator[None]:
    """Within it the model's logits are those of the wanted places alone: wanted × vocabulary.

    A hook, so that whatever a model does to its logits after the head is still done.
    """

    def select(_: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        hidden = inputs[0]
        return (hidden.reshape(-1, hidden.shape[-1])[wanted], *inputs[1:])

    handle = model.get_output_embeddings().register_forward_pre_hook(select)
    try:
        yield
    finally:
        handle.remove()
