"""The oracle of FineGrain, which proves that the tools suffice.

It knows what is asked and how the picture is laid out, and reads only what its own crops make legible. It
aims at what the question names (a thing of a scene, a lettered place) and, within a crowd, at what a look
over the place has shown.
"""

from collections import Counter

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.finegrain.certificates import section_of, things_in
from agentic_gym_envs.finegrain.crowds import Thing, number_box
from agentic_gym_envs.finegrain.levels import Asked
from agentic_gym_envs.finegrain.questions import SIDES
from agentic_gym_envs.finegrain.stages import CODE, answer_of
from agentic_gym_envs.finegrain.task import CrowdTask, SceneTask
from agentic_gym_envs.oracles.calculating import calculate
from agentic_gym_envs.oracles.looking import LEGIBLE_PX, Course, Eyes, OracleStuckError, holds, is_legible
from agentic_gym_envs.scenes import Anchor, Box

_AROUND_ANCHOR = (0.03, 0.25)
"""How much farther than an anchor the first look reaches, in shares of its size, on each side."""
_AROUND_THING = (0.2, 0.9)
_TELLING_PX = 20.0
"""Width of a thing, as shown, from which on its colour, kind and pose can be told."""


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task with the public tools alone."""
    match task:
        case SceneTask():
            answer = yield from _SceneLook(task, coordinates).answer()
        case CrowdTask():
            answer = yield from _CrowdLook(task, coordinates).answer()
        case _:
            raise TypeError(f"the oracle of FineGrain plays its tasks, not {type(task).__name__}")
    yield GiveAnswer(answer, "That settles it.")


def difference(first: int, second: int) -> int:
    """How far apart two numbers are."""
    return abs(first - second)


def total(numbers: list[int]) -> int:
    """The sum of the numbers."""
    return sum(numbers)


class _SceneLook(Eyes):
    """An episode about codes on things of a scene."""

    def __init__(self, task: SceneTask, coordinates: str) -> None:
        super().__init__(task.key, task.level.size, coordinates)
        self._task = task

    def answer(self) -> Course[str]:
        codes: list[str] = []
        for anchor in self._task.anchors:
            codes.append((yield from self._code(anchor)))
        return answer_of(self._task.asked, codes)

    def _code(self, anchor: Anchor) -> Course[str]:
        thought = self.say(
            f"I have to look closely at {anchor.phrase}.",
            f"Too small to read here; I crop {anchor.phrase}.",
            f"Let me enlarge {anchor.phrase}.",
        )
        look = yield from self.crop(self.around(anchor.box, _AROUND_ANCHOR), thought)
        for placed in self._task.scene.placed:
            if (placed.item, placed.field) == (anchor.item, CODE):
                if not is_legible(placed.box, placed.font_px, look):
                    # A large thing fills the crop before its print is legible: go over it in parts.
                    yield from self._closer(placed.box, placed.font_px, anchor.box)
                return placed.text
        raise OracleStuckError(f"the scene has no code on item {anchor.item!r}")

    def _closer(self, box: Box, font_px: float, within: Box) -> Course[None]:
        looks = yield from self.scan(font_px, within)
        if not any(is_legible(box, font_px, look) for look in looks):
            raise OracleStuckError(f"the code at {box} cannot be read in {looks}")


class _CrowdLook(Eyes):
    """An episode about numbered things in lettered places."""

    def __init__(self, task: CrowdTask, coordinates: str) -> None:
        super().__init__(task.key, task.level.size, coordinates)
        self._crowd = task.stage.crowd
        self._question = task.stage.question

    def answer(self) -> Course[str]:
        question = self._question
        match question.asked:
            case Asked.COLOUR:
                return (yield from self._find(question.numbers[0])).look.colour
            case Asked.SIDE:
                first = yield from self._find(question.numbers[0])
                second = yield from self._find(question.numbers[1])
                return SIDES[first.box[0] > second.box[0]]
            case Asked.COUNT:
                return str(len((yield from self._survey(None, 0))))
            case Asked.MOST:
                return (yield from self._fullest())
        numbers: list[list[int]] = []
        for place in range(len(question.letters)):
            numbers.append((yield from self._numbers(place)))
        if question.asked is Asked.DIFFERENCE:
            return (yield from calculate(self, difference, [numbers[0][0], numbers[1][0]]))
        if question.asked is Asked.SUM:
            return (yield from calculate(self, total, [numbers[0]]))
        return str(numbers[0][0])

    def _fullest(self) -> Course[str]:
        things = yield from self._survey(None, 0)
        sections = self._crowd.sections
        counts = Counter(
            section.letter for thing in things for section in sections if holds(section.box, thing.box)
        )
        return counts.most_common(1)[0][0]

    def _survey(self, letter: str | None, description: int) -> Course[list[Thing]]:
        """The described things of a place, or of the picture, told apart by going over it."""
        section = section_of(self._crowd, letter) if letter else None
        things = self._crowd.things if section is None else things_in(self._crowd, section)
        wide = min(thing.box[2] - thing.box[0] for thing in things)
        looks = yield from self.scan(LEGIBLE_PX * wide / _TELLING_PX, section.box if section else None)
        for thing in things:
            if not any(holds(look.box, thing.box) for look in looks):
                raise OracleStuckError(f"no part of the scan shows {thing} whole")
        return [thing for thing in things if self._question.descriptions[description].fits(thing.look)]

    def _numbers(self, place: int) -> Course[list[int]]:
        """The numbers of the things that are described in a place, each looked at closely."""
        things = yield from self._survey(self._question.letters[place], place)
        numbers: list[int] = []
        for thing in things:
            numbers.append((yield from self._read(thing)))
        return numbers

    def _read(self, thing: Thing) -> Course[int]:
        thought = self.say("There it is; I read its number.", "Closer, for the number.", "Its number, then.")
        look = yield from self.crop(self.around(thing.box, _AROUND_THING), thought)
        if not is_legible(number_box(thing, self._crowd.number_px), self._crowd.number_px, look):
            raise OracleStuckError(f"the number of {thing} cannot be read in {look}")
        return thing.number

    def _find(self, number: int) -> Course[Thing]:
        """The thing with a number in the question's place: its parts are read until it is found."""
        section, px = section_of(self._crowd, self._question.letters[0]), self._crowd.number_px
        looks = yield from self.scan(px, section.box)
        for thing in things_in(self._crowd, section):
            seen = any(is_legible(number_box(thing, px), px, look) for look in looks)
            if seen and thing.number == number:
                yield from self._read(thing)
                return thing
        raise OracleStuckError(f"no part of the scan shows the number {number}")
