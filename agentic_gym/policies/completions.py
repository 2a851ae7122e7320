"""A served text model as a policy, asked in tokens: what it sampled is never read back from text."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from agentic_gym.errors import ConfigurationError, ContextOverflow
from agentic_gym.messages import JSONObject
from agentic_gym.policies.base import Conversation, Sampled
from agentic_gym.policies.served import ServedPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.policies.templates import ChatTemplate
from agentic_gym.policies.transcript import Encoder, Transcript, stop_token


class CompletionsPolicy(ServedPolicy):
    """Asks `/completions` with token ids for each turn, and gets token ids back, as vLLM has it.

    Every episode is one exact sequence. That endpoint takes no pictures: for those, `OpenAIPolicy`.

    Args:
        model: the name under which the server knows it.
        server: where to ask.
        encoder: the model's tokenizer, as the server has it.
        template: the model's own, or one that keeps its prefix better.
        sampling: fields of the request, such as `temperature`.
        max_new_tokens: of one turn.
        max_context: tokens of an episode, if less than the server says.
        concurrency: requests at the same time, of one call of `act`.

    Raises:
        ConfigurationError: the server has no such model, does not say how long its context is while
            `max_context` is not given either, or the encoder is a vision model's.
        ServerError: the server cannot be reached.
    """

    def __init__(
        self,
        model: str,
        server: ModelServer,
        encoder: Encoder,
        template: ChatTemplate,
        *,
        sampling: Mapping[str, Any] | None = None,
        max_new_tokens: int = 512,
        max_context: int | None = None,
        concurrency: int = 16,
    ) -> None:
        super().__init__(model, server, sampling or {}, concurrency)
        if encoder.image_placeholder:
            raise ConfigurationError("/completions takes no pictures: for a vision model use OpenAIPolicy")
        known = [length for length in (self.context_length, max_context) if length is not None]
        if not known:
            raise ConfigurationError("the server does not say how long its context is: give max_context")
        self.max_context = min(known)
        self._max_new_tokens = max_new_tokens
        self._stop = stop_token(template, encoder)
        self._encoder = encoder
        self._template = template
        self._request: JSONObject = {
            "model": model,
            "logprobs": 0,
            "return_token_ids": True,
            "stop_token_ids": [self._stop],
            **(sampling or {}),
        }
        self._transcripts: WeakKeyDictionary[Conversation, Transcript] = WeakKeyDictionary()

    def sample(self, conversation: Conversation) -> Sampled:
        """See `ServedPolicy`."""
        if conversation.native:
            raise ConfigurationError("native calls are asked for in messages: use OpenAIPolicy")
        transcript = self._transcripts.get(conversation)
        if transcript is None:
            transcript = self._transcripts[conversation] = Transcript(self._template, self._encoder)
        transcript.extend(conversation.messages)
        room = self.max_context - len(transcript.ids)
        if room < 1:
            raise ContextOverflow(f"{len(transcript.ids)} tokens fill the context of {self.max_context}")
        body = {**self._request, "prompt": transcript.ids, "max_tokens": min(room, self._max_new_tokens)}
        ids, logprobs = self._server.post("completions", body, _read)
        return transcript.sample(ids, logprobs, complete=ids[-1] == self._stop)


def _read(reply: JSONObject) -> tuple[list[int], list[float]]:
    choice = reply["choices"][0]
    ids, logprobs = list(choice["token_ids"]), list(map(float, choice["logprobs"]["token_logprobs"]))
    if not ids or len(ids) != len(logprobs):
        raise ValueError(f"{len(ids)} tokens with {len(logprobs)} log-probabilities")
    return ids, logprobs
