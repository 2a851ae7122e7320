"""How an oracle looks: it crops with a margin that nobody aimed, and reads what the crop says of itself."""

import math
from collections.abc import Generator, Iterator
from typing import Any, TypeAlias, TypeVar

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import CallTools, ToolCall, WellFormed
from agentic_gym.tasks import Observation, TaskKey
from agentic_gym_envs.oracles.reading import Look, read_look
from agentic_gym_envs.scenes import Box, Size

_Result = TypeVar("_Result")
Course: TypeAlias = Generator[WellFormed, Observation, _Result]
"""A part of a script that comes to a result."""

LEGIBLE_PX = 11.0
"""Font size, in pixels as shown, from which on a text is read."""
ROUNDING = 0.5
"""Pixels that a font loses when boxes are rounded."""
ASSUMED_SHOWN = 1024
"""Pixels of a shown picture's long side, until a crop shows that it is another size."""
_LEAST_SHOWN = 128
_SMALLER = 0.9
"""Share of the assumed size below which a crop shows that pictures are shown smaller."""
_OVERLAP = 0.12
"""How far the parts of a scan reach into each other, in shares of a part's size."""
_WORD = 4.5
"""Least reach, in font sizes: the length of a code, so that one of two parts shows it whole."""
_SCRIPT = 4
"""The random stream of a task's scripts."""


class OracleStuckError(ContractError):
    """The tools did not suffice: a task, a page or a tool is not what it should be."""


class Voice:
    """What an episode of an oracle says: one of several wordings, drawn from a stream of its own.

    Args:
        key: of the task that is played.
    """

    def __init__(self, key: TaskKey) -> None:
        self._rng = np.random.default_rng((key.seed, _SCRIPT))

    def say(self, *variants: str) -> str:
        """One way to say it."""
        return variants[int(self._rng.integers(len(variants)))]

    def call(self, name: str, thought: str, **arguments: Any) -> Course[str]:
        """What a tool says."""
        observation = yield CallTools((ToolCall(name, arguments),), thought)
        return observation["text"]


class Eyes(Voice):
    """What an episode of an oracle sees of one picture, and says about it.

    Args:
        key: of the task that is played; margins and words are drawn from its own stream.
        size: width and height of the picture's original.
        coordinates: the convention of boxes.
        image: the picture's name.
    """

    def __init__(self, key: TaskKey, size: Size, coordinates: str, image: str = "image_1") -> None:
        super().__init__(key)
        self.size = size
        self.coordinates = coordinates
        self.image = image
        self.shown: float = ASSUMED_SHOWN

    def glance(self) -> Look:
        """The whole picture, as it is shown."""
        return Look((0, 0, *self.size), min(1.0, self.shown / max(self.size)))

    def crop(self, box: Box, thought: str) -> Course[Look]:
        """A look at a part of the picture, enlarged."""
        text = yield from self.call("crop", thought, image=self.image, bbox_2d=self.written(box))
        look = read_look(text)
        if look is None and self.coordinates == "shown" and self.shown > _LEAST_SHOWN:
            # The box was off the picture, which must then be shown smaller than was assumed.
            self.shown /= 2
            return (yield from self.crop(box, thought))
        if look is None:
            raise OracleStuckError(f"the crop says nothing of itself: {text!r}")
        if self.coordinates == "shown" and abs(look.box[2] - box[2]) > 3:
            # Pictures are shown at another size than was assumed: measure it on this crop, and look again.
            self.shown *= box[2] / look.box[2]
            return (yield from self.crop(box, thought))
        longest = max(look.box[2] - look.box[0], look.box[3] - look.box[1])
        if look.scale < 1 and look.scale * longest < _SMALLER * self.shown:
            self.shown = look.scale * longest  # a crop is shrunk only as far as it has to be
        return look

    def scan(self, font_px: float, within: Box | None = None) -> Course[list[Look]]:
        """Crops of a grid that together make every text of a font size legible, and whatever is as small.

        Args:
            font_px: font size in pixels of the original.
            within: the part of the picture to go over; all of it where none is given.
        """
        looks = []
        for box in self._parts(font_px, within or (0, 0, *self.size)):
            thought = self.say(
                "I go over the picture piece by piece.", "The next part.", "On to the next part."
            )
            looks.append((yield from self.crop(box, thought)))
        return looks

    def _parts(self, font_px: float, within: Box) -> Iterator[Box]:
        left, top, right, bottom = within
        width, height = right - left, bottom - top
        largest = self.shown * font_px / LEGIBLE_PX
        side = min(largest / (1 + 2 * _OVERLAP), largest - 2 * _WORD * font_px)
        columns, rows = math.ceil(width / side), math.ceil(height / side)
        across = max(_OVERLAP * width / columns, _WORD * font_px)
        down = max(_OVERLAP * height / rows, _WORD * font_px)
        for row in range(rows):
            for column in range(columns):
                yield (
                    max(left, round(left + column * width / columns - across)),
                    max(top, round(top + row * height / rows - down)),
                    min(right, round(left + (column + 1) * width / columns + across)),
                    min(bottom, round(top + (row + 1) * height / rows + down)),
                )

    def around(self, box: Box, margin: tuple[float, float]) -> Box:
        """The box with a random margin on each side, in shares of its size, within the picture."""
        width, height = self.size
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
        width, height = self.size
        match self.coordinates:
            case "norm1000":
                across, down = 1000 / width, 1000 / height
            case "shown":
                across = down = min(1.0, self.shown / max(width, height))
            case _:
                across = down = 1.0
        left, top, right, bottom = box
        return [round(edge, 2) for edge in (left * across, top * down, right * across, bottom * down)]


def holds(outer: Box, inner: Box) -> bool:
    """Whether a box lies within another."""
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def is_legible(box: Box, font_px: float, look: Look) -> bool:
    """Whether a look shows a text whole and large enough to be read."""
    return holds(look.box, box) and font_px * look.scale >= LEGIBLE_PX - ROUNDING
