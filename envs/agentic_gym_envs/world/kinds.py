"""Every kind of a world, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from agentic_gym.errors import unknown_name
from agentic_gym_envs.world.domains import daily, games, geography, knowledge, media, sports
from agentic_gym_envs.world.schema import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for module in (geography, daily, media, sports, knowledge, games)
        for kind in module.KINDS
    }
)


def kind_of(name: str) -> Kind:
    """The kind of that name; `ConfigurationError` with what there is otherwise."""
    try:
        return KINDS[name]
    except KeyError:
        raise unknown_name("kind", name, KINDS) from None
