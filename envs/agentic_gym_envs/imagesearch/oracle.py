"""The oracle of ImageSearch, and two policies that err on one side: to never search, and to always search."""

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.imagesearch.task import ImageSearchTask
from agentic_gym_envs.oracles.looking import Course, Eyes, OracleStuckError, holds, is_legible
from agentic_gym_envs.oracles.playing import Player
from agentic_gym_envs.questions.programs import Subject, slots
from agentic_gym_envs.scenes import Box
from agentic_gym_envs.world.parse import ParsedPage
from agentic_gym_envs.world.values import Value

_MARGIN = (0.03, 0.2)
"""How much farther than the card the first look reaches, in shares of its size, on each side."""
_PICTURE_MARGIN = (0.0, 0.05)
"""The same for the search by picture, once the card was looked at."""


def oracle(task: Task, coordinates: str) -> Script:
    """Reads the notes that the question points at, and searches only where they do not answer it."""
    player = _Player(_own(task), coordinates)
    is_answered = yield from player.reads_answer()
    yield from _answer(player, from_notes=is_answered)


def never_search(task: Task, coordinates: str) -> Script:
    """Reads the note, and answers with it whatever it tells: right where no search is needed."""
    player = _Player(_own(task), coordinates)
    if (yield from player.reads_answer()):
        yield from _answer(player, from_notes=True)
    else:
        note = yield from player.note(0)
        yield GiveAnswer(note.partition(": ")[2], "I take what stands there.")


def always_search(task: Task, coordinates: str) -> Script:
    """Looks everything up, also what stands in the photo: right always, and paid for."""
    player = _Player(_own(task), coordinates)
    yield from player.reads_answer()
    yield from _answer(player, from_notes=False)


def _own(task: Task) -> ImageSearchTask:
    if not isinstance(task, ImageSearchTask):
        raise TypeError(f"the policies of ImageSearch play its tasks, not {type(task).__name__}")
    return task


def _answer(player: "_Player", *, from_notes: bool) -> Script:
    draft = player.task.draft
    (value,) = yield from player.values(draft.read_off if from_notes else draft.program)
    yield GiveAnswer(value.answer(), player.voice.say("That settles it.", "Now I can answer."))


class _Player(Player):
    """One episode.

    Args:
        task: what is played.
        coordinates: the convention of boxes.
    """

    def __init__(self, task: ImageSearchTask, coordinates: str) -> None:
        self.eyes = Eyes(task.key, task.level.size, coordinates)
        super().__init__(self.eyes)
        self.task = task
        self._notes: dict[int, str] = {}
        self._recognised: dict[int, ParsedPage] = {}

    def reads_answer(self) -> Course[bool]:
        """Whether the notes that the question points at tell what it asks."""
        told = []
        for slot in slots(self.task.draft.program):
            note = yield from self.note(slot)
            told.append(self.task.draft.fact.read(note) is not None)
        return all(told)

    def note(self, slot: int) -> Course[str]:
        """The note under a picture, once the card was looked at."""
        if slot not in self._notes:
            anchor = self.task.anchors[slot]
            thought = self.eyes.say(f"I look closely at {anchor.phrase}.", "What does the note there say?")
            look = yield from self.eyes.crop(self.eyes.around(anchor.box, _MARGIN), thought)
            placed = next(each for each in self.task.scene.placed if each.item == anchor.item)
            if not (holds(look.box, placed.box) and is_legible(placed.box, placed.font_px, look)):
                raise OracleStuckError(f"{placed} cannot be read in {look}")
            self._notes[slot] = placed.text
        return self._notes[slot]

    def printed(self, name: str, slot: int | None) -> Course[list[Value]]:
        """What the note under a picture tells."""
        note = yield from self.note(slot or 0)
        value = self.task.draft.fact.read(note)
        if value is None:
            raise OracleStuckError(f"the note {note!r} does not tell what is asked")
        return [value]

    def identify(self, subject: Subject) -> Course[ParsedPage]:
        """The article whose picture looks like the one on the card, looked up once."""
        if subject.slot not in self._recognised:
            box = self.eyes.around(self._picture(subject.slot), _PICTURE_MARGIN)
            thoughts = (
                "The note does not tell it. Who or what is this?",
                "I have to find out what this shows.",
            )
            written = self.eyes.written(box)
            self._recognised[subject.slot] = yield from self.recognise(subject.kind, written, *thoughts)
        return self._recognised[subject.slot]

    def _picture(self, slot: int) -> Box:
        item = self.task.anchors[slot].item
        return next(emblem.box for emblem in self.task.scene.emblems if emblem.item == item)
