"""What a policy is: conversations in, a sampled turn for each out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from agentic_gym.errors import ContextOverflow, InfrastructureError
from agentic_gym.messages import JSONObject, Message
from agentic_gym.trajectories.records import Turn
from agentic_gym.trajectories.tokens import TurnTokens


@dataclass(eq=False, slots=True, weakref_slot=True)
class Conversation:
    """One episode as a policy sees it. The same object from turn to turn, so that a policy can keep a cache.

    Attributes:
        messages: system text, first observation, then action and observation in turn.
        turns: the actions in them, with what came of each.
        tools: the tools in OpenAI's format.
        native: whether calls are written as OpenAI's `tool_calls`, rather than in the text.
    """

    messages: Sequence[Message]
    turns: Sequence[Turn] = ()
    tools: Sequence[JSONObject] = field(default_factory=tuple)
    native: bool = False


@dataclass(frozen=True, slots=True)
class Sampled:
    """A turn that a model wrote.

    Attributes:
        text: the action; without the token that ended it.
        tokens: what the model was shown and what it sampled, where that is known token for token.
        prompt_count: tokens that the model was shown; 0 where unknown.
        sampled_count: tokens that it sampled; 0 where unknown.
        complete: whether the model ended the turn itself, rather than a limit.
    """

    text: str
    tokens: TurnTokens | None = None
    prompt_count: int = 0
    sampled_count: int = 0
    complete: bool = True


Outcome: TypeAlias = Sampled | ContextOverflow | InfrastructureError
"""What became of one conversation's turn. An error is given and not raised: the others go on."""


class Policy(Protocol):
    """A model that plays. Several episodes are asked for at once."""

    name: str

    def act(self, conversations: Sequence[Conversation]) -> list[Outcome]:
        """The next turn of each conversation, in order.

        Raises:
            ConfigurationError: what was asked for cannot be done in any episode, such as an unknown model;
                a `TemplateError` where the model's template cannot carry the conversation exactly.
        """
        ...
