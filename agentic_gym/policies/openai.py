"""A model behind an OpenAI-compatible server as a policy, asked in messages."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from agentic_gym.errors import ContextOverflow
from agentic_gym.messages import JSONObject
from agentic_gym.policies.base import Conversation, Sampled
from agentic_gym.policies.chat_format import action_of, request_messages
from agentic_gym.policies.served import ServedPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.trajectories.tokens import TurnTokens, image_spans


class OpenAIPolicy(ServedPolicy):
    """Asks `/chat/completions` for each turn; many conversations at the same time.

    A vLLM server is recognised by its list of models. It is then asked for token ids and log-probabilities
    too, and its context's length is known. A server reads earlier turns back from text, so that it may
    tokenise them otherwise than they were sampled: `agentic_gym.trajectories.join` refuses such an episode,
    and `split` takes it apart. Each turn's own tokens are exact in any case; `CompletionsPolicy` keeps those
    of the whole episode. Log-probabilities are the server's: by vLLM's default, before temperature.

    Args:
        model: the name under which the server knows it.
        server: where to ask.
        sampling: fields of the request, such as `temperature`, `max_tokens` or `chat_template_kwargs`.
        images_in_tools: whether pictures stand in `tool` messages; if not given, only where vLLM serves.
        image_token: id of the token that a picture is made of, where the pictures' spans are wanted.
        concurrency: requests at the same time, of one call of `act`.

    Raises:
        ConfigurationError: the server has no such model.
        ServerError: the server cannot be reached.
    """

    def __init__(
        self,
        model: str,
        server: ModelServer,
        *,
        sampling: Mapping[str, Any] | None = None,
        images_in_tools: bool | None = None,
        image_token: int | None = None,
        concurrency: int = 16,
    ) -> None:
        super().__init__(model, server, sampling or {}, concurrency)
        exact = {"logprobs": True, "return_token_ids": True} if self.is_vllm else {}
        self._request = {"model": model, **exact, **(sampling or {})}
        self._images_in_tools = self.is_vllm if images_in_tools is None else images_in_tools
        self._image_token = image_token
        self._lengths: WeakKeyDictionary[Conversation, int] = WeakKeyDictionary()

    def sample(self, conversation: Conversation) -> Sampled:
        """See `ServedPolicy`."""
        length = self._lengths.get(conversation, 0)
        if self.context_length is not None and length >= self.context_length:
            raise ContextOverflow(f"{length} tokens fill the context of {self.context_length}")
        messages = request_messages(conversation, images_in_tools=self._images_in_tools)
        body = {**self._request, "messages": messages}
        if conversation.native and conversation.tools:
            body["tools"] = list(conversation.tools)
        read = partial(self._read, native=conversation.native)
        sampled = self._server.post("chat/completions", body, read)
        self._lengths[conversation] = sampled.prompt_count + sampled.sampled_count
        return sampled

    def _read(self, reply: JSONObject, *, native: bool) -> Sampled:
        choice = reply["choices"][0]
        usage = reply.get("usage") or {}
        text = action_of(choice["message"], native=native)
        if not isinstance(text, str):
            raise TypeError("the message's content is no text")
        return Sampled(
            text=text,
            tokens=self._tokens(reply, choice),
            prompt_count=int(usage.get("prompt_tokens") or 0),
            sampled_count=int(usage.get("completion_tokens") or 0),
            complete=choice.get("finish_reason") != "length",
        )

    def _tokens(self, reply: JSONObject, choice: JSONObject) -> TurnTokens | None:
        prompt = reply.get("prompt_token_ids") or choice.get("prompt_token_ids")
        sampled = choice.get("token_ids")
        if not prompt or sampled is None:
            return None
        entries = (choice.get("logprobs") or {}).get("content") or []
        logprobs = tuple(float(entry["logprob"]) for entry in entries)
        spans = () if self._image_token is None else image_spans(prompt, self._image_token)
        return TurnTokens(tuple(prompt), tuple(sampled), logprobs, spans)
