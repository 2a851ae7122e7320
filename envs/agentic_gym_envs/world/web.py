"""The web of a world: an article for each entity, list pages, and news, written when they are opened.

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

A web is a set of plans, one a page, from which pages are written. A page of another kind is another
plan; which of two pages is to be believed is for the plans to say, the tables hold one truth only.

Addresses are keyed hashes: they cannot be enumerated, and tell neither the seed nor the kind of page.
"""

import datetime
import enum
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from agentic_gym.messages import Pixels
from agentic_gym_envs.world.cache import RecentlyUsed
from agentic_gym_envs.world.emblems import draw_emblem
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.portraits import draw_painting, draw_portrait
from agentic_gym_envs.world.prose import FILLERS, LEADS, Dice, histories, statements, with_article
from agentic_gym_envs.world.schema import Depiction, Domain
from agentic_gym_envs.world.values import Day
from agentic_gym_envs.world.world import TODAY, Entity, ListPage, World, get_world

HOSTS: Mapping[Domain, str] = {
    Domain.GEOGRAPHY: "atlas.example",
    Domain.DAILY: "daily.example",
    Domain.MEDIA: "screen.example",
    Domain.SPORTS: "sports.example",
    Domain.KNOWLEDGE: "almanac.example",
    Domain.GAMES: "games.example",
}
"""Hosts under the reserved top-level domain of RFC 2606: none of them can exist."""

IMAGE_SIZE = 128
"""Pixels of the square pictures on pages."""

HEADLINES = (
    "{name}: what to know this week",
    "Five notes on {name}",
    "Why people talk about {name}",
    "{name} in the news again",
    "A closer look at {name}",
)
_NEWS_AGE_DAYS = 400
_NEWS_FACTS = 2


class PageKind(enum.Enum):
    """What a page is."""

    ARTICLE = enum.auto()
    LIST = enum.auto()
    NEWS = enum.auto()


@dataclass(frozen=True, slots=True)
class PageImage:
    """A picture on a page.

    Attributes:
        url: of the picture itself.
        caption: one line of plain text.
        draw: draws it: uint8, height × width × 3. Safe to call from any thread.
    """

    url: str
    caption: str
    draw: Callable[[], Pixels] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address, its title, its text (which begins with the title) and its pictures."""

    url: str
    title: str
    text: str
    images: tuple[PageImage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """A page that is not yet written: what it is, what it is about, and the seed of its wording."""

    kind: PageKind
    subject: Entity | ListPage
    url: str
    seed: int


class Web(Mapping[str, Page]):
    """The pages of a world by address, exactly `world.size` of them; each is written once, on demand.

    Threads may share one: writing a page twice gives equal pages.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        identity = f"{world.split}/{world.seed}/{world.size}"
        self._key = hashlib.blake2b(identity.encode(), key=b"agentic-gym web", digest_size=32).digest()
        self._articles = [self._plan(PageKind.ARTICLE, entity, str(entity.id)) for entity in world]
        self._lists = {
            (page.kind.name, page.relation.name, page.target.id): self._plan(
                PageKind.LIST, page, f"{page.kind.name}/{page.relation.name}/{page.target.id}"
            )
            for page in world.list_pages()
        }
        plans = [*self._articles, *self._lists.values()]
        plans += self._news(world.size - len(plans))
        self._plans = {plan.url: plan for plan in sorted(plans, key=lambda plan: plan.url)}
        self._pages: dict[str, Page] = {}
        self._listed: dict[int, list[str]] = {}
        for plan in self._lists.values():
            if isinstance(plan.subject, ListPage):
                self._listed.setdefault(plan.subject.target.id, []).append(plan.subject.title)

    # --- the pages ----------------------------------------------------------------------------------

    def __getitem__(self, url: str) -> Page:
        """The page at `url`; `KeyError` if there is none."""
        if url not in self._pages:
            self._pages[url] = self._write(self._plans[url])
        return self._pages[url]

    def __iter__(self) -> Iterator[str]:
        """The addresses, in alphabetical order, which says nothing about the pages."""
        return iter(self._plans)

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._plans)

    def article(self, entity: Entity) -> Page:
        """The article about an entity."""
        return self[self._articles[entity.id].url]

    def list_page(self, kind: str, relation: str, target: Entity) -> Page | None:
        """The list page of those of `kind` whose relation leads to `target`, if there is one."""
        plan = self._lists.get((kind, relation, target.id))
        return None if plan is None else self[plan.url]

    def kind_of_page(self, url: str) -> PageKind:
        """What the page at `url` is; `KeyError` if there is none."""
        return self._plans[url].kind

    # --- planning -----------------------------------------------------------------------------------

    def _digest(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()

    def _plan(self, kind: PageKind, subject: Entity | ListPage, identity: str) -> _Plan:
        """A page's plan; half of a keyed hash is in its address, the other half words it."""
        digest = self._digest(f"{kind.name}/{identity}")
        domain = subject.kind.domain if isinstance(subject, ListPage) else kind_of(subject.kind).domain
        url = f"https://{HOSTS[domain]}/{digest[:8].hex()}"
        return _Plan(kind, subject, url, int.from_bytes(digest[8:]))

    def _news(self, count: int) -> list[_Plan]:
        """News about `count` different entities."""
        order = sorted(self.world, key=lambda entity: self._digest(f"subject/{entity.id}"))
        return [self._plan(PageKind.NEWS, entity, str(entity.id)) for entity in order[:count]]

    # --- writing ------------------------------------------------------------------------------------

    def _write(self, plan: _Plan) -> Page:
        dice = Dice(plan.seed)
        match plan.subject:
            case ListPage() as listing:
                return Page(plan.url, listing.title, self._list_text(listing, dice))
            case Entity() as entity if plan.kind is PageKind.NEWS:
                title = HEADLINES[dice.roll(len(HEADLINES))].format(name=entity.name)
                return Page(plan.url, title, self._news_text(title, entity, dice))
            case Entity() as entity:
                return Page(plan.url, entity.name, self._article_text(entity, dice), self._images(entity))

    def _article_text(self, entity: Entity, dice: Dice) -> str:
        kind = kind_of(entity.kind)
        infobox = [entity.name, f"Type: {kind.noun}"]
        if entity.code is not None:
            infobox.append(f"{kind.code_label.capitalize()}: {entity.code}")
        sentences = []
        for fact in statements(self.world, entity, kind, dice):
            placing = dice.roll(4)  # 0: prose only; 1: both; 2 and 3: infobox only
            if placing > 0:
                infobox.append(f"{fact.label}: {fact.text}")
            if placing < 2:
                sentences.append(fact.sentence)
        blocks = ["\n".join(infobox), _prose(entity, kind.noun, kind.domain, sentences, dice)]
        for heading, past in histories(self.world, entity, kind):
            blocks.append("\n".join([heading, *(f"{period}: {text}" for period, text in past)]))
        if entity.id in self._listed:
            blocks.append(f"See also: {'; '.join(self._listed[entity.id])}")
        return "\n\n".join(blocks)

    def _list_text(self, page: ListPage, dice: Dice) -> str:
        listing = page.relation.listing
        names = listing.columns if listing else ()
        labels = [page.kind.attribute(name).label for name in names]
        style = dice.roll(6)
        rows = [
            " | ".join([row.name, *(self.world.value(row, name).text(style) for name in names)])
            for row in self.world.sources(page.target, page.kind.name, page.relation.name)
        ]
        dice.shuffle(rows)
        header = " | ".join([page.kind.noun.capitalize(), *labels])
        return "\n".join([page.title, f"{len(rows)} {page.kind.plural}", "", header, *rows])

    def _news_text(self, title: str, entity: Entity, dice: Dice) -> str:
        kind = kind_of(entity.kind)
        date = Day(TODAY - datetime.timedelta(days=1 + dice.roll(_NEWS_AGE_DAYS)))
        sentences = [fact.sentence for fact in statements(self.world, entity, kind, dice)]
        dice.shuffle(sentences)
        about = f"About: {entity.name} ({kind.noun})"
        prose = _prose(entity, kind.noun, kind.domain, sentences[:_NEWS_FACTS], dice)
        return "\n".join([title, f"News, {date.text()}", about, "", prose])

    def _images(self, entity: Entity) -> tuple[PageImage, ...]:
        address = f"https://images.example/{self._digest(f'image/{entity.id}')[:8].hex()}.png"
        match kind_of(entity.kind).depiction:
            case Depiction.EMBLEM if entity.emblem is not None:
                draw = partial(draw_emblem, entity.emblem, IMAGE_SIZE)
                return (PageImage(address, f"The emblem of {entity.name}", draw),)
            case Depiction.PORTRAIT if entity.portrait is not None:
                draw = partial(draw_portrait, entity.portrait, IMAGE_SIZE)
                return (PageImage(address, f"A likeness of {entity.name}", draw),)
            case Depiction.PAINTING if entity.portrait is not None:
                draw = partial(draw_painting, entity.portrait, IMAGE_SIZE)
                return (PageImage(address, entity.name, draw),)
            case _:
                return ()


def _prose(entity: Entity, noun: str, domain: Domain, sentences: list[str], dice: Dice) -> str:
    """A lead, the facts' sentences and two that say nothing, in an order of the dice's."""
    fillers = FILLERS[domain]
    first = dice.roll(len(fillers))
    body = [*sentences, fillers[first], fillers[(first + 1 + dice.roll(len(fillers) - 1)) % len(fillers)]]
    dice.shuffle(body)
    lead = LEADS[dice.roll(len(LEADS))].format(name=entity.name, noun=with_article(noun))
    return " ".join([lead, *body])


_webs: RecentlyUsed[tuple[str, int, int], Web] = RecentlyUsed(lambda key: Web(get_world(*key)), most=16)


def get_web(split: str, index: int, size: int) -> Web:
    """The web of `get_world(split, index, size)`; the last few are kept, for all threads."""
    return _webs.get((split, index, size))
