"""What policies of served models share: many requests at once, and failures that stay with their episode."""

import abc
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from agentic_gym.errors import ContextOverflow, InfrastructureError, unknown_name
from agentic_gym.policies.base import Conversation, Outcome, Sampled
from agentic_gym.policies.server import ModelServer


class ServedPolicy(abc.ABC):
    """A model behind a server. A subclass asks for one turn.

    Attributes:
        name: under which its runs are kept; what shapes its sampling is part of it.
        context_length: of the model in tokens, where the server tells.
        is_vllm: whether vLLM serves it.
    """

    def __init__(
        self, model: str, server: ModelServer, sampling: Mapping[str, Any], concurrency: int
    ) -> None:
        cards = {card["id"]: card for card in server.models()}
        if cards and model not in cards:
            raise unknown_name("model of the server", model, cards)
        card = cards.get(model, {})
        shaped = [f"{name}={json.dumps(value)}" for name, value in sorted(sampling.items())]
        self.name = " ".join([f"openai:{model}", *shaped])
        self.context_length: int | None = card.get("max_model_len")
        self.is_vllm = card.get("owned_by") == "vllm"
        self._server = server
        self._concurrency = concurrency

    @abc.abstractmethod
    def sample(self, conversation: Conversation) -> Sampled:
        """The next turn of a conversation.

        Raises:
            ContextOverflow: it has no room.
            InfrastructureError: the server gave none.
        """

    def act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        """See `Policy`."""
        if len(conversations) == 1:
            return [self._outcome(conversations[0])]
        with ThreadPoolExecutor(self._concurrency, thread_name_prefix="request") as pool:
            return list(pool.map(self._outcome, conversations))

    def _outcome(self, conversation: Conversation) -> Outcome:
        try:
            return self.sample(conversation)
        except (ContextOverflow, InfrastructureError) as error:
            return error
