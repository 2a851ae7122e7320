"""The web of a world: articles, list pages, and news, written when they are opened.

Article::

    Brennick Rovers                       the title
    Type: football team                   the infobox: the type, the code, about three facts of four
    Club number: A75U51
    Founded: 1893

    Brennick Rovers is a football team.   prose: the facts that are not in the infobox, and some that are
    It counts 12,400 members. …

    Team by season                        histories, where a fact has one
    2023: …

    See also: Squad of Brennick Rovers    the list pages about it

A list page has a header and a row a line, cells parted by ` | `. News has a headline, its date, what
it is about, and prose with a few facts. `parse.py` reads all three back.

In a *tangled* web there is more. Each article names its source and date; two of five entities have a second
one, whose facts differ, and `editions.RULE` says which of the two holds. A third of the articles leave a fact
out, and a quarter of the list pages all of their rows: these stand only in a picture on the page (`sheets`).

A web is a set of plans, one a page, from which pages are written. The tables hold one truth only.

Addresses are keyed hashes: they cannot be enumerated, and tell neither the seed nor the kind of page.
"""

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agentic_gym_envs.world.cache import RecentlyUsed
from agentic_gym_envs.world.editions import Edition, editions, sole_edition
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.pages import (
    IMAGE_SIZE,
    Page,
    PageImage,
    PageKind,
    figures,
    leaflet,
    pictures,
    prose,
)
from agentic_gym_envs.world.prose import PICTURED, Dice, histories, statements
from agentic_gym_envs.world.schema import Domain, Kind
from agentic_gym_envs.world.sheets import MOST_ROWS, Sheet
from agentic_gym_envs.world.values import Day
from agentic_gym_envs.world.world import (
    KEPT_PAGES,
    TODAY,
    Entity,
    ListPage,
    World,
    get_world,
    weight,
)

__all__ = ["HOSTS", "IMAGE_SIZE", "Page", "PageImage", "PageKind", "Web", "get_web"]

HOSTS: Mapping[Domain, str] = {
    Domain.GEOGRAPHY: "atlas.example",
    Domain.DAILY: "daily.example",
    Domain.MEDIA: "screen.example",
    Domain.SPORTS: "sports.example",
    Domain.KNOWLEDGE: "almanac.example",
    Domain.GAMES: "games.example",
}
"""Hosts under the reserved top-level domain of RFC 2606: none of them can exist."""

HEADLINES = (
    "{name}: what to know this week",
    "Five notes on {name}",
    "Why people talk about {name}",
    "{name} in the news again",
    "A closer look at {name}",
)
_NEWS_AGE_DAYS = 400
_NEWS_FACTS = 2
_RIVALS = 0.4
"""Share of the entities of a tangled web that have a second article."""
_ENTITIES = 0.75
"""Pages of the world of a tangled web, in shares of the web's own: the rest is for second articles."""
_KEPT_PAGES = 4096
_SHEET_EACH, _LIST_SHEET_EACH = 3, 4
"""One article, and one list page, of so many has a fact, or its rows, in a picture only."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """A page that is not yet written: what it is, what it is about, and the seed of its wording."""

    kind: PageKind
    subject: Entity | ListPage
    url: str
    seed: int


class Web(Mapping[str, Page]):
    """The pages of a world by address; each is written on demand, and the last few are kept.

    Threads may share one: writing a page twice gives equal pages.

    Args:
        world: what they are about.
        size: how many there are; as many as the world was made for by default.
        tangled: whether pages disagree, and facts stand in pictures only.
    """

    def __init__(self, world: World, size: int | None = None, *, tangled: bool = False) -> None:
        self.world, self.size, self.tangled = world, size or world.size, tangled
        identity = f"{world.split}/{world.seed}/{self.size}{'/tangled' if tangled else ''}"
        self._key = hashlib.blake2b(identity.encode(), key=b"agentic-gym web", digest_size=32).digest()
        self._articles = [self._plan(PageKind.ARTICLE, entity, str(entity.id)) for entity in world]
        self._lists = {
            (page.kind.name, page.relation.name, page.target.id): self._plan(
                PageKind.LIST, page, f"{page.kind.name}/{page.relation.name}/{page.target.id}"
            )
            for page in world.list_pages()
        }
        plans = [*self._articles, *self._lists.values()]
        rivals = self._about(PageKind.RIVAL, int(_RIVALS * len(world)) if tangled else 0)
        plans += rivals
        plans += self._about(PageKind.NEWS, self.size - len(plans))
        self._plans = {plan.url: plan for plan in sorted(plans, key=lambda plan: plan.url)}
        self._disputed = {plan.subject.id for plan in rivals if isinstance(plan.subject, Entity)}
        self._written = RecentlyUsed[str, Page](lambda url: self._write(self._plans[url]), _KEPT_PAGES)
        self._listed: dict[int, list[str]] = {}
        for plan in self._lists.values():
            if isinstance(plan.subject, ListPage):
                self._listed.setdefault(plan.subject.target.id, []).append(plan.subject.title)

    # --- the pages ----------------------------------------------------------------------------------

    def __getitem__(self, url: str) -> Page:
        """The page at `url`; `KeyError` if there is none."""
        return self._written.get(url)

    def __contains__(self, url: object) -> bool:
        """Whether there is one, without writing it."""
        return url in self._plans

    def __iter__(self) -> Iterator[str]:
        """The addresses, in alphabetical order, which says nothing about the pages."""
        return iter(self._plans)

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._plans)

    def article(self, entity: Entity) -> Page:
        """The article about an entity, the one that holds if there are two."""
        return self[self._articles[entity.id].url]

    def is_disputed(self, entity: Entity) -> bool:
        """Whether there are two articles about an entity."""
        return entity.id in self._disputed

    def list_page(self, kind: str, relation: str, target: Entity) -> Page | None:
        """The list page of those of `kind` whose relation leads to `target`, if there is one."""
        plan = self._lists.get((kind, relation, target.id))
        return None if plan is None else self[plan.url]

    def kind_of_page(self, url: str) -> PageKind:
        """What the page at `url` is; `KeyError` if there is none."""
        return self._plans[url].kind

    def pictured(self) -> Iterator[tuple[str, str, PageImage]]:
        """Every picture of an entity, with address and title of its page; sheets are not among them."""
        for url, plan in self._plans.items():
            if plan.kind is PageKind.ARTICLE and isinstance(plan.subject, Entity):
                for image in self._images(plan.subject):
                    yield url, self._edition(plan.subject, plan.kind).title, image

    # --- planning -----------------------------------------------------------------------------------

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()

    def _plan(self, kind: PageKind, subject: Entity | ListPage, identity: str) -> _Plan:
        """A page's plan; half of a keyed hash is in its address, the other half words it."""
        digest = self._digest(f"{kind.name}/{identity}")
        domain = subject.kind.domain if isinstance(subject, ListPage) else kind_of(subject.kind).domain
        url = f"https://{HOSTS[domain]}/{digest[:8].hex()}"
        return _Plan(kind, subject, url, int.from_bytes(digest[8:]))

    def _about(self, kind: PageKind, count: int) -> list[_Plan]:
        """Pages of a kind about `count` different entities."""
        stream = "subject" if kind is PageKind.NEWS else kind.name
        order = sorted(self.world, key=lambda entity: self._digest(f"{stream}/{entity.id}"))
        return [self._plan(kind, entity, str(entity.id)) for entity in order[:count]]

    def _edition(self, entity: Entity, kind: PageKind) -> Edition:
        """What an article about an entity in a tangled web says of itself."""
        dice = Dice(int.from_bytes(self._digest(f"edition/{entity.id}")[:8]))
        if not self.is_disputed(entity):
            return sole_edition(entity, dice)
        holding, rival = editions(self.world, entity, dice)
        return rival if kind is PageKind.RIVAL else holding

    # --- writing ------------------------------------------------------------------------------------

    def _write(self, plan: _Plan) -> Page:
        dice = Dice(plan.seed)
        match plan.subject:
            case ListPage() as listing:
                return self._list(plan, listing, dice)
            case Entity() as entity if plan.kind is PageKind.NEWS:
                title = HEADLINES[dice.roll(len(HEADLINES))].format(name=entity.name)
                return Page(plan.url, title, self._news_text(title, entity, dice))
            case Entity() as entity:
                return self._article(plan, entity, dice)

    def _article(self, plan: _Plan, entity: Entity, dice: Dice) -> Page:
        kind, edition = kind_of(entity.kind), self._edition(entity, plan.kind)
        facts = list(statements(self.world, entity, kind, dice, edition.values, edition.targets))
        hidden = self._hidden(entity)
        infobox = [edition.title, f"Type: {kind.noun}", *self._source(entity, edition)]
        if entity.code is not None:
            infobox.append(f"{kind.code_label.capitalize()}: {entity.code}")
        sentences = []
        for fact in facts:
            placing = dice.roll(4)  # 0: prose only; 1: both; 2 and 3: infobox only
            if placing > 0 and fact.column != hidden:
                infobox.append(f"{fact.label}: {fact.text}")
            if placing < 2 and fact.column != hidden:
                sentences.append(fact.sentence)
        blocks = ["\n".join(infobox), prose(entity, kind, sentences, dice)]
        if edition.holds:
            blocks += self._further(entity, kind)
        images = self._images(entity) if edition.holds else ()
        sheet = leaflet(entity, kind, facts, plan.seed) if edition.holds and hidden else None
        return self._page(plan, edition.title, "\n\n".join(blocks), images, sheet)

    def _source(self, entity: Entity, edition: Edition) -> list[str]:
        """Whom the page is about, where its title does not say it, and who says so when."""
        if not self.tangled:
            return []
        source = f"Source: {edition.standing}, as of {Day(edition.as_of).text()}"
        return [source] if edition.title == entity.name else [f"Subject: {entity.name}", source]

    def _further(self, entity: Entity, kind: Kind) -> Iterator[str]:
        """Histories, and the lists about the entity."""
        for heading, past in histories(self.world, entity, kind):
            yield "\n".join([heading, *(f"{period}: {text}" for period, text in past)])
        if entity.id in self._listed:
            yield f"See also: {'; '.join(self._listed[entity.id])}"

    def _list(self, plan: _Plan, page: ListPage, dice: Dice) -> Page:
        listing = page.relation.listing
        names = listing.columns if listing else ()
        labels = [page.kind.attribute(name).label for name in names]
        style = dice.roll(6)
        rows = [
            " | ".join([row.name, *(self.world.value(row, name).text(style) for name in names)])
            for row in self.world.sources(page.target, page.kind.name, page.relation.name)
        ]
        dice.shuffle(rows)
        header = (page.kind.noun.capitalize(), *labels)
        head = [page.title, f"{len(rows)} {page.kind.plural}", "", " | ".join(header)]
        if self.tangled and dice.roll(_LIST_SHEET_EACH) == 0 and len(rows) <= MOST_ROWS:
            sheet = Sheet(page.title, header, tuple(tuple(row.split(" | ")) for row in rows), plan.seed >> 1)
            return self._page(plan, page.title, "\n".join([*head, PICTURED]), (), sheet)
        return Page(plan.url, page.title, "\n".join([*head, *rows]))

    def _page(
        self, plan: _Plan, title: str, text: str, images: tuple[PageImage, ...], sheet: Sheet | None
    ) -> Page:
        """A page with the picture of its sheet after the others."""
        if sheet is not None:
            address = self._image_address(f"sheet/{plan.url}")
            images = (*images, PageImage(address, f"Leaflet: {sheet.heading}", sheet.draw))
        return Page(plan.url, title, text, images, sheet)

    def _hidden(self, entity: Entity) -> str:
        """The fact about an entity that stands on a leaflet only; empty for most."""
        options, seed = figures(kind_of(entity.kind)), self._articles[entity.id].seed
        if not self.tangled or not options or seed % _SHEET_EACH:
            return ""
        return options[seed // _SHEET_EACH % len(options)]

    def _images(self, entity: Entity) -> tuple[PageImage, ...]:
        return pictures(entity, self._image_address(f"image/{entity.id}"))

    def _image_address(self, identity: str) -> str:
        return f"https://images.example/{self._digest(identity)[:8].hex()}.png"

    def _news_text(self, title: str, entity: Entity, dice: Dice) -> str:
        kind = kind_of(entity.kind)
        date = Day(TODAY - datetime.timedelta(days=1 + dice.roll(_NEWS_AGE_DAYS)))
        facts, hidden = statements(self.world, entity, kind, dice), self._hidden(entity)
        sentences = [fact.sentence for fact in facts if fact.column != hidden]
        dice.shuffle(sentences)
        about = f"About: {entity.name} ({kind.noun})"
        body = prose(entity, kind, sentences[:_NEWS_FACTS], dice)
        return "\n".join([title, f"News, {date.text()}", about, "", body])


def _new_web(split: str, index: int, size: int, tangled: bool) -> Web:
    entities = round(_ENTITIES * size) if tangled else size
    return Web(get_world(split, index, entities), size, tangled=tangled)


_webs: RecentlyUsed[tuple[str, int, int, bool], Web] = RecentlyUsed(
    lambda key: _new_web(*key), most=KEPT_PAGES, weigh=lambda key: weight(key[2])
)


def get_web(split: str, index: int, size: int, tangled: bool = False) -> Web:
    """The web of a world of a split; the last few are kept, for all threads.

    A tangled one is of a smaller world, since some entities have two pages.
    """
    return _webs.get((split, index, size, tangled))
