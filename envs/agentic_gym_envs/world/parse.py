"""Reads facts back from the text of a page, and from nothing else.

It is the second executor's half: a question's program that is run on the parsed pages has to give
what it gives on the tables, or the question is thrown away. It shares the schema with the writer (the
labels, the sentences, the value types), but neither the tables nor the writer's choices.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from agentic_gym_envs.world.kinds import KINDS
from agentic_gym_envs.world.prose import columns
from agentic_gym_envs.world.schema import Attribute, Kind, Relation
from agentic_gym_envs.world.values import Value

_SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")
_JOINT = re.compile(r", | and ")
_ABOUT = re.compile(r"About: (.+) \(([^()]+)\)")


@dataclass(slots=True)
class ParsedPage:
    """What a page says.

    Attributes:
        title: the page's own title.
        subject: the title of the article about the same thing; of a list page, of what it is a list of.
        kind: the kind of the subject, or of the rows of a list page.
        code: the subject's code, if the page gives it.
        values: by attribute name.
        targets: titles of the related entities, by relation name.
        value_histories: periods in order, by attribute name.
        target_histories: periods in order, with titles, by relation name.
        relation: of a list page, the relation by which its rows lead to the subject.
        rows: of a list page, the values of each row by attribute name, by the row's title.
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


def parse_page(text: str) -> ParsedPage:
    """The facts that stand on a page.

    Raises:
        ValueError: the text is not a page of a world, or it says one thing in two ways.
    """
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
    page = ParsedPage(infobox[0], infobox[0], _kind_by_noun(infobox[1].removeprefix("Type: ")))
    labels = {column.label: column for column in columns(page.kind)}
    for line in infobox[2:]:
        label, _, text = line.partition(": ")
        if page.kind.scenic and label == page.kind.code_label.capitalize():
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
    by_label = {attribute.label: attribute for attribute in kind.attributes}
    for line in lines[1:]:
        name, *cells = line.split(" | ")
        cell_types = zip(labels, cells, strict=True)
        page.rows[name] = {
            by_label[label].name: by_label[label].type.parse(cell) for label, cell in cell_types
        }
    return page


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
