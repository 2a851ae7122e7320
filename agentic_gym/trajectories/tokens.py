"""What a model was shown and what it sampled, token for token, and the loss mask that follows from it.

Sampled tokens are kept as they were sampled and are never tokenised again: the same text has many
tokenisations, and a trainer that learns from another one than was sampled learns from tokens of
probability zero. Only they carry loss; the template, tool output, image tokens and everything else
that was put into the context carry none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agentic_gym.errors import ConfigurationError, TemplateError


@dataclass(frozen=True, slots=True)
class ImageSpan:
    """Where a picture's tokens stand: `start` up to, and not including, `stop`."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class TurnTokens:
    """One turn of a model.

    Attributes:
        prompt: ids of everything before the sampled tokens, earlier turns included, pictures expanded.
        sampled: ids as they were sampled, with the one that ended the turn where it was sampled.
        logprobs: natural logarithm of the probability with which each was drawn; empty where unknown.
        images: the pictures' spans within `prompt`, in order.
    """

    prompt: tuple[int, ...]
    sampled: tuple[int, ...]
    logprobs: tuple[float, ...] = ()
    images: tuple[ImageSpan, ...] = ()

    def __post_init__(self) -> None:
        """Refuses log-probabilities that are not one for each sampled token."""
        if self.logprobs and len(self.logprobs) != len(self.sampled):
            raise ConfigurationError(
                f"{len(self.logprobs)} log-probabilities for {len(self.sampled)} sampled tokens; "
                "give one for each, or none"
            )

    @property
    def ids(self) -> tuple[int, ...]:
        """Prompt and sampled tokens."""
        return self.prompt + self.sampled


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """Turns as one sequence to learn from; every field but `images` has an entry for each token.

    Attributes:
        ids: token ids.
        mask: whether the token was sampled, and so carries loss.
        logprobs: of sampled tokens; 0 elsewhere. Empty where some turn has none.
        turns: the turn that sampled the token, from 0; -1 elsewhere.
        images: the pictures' spans.
    """

    ids: tuple[int, ...]
    mask: tuple[bool, ...]
    logprobs: tuple[float, ...]
    turns: tuple[int, ...]
    images: tuple[ImageSpan, ...]


def join(turns: Sequence[TurnTokens]) -> TokenSequence:
    """The turns of an episode as one sequence.

    Raises:
        TemplateError: a turn's prompt does not begin with the turn before it, so that no one sequence
            holds what was shown and what was sampled. `split` gives as few sequences as there can be.
        ConfigurationError: there are no turns.
    """
    if not turns:
        raise ConfigurationError("an episode without a sampled turn has no tokens to learn from")
    for number, (before, after) in enumerate(zip(turns, turns[1:], strict=False), 1):
        same = common_length(before.ids, after.prompt)
        if same < len(before.ids):
            raise TemplateError(
                f"the prompt of turn {number} repeats only {same} of the {len(before.ids)} tokens before it: "
                "a chat template or a server tokenised the conversation anew; use a template that keeps "
                "its prefix, or learn from the parts that split() gives"
            )
    return _joined(turns)


def split(turns: Sequence[TurnTokens]) -> list[TokenSequence]:
    """The turns as sequences, a new one wherever a prompt does not continue what was before it.

    No sampled token is in two sequences' masks, so a loss summed over them counts each once.
    """
    runs: list[list[TurnTokens]] = []
    for turn in turns:
        if runs and common_length(runs[-1][-1].ids, turn.prompt) == len(runs[-1][-1].ids):
            runs[-1].append(turn)
        else:
            runs.append([turn])
    return [_joined(run) for run in runs]


def common_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences have in common at their beginning.

    >>> common_length([1, 2, 3], [1, 2, 4, 5])
    2
    """
    for position, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return position
    return min(len(first), len(second))


def image_spans(ids: Iterable[int], image_token: int, offset: int = 0) -> tuple[ImageSpan, ...]:
    """The runs of an image token.

    >>> image_spans([5, 9, 9, 5, 9], image_token=9)
    (ImageSpan(start=1, stop=3), ImageSpan(start=4, stop=5))
    """
    spans: list[ImageSpan] = []
    start: int | None = None
    for position, token in enumerate((*ids, None), offset):
        if token == image_token and start is None:
            start = position
        elif token != image_token and start is not None:
            spans.append(ImageSpan(start, position))
            start = None
    return tuple(spans)


def _joined(turns: Sequence[TurnTokens]) -> TokenSequence:
    """One sequence of turns each of which continues the one before."""
    last = turns[-1]
    mask = [False] * len(last.ids)
    owner = [-1] * len(last.ids)
    known = all(len(turn.logprobs) == len(turn.sampled) for turn in turns)
    logprobs = [0.0] * len(last.ids) if known else []
    for number, turn in enumerate(turns):
        here = slice(len(turn.prompt), len(turn.ids))
        mask[here] = [True] * len(turn.sampled)
        owner[here] = [number] * len(turn.sampled)
        if known:
            logprobs[here] = turn.logprobs
    return TokenSequence(last.ids, tuple(mask), tuple(logprobs), tuple(owner), last.images)
