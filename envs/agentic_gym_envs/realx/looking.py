"""How the oracle of RealX looks: around an anchor first, then at what the crop shows."""

from agentic_gym.tools.image_operations import MAX_ENLARGEMENT
from agentic_gym_envs.oracles import looking
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
    """What an episode of the oracle sees of one of its pictures.

    Args:
        task: what is played.
        coordinates: the convention of boxes.
        picture: the picture's number, from 0.
    """

    def __init__(self, task: RealXTask, coordinates: str, picture: int = 0) -> None:
        super().__init__(task.key, task.level.size, coordinates, f"image_{picture + 1}")
        self.task = task
        self.cast, self.scene = task.casts[picture], task.scenes[picture]
        self._looks: dict[tuple[int, tuple[float, float]], Look] = {}
        self._parts_seen: list[Look] = []

    def text(self, name: str, slot: int) -> Course[str]:
        """A text on an anchor's item."""
        placed = self._placed(self.task.anchors[slot].item, name)
        look = self.glance()
        if name in self.cast.staging.small:
            look = yield from self._look(slot)
            if not holds(look.box, placed.box):
                # A tag under a package, a plaque beside a picture: what is on the crop says to look around.
                look = yield from self._look(slot, WIDER_MARGIN)
        if is_legible(placed.box, placed.font_px, look):
            return placed.text
        if name not in self.cast.staging.small or placed.font_px * MAX_ENLARGEMENT < looking.LEGIBLE_PX:
            raise OracleStuckError(f"{placed} cannot be read in {look}")
        # Where pictures are shown so small that the look is, too, it takes several.
        looks = yield from self.scan(placed.font_px, look.box)
        if not any(is_legible(placed.box, placed.font_px, each) for each in looks):
            raise OracleStuckError(f"{placed} cannot be read in {looks}")
        return placed.text

    def every(self, name: str) -> Course[None]:
        """Every text of a field, made legible by going over the picture."""
        texts = [placed for placed in self.scene.placed if placed.field == name]
        looks = yield from self.scan(min(placed.font_px for placed in texts))
        for placed in texts:
            if not any(is_legible(placed.box, placed.font_px, look) for look in looks):
                raise OracleStuckError(f"no part of the scan makes {placed} legible")

    def emblem(self, slot: int) -> Course[Box]:
        """Around the emblem on an anchor's item, once the item was looked at."""
        yield from self._look(slot)
        item = self.task.anchors[slot].item
        box = next(emblem.box for emblem in self.scene.emblems if emblem.item == item)
        return self.around(box, (0.0, EMBLEM_MARGIN))

    def _placed(self, item: str, name: str) -> Placed:
        for placed in self.scene.placed:
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


class ScanningEyes(SceneEyes):
    """Eyes that locate nothing: they go over the whole picture in a grid of crops, and read what that shows.

    What an episode of these finds bounds what can be found without knowing where to look.
    """

    def text(self, name: str, slot: int) -> Course[str]:
        """A text on an anchor's item, found among all that the scan shows."""
        placed = self._placed(self.task.anchors[slot].item, name)
        if name in self.cast.staging.small:
            looks = yield from self._scanned(placed.font_px)
            if not any(is_legible(placed.box, placed.font_px, look) for look in looks):
                raise OracleStuckError(f"no part of the scan makes {placed} legible")
        return placed.text

    def _scanned(self, font_px: float) -> Course[list[Look]]:
        """The parts of the scan, which is made once."""
        if not self._parts_seen:
            self._parts_seen = yield from self.scan(font_px)
        return self._parts_seen
