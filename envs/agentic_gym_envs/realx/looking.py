"""How the oracle looks: around an anchor with a margin that nobody aimed, then at what the crop shows."""

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import CallTools, ToolCall, WellFormed
from agentic_gym.tasks import Observation
from agentic_gym_envs.realx.reading import Look, read_look
from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.scenes import Box, Placed

_Result = TypeVar("_Result")
Course: TypeAlias = Generator[WellFormed, Observation, _Result]
"""A part of a script that comes to a result."""

MARGIN = (0.03, 0.25)
"""How much farther than the anchor the first look reaches, in shares of its size, on each side."""
WIDER_MARGIN = (0.6, 0.8)
"""The same for a second look, where the first one shows that what is looked for stands beside the anchor."""
EMBLEM_MARGIN = 0.05
"""How much farther than the emblem a search by picture reaches at most, once it was looked at."""
LEGIBLE_PX = 11.0
"""Font size, in pixels as shown, from which on a text is read."""
ASSUMED_SHOWN = 1024
"""Pixels of a shown picture's long side, until a crop shows that it is another size."""
_LEAST_SHOWN = 128
_ROUNDING = 0.5
"""Pixels that a font loses when boxes are rounded."""
_OVERLAP = 0.12
"""How far the parts of a scan reach into each other, in shares of a part's size."""
_SCRIPT = 4
"""The random stream of a task's scripts."""


class OracleStuckError(ContractError):
    """The tools did not suffice: a task, a page or a tool is not what it should be."""


@dataclass
class Eyes:
    """What an episode of the oracle sees, and says about it.

    Attributes:
        task: what is played.
        coordinates: the convention of boxes.
    """

    task: RealXTask
    coordinates: str
    _looks: dict[tuple[int, tuple[float, float]], Look] = field(default_factory=dict)
    _shown: float = ASSUMED_SHOWN

    def __post_init__(self) -> None:
        """Draws from the task's own stream."""
        self._rng = np.random.default_rng((self.task.key.seed, _SCRIPT))

    def say(self, *variants: str) -> str:
        """One way to say it."""
        return variants[int(self._rng.integers(len(variants)))]

    def call(self, name: str, thought: str, **arguments: Any) -> Course[str]:
        """What a tool says."""
        observation = yield CallTools((ToolCall(name, arguments),), thought)
        return observation["text"]

    def text(self, name: str, slot: int) -> Course[str]:
        """A text on an anchor's item."""
        placed = self._placed(self.task.anchors[slot].item, name)
        height, width = self.task.scene.pixels.shape[:2]
        look = Look((0, 0, width, height), self._shown / max(width, height))
        if name in self.task.cast.staging.small:
            look = yield from self._look(slot)
            if not _holds(look.box, placed.box):
                # A tag under a package, a plaque beside a picture: what is on the crop says to look around.
                look = yield from self._look(slot, WIDER_MARGIN)
        if not _is_legible(placed, look):
            raise OracleStuckError(f"{placed} cannot be read in {look}")
        return placed.text

    def _placed(self, item: str, name: str) -> Placed:
        for placed in self.task.scene.placed:
            if placed.item == item and placed.field == name:
                return placed
        raise OracleStuckError(f"the scene has no {name!r} on item {item!r}")

    def _look(self, slot: int, margin: tuple[float, float] = MARGIN) -> Course[Look]:
        """A crop around an anchor, with a margin that nobody aimed."""
        if (slot, margin) not in self._looks:
            phrase = self.task.anchors[slot].phrase
            thought = self.say(
                f"I have to look closely at {phrase}.",
                f"{phrase[0].upper()}{phrase[1:]}: too small to read here, so I crop it.",
                f"Let me enlarge {phrase}.",
            )
            if margin == WIDER_MARGIN:
                thought = self.say(
                    "What I look for is just outside; I look around it.", "A little more around it."
                )
            box = self._around(self.task.anchors[slot].box, margin)
            self._looks[slot, margin] = yield from self._crop(box, thought)
        return self._looks[slot, margin]

    def scan(self, name: str) -> Course[None]:
        """Crops of a grid that together make every text of a field legible."""
        height, width = self.task.scene.pixels.shape[:2]
        sizes = [placed.font_px for placed in self.task.scene.placed if placed.field == name]
        side = self._shown * min(sizes) / LEGIBLE_PX / (1 + 2 * _OVERLAP)
        columns, rows = math.ceil(width / side), math.ceil(height / side)
        looks = []
        for row in range(rows):
            for column in range(columns):
                box = (
                    max(0, round((column - _OVERLAP) * width / columns)),
                    max(0, round((row - _OVERLAP) * height / rows)),
                    min(width, round((column + 1 + _OVERLAP) * width / columns)),
                    min(height, round((row + 1 + _OVERLAP) * height / rows)),
                )
                thought = self.say(
                    "I go over the picture piece by piece.", "The next part.", "On to the next part."
                )
                looks.append((yield from self._crop(box, thought)))
        for placed in self.task.scene.placed:
            if placed.field == name and not any(_is_legible(placed, look) for look in looks):
                raise OracleStuckError(f"no part of the scan makes {placed} legible")

    def emblem(self, slot: int) -> Course[Box]:
        """Around the emblem on an anchor's item, once the item was looked at."""
        yield from self._look(slot)
        item = self.task.anchors[slot].item
        box = next(emblem.box for emblem in self.task.scene.emblems if emblem.item == item)
        return self._around(box, (0.0, EMBLEM_MARGIN))

    def _crop(self, box: Box, thought: str) -> Course[Look]:
        text = yield from self.call("crop", thought, image="image_1", bbox_2d=self.written(box))
        look = read_look(text)
        if look is None and self.coordinates == "shown" and self._shown > _LEAST_SHOWN:
            # The box was off the picture, which must then be shown smaller than was assumed.
            self._shown /= 2
            return (yield from self._crop(box, thought))
        if look is None:
            raise OracleStuckError(f"the crop says nothing of itself: {text!r}")
        if self.coordinates == "shown" and abs(look.box[2] - box[2]) > 3:
            # Pictures are shown at another size than was assumed: measure it on this crop, and look again.
            self._shown *= box[2] / look.box[2]
            return (yield from self._crop(box, thought))
        return look

    def _around(self, box: Box, margin: tuple[float, float]) -> Box:
        """The box with a random margin on each side, within the picture."""
        height, width = self.task.scene.pixels.shape[:2]
        shares = self._rng.uniform(*margin, size=4)
        wide, tall = box[2] - box[0], box[3] - box[1]
        return (
            max(0, round(box[0] - shares[0] * wide)),
            max(0, round(box[1] - shares[1] * tall)),
            min(width, round(box[2] + shares[2] * wide)),
            min(height, round(box[3] + shares[3] * tall)),
        )

    def written(self, box: Box) -> list[float]:
        """A box of the original in the convention of the environment."""
        height, width = self.task.scene.pixels.shape[:2]
        match self.coordinates:
            case "norm1000":
                across, down = 1000 / width, 1000 / height
            case "shown":
                across = down = min(1.0, self._shown / max(width, height))
            case _:
                across = down = 1.0
        left, top, right, bottom = box
        return [round(edge, 2) for edge in (left * across, top * down, right * across, bottom * down)]


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _is_legible(placed: Placed, look: Look) -> bool:
    return _holds(look.box, placed.box) and placed.font_px * look.scale >= LEGIBLE_PX - _ROUNDING
