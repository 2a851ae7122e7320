"""The hostile corpus: what code may try, and what has to come of it at each level. Data, read from TOML."""

import functools
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

from agentic_gym.errors import ConfigurationError
from agentic_gym.sandboxes import Outcome

LEVELS: Final = ("namespaces", "landlock", "docker", "podman")
"""What the corpus knows deviations of; at any other level the general expectation holds.

`podman` is the level `docker` on that engine: it deviates as `docker` does where it says nothing itself.
"""

_FILE: Final = "hostile_corpus.toml"
_EXPECTATION: Final = frozenset({"outcomes", "shows", "then", "images", "reason"})
_SNIPPET: Final = frozenset({"name", "code", "seconds", "times", "machine", "at"})


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to come of a snippet.

    Attributes:
        outcomes: of its last cell, any of them.
        shows: of these pieces of text one stands in the output or in the error; empty where none must.
        then: outcomes of the cell after it, any of them; asked for where the session lives.
        images: how many pictures the cell gives; -1 for as many as the limit allows.
        reason: why a level deviates.
    """

    outcomes: frozenset[Outcome]
    shows: tuple[str, ...] = ()
    then: frozenset[Outcome] = frozenset({Outcome.OK})
    images: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One attempt.

    Attributes:
        name: unique.
        group: `time`, `memory`, `processes`, `disk`, `network`, `files`, `kernel`, `protocol`, `life`.
        code: the cell; finds the variables that the file's head lists.
        expectation: at every level that `deviations` does not name.
        seconds: time limit of the cell.
        times: how often the cell is run, one after the other.
        machine: the only processor it means something on; empty where it does on any.
        deviations: by level.
    """

    name: str
    group: str
    code: str
    expectation: Expectation
    seconds: float = 10.0
    times: int = 1
    machine: str = ""
    deviations: Mapping[str, Expectation] = field(default_factory=dict)

    def expected(self, level: str) -> Expectation:
        """What has to come of it at a level."""
        general = self.deviations.get("docker", self.expectation) if level == "podman" else self.expectation
        return self.deviations.get(level, general)


@functools.cache
def hostile_corpus() -> tuple[Snippet, ...]:
    """Every snippet that means something on this machine's processor, in the file's order."""
    text = resources.files("agentic_gym.testing").joinpath(_FILE).read_text("utf-8")
    return tuple(snippet for snippet in read_corpus(text) if snippet.machine in ("", os.uname().machine))


def read_corpus(text: str) -> list[Snippet]:
    """Reads a corpus; the file that ships with this module says how one is written.

    Raises:
        ConfigurationError: not TOML, a field or outcome that is not known, a name that is there twice, a
            deviation without a reason or at an unknown level.
    """
    try:
        groups = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"a corpus is a TOML file: {error}") from error
    snippets = [_snippet(group, entry) for group, entries in groups.items() for entry in entries]
    names = [snippet.name for snippet in snippets]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigurationError(f"snippets of the same name: {', '.join(twice)}")
    return snippets


def _snippet(group: str, entry: Mapping[str, Any]) -> Snippet:
    name = entry.get("name", "")
    try:
        _require_known(entry, _SNIPPET | _EXPECTATION)
        general = {key: value for key, value in entry.items() if key in _EXPECTATION}
        return Snippet(
            name=name,
            group=group,
            code=entry["code"].strip("\n"),
            expectation=_expectation(general),
            seconds=float(entry.get("seconds", 10.0)),
            times=entry.get("times", 1),
            machine=entry.get("machine", ""),
            deviations={level: _deviation(level, general, at) for level, at in entry.get("at", {}).items()},
        )
    except (KeyError, ValueError) as error:
        raise ConfigurationError(f"snippet {name!r} of group {group!r}: {error}") from error


def _deviation(level: str, general: Mapping[str, Any], entry: Mapping[str, Any]) -> Expectation:
    """The general expectation with what differs at a level, which gives its reason."""
    if level not in LEVELS:
        raise ValueError(f"no level {level!r}; known: {', '.join(LEVELS)}")
    if not entry.get("reason"):
        raise ValueError(f"the deviation at {level!r} gives no reason")
    _require_known(entry, _EXPECTATION)
    return _expectation({**general, **entry})


def _expectation(entry: Mapping[str, Any]) -> Expectation:
    return Expectation(
        outcomes=frozenset(map(Outcome, entry["outcomes"])),
        shows=tuple(entry.get("shows", ())),
        then=frozenset(map(Outcome, entry.get("then", ["ok"]))),
        images=entry.get("images", 0),
        reason=entry.get("reason", ""),
    )


def _require_known(entry: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(entry) - known):
        raise ValueError(f"unknown fields {', '.join(unknown)}; known: {', '.join(sorted(known))}")
