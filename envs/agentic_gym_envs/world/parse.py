"""Reads facts back from the text of a page, and from nothing else.

It is the second executor's half: a question's program that is run on the parsed pages has to give
what it gives on the tables, or the question is thrown away. It shares the schema with the writer (the
labels, the sentences, the value types), but neither the tables nor the writer's choices.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from agentic_gym_envs.world.editions import Standing
from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.prose import PICTURED, columns
from agentic_gym_envs.world.schema import Attribute, Kind, Relation
from agentic_gym_envs.world.sheets import Sheet
from agentic_gym_envs.world.values import DayType, Value

_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")
_JOINT = re.compile(r", | and ")
_ABOUT = re.compile(r"About: (.+) \(([^()]+)\)")


@dataclass(slots=True)
class ParsedPage:
    """What a page says.

    Attributes:
        title: the page's own title.
        subject: the name of what the page is about; of a list page, of what it is a list of.
        kind: the kind of the subject, or of the rows of a list page.
        code: the subject's code, if the page gives it.
        values: by attribute name.
        targets: titles of the related entities, by relation name.
        value_histories: periods in order, by attribute name.
        target_histories: periods in order, with titles, by relation name.
        relation: of a list page, the relation by which its rows lead to the subject.
        rows: of a list page, the values of each row by attribute name, by the row's title.
        is_article: whether it is about one thing and no news.
        standing: who answers for the page, if it says so.
        as_of: the day whose state the page gives, if it says so.
    """

    title: str
    subject: str
    kind: Kind
    code: str | None = None
    values: dict[str, Value] = field(default_factory=dict)
    targets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    value_histories: dict[str, tuple[tuple[str, Value], ...]] = field(default_factory=dict)
    target_histories: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    relation: str | None = None
    rows: dict[str, dict[str, Value]] = field(default_factory=dict)
    is_article: bool = False
    standing: Standing | None = None
    as_of: datetime.date | None = None


def holding(pages: Iterable[ParsedPage]) -> ParsedPage:
    """The page that holds among several about the same thing, by `editions.RULE`; at least one is given."""
    return max(pages, key=_authority)


def _authority(page: ParsedPage) -> tuple[bool, datetime.date]:
    return page.standing is not Standing.FANS, page.as_of or datetime.date.min


def parse_page(text: str, sheet: Sheet | None = None) -> ParsedPage:
    """The facts that stand on a page.

    Args:
        text: the page's.
        sheet: what the picture on the page says, where that is to be read too.

    Raises:
        ValueError: the text is not a page of a world, or it says one thing in two ways.
    """
    page = _parse_text(text)
    if sheet is not None:
        _read_sheet(page, sheet)
    return page


def _parse_text(text: str) -> ParsedPage:
    head, *blocks = text.split("\n\n")
    lines = head.split("\n")
    if len(lines) > 1 and lines[1].startswith("Type: "):
        return _article(lines, blocks)
    if len(lines) > 2 and (about := _ABOUT.fullmatch(lines[2])):
        page = ParsedPage(lines[0], about[1], _kind_by_noun(about[2]))
        _read_prose(page, blocks[0])
        return page
    if len(blocks) == 1:
        return _list(lines[0], blocks[0].split("\n"))
    raise ValueError(f"expected an article, a list page or news, got {text[:80]!r}")


def _article(infobox: list[str], blocks: list[str]) -> ParsedPage:
    kind = _kind_by_noun(infobox[1].removeprefix("Type: "))
    page = ParsedPage(infobox[0], infobox[0], kind, is_article=True)
    labels = {column.label: column for column in columns(page.kind)}
    for line in infobox[2:]:
        label, _, text = line.partition(": ")
        if label == "Subject":
            page.subject = text
        elif label == "Source":
            standing, _, date = text.partition(", as of ")
            page.standing, page.as_of = Standing(standing), DayType().parse(date).date
        elif page.kind.scenic and label == page.kind.code_label.capitalize():
            page.code = text
        else:
            _note(page, labels[label], text)
    _read_prose(page, blocks[0])
    for block in blocks[1:]:
        _read_history(page, block)
    return page


def _read_prose(page: ParsedPage, prose: str) -> None:
    """Notes what each sentence states; a sentence that states nothing is passed over."""
    for sentence in _SENTENCE_END.split(prose):
        for column, pattern in _patterns(page.kind):
            if found := pattern.fullmatch(sentence.replace(page.subject, "{name}")):
                _note(page, column, found[1].replace("{name}", page.subject))


def _read_history(page: ParsedPage, block: str) -> None:
    """Notes a history; other blocks, such as links, are passed over."""
    heading, *lines = block.split("\n")
    for column in columns(page.kind):
        if column.dated is None or column.dated.label != heading:
            continue
        past = [(period, text) for period, _, text in (line.partition(": ") for line in lines)]
        if isinstance(column, Relation):
            page.target_histories[column.name] = tuple(past)
        else:
            parse = column.type.parse
            page.value_histories[column.name] = tuple((period, parse(text)) for period, text in past)


def _list(title: str, lines: list[str]) -> ParsedPage:
    noun, *labels = lines[0].split(" | ")
    kind = _kind_by_noun(noun[0].lower() + noun[1:])
    relation, subject = _list_title(kind, title)
    page = ParsedPage(title, subject, kind, relation=relation.name)
    for line in lines[1:]:
        if line != PICTURED:
            _note_row(page, labels, line.split(" | "))
    return page


def _note_row(page: ParsedPage, labels: Sequence[str], row: Sequence[str]) -> None:
    by_label = {attribute.label: attribute for attribute in page.kind.attributes}
    page.rows[row[0]] = {
        by_label[label].name: by_label[label].type.parse(cell)
        for label, cell in zip(labels, row[1:], strict=True)
    }


def _read_sheet(page: ParsedPage, sheet: Sheet) -> None:
    """Notes what a leaflet says: a row of a list, or a figure of an article, a line."""
    labels = {column.label: column for column in columns(page.kind)}
    for row in sheet.rows:
        if page.is_article:
            _note(page, labels[row[0]], row[1])
        else:
            _note_row(page, sheet.columns[1:], row)


def _list_title(kind: Kind, title: str) -> tuple[Relation, str]:
    """Which relation a list page is of, and to what."""
    for relation in kind.relations:
        if relation.listing:
            before, after = relation.listing.title.split("{}")
            if title.startswith(before) and title.endswith(after):
                return relation, title[len(before) : len(title) - len(after)]
    raise ValueError(f"no relation of {kind.plural} has a list page called {title!r}")


def _note(page: ParsedPage, column: Attribute | Relation, text: str) -> None:
    """Notes a fact; one that is stated twice has to be the same both times."""
    if isinstance(column, Relation):
        targets = (text,) if column.functional else tuple(_JOINT.split(text))
        agrees = page.targets.setdefault(column.name, targets) == targets
    else:
        value = column.type.parse(text)
        agrees = page.values.setdefault(column.name, value) == value
    if not agrees:
        raise ValueError(f"{page.title!r} gives two accounts of {column.label!r}, one of them {text!r}")


@cache
def _kind_by_noun(noun: str) -> Kind:
    for kind in KINDS.values():
        if kind.noun == noun:
            return kind
    raise ValueError(f"no kind is called {noun!r}")


@cache
def _patterns(kind: Kind) -> tuple[tuple[Attribute | Relation, re.Pattern[str]], ...]:
    """Each sentence of a kind as a pattern with the value as its only group."""
    return tuple(
        (column, re.compile(re.escape(sentence).replace(re.escape("{value}"), "(.+)")))
        for column in columns(kind)
        for sentence in column.sentences
    )
