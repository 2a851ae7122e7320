"""What trainers do to a model: passes with a gradient in parts that fit, optimiser steps, the GRPO loss."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from agentic_gym.errors import ConfigurationError
from agentic_gym.policies.scoring import Example, Scores, score_together, shared_prefix
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.journal import Value
from agentic_gym_baselines.rollout import Group, differ


@dataclass(frozen=True, slots=True)
class Update:
    """One optimiser step.

    Attributes:
        norm: of the gradient, before it was clipped.
        rate: the learning rate.
    """

    norm: float
    rate: float


class Learner:
    """A policy's model with its optimiser (AdamW, without weight decay).

    The model stays in evaluation mode, so that dropout does not set the learner apart from the sampler.

    Args:
        policy: whose model learns.
        rate: the learning rate after the warm-up.
        warmup: optimiser steps over which the rate rises from 0 in a line.
        total: optimiser steps at whose end the rate has fallen to 0 in a line; constant where none.
        max_norm: to which a longer gradient is shortened.
        pass_tokens: tokens of one forward pass, padding included but not what all sequences begin with, so
            that it fits in memory; at least one sequence goes through.
        autocast: whether passes compute in bfloat16; the weights stay as they are.

    Raises:
        ConfigurationError: a number cannot be used.
    """

    def __init__(
        self,
        policy: TransformersPolicy,
        *,
        rate: float,
        warmup: int = 0,
        total: int | None = None,
        max_norm: float = 1.0,
        pass_tokens: int = 2048,
        autocast: bool = False,
    ) -> None:
        if rate <= 0 or max_norm <= 0 or pass_tokens < 1 or warmup < 0:
            raise ConfigurationError(
                "a learning rate and a norm are above 0, a pass has a token at least, a warm-up 0 steps; got "
                f"rate={rate}, max_norm={max_norm}, pass_tokens={pass_tokens}, warmup={warmup}"
            )
        self.policy = policy
        self.optimizer: Any = torch.optim.AdamW(
            policy.model.parameters(), lr=rate, betas=(0.9, 0.95), weight_decay=0.0
        )
        self.updates = 0
        self._rate = rate
        self._warmup = warmup
        self._total = total
        self._max_norm = max_norm
        self._pass_tokens = pass_tokens
        self._autocast = autocast

    def passes(self, examples: Sequence[Example]) -> Iterator[tuple[list[int], Scores]]:
        """The examples' scores in parts, each with the places of its examples; call `backward` on each part.

        Examples of a similar length go together, so that little is padding.
        """
        shared = shared_prefix(examples) if examples else 0
        lengths = [len(example.sequence.ids) - shared for example in examples]
        for part in parts_of(lengths, self._pass_tokens):
            with self.computing():
                scores = score_together(self.policy, [examples[place] for place in part])
            yield part, scores

    def computing(self) -> AbstractContextManager[Any]:
        """Within it a forward pass computes in the number format of this learner's passes."""
        device = self.policy.model.device.type
        found: AbstractContextManager[Any] = torch.autocast(device, torch.bfloat16, enabled=self._autocast)
        return found

    def update(self) -> Update:
        """Steps along the gradient that the passes have gathered, and clears it."""
        parameters = self.policy.model.parameters()
        norm = float(torch.nn.utils.clip_grad_norm_(parameters, self._max_norm))
        rate = self._rate_now()
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.policy.forget()
        self.updates += 1
        return Update(norm, rate)

    def _rate_now(self) -> float:
        rate = self._rate * min(1.0, (self.updates + 1) / max(1, self._warmup))
        if self._total is None:
            return rate
        return rate * max(0.0, 1.0 - self.updates / self._total)


def parts_of(lengths: Sequence[int], most: int) -> list[list[int]]:
    """Places of sequences in parts of at most `most` tokens, each padded to its longest; the longest first.

    >>> parts_of([5, 9, 5, 4], most=10)
    [[1], [0, 2], [3]]
    """
    parts: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if parts and lengths[parts[-1][0]] * (len(parts[-1]) + 1) <= most:
            parts[-1].append(place)
        else:
            parts.append([place])
    return parts


def group_advantages(rewards: Sequence[float | None], *, by_deviation: bool = True) -> list[float | None]:
    """How much better each episode of a group is than the group's mean (GRPO, arXiv:2402.03300, section 4.1).

    Args:
        rewards: of the episodes of one task; none where an episode is masked.
        by_deviation: whether to divide by the standard deviation (of the group as a population). Without it,
            as in Dr. GRPO (arXiv:2503.20783), groups of little variance weigh less.

    Returns:
        an advantage for each episode; none where it is masked, and everywhere where all rewards are equal, as
        `differ` has it: such a group has nothing to say.

    >>> group_advantages([1.0, 0.0, None, 1.0, 0.0])
    [1.0, -1.0, None, 1.0, -1.0]
    >>> group_advantages([1.0, 1.0])
    [None, None]
    """
    if not differ(rewards):
        return [None] * len(rewards)
    known = np.array([reward for reward in rewards if reward is not None], dtype=np.float64)
    scale = float(known.std()) if by_deviation else 1.0
    mean = float(known.mean())
    return [None if reward is None else (reward - mean) / scale for reward in rewards]


@dataclass(frozen=True, slots=True)
class TokenLosses:
    """The GRPO loss of each token, and what there is to say of it.

    Attributes:
        loss: with a gradient; sum it and divide by the number of the batch's tokens.
        clipped: whether the clip took the token's gradient away.
        kl: the estimate of the divergence from the reference; 0 without one.
    """

    loss: Any
    clipped: Any
    kl: Any


def token_losses(
    logprobs: Any,
    old: Any,
    advantages: Any,
    *,
    clip_low: float,
    clip_high: float,
    reference: Any = None,
    kl_weight: float = 0.0,
) -> TokenLosses:
    """The clipped surrogate with a higher bound above than below (DAPO, arXiv:2503.14476, section 3.1).

    With `r = exp(logprobs - old)` a token's loss is `-min(r A, clip(r, 1 - clip_low, 1 + clip_high) A)`, and
    `kl_weight` times Schulman's k3, `exp(d) - d - 1` with `d = reference - logprobs`.

    Args:
        logprobs: under the model as it is now, with a gradient.
        old: under the policy that sampled the tokens.
        advantages: of each token's episode.
        clip_low: how far the ratio may fall below 1.
        clip_high: how far it may rise above 1.
        reference: log-probabilities under the frozen reference, for the divergence.
        kl_weight: of the divergence.
    """
    ratio = (logprobs - old).exp()
    bounded = ratio.clamp(1 - clip_low, 1 + clip_high)
    loss = -torch.minimum(ratio * advantages, bounded * advantages)
    clipped = bounded.ne(ratio) & (bounded * advantages < ratio * advantages)
    kl = torch.zeros_like(logprobs)
    if reference is not None:
        difference = reference - logprobs
        kl = difference.exp() - difference - 1
        loss = loss + kl_weight * kl
    return TokenLosses(loss, clipped.detach(), kl.detach())


@dataclass(frozen=True, slots=True)
class Sample:
    """A sequence with its episode's advantage."""

    example: Example
    advantage: float


@dataclass(slots=True)
class Tally:
    """Sums over the tokens that a step learned from; an inner epoch counts each token again."""

    tokens: int = 0
    loss: float = 0.0
    clipped: float = 0.0
    kl: float = 0.0
    entropy: float = 0.0
    gaps: list[Any] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)

    def values(self) -> dict[str, Value]:
        """What the log says; none of what was not learned."""
        count = self.tokens or None
        gaps = torch.cat(self.gaps) if self.gaps else None
        return {
            "loss": self.loss / len(self.norms) if self.norms else None,
            "entropy": self.entropy / count if count else None,
            "clipped": self.clipped / count if count else None,
            "kl": self.kl / count if count else None,
            "gap_mean": float(gaps.mean()) if gaps is not None else None,
            "gap_max": float(gaps.max()) if gaps is not None else None,
            "gradient_norm": max(self.norms) if self.norms else None,
            "loss_tokens": self.tokens,
        }


def samples_of(groups: Sequence[Group], *, by_deviation: bool = True) -> list[Sample]:
    """What there is to learn from: neither masked episodes nor groups in which all rewards are equal.

    Raises:
        ConfigurationError: the policy gave no tokens, or no log-probabilities.
    """
    samples = []
    for group in groups:
        advantages = group_advantages(group.rewards, by_deviation=by_deviation)
        for episode, advantage in zip(group.episodes, advantages, strict=True):
            if advantage is not None:
                episode.check_tokens()
                samples += [Sample(example, advantage) for example in episode.examples if example.sampled]
    return samples


def token_values(batch: Sequence[Sample], like: Any) -> tuple[Any, Any]:
    """For each sampled token its log-probability under the sampler, and its episode's advantage.

    Args:
        batch: one sample after another.
        like: a tensor whose number format and device they get.
    """
    old = [sample.example.sequence.logprobs[place] for sample in batch for place in sample.example.sampled]
    advantages = [sample.advantage for sample in batch for _ in sample.example.sampled]
    return like.new_tensor(old), like.new_tensor(advantages)
