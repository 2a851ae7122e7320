"""Who stands in a scene: which entities each scene template shows, and what its fields tell of them.

A template knows fields with texts, a world knows entities with facts. A `Casting` joins the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agentic_gym_envs.questions.programs import Clue
from agentic_gym_envs.scenes import SceneTemplate, scene_template
from agentic_gym_envs.world.kinds import kind_of
from agentic_gym_envs.world.schema import Attribute, Kind
from agentic_gym_envs.world.values import (
    Integer,
    IntegerType,
    Measure,
    MeasureType,
    Money,
    MoneyType,
    Name,
    Value,
)
from agentic_gym_envs.world.world import Entity, World


@dataclass(frozen=True, slots=True)
class Source:
    """What a field shows.

    Attributes:
        what: `code`, `name`, an attribute, or two attributes as `first:second`, such as a score.
        path: of whom: the relations from the item's entity on; empty for itself.
    """

    what: str
    path: tuple[str, ...] = ()

    @property
    def clue(self) -> Clue | None:
        """By what the field identifies somebody; `None` if it shows an attribute."""
        return Clue(self.what) if self.what in (Clue.CODE, Clue.NAME) else None

    @property
    def is_score(self) -> bool:
        """Whether it shows two attributes at once: decor, which no question asks for."""
        return ":" in self.what


@dataclass(frozen=True)
class Casting:
    """What a scene template shows of a world.

    Attributes:
        scene: name of the template.
        kind: name of the kind whose entities are its items.
        sources: what each of the template's fields shows.
        bold: fields that are large by nature: no question asks to read them closely, and none is drawn
            beside a clue that has to be read so. Few entities share a shirt number or a score, so a search
            for it would do instead of the close look.
        emblem: the relations from an item's entity to the one whose emblem it bears; `None` where items
            bear none.
        endings: last words of the names of those that the template can depict; empty for all.
        roomy: fields that can be drawn large only among so few items.
    """

    scene: str
    kind: str
    sources: Mapping[str, Source]
    bold: frozenset[str] = frozenset()
    emblem: tuple[str, ...] | None = None
    endings: tuple[str, ...] = ()
    roomy: Mapping[str, int] = field(default_factory=dict)

    @property
    def template(self) -> SceneTemplate:
        """The scene template."""
        return scene_template(self.scene)

    @property
    def required(self) -> frozenset[str]:
        """The fields without which the template draws no item."""
        return frozenset(name for name, spec in self.template.fields.items() if not spec.optional)

    def kind_at(self, path: Sequence[str]) -> Kind:
        """The kind to which relations lead from an item's entity."""
        kind = kind_of(self.kind)
        for relation in path:
            kind = kind_of(kind.relation(relation).target)
        return kind

    def attribute(self, name: str) -> Attribute:
        """The attribute that a field shows."""
        source = self.sources[name]
        return self.kind_at(source.path).attribute(source.what)

    def value(self, world: World, entity: Entity, name: str) -> Value:
        """What a field tells of an item, as far as the picture says it: a number comes without its unit."""
        source = self.sources[name]
        of = led(world, entity, source.path)
        if source.clue is Clue.CODE:
            return Name(of.code or "")
        if source.clue is Clue.NAME:
            return Name(of.name)
        if source.is_score:
            return Name(":".join(world.value(of, what).answer() for what in source.what.split(":")))
        return _bare(world.value(of, source.what))

    def read(self, name: str, text: str) -> Value:
        """The value that a printed text tells; the inverse of printing `value(...)`.

        Raises:
            ValueError: it tells none.
        """
        if self.sources[name].clue is not None or self.sources[name].is_score:
            return Name(text)
        type = self.attribute(name).type
        if isinstance(type, MeasureType | MoneyType):
            return Measure(Decimal(text.replace(",", "")), "")
        if isinstance(type, IntegerType):
            return Integer(int(text.replace(",", "")), "", type.grouped)
        return type.parse(text)


def led(world: World, entity: Entity, path: Sequence[str]) -> Entity:
    """The entity to which relations lead."""
    for relation in path:
        entity = world.related(entity, relation)
    return entity


def _bare(value: Value) -> Value:
    """The value without its unit, as a price tag or a scoreboard shows it."""
    if isinstance(value, Integer):
        return Integer(value.number, "", value.grouped)
    if isinstance(value, Measure | Money):
        return Measure(value.number, "")
    return value


def printed(value: Value) -> str:
    """A value as a picture prints it.

    >>> printed(Measure(Decimal("1249.50"), ""))
    '1249.50'
    """
    return value.answer() if isinstance(value, Measure) else value.text()


CASTINGS: tuple[Casting, ...] = (
    Casting(
        scene="shelf",
        kind="product",
        sources={"name": Source("name"), "code": Source("code"), "price": Source("price")},
        emblem=("brand",),
    ),
    Casting(
        scene="posters",
        kind="film",
        sources={"title": Source("name"), "director": Source("name", ("director",)), "code": Source("code")},
        emblem=("studio",),
        roomy={"director": 12, "code": 12},
    ),
    Casting(
        scene="records",
        kind="album",
        sources={"title": Source("name"), "artist": Source("name", ("performer",)), "code": Source("code")},
        emblem=("studio",),
    ),
    Casting(
        scene="shirts",
        kind="player",
        sources={"name": Source("name"), "number": Source("number"), "code": Source("code")},
        bold=frozenset({"number"}),
        roomy={"name": 20, "code": 20},
        emblem=("team",),
    ),
    Casting(
        scene="scoreboard",
        kind="match",
        sources={
            "team": Source("name", ("home",)),
            "score": Source("home_goals:away_goals"),
            "code": Source("code"),
        },
        bold=frozenset({"score"}),
        emblem=("home",),
    ),
    Casting(
        scene="museum",
        kind="artwork",
        sources={"title": Source("name"), "artist": Source("name", ("artist",)), "code": Source("code")},
        roomy={"artist": 20, "code": 12},
    ),
    Casting(
        scene="botanical",
        kind="species",
        sources={"species": Source("name"), "place": Source("name", ("country",)), "code": Source("code")},
        endings=("orchid", "sedge", "lily", "thistle"),
        roomy={"place": 20, "code": 20},
    ),
    Casting(
        scene="cards",
        kind="card",
        sources={"name": Source("name"), "power": Source("attack"), "code": Source("code")},
        emblem=("game",),
    ),
    Casting(
        scene="arcade",
        kind="game",
        sources={"title": Source("name"), "code": Source("code")},
        emblem=("developer",),
    ),
    Casting(
        scene="shopfronts",
        kind="shop",
        sources={"name": Source("name"), "code": Source("code")},
        emblem=("stocks",),
    ),
    Casting(
        scene="receipts",
        kind="restaurant",
        sources={"name": Source("name"), "total": Source("menu_price"), "code": Source("code")},
    ),
    Casting(
        scene="videos",
        kind="film",
        sources={"title": Source("name"), "director": Source("name", ("director",)), "code": Source("code")},
        emblem=("studio",),
        roomy={"director": 12},
    ),
    Casting(
        scene="passes",
        kind="person",
        sources={"name": Source("name"), "code": Source("code")},
        roomy={"name": 20},
    ),
    Casting(
        scene="lockers",
        kind="team",
        sources={"team": Source("name"), "code": Source("code")},
        emblem=(),
    ),
    Casting(
        scene="runners",
        kind="player",
        sources={"name": Source("name"), "number": Source("number"), "code": Source("code")},
        bold=frozenset({"number"}),
        roomy={"name": 12, "code": 14},
    ),
    Casting(
        scene="stamps",
        kind="monument",
        sources={"name": Source("name"), "code": Source("code")},
    ),
    Casting(
        scene="archive",
        kind="artist",
        sources={"name": Source("name"), "code": Source("code")},
    ),
    Casting(
        scene="cartridges",
        kind="game",
        sources={"title": Source("name"), "code": Source("code")},
        emblem=(),
    ),
    Casting(
        scene="figures",
        kind="hero",
        sources={"name": Source("name"), "code": Source("code")},
        emblem=("game",),
    ),
)
"""What each scene shows; a template may occur more than once."""
