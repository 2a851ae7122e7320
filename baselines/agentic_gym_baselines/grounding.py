"""A loss that says where: the token of a picture that shows a character is drawn to its embedding.

The loss on answers alone has to find out by itself which of up to 196 tokens an answer depends on; in a first
trial it was still at chance after 12,000 pictures of one character. Scenes say where their print stands, so
that the tower can be told directly; the language model still has to say the characters in their order.
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.sights import Sight


def can_ground(policy: TransformersPolicy) -> bool:
    """Whether the model is a Llava, whose projector gives a square of tokens for each picture."""
    return hasattr(policy.model.model, "multi_modal_projector")


@contextmanager
def projecting(policy: TransformersPolicy) -> Iterator[list[Any]]:
    """Within it each forward pass adds what the projector gave: pictures × tokens × width.

    It is empty for a model that is no Llava.
    """
    projected: list[Any] = []
    if not can_ground(policy):
        yield projected
        return

    def keep(module: Any, inputs: Any, output: Any) -> None:
        projected.append(output)

    handle = policy.model.model.multi_modal_projector.register_forward_hook(keep)
    try:
        yield projected
    finally:
        handle.remove()


def grounding_loss(policy: TransformersPolicy, projected: Any, sights: Sequence[Sight]) -> Any:
    """The mean cross-entropy, in nats, of what the marked tokens show, over the whole vocabulary.

    Args:
        policy: whose tokens and embeddings are meant.
        projected: what the projector gave, with a gradient; one row for each sight.
        sights: square pictures; those without marks count for nothing.

    Returns:
        a scalar; 0 where nothing is marked.
    """
    grid = math.isqrt(projected.shape[1])
    rows, cells, targets = [], [], []
    for row, sight in enumerate(sights):
        cell = sight.pixels.shape[0] / grid
        for x, y, shown in sight.marks:
            column, line = (min(grid - 1, max(0, int(place / cell))) for place in (x, y))
            rows.append(row)
            cells.append(line * grid + column)
            targets.append(policy.encoder.encode(shown)[0])
    if not rows:
        return projected.sum() * 0
    logits = projected[rows, cells].float() @ policy.model.get_input_embeddings().weight.float().T
    return torch.nn.functional.cross_entropy(logits, policy.tensor(targets))
