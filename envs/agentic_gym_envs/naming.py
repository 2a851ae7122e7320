"""Objects of the user's that an option names as `module:attribute`."""

import importlib
from typing import Any

from agentic_gym.errors import ConfigurationError


def look_up(option: str, path: str) -> Any:
    """What `module:attribute` names.

    Raises:
        ConfigurationError: there is no such module or attribute; the message names the option.
    """
    module, _, attribute = path.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationError(f"{option}={path!r} names nothing as 'module:attribute': {error}") from error
