"""What all templates share: check the request, paint, hand over picture and manifest."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from agentic_gym_envs.scenes.base import Domain, FieldSpec, Scene, SceneItem, Size, check_request
from agentic_gym_envs.scenes.canvas import Canvas


class Template(ABC):
    """A `SceneTemplate` that only has to say how it paints.

    With `densest` left at 0 it holds no more than its capacity, however small the texts.
    """

    name: str
    domain: Domain
    situation: str
    fields: Mapping[str, FieldSpec]
    capacity: tuple[int, int]
    densest: int = 0
    shows_emblems: bool = True

    def draw(
        self,
        items: Sequence[SceneItem],
        *,
        size: Size,
        clue_px: float,
        small: frozenset[str],
        rng: np.random.Generator,
    ) -> Scene:
        """Draw the items; see `SceneTemplate.draw`."""
        check_request(self, items, size=size, clue_px=clue_px, small=small)
        canvas = Canvas(self.name, size=size, clue_px=clue_px, small=small, rng=rng)
        self.paint(canvas, items)
        return canvas.finish(items)

    @abstractmethod
    def paint(self, canvas: Canvas, items: Sequence[SceneItem]) -> None:
        """Paint surroundings and items, place every text of every item, and give each an anchor."""


def field_table(*specs: FieldSpec) -> Mapping[str, FieldSpec]:
    """The fields of a template by name."""
    return {spec.name: spec for spec in specs}
