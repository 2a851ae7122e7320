"""How an action is written: one grammar a module, each a parser and a renderer."""

from types import MappingProxyType

from agentic_gym.errors import unknown_name
from agentic_gym.protocols.artist import Artist
from agentic_gym.protocols.base import ActionProtocol
from agentic_gym.protocols.deepeyes import DeepEyes
from agentic_gym.protocols.hermes import Hermes

__all__ = ["PROTOCOLS", "ActionProtocol", "get_protocol"]

_ALL: tuple[ActionProtocol, ...] = (Hermes(), DeepEyes(), Artist())

PROTOCOLS = MappingProxyType({protocol.name: protocol for protocol in _ALL})
"""Every protocol by name, the default first; they hold no state."""


def get_protocol(name: str) -> ActionProtocol:
    """The protocol called `name`.

    Raises:
        ConfigurationError: there is none of that name; the closest one is suggested.
    """
    if name not in PROTOCOLS:
        raise unknown_name("protocol", name, PROTOCOLS)
    return PROTOCOLS[name]
