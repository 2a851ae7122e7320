"""The oracle of RealX, which proves that the tools suffice.

It knows a task's program, and where in the picture things are, and does nothing that an agent could not
do: it looks around an anchor, reads what the crop makes legible, and takes every fact from the text of an
observation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.looking import Course, OracleStuckError
from agentic_gym_envs.oracles.reading import FoundPage, read_hits, read_page, read_printed
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import (
    Ask,
    Clue,
    Compute,
    EntityTerm,
    NameOf,
    Printed,
    Rate,
    Rows,
    Subject,
    ValueTerm,
)
from agentic_gym_envs.realx.facts import CURRENCY_QUERY
from agentic_gym_envs.realx.looking import SceneEyes
from agentic_gym_envs.realx.task import RealXTask
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.parse import ParsedPage, parse_page
from agentic_gym_envs.world.values import Choice, Day, Measure, Money, Name, Value

_Stated = TypeVar("_Stated")


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task by its program, with the public tools alone."""
    if not isinstance(task, RealXTask):
        raise TypeError(f"the oracle of RealX plays its tasks, not {type(task).__name__}")
    course = _Oracle(task, SceneEyes(task, coordinates))
    (value,) = yield from course.values(task.program)
    yield GiveAnswer(
        value.answer(),
        course.eyes.say("That settles it.", "Now I can answer.", "This is what was asked for."),
    )


@dataclass
class _Oracle:
    """One episode of the oracle.

    Attributes:
        task: what is played.
        eyes: look at its picture.
    """

    task: RealXTask
    eyes: SceneEyes
    _pages: dict[str, ParsedPage] = field(default_factory=dict)

    # --- values -------------------------------------------------------------------------------------

    def values(self, term: ValueTerm) -> Course[Sequence[Value]]:
        """The values of a term, read or computed."""
        match term:
            case Printed(name, slot):
                return (yield from self._printed(name, slot))
            case Ask(of, _, attribute):
                page = yield from self._page(of)
                return [_stated(page.values, attribute, page)]
            case NameOf(of):
                page = yield from self._page(of.of)
                return [Name(_stated(page.targets, of.relation, page)[0])]
            case Rows():
                return (yield from self._rows(term))
            case Rate(of):
                amounts = yield from self.values(of)
                return [(yield from self._rate(amounts[0]))]
            case Compute(operation, operands):
                operand_values: list[Value] = []
                for operand in operands:
                    operand_values += yield from self.values(operand)
                return [(yield from self._compute(operation, operand_values))]

    def _printed(self, name: str, slot: int | None) -> Course[list[Value]]:
        """What is printed on an item, or on each: looked at closely where it is small."""
        casting, scene = self.task.cast.casting, self.task.scene
        if slot is not None:
            return [casting.read(name, (yield from self.eyes.text(name, slot)))]
        if name in self.task.cast.staging.small:
            yield from self.eyes.every(name)
        texts = {placed.item: placed.text for placed in scene.placed if placed.field == name}
        return [casting.read(name, texts[anchor.item]) for anchor in scene.anchors]

    def _rows(self, term: Rows) -> Course[list[Value]]:
        page = yield from self._page(term.of)
        listing = kind_of(term.kind).relation(term.relation).listing
        title = listing.title.format(page.title) if listing else ""
        listed = yield from self._find(title, title=title)
        return [row[term.column] for row in listed.rows.values()]

    def _rate(self, amount: Value) -> Course[Value]:
        if not isinstance(amount, Money):
            raise OracleStuckError(f"expected an amount of money, got {amount}")
        page = yield from self._find(CURRENCY_QUERY.format(amount.currency), iso=amount.currency)
        return _stated(page.values, "rate", page)

    def _compute(self, operation: Operation, values: Sequence[Value]) -> Course[Value]:
        thought = self.eyes.say(
            "Let me compute that.", "I will let Python do the arithmetic.", "Now the calculation."
        )
        text = yield from self.eyes.call("python", thought, code=_code(operation, values))
        printed = read_printed(text)
        if not printed:
            raise OracleStuckError(f"the code printed no number: {text!r}")
        return Choice(printed) if printed.isalpha() else Measure(Decimal(printed), "")

    # --- looking up ---------------------------------------------------------------------------------

    def _page(self, term: EntityTerm) -> Course[ParsedPage]:
        """The article about an entity."""
        if isinstance(term, Subject):
            return (yield from self._identify(term))
        before = yield from self._page(term.of)
        title = _stated(before.targets, term.relation, before)[0]
        return (yield from self._find(title, title=title))

    def _identify(self, subject: Subject) -> Course[ParsedPage]:
        if subject.clue is Clue.EMBLEM:
            return (yield from self._recognise(subject))
        clue = yield from self.eyes.text(subject.field, subject.slot)
        if subject.clue is Clue.CODE:
            return (yield from self._find(clue, code=clue))
        return (yield from self._find(clue, title=clue))

    def _recognise(self, subject: Subject) -> Course[ParsedPage]:
        """The article whose picture looks like the emblem on an item."""
        box = yield from self.eyes.emblem(subject.slot)
        thought = self.eyes.say("Whose emblem is that?", "I search the web for this emblem.")
        text = yield from self.eyes.call(
            "image_search", thought, image="image_1", bbox_2d=self.eyes.written(box)
        )
        for hit in read_hits(text):
            page = yield from self._open(hit)
            if page.kind.name == subject.kind:
                return page
        raise OracleStuckError(f"image search finds no {subject.kind}")

    def _find(self, words: str, *, title: str = "", code: str = "", iso: str = "") -> Course[ParsedPage]:
        """The page that a search finds and that is the one that is looked for."""
        if title in self._pages:
            return self._pages[title]
        thought = self.eyes.say(
            f"I search for {words}.", f"What is there about {words}?", f"{words}: let me look that up."
        )
        text = yield from self.eyes.call("search", thought, query=words)
        hits = read_hits(text)
        for hit in [hit for hit in hits if not title or hit.title == title]:
            page = yield from self._open(hit)
            states_iso = "iso" in page.values and page.values["iso"].answer() == iso
            if (not code or page.code == code) and (not iso or states_iso):
                return page
        raise OracleStuckError(
            f"a search for {words!r} does not find the page: {[hit.title for hit in hits]}"
        )

    def _open(self, hit: FoundPage) -> Course[ParsedPage]:
        if hit.title not in self._pages:
            thought = self.eyes.say(
                f"I open {hit.title}.", "That looks right; I open it.", "Let me read this page."
            )
            text = yield from self.eyes.call("open_page", thought, url=hit.url)
            self._pages[hit.title] = parse_page(read_page(text, hit.url))
        return self._pages[hit.title]


def _stated(facts: Mapping[str, _Stated], name: str, page: ParsedPage) -> _Stated:
    if name not in facts:
        raise OracleStuckError(f"the page {page.title!r} does not state {name!r}")
    return facts[name]


# --- computing --------------------------------------------------------------------------------------


def _code(operation: Operation, values: Sequence[Value]) -> str:
    """Python that prints the result of an operation on values that were read."""
    written = [_literal(value) for value in values]
    match operation:
        case Operation.SUM:
            return f"from decimal import Decimal\nprint(sum([{', '.join(written)}]))"
        case Operation.DIFFERENCE:
            return f"from decimal import Decimal\nprint(abs({written[0]} - {written[1]}))"
        case Operation.RATIO | Operation.CONVERT:
            return f"from decimal import Decimal\nprint(round({written[0]} / {written[1]}, 2))"
        case Operation.DAYS:
            return f"from datetime import date\nprint(abs(({written[0]} - {written[1]}).days))"
        case Operation.WEEKDAY:
            return f"from datetime import date\nprint({written[0]}.strftime('%A'))"


def _literal(value: Value) -> str:
    if isinstance(value, Day):
        return f"date({value.date.year}, {value.date.month}, {value.date.day})"
    return f"Decimal('{value.answer()}')"
