"""A vLLM server as the sampler of a trainer: it writes the episodes, and takes over the weights of each step.

Start it with `VLLM_SERVER_DEV_MODE=1`, which opens the requests that change its weights, and with
`--logprobs-mode processed_logprobs`, so that log-probabilities are of the distribution that was drawn from;
docs/serving.md has the whole command.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from transformers.utils import logging

from agentic_gym.errors import ConfigurationError, ServerError
from agentic_gym.messages import ImagePart, JSONObject, Message, TextPart
from agentic_gym.policies import Conversation, Policy, Sampled
from agentic_gym.policies.completions import CompletionsPolicy
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.served import ServedPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.policies.transcript import Transcript, stop_token
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories.tokens import TurnTokens, join

_NEVER = -100.0
"""The bias of a token that must not be drawn; the lowest that the protocol has."""
_TOWERS = ("clip_vision_model", "siglip_vision_model", "pixtral")
"""What vLLM's Llava takes."""
_PREFIX = "weights-"
_ONE_FILE = "1TB"
_PROBE_TOKENS = 16
"""How many the server writes for a comparison."""


class ServedSampler:
    """Has a vLLM server sample, with the weights of a model that learns in this process; see `Sampler`.

    The server draws from the same distribution as the learner's policy: its temperature, no other shaping,
    and none of the tokens that it never writes. What it draws cannot be repeated from a seed.

    A text model is asked in tokens, so that each episode is one exact sequence. A vision model is asked in
    messages, and the server tokenises earlier turns anew: where that differs from what was sampled, an
    episode is several sequences.

    Args:
        learner: the policy whose model learns; the server serves the same architecture with the same
            tokenizer, and for a vision model with the same chat template.
        base_url: of the server, such as `http://127.0.0.1:8000/v1`.
        weights: a folder of this run's own for the weights on their way, which the server can read under the
            same path.
        model: its name on the server; the only one there if not given.
        tolerance: mean absolute difference, in nats, that the server's log-probabilities of what it writes
            may have from the learner's.
        concurrency: requests at the same time.

    Attributes:
        policy: what the server samples.
        gap: that difference, as the last `refresh` found it; none before the first.

    Raises:
        ConfigurationError: the server has no such model, or several and none is named; it does not serve
            such a vision model, or serves it with a longer context than the learner's.
        ServerError: the server cannot be reached.
    """

    def __init__(
        self,
        learner: TransformersPolicy,
        base_url: str,
        weights: Path,
        *,
        model: str | None = None,
        tolerance: float = 0.1,
        concurrency: int = 64,
    ) -> None:
        self._learner = learner
        self._server = ModelServer(base_url)
        # What changes the server stands beside the version, not below it. It is asked once: a server that
        # fails meanwhile has its weights in pieces.
        self._root = ModelServer(self._server.base_url.removesuffix("/v1"), attempts=1)
        self._model = model or _only_model(self._server)
        self._weights = weights.absolute()
        self._tolerance = tolerance
        self._concurrency = concurrency
        self._sees = bool(learner.encoder.image_placeholder)
        self.policy: Policy = self._ask_for(learner.max_new_tokens)
        self._prober = self._ask_for(min(_PROBE_TOKENS, learner.max_new_tokens))
        self.gap: float | None = None

    def reseed(self, *key: int) -> None:
        """Does nothing: a server that batches requests as they come does not repeat itself."""

    def refresh(self) -> None:
        """Gives the server the learner's weights as they are now, and looks whether it writes with them.

        Raises:
            ConfigurationError: the server takes no weights, or writes with another distribution than the
                learner's policy would.
            ServerError: the server failed to load them, or has requests under way.
        """
        self._weights.mkdir(parents=True, exist_ok=True)
        for left in self._weights.glob(f"{_PREFIX}*"):  # by a run that was killed
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=self._weights) as folder:
            save_weights(self._learner.model, Path(folder))
            self._reload(folder)
        self._root.post("reset_prefix_cache", {}, _check_reset)
        if self._sees:
            self._root.post("reset_encoder_cache", {}, _ignore)
        self.gap = self._compare()

    def close(self) -> None:
        """Closes the connections. May be called again."""
        self._server.close()
        self._root.close()

    def _ask_for(self, max_new_tokens: int) -> ServedPolicy:
        """A policy of the server that draws as the local one does."""
        learner, encoder = self._learner, self._learner.encoder
        stop = stop_token(learner.template, encoder)
        rows = learner.model.get_output_embeddings().weight.shape[0]
        sampling: dict[str, Any] = {
            "temperature": learner.temperature,
            "top_p": 1.0,
            "top_k": -1,
            "min_p": 0.0,
            "repetition_penalty": 1.0,
            "logit_bias": {str(token): _NEVER for token in encoder.unwritable(stop, rows)},
        }
        if not self._sees:
            return CompletionsPolicy(
                self._model,
                self._server,
                encoder,
                learner.template,
                sampling=sampling,
                max_new_tokens=max_new_tokens,
                max_context=learner.max_context,
                concurrency=self._concurrency,
            )
        _check_tower(learner.model.config)
        [image_token] = encoder.encode(encoder.image_placeholder)
        sampling |= {"max_tokens": max_new_tokens, "stop_token_ids": [stop]}
        policy = OpenAIPolicy(
            self._model,
            self._server,
            sampling=sampling,
            image_token=image_token,
            concurrency=self._concurrency,
        )
        if policy.context_length is not None and learner.max_context < policy.context_length:
            raise ConfigurationError(
                f"an episode has at most {learner.max_context} tokens here (--max-context), and "
                f"{policy.context_length} on the server, which alone counts those of a vision model: start "
                f"vLLM with --max-model-len {learner.max_context}"
            )
        return policy

    def _reload(self, folder: str) -> None:
        request = {"method": "reload_weights", "kwargs": {"weights_path": folder}}
        try:
            self._root.post("collective_rpc", request, _ignore)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"the server takes no weights ({error}): start vLLM with VLLM_SERVER_DEV_MODE=1, on an "
                "address that nobody else reaches"
            ) from error
        except ServerError as error:
            raise ServerError(
                f"the server did not load the weights in {folder}: it has to serve the same architecture and "
                f"to read this folder under the same path. Its weights are in pieces: start it again. {error}"
            ) from error

    def _compare(self) -> float:
        """How far the server's log-probabilities of a short turn are from the learner's."""
        probe = _probe(self._sees)
        [outcome] = self._prober.act([Conversation((probe,))])
        if not isinstance(outcome, Sampled):
            raise outcome
        if outcome.tokens is None or not outcome.tokens.logprobs:
            raise ConfigurationError("the server gives no token ids and log-probabilities: it has to be vLLM")
        self._check_prompt(probe, outcome.tokens)
        said = torch.tensor(outcome.tokens.logprobs)
        with torch.no_grad():
            pictures = [image.pixels for image in probe.images]
            own = self._learner.score(join([outcome.tokens]), pictures)[-len(said) :].cpu()
        difference = float((own - said).abs().mean())
        if not difference <= self._tolerance:
            raise ConfigurationError(
                f"the server's log-probabilities are {difference:.3g} off the learner's, on average "
                f"over {len(own)} tokens; {self._tolerance:g} are allowed. Serve the same model, with "
                "--logprobs-mode processed_logprobs"
            )
        return difference

    def _check_prompt(self, probe: Message, tokens: TurnTokens) -> None:
        transcript = Transcript(self._learner.template, self._learner.encoder)
        transcript.extend((probe,))
        if tuple(transcript.ids) != tokens.prompt:
            shown = self._learner.encoder.decode(tokens.prompt)
            raise ConfigurationError(
                f"the server shows its model {shown!r}, and the learner is shown {transcript.text!r}: "
                "give the server the same template, with --chat-template FILE (ChatTemplate.save writes it) "
                "and --chat-template-content-format openai"
            )


def _check_tower(config: Any) -> None:
    if config.model_type != "llava":
        return
    tower = config.vision_config.model_type
    if tower not in _TOWERS:
        raise ConfigurationError(
            f"vLLM serves no Llava with a vision tower of the kind {tower!r}, only {', '.join(_TOWERS)}. "
            "Sample with --policy transformers, or make the model with `see --tower patches`"
        )


def save_weights(model: Any, folder: Path) -> None:
    """Writes a Hugging Face model so that a vLLM server that runs can load all of it.

    Where embeddings and head are one, the library writes one of them. vLLM on a CPU keeps a packed copy of
    the head, which it packs anew only if the head has weights of its own in the folder.
    """
    with _without_progress_bars():
        model.save_pretrained(folder, max_shard_size=_ONE_FILE)
    head = model.get_output_embeddings()
    if head.weight is model.get_input_embeddings().weight:
        [name] = [name for name, module in model.named_modules() if module is head]
        save_file({f"{name}.weight": head.weight.detach().contiguous()}, folder / "head.safetensors")


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _probe(with_picture: bool) -> Message:
    """What the server is asked for a comparison."""
    ask = TextPart("Write the names of ten animals, and what each of them eats.")
    if not with_picture:
        return Message("user", (ask,))
    # 84 is 3 cells of the Qwen-VL family: nothing is scaled, so that the pixels are the same on both sides.
    across, down = np.meshgrid(*[np.linspace(0, 255, 84, dtype=np.uint8)] * 2)
    picture = ImagePart("colours", np.stack([across, down, np.full_like(down, 128)], axis=-1))
    return Message("user", (TextPart("Here are colours:"), picture, ask))


def _only_model(server: ModelServer) -> str:
    names = [str(card["id"]) for card in server.models()]
    if len(names) != 1:
        raise ConfigurationError(f"the server has the models {names}: name the one to sample from")
    return names[0]


def _ignore(reply: JSONObject) -> None:
    """A reply that says nothing but that it is one."""


def _check_reset(reply: JSONObject) -> None:
    if not reply["success"]:
        raise ValueError("the server has requests under way: wait for every episode before a refresh")
