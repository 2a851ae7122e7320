"""How an action is written: one grammar a module, each a parser and a renderer."""

from types import MappingProxyType

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.protocols.artist import Artist
from agentic_gym.protocols.base import ActionProtocol
from agentic_gym.protocols.deepeyes import DeepEyes
from agentic_gym.protocols.hermes import Hermes
from agentic_gym.protocols.openai import OpenAI

__all__ = ["PROTOCOLS", "ActionProtocol", "get_protocol"]

_ALL: tuple[ActionProtocol, ...] = (Hermes(), DeepEyes(), Artist(), OpenAI())

PROTOCOLS = MappingProxyType({protocol.name: protocol for protocol in _ALL})
"""Every protocol by name, the default first; they hold no state."""


_METHODS = ("instructions", "parse", "write", "write_results")


def get_protocol(protocol: str | ActionProtocol) -> ActionProtocol:
    """The protocol of a name, or one of your own as it is.

    Raises:
        ConfigurationError: there is none of that name, and the closest one is suggested; or the object
            lacks what a protocol has.
    """
    if isinstance(protocol, str):
        if protocol not in PROTOCOLS:
            raise unknown_name("protocol", protocol, PROTOCOLS)
        return PROTOCOLS[protocol]
    lacking = [name for name in _METHODS if not callable(getattr(protocol, name, None))]
    if not isinstance(getattr(protocol, "name", None), str):
        lacking.insert(0, "name")
    if isinstance(protocol, type) or lacking:
        what = "a class: call it" if isinstance(protocol, type) else f"without {', '.join(lacking)}"
        raise ConfigurationError(
            f"a protocol is one of {', '.join(map(repr, PROTOCOLS))}, or an object with name, "
            f"{', '.join(_METHODS)}; got {protocol!r:.100}, {what}"
        )
    return protocol
