"""Names as answers: what two spellings of one name have in common."""

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
"""Letters that Unicode does not decompose into a base letter and a mark."""

_VANISHING = re.compile(r"['’ʼ`´]|(?<=[^\W\d_])\.")
"""Apostrophes, and full stops after a letter: `Mary's` is `Marys`, `U.S.A.` is `USA`."""

_OPTION = re.compile(r"(?:option|choice|answer)\s+", re.IGNORECASE)
_SEPARATOR = re.compile(r"[,;/|\n]")
_SET_SEPARATOR = re.compile(r"[,;\n]|\band\b", re.IGNORECASE)


def name_key(text: str) -> str:
    """`text` without what does not tell names apart: case, diacritics, punctuation, a leading article.

    Empty where nothing is left.

    >>> name_key("The Crêperie d'Or & Sons"), name_key("CREPERIE DOR AND SONS")
    ('creperie dor and sons', 'creperie dor and sons')
    """
    folded = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold().translate(_LETTERS)
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    folded = _VANISHING.sub("", folded)
    # A number sign tells `C#` from `C`; all other punctuation separates words.
    kept = (char if char == "#" or unicodedata.category(char)[0] not in "PZC" else " " for char in folded)
    words = "".join(kept).split()
    # "A B" are two letters to choose from rather than a name with its article.
    if len(words) > 1 and (words[0] == "the" or (words[0] in ("a", "an") and len(words[1]) > 1)):
        words = words[1:]
    return " ".join(words)


def choice_key(text: str) -> str:
    """A letter or a word of a closed list; `option B`, `(b)` and `B.` are one choice."""
    return name_key(_OPTION.sub("", text.strip(), count=1))


def set_key(text: str) -> str:
    """The members of a list in order of their keys, joined by `; `; a member given twice stays twice.

    Members are separated by commas, semicolons, line breaks and the word "and", so that no member can
    contain one of these; numbers are written without separators of thousands.

    >>> set_key("Bo, Ada and the Crow")
    'ada; bo; crow'
    """
    members = filter(None, map(name_key, _SET_SEPARATOR.split(text)))
    return "; ".join(sorted(members))


def separators(text: str, *, of_set: bool = False) -> frozenset[str]:
    """The signs in `text` that set candidates apart, other than a set's own where it is one."""
    found = frozenset(_SEPARATOR.findall(text))
    return found & {"/", "|"} if of_set else found
