"""A customer who is played by a function of the user's, such as one that asks a language model."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.tasks import UserReply
from agentic_gym_envs.naming import look_up

Speaker: TypeAlias = Callable[[Sequence[Mapping[str, str]]], str]
"""From a conversation in OpenAI's form, in which the customer is the assistant, to what they say next."""

GOODBYE = "[goodbye]"
"""What the customer writes to end the conversation."""

_ENDING = f"When everything is dealt with, or you give up, write {GOODBYE} at the end of your message."


class SpokenCustomer:
    """A customer played by a function.

    Args:
        part: who they are and what they want.
        speaker: is given the conversation, and says what the customer says.
        opening: what the customer has said before.
    """

    def __init__(self, part: str, speaker: Speaker, opening: str = "") -> None:
        self._speaker = speaker
        self._conversation = [{"role": "system", "content": f"{part}\n\n{_ENDING}"}]
        if opening:
            self._conversation.append({"role": "assistant", "content": opening})

    def reply(self, message: str) -> UserReply:
        """What the function says.

        Raises:
            ContractError: it gives back something else than a text.
        """
        self._conversation.append({"role": "user", "content": message})
        text = self._speaker(tuple(self._conversation))
        if not isinstance(text, str):
            raise ContractError(f"a customer says a str; the function gave {type(text).__name__}")
        self._conversation.append({"role": "assistant", "content": text})
        return UserReply(text.replace(GOODBYE, "").strip() or "Goodbye.", done=GOODBYE in text)


def load_function(option: str, given: Any) -> Callable[..., Any]:
    """A function that was handed in for an option.

    Args:
        option: its name.
        given: the function itself, or `module:attribute` of one.

    Raises:
        ConfigurationError: it is neither.
    """
    found = look_up(option, given) if isinstance(given, str) else given
    if not callable(found):
        raise ConfigurationError(f"{option}= is a function, or 'module:attribute' of one; got {found!r:.80}")
    function: Callable[..., Any] = found
    return function
