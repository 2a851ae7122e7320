"""One question of RealX: its picture, its words, its tools, its truth."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import Pixels
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym.tools.search import image_search_tool, search_tools
from agentic_gym_envs.questions.evidence import hidden_wording
from agentic_gym_envs.questions.programs import Ability, ValueTerm, summary
from agentic_gym_envs.questions.truths import truth_of
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.realx.certificates import needed
from agentic_gym_envs.realx.facts import texts_in, texts_of
from agentic_gym_envs.realx.levels import Level
from agentic_gym_envs.realx.wording import word_question
from agentic_gym_envs.scenes import Anchor, Scene
from agentic_gym_envs.world.editions import RULE
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value

_SCENE, _WORDING = 1, 2
"""Random streams of a task beside those that its candidates draw from."""


class RealXTask(QuestionTask):
    """One question about a picture.

    Attributes:
        program: what is asked, and the way to the answer.
        casts: who stands in each picture.
        library: the pages that can be found.
    """

    def __init__(
        self,
        key: TaskKey,
        level: Level,
        program: ValueTerm,
        casts: tuple[Cast, ...],
        library: Library,
        answer: Value,
    ) -> None:
        self.key = key
        self.level = level
        self.program = program
        self.casts = casts
        self.library = library
        self.answer = answer
        self.truth = truth_of(program, answer)
        self.template = f"{' and '.join(cast.casting.scene for cast in casts)}: {summary(program)}"
        self.tags = frozenset({*map(str, needed(program, casts)), self.cast.casting.template.domain})

    @property
    def cast(self) -> Cast:
        """Who stands in the first picture."""
        return self.casts[0]

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """The drawn pictures with their manifests.

        Raises:
            ContractError: a manifest does not show the texts that the certificates were made for.
        """
        return tuple(self._drawn(cast, number) for number, cast in enumerate(self.casts))

    def _drawn(self, cast: Cast, number: int) -> Scene:
        scene = cast.casting.template.draw(
            cast.items(),
            size=self.level.size,
            clue_px=self.level.clue_px,
            small=cast.staging.small,
            rng=np.random.default_rng((self.key.seed, _SCENE, number)),
        )
        if texts_in(scene) != texts_of(cast):
            raise ContractError(
                f"{self.key}: the scene {scene.template!r} prints other texts than it was given"
            )
        return scene

    @property
    def scene(self) -> Scene:
        """The first picture."""
        return self.scenes[0]

    @cached_property
    def pointed(self) -> tuple[tuple[int, Anchor], ...]:
        """Where the question points, in its order: the number of the picture from 0, and the anchor."""
        found = []
        for number, (cast, scene) in enumerate(zip(self.casts, self.scenes, strict=True)):
            by_item = {anchor.item: anchor for anchor in scene.anchors}
            found += [(number, by_item[str(place)]) for place in cast.pointed]
        return tuple(found)

    @property
    def anchors(self) -> tuple[Anchor, ...]:
        """The anchors alone."""
        return tuple(anchor for _, anchor in self.pointed)

    @cached_property
    def prompt(self) -> str:
        """The question, worded so that a search for it finds no page with the answer."""
        rng = wording_rng(self.key)
        phrases = [anchor.phrase for anchor in self.anchors]

        def word() -> str:
            return worded(self.program, self.casts, phrases, self.answer, rng, self.library)

        return hidden_wording(self.library, self.answer, word)

    @property
    def images(self) -> Sequence[Pixels]:
        """The pictures."""
        return tuple(scene.pixels for scene in self.scenes)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools, Python, search in words and by picture."""
        return (
            *image_tools(coordinates),
            python_tool(),
            *search_tools(self.library.text_index, self.library.corpus),
            image_search_tool(self.library.image_index, coordinates),
        )


def worded(
    program: ValueTerm,
    casts: Sequence[Cast],
    phrases: Sequence[str],
    answer: Value,
    rng: np.random.Generator,
    library: Library,
) -> str:
    """The question, with the rule for pages that disagree where there are any and one has to search."""
    must_search = Ability.SEARCH in needed(program, casts)
    rule = RULE if library.web.tangled and must_search else ""
    return word_question(program, [cast.casting for cast in casts], phrases, answer, rng, rule)


def wording_rng(key: TaskKey) -> np.random.Generator:
    """The stream from which a task's words are drawn."""
    return np.random.default_rng((key.seed, _WORDING))
