"""The words of a query, and the passage of a page that shows most of them."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_MAX_TERMS = 32
"""Words of a query that are used. A question has fewer; a pasted page would only be slow."""

_STOP_WORD_LIST = """
    a about after all also an and any are as at be been before being between both but by can could did do
    does doing for from had has have having he her here hers him his how i if in into is it its me more most
    my no nor not of on once only or other our out over own s she should so some such t than that the their
    them then there these they this those through to too under until up very was we were what when where
    which while who whom whose why will with would you your
"""
_STOP_WORDS = frozenset(_STOP_WORD_LIST.split())
_ENDING = re.compile(r"(?<=\w{3})(?:ies|ing|ed|es|s|y|e)$")


def query_terms(query: str) -> list[str]:
    """The distinct words of `query` in lower case, without stop-words unless there is nothing else.

    >>> query_terms('Who designed the "Alder Tower"?')
    ['designed', 'alder', 'tower']
    >>> query_terms("The Who")
    ['the', 'who']
    """
    found = _WORD.findall(unicodedata.normalize("NFC", query))
    words = list(dict.fromkeys(word.lower() for word in found))
    telling = [word for word in words if word not in _STOP_WORDS]
    return (telling or words)[:_MAX_TERMS]


def snippet(text: str, terms: list[str], length: int = 160) -> str:
    """The passage of `text` that shows most of the different `terms`, or its beginning.

    Args:
        text: any; runs of white space become one space.
        terms: in lower case; a word that differs in accents or in a common ending is found too.
        length: of the result in characters at most, the marks for what was left out included.

    >>> snippet("Built in 1931. " + "It rains. " * 9 + "The tower was drawn by Ada Moor.", ["tower"], 48)
    '…It rains. The tower was drawn by Ada Moor.'
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return _cut(line, _best_start(line, terms, length) if terms else 0, length)


def _best_start(line: str, terms: list[str], length: int) -> int:
    """Where the passage should begin: some way before the first of the words it shows."""
    stems = "|".join(re.escape(_ENDING.sub("", _plain(term))) for term in terms)
    found = re.finditer(rf"\b({stems})\w{{0,4}}\b", _plain(line))
    words = [(match.start(), match.group(1)) for match in found]
    lead = length // 4
    reach = length - lead
    best, most = 0, 0
    for index, (start, _) in enumerate(words):
        shown = {stem for other, stem in words[index : index + 40] if other < start + reach}
        if len(shown) > most:
            best, most = start, len(shown)
    return max(0, best - lead)


def _cut(line: str, start: int, length: int) -> str:
    """At most `length` characters of `line`, from a word's beginning to a word's end where there is one."""
    start = max(0, min(start, len(line) - length))
    if start > 0:
        start += 1
        space = line.find(" ", start - 1, start + length // 4)
        start = space + 1 if space >= 0 else start
    before = "…" if start else ""
    room = length - len(before)
    if len(line) - start <= room:
        return before + line[start:]
    end = start + room - 1
    space = line.rfind(" ", end - length // 4, end + 1)
    return before + line[start : space if space > start else end] + "…"


class _PlainLetters(dict[int, str]):
    """For `str.translate`: each character in lower case without accents, one for one, made when first met."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFD", chr(code).lower())[0]
        return self[code]


_PLAIN_LETTERS = _PlainLetters()


def _plain(text: str) -> str:
    """`text` in lower case and without accents, at the same positions."""
    return text.lower() if text.isascii() else text.translate(_PLAIN_LETTERS)
