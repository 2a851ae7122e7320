"""The oracle of RealX, which proves that the tools suffice.

It knows a task's program, and where in the picture things are, and does nothing that an agent could not
do: it looks around an anchor, reads what the crop makes legible, and takes every fact from the text of an
observation.
"""

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.looking import Course, Eyes
from agentic_gym_envs.oracles.playing import Leaflet, Player
from agentic_gym_envs.questions.programs import Clue, Subject
from agentic_gym_envs.realx.looking import ScanningEyes, SceneEyes
from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.world.parse import ParsedPage
from agentic_gym_envs.world.sheets import SIZE
from agentic_gym_envs.world.values import Value


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task by its program, with the public tools alone."""
    return _play(task, coordinates, SceneEyes)


def scan(task: Task, coordinates: str) -> Script:
    """Like the oracle, but goes over the pictures piece by piece and locates nothing."""
    return _play(task, coordinates, ScanningEyes)


def _play(task: Task, coordinates: str, eyes: type[SceneEyes]) -> Script:
    if not isinstance(task, RealXTask):
        raise TypeError(f"the oracle of RealX plays its tasks, not {type(task).__name__}")
    course = _Oracle(task, coordinates, eyes)
    (value,) = yield from course.values(task.program)
    yield GiveAnswer(
        value.answer(),
        course.voice.say("That settles it.", "Now I can answer.", "This is what was asked for."),
    )


class _Oracle(Player):
    """One episode of the oracle.

    Args:
        task: what is played.
        coordinates: the convention of boxes.
        eyes: how it looks at the task's pictures.
    """

    def __init__(self, task: RealXTask, coordinates: str, eyes: type[SceneEyes]) -> None:
        self._eyes = [eyes(task, coordinates, number) for number in range(len(task.casts))]
        super().__init__(self._eyes[0])
        self.task = task
        self._coordinates = coordinates

    def printed(self, name: str, slot: int | None) -> Course[list[Value]]:
        """What is printed on an item, or on each: looked at closely where it is small."""
        if slot is not None:
            eyes = self._at(slot)
            return [eyes.cast.casting.read(name, (yield from eyes.text(name, slot)))]
        cast, scene = self.task.cast, self.task.scene
        if name in cast.staging.small:
            yield from self._eyes[0].every(name)
        texts = {placed.item: placed.text for placed in scene.placed if placed.field == name}
        return [cast.casting.read(name, texts[anchor.item]) for anchor in scene.anchors]

    def identify(self, subject: Subject) -> Course[ParsedPage]:
        """The article about whom an item shows."""
        eyes = self._at(subject.slot)
        if subject.clue is Clue.EMBLEM:
            box = yield from eyes.emblem(subject.slot)
            thoughts = "Whose emblem is that?", "I search the web for this emblem."
            return (yield from self.recognise(subject.kind, eyes.written(box), *thoughts, image=eyes.image))
        clue = yield from eyes.text(subject.field, subject.slot)
        if subject.clue is Clue.CODE:
            return (yield from self.find(clue, code=clue))
        return (yield from self.find(clue, title=clue))

    def leaflet(self, url: str, image: str) -> Leaflet | None:
        """How to read the picture with a table that came with a page."""
        sheet = self.task.library.web[url].sheet
        if sheet is None:
            return None
        return Leaflet(sheet, Eyes(self.task.key, SIZE, self._coordinates, image))

    def _at(self, slot: int) -> SceneEyes:
        """The eyes on the picture in which an anchor lies."""
        return self._eyes[self.task.pointed[slot][0]]
