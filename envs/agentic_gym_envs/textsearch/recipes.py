"""How a question is drawn: whom it starts from and how it says so, where that leads, what it asks.

Drafts are drawn freely; whether one makes a fair question is for `certificates` to decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from agentic_gym_envs.questions.drafts import asked, computed, follow
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.patterns import pick
from agentic_gym_envs.questions.programs import EntityTerm, Subject, ValueTerm, hops, slots
from agentic_gym_envs.textsearch.levels import Level, Naming
from agentic_gym_envs.textsearch.starts import Coded, Extreme, Named, Owner, Related, Row, Start, entities_of
from agentic_gym_envs.world.kinds import KINDS, kind_of
from agentic_gym_envs.world.schema import Domain, Kind, Relation
from agentic_gym_envs.world.values import ChoiceType
from agentic_gym_envs.world.world import Entity, World

FEWEST_ROWS: Mapping[Naming, int] = {"row": 2, "extreme": 3}
"""In a list page from which a question picks one."""
_PEOPLE = ("person", "artist")
"""Kinds whose relations to others are called by nouns: `director`, `sculptor`."""
REGULAR_KINDS = ("product", "film", "album", "team", "artwork", "game")
"""Kinds that regular questions start from: they lead to kinds with many facts."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A program, and how its question names whom it starts from.

    Attributes:
        program: what is asked.
        trunk: the chain of relations from the first start on which all of it is asked.
        starts: by the slots of the program.
    """

    program: ValueTerm
    trunk: EntityTerm
    starts: tuple[Start, ...]


def draw_plan(level: Level, rng: np.random.Generator) -> tuple[Naming, str]:
    """How a question names whom it starts from, and their kind; each domain as likely as another."""
    naming = _by_share(level.namings, rng)
    kinds = [kind for kind in KINDS.values() if _can_start(kind, naming, level)]
    domain = pick(sorted({kind.domain for kind in kinds}), rng)
    return naming, pick([kind.name for kind in kinds if kind.domain == domain], rng)


def _by_share(shares: Mapping[Naming, int], rng: np.random.Generator) -> Naming:
    names = list(shares)
    return names[int(rng.choice(len(names), p=np.array(list(shares.values())) / sum(shares.values())))]


def _can_start(kind: Kind, naming: Naming, level: Level) -> bool:
    if kind.domain is Domain.GEOGRAPHY or (level.regular and kind.name not in REGULAR_KINDS):
        return False
    if naming == "relation":
        return bool(_people_of(kind))
    return bool(_listed_by(kind)) if naming in FEWEST_ROWS else kind.scenic


def _people_of(kind: Kind) -> list[Relation]:
    """The relations of a kind by which somebody in it can be told from others."""
    return [each for each in kind.relations if each.functional and each.target in _PEOPLE]


def _listed_by(kind: Kind) -> list[Relation]:
    """The relations of a kind whose list pages have columns to tell rows apart by."""
    return [each for each in kind.relations if each.listing is not None and _columns(kind, each)]


def _columns(kind: Kind, relation: Relation) -> list[str]:
    columns = relation.listing.columns if relation.listing else ()
    return [each for each in columns if not isinstance(kind.attribute(each).type, ChoiceType)]


def draw_draft(
    naming: Naming, kind: str, level: Level, world: World, rng: np.random.Generator
) -> Draft | None:
    """A draft that starts so, or `None` where the draw leads nowhere."""
    first = _draw_start(naming, kind, level, world, rng)
    if first is None:
        return None
    trunk = follow(Subject(kind, 0, first.clue), int(rng.integers(level.hops[0], level.hops[1] + 1)), rng)
    if trunk is None:
        return None
    program = (computed if rng.random() < level.computes else asked)(trunk, rng)
    if program is None or len(slots(program)) > 1 and hops(trunk) > level.paired_hops:
        return None
    others = [_draw_start(naming, kind, level, world, rng) for _ in slots(program)[1:]]
    starts = (first, *(other for other in others if other is not None))
    is_whole = len(set(starts)) == len(slots(program))
    return Draft(program, trunk, starts) if is_whole else None


def _draw_start(
    naming: Naming, kind: str, level: Level, world: World, rng: np.random.Generator
) -> Start | None:
    entity = pick(world.of_kind(kind), rng)
    match naming:
        case "name":
            return Named(kind, entity.name)
        case "code":
            return Coded(kind, entity.code or "")
        case "relation":
            return _draw_related(entity, level, world, rng)
        case "row" | "extreme":
            return _draw_listed(naming, entity, level, world, rng)


def _draw_related(entity: Entity, level: Level, world: World, rng: np.random.Generator) -> Start | None:
    relation = pick(_people_of(kind_of(entity.kind)), rng)
    owner = _owner(world.related(entity, relation.name), level)
    start = Related(entity.kind, relation.name, owner)
    return start if _is_clear(start, world) else None


def _owner(entity: Entity, level: Level) -> Owner:
    """How a question names somebody on the way to whom it starts from."""
    if level.coded_owner and entity.code is not None:
        return Coded(entity.kind, entity.code)
    return Named(entity.kind, entity.name)


def _draw_listed(
    naming: Naming, entity: Entity, level: Level, world: World, rng: np.random.Generator
) -> Start | None:
    """A start that finds the entity, or an end of its list, in a list page; none in a short one."""
    kind = kind_of(entity.kind)
    relation = pick(_listed_by(kind), rng)
    column = pick(_columns(kind, relation), rng)
    owner = world.related(entity, relation.name)
    if len(world.sources(owner, kind.name, relation.name)) < FEWEST_ROWS[naming]:
        return None
    known = _owner(owner, level)
    start: Start = Row(kind.name, relation.name, known, column, world.value(entity, column))
    if naming == "extreme":
        start = Extreme(kind.name, relation.name, known, column, bool(rng.random() < 0.5))
    return start if _is_clear(start, world) else None


def _is_clear(start: Start, world: World) -> bool:
    try:
        return len(entities_of(start, world)) == 1
    except NoFactError:
        return False


def owners(starts: Sequence[Start], world: World) -> list[Entity]:
    """Whom the question already names, beside those from whom it starts."""
    listed = [start.owner for start in starts if isinstance(start, Related | Row | Extreme)]
    return [entity for owner in listed for entity in entities_of(owner, world)]
