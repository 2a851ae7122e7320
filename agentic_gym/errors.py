"""Every exception of the package.

::

    AgenticGymError
    ├── ConfigurationError (ValueError)     what a user handed in cannot be used
    │   └── TemplateError                   a chat template cannot carry a conversation, or rewrites its past
    ├── ContextOverflow                     a policy's context has no room for the next turn
    ├── EpisodeEndedError (RuntimeError)    step() after the end, or before the first reset()
    ├── ToolMistake                         the agent used a tool wrongly: becomes an observation
    ├── InfrastructureError                 something of ours failed: retried, never scored as wrong
    │   ├── SandboxError                    a sandbox session died for a reason that is not the code's
    │   └── ServerError                     a served model gave no usable reply, also on a retry
    ├── SandboxUnavailable                  no isolation can be had here; says which step failed
    ├── ContractError (AssertionError)      an environment, tool or sandbox breaks the contract
    └── RecordError (ValueError)            a stored run is damaged or belongs to something else

Three kinds of failure never mix. The agent's mistake (`ToolMistake`) is told to the agent and the
episode goes on. Infrastructure (`InfrastructureError`) is retried and then ends the episode
unscored. Everything else is a bug or a wrong argument, and raises.
"""

import difflib
from collections.abc import Iterable


class AgenticGymError(Exception):
    """Base class of everything this package raises on purpose."""


class ConfigurationError(AgenticGymError, ValueError):
    """An argument, option or name cannot be used; the message lists what can."""


class TemplateError(ConfigurationError):
    """A chat template cannot carry a conversation, or does not render it as the model had it before."""


class ContextOverflow(AgenticGymError):
    """A policy's context has no room for the next turn. The episode ends truncated, and is scored."""


class EpisodeEndedError(AgenticGymError, RuntimeError):
    """`step` was called when no episode is running."""


class ToolMistake(AgenticGymError):
    """The agent used a tool wrongly. The message is shown to the agent, so it says what to do."""


class InfrastructureError(AgenticGymError):
    """Something of ours failed through no fault of the agent; worth a retry."""


class SandboxError(InfrastructureError):
    """A sandbox session could not be started, or was lost, for a reason that is not the code's."""


class ServerError(InfrastructureError):
    """A served model gave no usable reply: an error status, half a stream, or nonsense.

    Attributes:
        retry_after: seconds that the server asked to be left alone for.
    """

    retry_after: float = 0.0


class SandboxUnavailable(AgenticGymError):
    """No isolation can be had on this machine. Never falls back to a plain subprocess."""


class ContractError(AgenticGymError, AssertionError):
    """An environment, tool or sandbox breaks the contract it claims to keep."""


class RecordError(AgenticGymError, ValueError):
    """A stored run cannot be read: damaged, of another version, or of another configuration."""


def unknown_name(kind: str, got: object, known: Iterable[object]) -> ConfigurationError:
    """The error for a name that is not among the known ones, with the closest one suggested.

    >>> print(unknown_name("protocol", "hermez", ["artist", "hermes"]))
    unknown protocol 'hermez': did you mean 'hermes'? Known: 'artist', 'hermes'
    """
    names = {str(name): name for name in known}
    close = difflib.get_close_matches(str(got), names, n=1)
    hint = f"did you mean {names[close[0]]!r}? " if close else ""
    return ConfigurationError(f"unknown {kind} {got!r}: {hint}Known: {', '.join(map(repr, names.values()))}")
