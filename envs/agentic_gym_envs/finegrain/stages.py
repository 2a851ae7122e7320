"""What a task of FineGrain is about, before it is drawn: things of a scene, or a crowd."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agentic_gym.errors import ContractError
from agentic_gym_envs.finegrain.certificates import is_fair
from agentic_gym_envs.finegrain.crowds import Crowd, draw_draft
from agentic_gym_envs.finegrain.levels import Asked, Level
from agentic_gym_envs.finegrain.questions import Question, ask
from agentic_gym_envs.finegrain.styles import STYLES
from agentic_gym_envs.scenes import TEMPLATES, SceneItem, SceneTemplate, most_items
from agentic_gym_envs.scenes.samples import sample_text

CODE = "code"
"""The field of a scene that carries a code; templates without it are left out."""
_LETTERS = "ABCDEFHKLMNPRSTUXZ"
_LOOK_ALIKES = 2
_MOST_DRAFTS = 60


@dataclass(frozen=True)
class SceneStage:
    """Things of a scene with codes.

    Attributes:
        template: the scene.
        items: what is in it; keys are positions.
        pointed: positions of the items that the question points at.
    """

    asked: Asked
    template: SceneTemplate
    items: tuple[SceneItem, ...]
    pointed: tuple[int, ...]

    @property
    def answer(self) -> str:
        """The code that is asked for."""
        return answer_of(self.asked, [self.items[place].texts[CODE] for place in self.pointed])


@dataclass(frozen=True)
class CrowdStage:
    """A crowd and the question about it."""

    crowd: Crowd
    question: Question


def answer_of(asked: Asked, codes: Sequence[str]) -> str:
    """The answer to a question about codes, in the order in which it points at them."""
    return codes[0] if asked is Asked.READ else min(codes)


def scene_stage(asked: Asked, level: Level, residue: int, rng: np.random.Generator) -> SceneStage:
    """Things with codes of which some differ from a pointed one in one digit.

    Args:
        asked: what is asked for.
        level: how many things.
        residue: of the codes' numbers modulo 3, so that splits share no code.
        rng: draws them.
    """
    templates = [template for template in TEMPLATES.values() if CODE in template.fields]
    template = templates[int(rng.integers(len(templates)))]
    fewest, most = template.capacity[0], most_items(template, level.clue_px)
    count = int(np.clip(rng.integers(level.items[0], level.items[1] + 1), fewest, most))
    pointed = tuple(
        int(place) for place in rng.choice(count, 2 if asked is Asked.FIRST else 1, replace=False)
    )
    codes = _codes(count, pointed, residue, rng)
    items = tuple(SceneItem(str(place), _texts(template, codes[place], rng)) for place in range(count))
    return SceneStage(asked, template, items, pointed)


def _texts(template: SceneTemplate, code: str, rng: np.random.Generator) -> dict[str, str]:
    fields = template.fields.values()
    return {
        field.name: code if field.name == CODE else sample_text(field.name, field.max_chars, rng)
        for field in fields
    }


def _codes(count: int, pointed: Sequence[int], residue: int, rng: np.random.Generator) -> list[str]:
    """Distinct codes by position; each pointed one has two look-alikes, as far as there is room."""
    codes: list[str] = []
    while len(codes) < count:
        letters = "".join(_LETTERS[int(letter)] for letter in rng.integers(len(_LETTERS), size=2))
        number = 1_002 + 3 * int(rng.integers(2_990)) + residue
        if len(pointed) <= len(codes) < (1 + _LOOK_ALIKES) * len(pointed):
            likened = codes[len(codes) % len(pointed)]
            letters, number = likened[:2], _look_alike(int(likened[3:]), rng)
        code = f"{letters}-{number}"
        if code not in codes:
            codes.append(code)
    order = [*pointed, *(place for place in range(count) if place not in pointed)]
    return [codes[order.index(place)] for place in range(count)]


def _look_alike(number: int, rng: np.random.Generator) -> int:
    """The number with one digit changed by 3 or 6, which keeps its residue."""
    digits = [int(digit) for digit in str(number)]
    place = int(rng.integers(1, len(digits)))
    digits[place] = (digits[place] + 3 * int(rng.integers(1, 3))) % 9
    return int("".join(map(str, digits)))


def crowd_stage(asked: Asked, level: Level, rng: np.random.Generator) -> CrowdStage:
    """The first draft of a crowd about which a fair question can be asked.

    Raises:
        ContractError: there is none among many, which is a defect of the level.
    """
    style = STYLES[int(rng.integers(len(STYLES)))]
    for _ in range(_MOST_DRAFTS):
        draft = draw_draft(style, level, rng)
        question = ask(asked, draft, rng)
        crowd = draft.finish()
        if question is not None and is_fair(crowd, question):
            return CrowdStage(crowd, question)
    raise ContractError(f"none of {_MOST_DRAFTS} crowds leaves room for a question of the kind {asked}")
