"""How the oracle of RealX looks: around an anchor first, then at what the crop shows."""

from agentic_gym_envs.oracles.looking import Course, Eyes, OracleStuckError, holds, is_legible
from agentic_gym_envs.oracles.reading import Look
from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.scenes import Box, Placed

MARGIN = (0.03, 0.25)
"""How much farther than the anchor the first look reaches, in shares of its size, on each side."""
WIDER_MARGIN = (0.6, 0.8)
"""The same for a second look, where the first one shows that what is looked for stands beside the anchor."""
EMBLEM_MARGIN = 0.05
"""How much farther than the emblem a search by picture reaches at most, once it was looked at."""


class SceneEyes(Eyes):
    """What an episode of the oracle sees of its scene.

    Args:
        task: what is played.
        coordinates: the convention of boxes.
    """

    def __init__(self, task: RealXTask, coordinates: str) -> None:
        super().__init__(task.key, task.level.size, coordinates)
        self.task = task
        self._looks: dict[tuple[int, tuple[float, float]], Look] = {}

    def text(self, name: str, slot: int) -> Course[str]:
        """A text on an anchor's item."""
        placed = self._placed(self.task.anchors[slot].item, name)
        look = self.glance()
        if name in self.task.cast.staging.small:
            look = yield from self._look(slot)
            if not holds(look.box, placed.box):
                # A tag under a package, a plaque beside a picture: what is on the crop says to look around.
                look = yield from self._look(slot, WIDER_MARGIN)
        if not is_legible(placed.box, placed.font_px, look):
            raise OracleStuckError(f"{placed} cannot be read in {look}")
        return placed.text

    def every(self, name: str) -> Course[None]:
        """Every text of a field, made legible by going over the picture."""
        texts = [placed for placed in self.task.scene.placed if placed.field == name]
        looks = yield from self.scan(min(placed.font_px for placed in texts))
        for placed in texts:
            if not any(is_legible(placed.box, placed.font_px, look) for look in looks):
                raise OracleStuckError(f"no part of the scan makes {placed} legible")

    def emblem(self, slot: int) -> Course[Box]:
        """Around the emblem on an anchor's item, once the item was looked at."""
        yield from self._look(slot)
        item = self.task.anchors[slot].item
        box = next(emblem.box for emblem in self.task.scene.emblems if emblem.item == item)
        return self.around(box, (0.0, EMBLEM_MARGIN))

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
            box = self.around(self.task.anchors[slot].box, margin)
            self._looks[slot, margin] = yield from self.crop(box, thought)
        return self._looks[slot, margin]
