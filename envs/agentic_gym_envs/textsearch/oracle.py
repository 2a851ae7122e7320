"""The oracle of TextSearch: it plays a task's program with `search`, `open_page` and `python` alone."""

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.looking import Course, OracleStuckError, Voice
from agentic_gym_envs.oracles.playing import Player
from agentic_gym_envs.questions.facts import OPENED
from agentic_gym_envs.questions.programs import Subject
from agentic_gym_envs.textsearch.starts import Coded, Named, Owner, Related, Start, titles_meant
from agentic_gym_envs.textsearch.task import TextSearchTask
from agentic_gym_envs.world.parse import ParsedPage


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task by its program, with the public tools alone."""
    if not isinstance(task, TextSearchTask):
        raise TypeError(f"the oracle of TextSearch plays its tasks, not {type(task).__name__}")
    voice = Voice(task.key)
    (value,) = yield from _Oracle(voice, task.draft.starts).values(task.draft.program)
    yield GiveAnswer(
        value.answer(), voice.say("That is what was asked for.", "Now I can answer.", "That settles it.")
    )


class _Oracle(Player):
    """One episode of the oracle.

    Args:
        voice: says what it does.
        starts: how the question names each of whom it starts from.
    """

    def __init__(self, voice: Voice, starts: tuple[Start, ...]) -> None:
        super().__init__(voice)
        self._starts = starts
        self._identified: dict[int, ParsedPage] = {}

    def identify(self, subject: Subject) -> Course[ParsedPage]:
        """The article about whom a start means, looked up once."""
        if subject.slot not in self._identified:
            self._identified[subject.slot] = yield from self._start(self._starts[subject.slot])
        return self._identified[subject.slot]

    def _start(self, start: Start) -> Course[ParsedPage]:
        if isinstance(start, Named | Coded):
            return (yield from self._known(start))
        owner = yield from self._known(start.owner)
        if isinstance(start, Related):
            return (yield from self._related(start, owner.title))
        listed = yield from self.listing(owner.title, start.kind, start.relation)
        titles = titles_meant(start, listed)
        if len(titles) != 1:
            raise OracleStuckError(f"{len(titles)} rows of {listed.title!r} may be meant")
        return (yield from self.find(titles[0], title=titles[0]))

    def _related(self, start: Related, owner: str) -> Course[ParsedPage]:
        for hit in (yield from self.search(start.query(owner)))[:OPENED]:
            page = yield from self.open(hit)
            if start.is_meant(page, owner):
                return page
        raise OracleStuckError(f"the first {OPENED} hits tell of no {start.kind} of {owner!r}")

    def _known(self, start: Owner) -> Course[ParsedPage]:
        if isinstance(start, Named):
            return (yield from self.find(start.name, title=start.name))
        return (yield from self.find(start.code, code=start.code))
