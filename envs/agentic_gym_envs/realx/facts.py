"""The two executors of a program: over the world's tables, and over what can be read.

They share the schema and nothing else. `TableFacts` knows which entity an item stands for and looks its
facts up in the tables. `ReadFacts` knows only what is printed in the scene and the text of pages: it
identifies, hops and reads as an agent would have to. A question is fair only if both give one answer.
"""

from collections.abc import Iterator, Mapping, Sequence

from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Clue, Subject
from agentic_gym_envs.realx.casting import led
from agentic_gym_envs.realx.casts import Cast
from agentic_gym_envs.scenes import Scene
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.parse import ParsedPage, parse_page
from agentic_gym_envs.world.values import Name, Value
from agentic_gym_envs.world.world import Entity

CURRENCY_QUERY = "{} currency"
"""The code alone stands on every page with a price."""
OPENED = 3
"""Hits that have to be opened, at most, where their titles do not tell which is the right one."""
ReadText = Mapping[str, Mapping[str, str]]
"""What is printed in a scene: by item key, by field."""


class TableFacts:
    """Facts from the world's tables.

    Args:
        cast: the entities in the scene.
    """

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._world = cast.world
        self._pointed = tuple(cast.entities[place] for place in cast.pointed)

    def subjects(self, subject: Subject) -> Sequence[Entity]:
        """Every entity of the kind that has the clue which the item shows."""
        shown = self._pointed[subject.slot]
        casting = self._cast.casting
        if subject.clue is Clue.EMBLEM:
            emblem = led(self._world, shown, casting.emblem or ()).emblem
            return [each for each in self._world.of_kind(subject.kind) if each.emblem == emblem]
        clue = casting.value(self._world, shown, subject.field).text()
        find = self._world.with_code if subject.clue is Clue.CODE else self._world.named
        found = find(clue)
        if found.kind != subject.kind:
            raise NoFactError(f"{clue!r} is the {subject.clue} of a {found.kind}, not of a {subject.kind}")
        return [found]

    def follow(self, entity: Entity, relation: str) -> Entity:
        """Where a functional relation leads."""
        return self._world.related(entity, relation)

    def attribute(self, entity: Entity, name: str) -> Value:
        """An entity's attribute, as of now."""
        return self._world.value(entity, name)

    def name(self, entity: Entity) -> Name:
        """An entity's name."""
        return Name(entity.name)

    def rows(self, entity: Entity, kind: str, relation: str, column: str) -> Sequence[Value]:
        """A column of the list page; lists of one row have no page."""
        sources = self._world.sources(entity, kind, relation)
        if len(sources) < 2:
            raise NoFactError(f"no list page: {len(sources)} {kind} leads to {entity.name}")
        return [self._world.value(source, column) for source in sources]

    def rate(self, currency: str) -> Value:
        """The exchange rate of the currency with that code."""
        for each in self._world.of_kind("currency"):
            if self._world.value(each, "iso").answer() == currency:
                return self._world.value(each, "rate")
        raise NoFactError(f"no currency has the code {currency!r}")

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What a field shows."""
        shown = self._cast.entities if slot is None else (self._pointed[slot],)
        return [self._cast.casting.value(self._world, entity, field) for entity in shown]


class ReadFacts:
    """Facts from the texts in a scene and on pages. An entity is the title of its article.

    Args:
        cast: says what the fields of the scene mean; its entities are not looked at.
        texts: what the scene prints.
        pointed: the item keys at the anchors.
        library: where pages are found and read.
        emblems: the name of the page that image search finds for the emblem at an anchor, where a
            program asks for one.
    """

    def __init__(
        self,
        cast: Cast,
        texts: ReadText,
        pointed: Sequence[str],
        library: Library,
        emblems: Mapping[int, str] | None = None,
    ) -> None:
        self._casting = cast.casting
        self._texts = texts
        self._pointed = pointed
        self._library = library
        self._emblems = emblems or {}
        self._read: dict[str, ParsedPage] = {}

    def subjects(self, subject: Subject) -> Sequence[str]:
        """The title of every article of the kind that has the clue."""
        if subject.clue is Clue.EMBLEM:
            titles = [self._emblems[subject.slot]]
        else:
            clue = self._text(self._pointed[subject.slot], subject.field)
            by_code = subject.clue is Clue.CODE
            pages = self._articles(clue, clue)
            titles = [page.title for page in pages if clue == (page.code if by_code else page.title)]
        return [title for title in titles if self._article(title).kind.name == subject.kind]

    def follow(self, entity: str, relation: str) -> str:
        """The title that the article names for a relation."""
        targets = self._article(entity).targets.get(relation, ())
        if len(targets) != 1:
            raise NoFactError(f"the page about {entity} names {len(targets)} entities for {relation!r}")
        return targets[0]

    def attribute(self, entity: str, name: str) -> Value:
        """The value that the article states."""
        values = self._article(entity).values
        if name not in values:
            raise NoFactError(f"the page about {entity} does not state {name!r}")
        return values[name]

    def name(self, entity: str) -> Name:
        """The article's title."""
        return Name(self._article(entity).title)

    def rows(self, entity: str, kind: str, relation: str, column: str) -> Sequence[Value]:
        """A column of the list page."""
        listing = kind_of(kind).relation(relation).listing
        title = listing.title.format(entity) if listing else ""
        for page in self._pages(title, title):
            if page.relation == relation and page.kind.name == kind and page.subject == entity:
                return [row[column] for row in page.rows.values()]
        raise NoFactError(f"there is no list page {title!r}")

    def rate(self, currency: str) -> Value:
        """The exchange rate on the page of the currency with that code."""
        for page in self._articles(CURRENCY_QUERY.format(currency), currency, OPENED):
            code = page.values.get("iso")
            if page.kind.name == "currency" and code is not None and code.answer() == currency:
                return self.attribute(page.title, "rate")
        raise NoFactError(f"no page is about the currency {currency!r}")

    def printed(self, field: str, slot: int | None) -> Sequence[Value]:
        """What a field's texts tell."""
        keys = list(self._texts) if slot is None else [self._pointed[slot]]
        return [self._casting.read(field, self._text(key, field)) for key in keys]

    def _text(self, key: str, field: str) -> str:
        try:
            return self._texts[key][field]
        except KeyError:
            raise NoFactError(f"the scene prints no {field!r} on item {key!r}") from None

    def _pages(self, words: str, mark: str, most: int = 10) -> Iterator[ParsedPage]:
        """Those of the best pages of a search that hold a mark, read."""
        for hit in self._library.text_index.search(words, most):
            text = self._library.corpus[hit.url].text
            if mark in text:
                yield parse_page(text)

    def _articles(self, words: str, mark: str, most: int = 10) -> list[ParsedPage]:
        """The articles among them: their title is their subject, and they are no list."""
        pages = self._pages(words, mark, most)
        return [page for page in pages if page.title == page.subject and page.relation is None]

    def _article(self, title: str) -> ParsedPage:
        if title not in self._read:
            found = [page for page in self._articles(title, f"{title}\nType: ") if page.title == title]
            if not found:
                raise NoFactError(f"a search for {title!r} does not find its article")
            self._read[title] = found[0]
        return self._read[title]


def texts_in(scene: Scene) -> ReadText:
    """What a scene's manifest says is printed, items in reading order."""
    texts: dict[str, dict[str, str]] = {anchor.item: {} for anchor in scene.anchors}
    for placed in scene.placed:
        texts[placed.item][placed.field] = placed.text
    return texts


def texts_of(cast: Cast) -> ReadText:
    """What a cast will have printed, before it is drawn."""
    return {str(place): cast.texts(entity) for place, entity in enumerate(cast.entities)}
