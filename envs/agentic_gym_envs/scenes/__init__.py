"""Procedurally drawn scenes: pictures of things with texts on them, and a manifest of where each stands.

To add a template, write one file in `templates` with a subclass of `Template`, and add it to the table
below; `python -m agentic_gym_envs.scenes OUT_DIR` draws a sheet of every template to look at.
"""

from collections.abc import Mapping
from types import MappingProxyType

from agentic_gym.errors import unknown_name
from agentic_gym_envs.scenes.base import (
    Anchor,
    Box,
    Domain,
    FieldSpec,
    Placed,
    PlacedEmblem,
    Scene,
    SceneItem,
    SceneTemplate,
    Size,
    most_items,
)
from agentic_gym_envs.scenes.templates.arcade import Arcade
from agentic_gym_envs.scenes.templates.archive import Archive
from agentic_gym_envs.scenes.templates.botanical import Botanical
from agentic_gym_envs.scenes.templates.cards import Cards
from agentic_gym_envs.scenes.templates.cartridges import Cartridges
from agentic_gym_envs.scenes.templates.figures import Figures
from agentic_gym_envs.scenes.templates.lockers import Lockers
from agentic_gym_envs.scenes.templates.menu import Menu
from agentic_gym_envs.scenes.templates.museum import Museum
from agentic_gym_envs.scenes.templates.passes import Passes
from agentic_gym_envs.scenes.templates.posters import Posters
from agentic_gym_envs.scenes.templates.receipts import Receipts
from agentic_gym_envs.scenes.templates.records import Records
from agentic_gym_envs.scenes.templates.runners import Runners
from agentic_gym_envs.scenes.templates.scoreboard import Scoreboard
from agentic_gym_envs.scenes.templates.shelf import Shelf
from agentic_gym_envs.scenes.templates.shirts import Shirts
from agentic_gym_envs.scenes.templates.shopfronts import Shopfronts
from agentic_gym_envs.scenes.templates.stamps import Stamps
from agentic_gym_envs.scenes.templates.videos import Videos

__all__ = [
    "TEMPLATES",
    "Anchor",
    "Box",
    "Domain",
    "FieldSpec",
    "Placed",
    "PlacedEmblem",
    "Scene",
    "SceneItem",
    "SceneTemplate",
    "Size",
    "most_items",
    "scene_template",
    "templates_of",
]

_ALL: tuple[SceneTemplate, ...] = (
    Shelf(),
    Menu(),
    Shopfronts(),
    Receipts(),
    Posters(),
    Records(),
    Videos(),
    Passes(),
    Shirts(),
    Scoreboard(),
    Lockers(),
    Runners(),
    Museum(),
    Botanical(),
    Stamps(),
    Archive(),
    Cards(),
    Arcade(),
    Cartridges(),
    Figures(),
)
TEMPLATES: Mapping[str, SceneTemplate] = MappingProxyType({template.name: template for template in _ALL})
"""Every template by its name."""


def scene_template(name: str) -> SceneTemplate:
    """The template of that name.

    Raises:
        ConfigurationError: There is none; the message lists what there is.
    """
    if name not in TEMPLATES:
        raise unknown_name("scene template", name, TEMPLATES)
    return TEMPLATES[name]


def templates_of(domain: Domain) -> tuple[SceneTemplate, ...]:
    """The templates of a domain, in the table's order."""
    return tuple(template for template in TEMPLATES.values() if template.domain == domain)
