"""Who samples for a trainer: the model that learns, a copy of it that computes faster, or a server."""

import copy
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch

from agentic_gym.policies import Policy
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.models import cast_weights
from agentic_gym_baselines.serving import ServedSampler


class Sampler(Protocol):
    """A policy that follows a learner."""

    @property
    def policy(self) -> Policy:
        """Plays with the weights of the last `refresh`."""
        ...

    def reseed(self, *key: int) -> None:
        """What is sampled from now on is drawn by this key alone."""
        ...

    def refresh(self) -> None:
        """Takes over the learner's weights."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


class OwnSampler:
    """Samples from the model that learns; with `dtype` from a copy of it in another number format.

    Args:
        learner: the policy whose model learns.
        dtype: such as `torch.bfloat16`.
    """

    def __init__(self, learner: TransformersPolicy, dtype: Any = None) -> None:
        self._learner = learner
        self.policy: Policy = learner
        self._own = learner
        if dtype is not None:
            self._own = copy.copy(learner)
            self._own.model = copy.deepcopy(learner.model).requires_grad_(False)
            cast_weights(self._own.model, dtype)
            self.policy = self._own

    def reseed(self, *key: int) -> None:
        """See `Sampler`."""
        state = np.random.SeedSequence(key).generate_state(1, np.uint64)
        self._own.generator.manual_seed(int(state[0]) >> 1)

    def refresh(self) -> None:
        """See `Sampler`."""
        if self._own is not self._learner:
            with torch.no_grad():
                for own, new in zip(
                    self._own.model.parameters(), self._learner.model.parameters(), strict=True
                ):
                    own.copy_(new)
        self._own.forget()

    def close(self) -> None:
        """Does nothing: there is no more than the two models."""


def choose_sampler(
    learner: TransformersPolicy, weights: Path, *, autocast: bool = False, base_url: str = ""
) -> Sampler:
    """The sampler that a program's arguments ask for, with the learner's weights.

    Args:
        learner: the policy whose model learns.
        weights: a folder of the run's own, through which a server gets them.
        autocast: whether it samples in bfloat16 in this process.
        base_url: of a vLLM server that samples in its place; empty for none.

    Raises:
        ConfigurationError: the server cannot be used for this model.
        ServerError: the server cannot be reached, or failed.
    """
    if not base_url:
        return OwnSampler(learner, torch.bfloat16 if autocast else None)
    served = ServedSampler(learner, base_url, weights)
    served.refresh()
    return served
