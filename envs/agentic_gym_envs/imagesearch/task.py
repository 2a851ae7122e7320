"""One question about a photo: its picture, its words, its tools, its truth, and what its searches cost."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym.messages import Pixels
from agentic_gym.scoring.presets import SEARCH_TOOLS
from agentic_gym.tasks import QuestionTask, TaskKey
from agentic_gym.tools.base import Tool
from agentic_gym.tools.image_operations import image_tools
from agentic_gym.tools.python import python_tool
from agentic_gym.tools.search import image_search_tool, search_tools
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.imagesearch.certificates import searches_needed
from agentic_gym_envs.imagesearch.levels import Level
from agentic_gym_envs.imagesearch.recipes import Draft
from agentic_gym_envs.imagesearch.settings import NOTE
from agentic_gym_envs.imagesearch.wording import word_question
from agentic_gym_envs.questions.evidence import hidden_wording
from agentic_gym_envs.questions.programs import Ability, Compute, slots, summary
from agentic_gym_envs.questions.truths import truth_of
from agentic_gym_envs.scenes import Anchor, Scene
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.values import Value

_SCENE, _WORDING = 1, 2
"""Random streams of a task beside those that its candidates draw from."""


class ImageSearchTask(QuestionTask):
    """One question about a photo.

    Attributes:
        draft: what is asked, and the cards in the photo.
        library: the pages that can be found.
        needed: how many searches the answer takes.
    """

    def __init__(self, key: TaskKey, level: Level, draft: Draft, library: Library, answer: Value) -> None:
        self.key = key
        self.level = level
        self.draft = draft
        self.library = library
        self.answer = answer
        self.needed = searches_needed(draft)
        self.truth = truth_of(draft.program, answer)
        self.template = f"{draft.cast.setting}: {summary(draft.program)}"
        needs = {Ability.PERCEPTION}
        if isinstance(draft.program, Compute):
            needs.add(Ability.REASONING)
        if self.needed:
            needs.add(Ability.SEARCH)
        self.tags = frozenset({*map(str, needs), str(kind_of(draft.cast.at(0).entity.kind).domain)})

    @cached_property
    def scene(self) -> Scene:
        """The drawn photo with its manifest.

        Raises:
            ContractError: the manifest does not show the notes that the certificates were made for.
        """
        cast = self.draft.cast
        scene = cast.template.draw(
            cast.items(),
            size=self.level.size,
            clue_px=self.level.clue_px,
            small=frozenset({NOTE}),
            rng=np.random.default_rng((self.key.seed, _SCENE)),
        )
        printed = {placed.item: placed.text for placed in scene.placed}
        if printed != {str(place): note for place, note in enumerate(cast.notes())}:
            raise ContractError(f"{self.key}: the photo prints other notes than it was given")
        return scene

    @cached_property
    def anchors(self) -> tuple[Anchor, ...]:
        """Where the question points, in its order."""
        by_item = {anchor.item: anchor for anchor in self.scene.anchors}
        return tuple(by_item[str(self.draft.cast.pointed[slot])] for slot in slots(self.draft.program))

    @cached_property
    def prompt(self) -> str:
        """The question, worded so that its words find no page with the answer.

        Nothing in it tells whether a search is needed.
        """
        rng = wording_rng(self.key)
        phrases = [anchor.phrase for anchor in self.anchors]
        return hidden_wording(
            self.library, self.answer, lambda: word_question(self.draft, phrases, self.answer, rng)
        )

    @property
    def images(self) -> Sequence[Pixels]:
        """The photo."""
        return (self.scene.pixels,)

    def tools(self, coordinates: str) -> Sequence[Tool]:
        """Image tools, Python, search in words and by picture."""
        return (
            *image_tools(coordinates),
            python_tool(),
            *search_tools(self.library.text_index, self.library.corpus),
            image_search_tool(self.library.image_index, coordinates),
        )

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """Success, and what was searched: how often, how often beyond need, and whether there was any."""
        searches = sum(call.name in SEARCH_TOOLS for call in trajectory.calls)
        return {
            **super().measure(trajectory),
            "searches": float(searches),
            "needed_search": float(self.needed > 0),
            "wasted_searches": float(max(0, searches - self.needed)),
        }


def wording_rng(key: TaskKey) -> np.random.Generator:
    """The stream from which a task's words are drawn."""
    return np.random.default_rng((key.seed, _WORDING))
