"""What shops, dishes, wares and stations are called: coined words of a split beside everyday nouns."""

import numpy as np

from agentic_gym_envs.world.names import Coiner

_WARES_TEXT = (
    "tea rice jam salt soap flour honey pasta butter bread yoghurt cheese apples olives "
    "biscuits cereal mustard juice candles beans nuts milk crackers vinegar lentils coffee "
    "sugar pickles noodles plums"
)
_WARES = tuple(_WARES_TEXT.split())
_DISHES = {
    "Starters": "soup salad toast pâté dip tartlet rolls fritters",
    "Main courses": "stew pie curry risotto burger gratin dumplings casserole",
    "Desserts": "cake sorbet pudding tart mousse crumble waffle parfait",
    "Drinks": "lemonade cider cordial punch cocoa nectar smoothie spritz",
}
SECTIONS = tuple(_DISHES)
_SERVICES_TEXT = (
    "bracket valve lamp cable filter hinge pump gasket fuse switch panel sensor clamp bearing hose relay"
)
_SERVICES = tuple(_SERVICES_TEXT.split())
_SHOPS = ("Market", "Grocers", "Corner Shop", "Foods", "Store")
_TABLES = ("Kitchen", "Bistro", "Café", "Tavern", "House")
_TRADES = ("Supplies", "Workshop", "Electric", "Hardware", "Trading")


class Names:
    """Names of one task, none of them twice.

    Args:
        split: whose coined words are used: no other split has them.
        rng: where they are drawn from.
    """

    def __init__(self, split: str, rng: np.random.Generator) -> None:
        self._coiner = Coiner(split, rng)
        self._rng = rng

    def words(self, count: int) -> list[str]:
        """Coined words."""
        return self._coiner.words(count)

    def _with(self, nouns: tuple[str, ...], count: int) -> list[str]:
        order = [nouns[int(i)] for i in self._rng.permutation(max(count, len(nouns))) % len(nouns)]
        return [f"{word} {noun}" for word, noun in zip(self.words(count), order, strict=False)]

    def wares(self, count: int) -> list[str]:
        """Groceries, such as `Bigrid tea`."""
        return self._with(_WARES, count)

    def parts(self, count: int) -> list[str]:
        """What tradesmen sell."""
        return self._with(_SERVICES, count)

    def dishes(self, section: str, count: int) -> list[str]:
        """Dishes of a section of a menu."""
        return self._with(tuple(_DISHES[section].split()), count)

    def shop(self) -> str:
        """A grocer."""
        return self._with(_SHOPS, 1)[0]

    def restaurant(self) -> str:
        """A place to eat."""
        return self._with(_TABLES, 1)[0]

    def firm(self) -> str:
        """A tradesman."""
        return self._with(_TRADES, 1)[0]
