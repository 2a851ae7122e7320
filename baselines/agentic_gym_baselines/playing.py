"""A model, in this process or behind a server, played over the tasks of a level."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from agentic_gym.cli.tables import ScoreRow, error_console, progress_bar
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation import Summary, evaluate
from agentic_gym.evaluation.agents import Player
from agentic_gym.policies import PolicyAgents
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym_baselines.models import open_policy
from agentic_gym_baselines.sampling import OwnSampler

_BEGINNING = 4096
"""Numbers of a tensor by which it is recognised."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who plays.

    Attributes:
        player: an agent, or a model's policy.
        batch: how many episodes at the same time.
        together: whether it is asked for all of these at once, as a model in this process wants it.
        reseed: draws what it writes from here on by the numbers given; none where it draws by itself.
    """

    player: Player
    batch: int
    together: bool = False
    reseed: Callable[..., None] | None = None

    def on_stream(self, number: int) -> "Chosen":
        """The same player, who draws other things for the same episodes."""
        return replace(self, reseed=partial(self.reseed, number)) if self.reseed else self


@dataclass(frozen=True, slots=True)
class Sampling:
    """How a model writes.

    Attributes:
        temperature: 0 always takes the likeliest token.
        max_new_tokens: of one turn.
        seed: of what a model in this process draws.
        device: where a model in this process runs.
        dtype: of its weights.
    """

    temperature: float = 1.0
    max_new_tokens: int = 256
    seed: int = 0
    device: str = "cpu"
    dtype: str = "float32"


def choose_model(name: str, base_url: str, batch: int, sampling: Sampling) -> Chosen:
    """A model as a player.

    Args:
        name: as `open_policy` takes it, or as the server knows it.
        base_url: of an OpenAI-compatible server; empty for a model in this process.
        batch: how many episodes at the same time.
        sampling: how it writes.

    Raises:
        ConfigurationError: there is no such model.
        ServerError: the server cannot be reached.
    """
    if batch < 1:
        raise ConfigurationError(f"at least 1 episode is played at a time; got {batch}")
    if not base_url:
        policy = open_policy(
            name,
            seed=sampling.seed,
            temperature=sampling.temperature,
            max_new_tokens=sampling.max_new_tokens,
            device=sampling.device,
            dtype=sampling.dtype,
        )
        policy.name = (
            f"{name} {fingerprint(policy.model)} temperature={sampling.temperature} "
            f"max_new_tokens={sampling.max_new_tokens} seed={sampling.seed}"
        )
        return Chosen(PolicyAgents(policy), batch, together=True, reseed=OwnSampler(policy).reseed)
    asked = {"temperature": sampling.temperature, "max_tokens": sampling.max_new_tokens}
    return Chosen(PolicyAgents(OpenAIPolicy(name, ModelServer(base_url), sampling=asked)), batch)


def fingerprint(model: Any) -> str:
    """Eight letters that other weights would change: a run that goes on must not go on with another model.

    Made of the beginning of every tensor, since reading all of a large model takes long.
    """
    digest = hashlib.blake2b(digest_size=4)
    for name, tensor in model.state_dict().items():
        digest.update(f"{name}{tuple(tensor.shape)}".encode())
        digest.update(tensor.flatten()[:_BEGINNING].float().cpu().numpy().tobytes())
    return digest.hexdigest()


def play(
    env_id: str, chosen: Chosen, *, out: Path, title: str, env_options: Mapping[str, Any], **settings: Any
) -> Summary:
    """Plays a run, or the rest of it, behind a progress bar.

    Args:
        env_id: the environment.
        chosen: who plays.
        out: the run's folder.
        title: what the bar says.
        env_options: keyword arguments of `gym.make`.
        settings: further arguments of `evaluate`.

    Raises:
        As `evaluate` does; a `KeyboardInterrupt` after saying where the finished episodes are.
    """
    with progress_bar() as bar:
        try:
            return evaluate(
                env_id,
                chosen.player,
                out=out,
                workers=chosen.batch,
                together=chosen.together,
                reseed=chosen.reseed,
                env_options=env_options,
                progress=ScoreRow(bar, title),
                **settings,
            )
        except KeyboardInterrupt:
            bar.stop()
            error_console().print(
                f"Stopped. What was finished is in {out}; the same command goes on from there.",
                soft_wrap=True,
            )
            raise
