"""How an oracle plays a program: it looks up and computes with the public tools, as an agent could.

It takes every fact from the text of an observation. Whom a question means, and what a picture shows, is for
the oracle of a family to find out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from agentic_gym_envs.oracles.looking import LEGIBLE_PX, ROUNDING, Course, Eyes, OracleStuckError, Voice
from agentic_gym_envs.oracles.reading import FoundPage, read_hits, read_last_image, read_page, read_printed
from agentic_gym_envs.questions.facts import CURRENCY_QUERY
from agentic_gym_envs.questions.operations import Operation
from agentic_gym_envs.questions.programs import (
    Ask,
    Best,
    Compute,
    EntityTerm,
    Hop,
    NameOf,
    Printed,
    Rate,
    Rows,
    Subject,
    ValueTerm,
    best,
    counted,
)
from agentic_gym_envs.world.editions import titles_about
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.parse import ParsedPage, holding, parse_page
from agentic_gym_envs.world.sheets import FONT_PX, Sheet
from agentic_gym_envs.world.values import Choice, Day, Measure, Money, Name, Value

_Stated = TypeVar("_Stated")
_AROUND_TABLE = (0.02, 0.2)
"""How much farther than a table the look at it reaches, in shares of its size, on each side."""


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A picture on a page, on which a fact may stand that the text leaves out.

    Attributes:
        sheet: what it shows; it counts only once it was read.
        eyes: look at it.
    """

    sheet: Sheet
    eyes: Eyes

    def read(self) -> Course[None]:
        """Goes over its table in crops in which the print is legible, from around the table on."""
        looks = yield from self.eyes.scan(FONT_PX, self.eyes.around(self.sheet.box, _AROUND_TABLE))
        if any(look.scale * FONT_PX < LEGIBLE_PX - ROUNDING for look in looks):
            raise OracleStuckError(f"the table of {self.sheet.heading!r} cannot be read in {looks}")


class Player:
    """One episode of an oracle over pages.

    Args:
        voice: says what it does.
    """

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self._pages: dict[str, ParsedPage] = {}
        self._found: dict[str, str] = {}
        self._leaflets: dict[str, tuple[str, Leaflet]] = {}

    # --- what a family says -------------------------------------------------------------------------

    def identify(self, subject: Subject) -> Course[ParsedPage]:
        """The article about whom a subject means."""
        raise OracleStuckError(f"this family identifies no {subject.kind}")

    def printed(self, name: str, slot: int | None) -> Course[list[Value]]:
        """What a field of a picture shows, on an anchor's item or on each."""
        raise OracleStuckError(f"this family prints no {name!r}")

    def leaflet(self, url: str, image: str) -> Leaflet | None:
        """How to read the picture that came last with a page, if a fact may stand on it alone."""
        return None

    # --- values -------------------------------------------------------------------------------------

    def values(self, term: ValueTerm) -> Course[Sequence[Value]]:
        """The values of a term, read or computed."""
        match term:
            case Printed(name, slot):
                return (yield from self.printed(name, slot))
            case Ask(of, _, attribute, period):
                page = yield from self.page(of)
                if period:
                    return [_then(page.value_histories, attribute, period, page)]
                return [(yield from self._value(page, attribute))]
            case NameOf(of):
                page = yield from self.page(of.of)
                return [Name(_target(page, of))]
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

    def _rows(self, term: Rows) -> Course[list[Value]]:
        page = yield from self.page(term.of)
        listed = yield from self.listing(page.subject, term.kind, term.relation)
        return list(counted(term, list(listed.rows.values())))

    def listing(self, owner: str, kind: str, relation: str) -> Course[ParsedPage]:
        """The list page of those of a kind whose relation leads to the owner, who is given by name."""
        listing = kind_of(kind).relation(relation).listing
        title = listing.title.format(owner) if listing else ""
        page = yield from self.find(title, title=title)
        return page if page.rows else (yield from self._with_leaflet(page))

    def _value(self, page: ParsedPage, attribute: str) -> Course[Value]:
        """What the page says of an attribute: in its text, or else in its picture."""
        if attribute not in page.values:
            page = yield from self._with_leaflet(page)
        return _stated(page.values, attribute, page)

    def _with_leaflet(self, page: ParsedPage) -> Course[ParsedPage]:
        """The page with what stands on it in a picture only, which was looked at closely."""
        if page.title not in self._leaflets:
            raise OracleStuckError(f"the page {page.title!r} has no picture to read")
        text, leaflet = self._leaflets.pop(page.title)
        yield from leaflet.read()
        self._pages[page.title] = parse_page(text, leaflet.sheet)
        return self._pages[page.title]

    def _rate(self, amount: Value) -> Course[Value]:
        if not isinstance(amount, Money):
            raise OracleStuckError(f"expected an amount of money, got {amount}")
        page = yield from self.find(CURRENCY_QUERY.format(amount.currency), iso=amount.currency)
        return (yield from self._value(page, "rate"))

    def _compute(self, operation: Operation, values: Sequence[Value]) -> Course[Value]:
        thought = self.voice.say(
            "Let me compute that.", "I will let Python do the arithmetic.", "Now the calculation."
        )
        text = yield from self.voice.call("python", thought, code=_code(operation, values))
        printed = read_printed(text)
        if not printed:
            raise OracleStuckError(f"the code printed no number: {text!r}")
        return Choice(printed) if printed.isalpha() else Measure(Decimal(printed), "")

    # --- looking up ---------------------------------------------------------------------------------

    def page(self, term: EntityTerm) -> Course[ParsedPage]:
        """The article about an entity."""
        if isinstance(term, Subject):
            return (yield from self.identify(term))
        before = yield from self.page(term.of)
        if isinstance(term, Best):
            listed = yield from self.listing(before.subject, term.kind, term.relation)
            name = best(term, list(listed.rows.items()))
        else:
            name = _target(before, term)
        return (yield from self.find(name, title=name))

    def recognise(
        self, kind: str, box: Sequence[float], *thoughts: str, image: str = "image_1"
    ) -> Course[ParsedPage]:
        """The article of a kind that a search by a part of a picture finds.

        Args:
            kind: name of the kind.
            box: the part, in the environment's convention.
            thoughts: ways to say what it is for.
            image: the picture's name.
        """
        text = yield from self.voice.call(
            "image_search", self.voice.say(*thoughts), image=image, bbox_2d=list(box)
        )
        for hit in read_hits(text):
            page = yield from self.open(hit)
            if page.kind.name == kind:
                return page
        raise OracleStuckError(f"image search finds no {kind}")

    def search(self, words: str) -> Course[list[FoundPage]]:
        """The hits of a search, the best first."""
        thought = self.voice.say(
            f"I search for {words}.", f"What is there about {words}?", f"{words}: let me look that up."
        )
        return read_hits((yield from self.voice.call("search", thought, query=words)))

    def find(self, words: str, *, title: str = "", code: str = "", iso: str = "") -> Course[ParsedPage]:
        """The page that a search finds and that is the one that is looked for.

        Where there are several about the same thing, all of them are opened, and the one that holds counts.

        Args:
            words: what is searched for.
            title: of the page, or the name of whom it is about.
            code: of whom it is about.
            iso: the code of the currency that it is about.
        """
        if title in self._found:
            return self._pages[self._found[title]]
        thought = self.voice.say(
            f"I search for {words}.", f"What is there about {words}?", f"{words}: let me look that up."
        )
        hits = read_hits((yield from self.voice.call("search", thought, query=words)))
        for hit in [hit for hit in hits if not title or hit.title in titles_about(title)]:
            page = yield from self.open(hit)
            states_iso = "iso" in page.values and page.values["iso"].answer() == iso
            if (not code or page.code == code) and (not iso or states_iso):
                return (yield from self._settled(page, hits))
        raise OracleStuckError(
            f"a search for {words!r} does not find the page: {[hit.title for hit in hits]}"
        )

    def _settled(self, page: ParsedPage, hits: Sequence[FoundPage]) -> Course[ParsedPage]:
        """The page, or the one among the hits that is about the same thing and holds against it."""
        if page.is_article:
            pages = [page]
            for hit in hits:
                if hit.title in titles_about(page.subject):
                    pages.append((yield from self.open(hit)))
            page = holding([each for each in pages if each.subject == page.subject])
        self._found[page.subject if page.is_article else page.title] = page.title
        return page

    def open(self, hit: FoundPage) -> Course[ParsedPage]:
        """The page of a hit; it is opened once."""
        if hit.title not in self._pages:
            thought = self.voice.say(
                f"I open {hit.title}.", "That looks right; I open it.", "Let me read this page."
            )
            shown = yield from self.voice.call("open_page", thought, url=hit.url)
            text, image = read_page(shown, hit.url), read_last_image(shown)
            self._pages[hit.title] = parse_page(text)
            leaflet = self.leaflet(hit.url, image) if image else None
            if leaflet is not None:
                self._leaflets[hit.title] = text, leaflet
        return self._pages[hit.title]


def _stated(facts: Mapping[str, _Stated], name: str, page: ParsedPage) -> _Stated:
    if name not in facts:
        raise OracleStuckError(f"the page {page.title!r} does not state {name!r}")
    return facts[name]


def _target(page: ParsedPage, hop: Hop) -> str:
    """Whom the page names for a relation, now or in a period."""
    if hop.period:
        return _then(page.target_histories, hop.relation, hop.period, page)
    return _stated(page.targets, hop.relation, page)[0]


def _then(
    histories: Mapping[str, Sequence[tuple[str, _Stated]]], name: str, period: str, page: ParsedPage
) -> _Stated:
    """What held in a period."""
    return _stated(dict(_stated(histories, name, page)), period, page)


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
