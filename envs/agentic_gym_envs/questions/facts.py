"""The two executors' common halves: facts of a world's tables, and facts read off its pages.

They share the schema and nothing else. Whom a subject means, and what a picture prints, is for a family of
tasks to say; a family's executors are made from these.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Row
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.library import Library
from agentic_gym_envs.world.parse import ParsedPage, holding, parse_page
from agentic_gym_envs.world.values import Name, Value
from agentic_gym_envs.world.world import Entity, World

CURRENCY_QUERY = "{} currency"
"""The code alone stands on every page with a price."""
OPENED = 4
"""Hits that have to be opened, at most, where their titles do not tell which is the right one."""


class WorldFacts:
    """Facts from a world's tables."""

    def __init__(self, world: World) -> None:
        self._world = world

    def follow(self, entity: Entity, relation: str, period: str = "") -> Entity:
        """Where a functional relation leads, now or in a period."""
        if not period:
            return self._world.related(entity, relation)
        return _in(dict(self._world.past_targets(entity, relation)), period, entity.name)

    def attribute(self, entity: Entity, name: str, period: str = "") -> Value:
        """An entity's attribute, as of now or of a period."""
        if not period:
            return self._world.value(entity, name)
        return _in(dict(self._world.past_values(entity, name)), period, entity.name)

    def name(self, entity: Entity) -> Name:
        """An entity's name."""
        return Name(entity.name)

    def listed(self, entity: Entity, kind: str, relation: str) -> Sequence[tuple[Entity, Row]]:
        """The list page; lists of one row have no page."""
        sources = self._world.sources(entity, kind, relation)
        if len(sources) < 2:
            raise NoFactError(f"no list page: {len(sources)} {kind} leads to {entity.name}")
        listing = kind_of(kind).relation(relation).listing
        columns = listing.columns if listing else ()
        return [(each, {name: self._world.value(each, name) for name in columns}) for each in sources]

    def rate(self, currency: str) -> Value:
        """The exchange rate of the currency with that code."""
        for each in self._world.of_kind("currency"):
            if self._world.value(each, "iso").answer() == currency:
                return self._world.value(each, "rate")
        raise NoFactError(f"no currency has the code {currency!r}")


class PageFacts:
    """Facts from the text of pages, as an agent would have to find and read them.

    An entity is the name of whom its article is about.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._read: dict[str, ParsedPage] = {}

    def follow(self, entity: str, relation: str, period: str = "") -> str:
        """Whom the article names for a relation, now or in a period."""
        if period:
            history = self.article(entity).target_histories.get(relation, ())
            return _in(dict(history), period, entity)
        targets = self.article(entity).targets.get(relation, ())
        if len(targets) != 1:
            raise NoFactError(f"the page about {entity} names {len(targets)} entities for {relation!r}")
        return targets[0]

    def attribute(self, entity: str, name: str, period: str = "") -> Value:
        """The value that the article states, for now or for a period."""
        if period:
            return _in(dict(self.article(entity).value_histories.get(name, ())), period, entity)
        values = self.article(entity).values
        if name not in values:
            raise NoFactError(f"the page about {entity} does not state {name!r}")
        return values[name]

    def name(self, entity: str) -> Name:
        """The name that the article is about."""
        return Name(self.article(entity).subject)

    def listed(self, entity: str, kind: str, relation: str) -> Sequence[tuple[str, Row]]:
        """The list page, each row with its columns."""
        return list(self.listing(entity, kind, relation).rows.items())

    def listing(self, entity: str, kind: str, relation: str) -> ParsedPage:
        """The list page of those of a kind whose relation leads to an entity."""
        listing = kind_of(kind).relation(relation).listing
        title = listing.title.format(entity) if listing else ""
        for page in self.pages(title, title):
            if page.relation == relation and page.kind.name == kind and page.subject == entity:
                return page
        raise NoFactError(f"there is no list page {title!r}")

    def rate(self, currency: str) -> Value:
        """The exchange rate on the page of the currency with that code."""
        for page in self.articles(CURRENCY_QUERY.format(currency), currency, OPENED):
            code = page.values.get("iso")
            if page.kind.name == "currency" and code is not None and code.answer() == currency:
                return self.attribute(page.subject, "rate")
        raise NoFactError(f"no page is about the currency {currency!r}")

    def pages(self, words: str, mark: str | Sequence[str], most: int = 10) -> Iterator[ParsedPage]:
        """Those of the best pages of a search that hold one of the marks, read with their pictures."""
        marks = (mark,) if isinstance(mark, str) else mark
        for url in self._library.text_index.urls(words, most):
            text = self._library.corpus[url].text
            if any(each in text for each in marks):
                yield parse_page(text, self._library.web[url].sheet)

    def articles(self, words: str, mark: str | Sequence[str], most: int = 10) -> list[ParsedPage]:
        """The articles among them; of two about the same thing the one that holds."""
        about: dict[str, list[ParsedPage]] = {}
        for page in self.pages(words, mark, most):
            if page.is_article:
                about.setdefault(page.subject, []).append(page)
        return list(map(holding, about.values()))

    def article(self, name: str) -> ParsedPage:
        """The article about the entity of that name."""
        if name not in self._read:
            marks = f"{name}\nType: ", f"\nSubject: {name}\n"
            found = [page for page in self.articles(name, marks) if page.subject == name]
            if not found:
                raise NoFactError(f"a search for {name!r} does not find its article")
            self._read[name] = found[0]
        return self._read[name]


_Held = TypeVar("_Held")


def _in(history: Mapping[str, _Held], period: str, name: str) -> _Held:
    """What held in a period.

    Raises:
        NoFactError: the history does not reach there.
    """
    if period not in history:
        raise NoFactError(f"the history of {name} has no {period!r}")
    return history[period]
