"""Names that do not exist: words of a syllable grammar, and codes.

The splits' names cannot meet. Every pair of a vowel and the consonant after it belongs to one split:
the pairs are dealt like a Latin square, so that each split has every vowel and every consonant. All
such pairs within a word are its split's, and a word has at least two of them. Were a word of one split
to stand in a word of another, even as a part of it, its pairs would stand there too; they cannot.
Likewise the first letter of a code is its split's.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from agentic_gym.errors import unknown_name
from agentic_gym_envs.world.real_names import REAL_NAMES, UNWANTED_PARTS

SPLITS = ("train", "val", "test")

VOWELS = "aeiou"
CONSONANTS = "lnrstmkdvbgpfz"
_ONSET_TEXT = "b br c cr d dr f fl g gr h h j k l l m m n p pr qu r s st t t tr v w th sh"
_ONSETS = tuple(_ONSET_TEXT.split())
_LINKS = MappingProxyType(
    # What stands between the consonant of a pair and the vowel after it. Twice is twice as likely.
    {
        "l": ("", "", "l", "d", "m", "v", "t"),
        "n": ("", "", "n", "d", "d", "t", "k"),
        "r": ("", "", "r", "d", "m", "n", "t"),
        "s": ("", "", "s", "t", "k"),
        "t": ("", "t", "r"),
        "m": ("", "", "b", "p"),
        "k": ("", "k", "r"),
        "d": ("", "", "r"),
        "v": ("", ""),
        "b": ("", "r", "l"),
        "g": ("", "r"),
        "p": ("", "p"),
        "f": ("", "f"),
        "z": ("",),
    }
)
_ENDS = MappingProxyType(
    # What may follow the consonant of a word's last pair.
    {
        "l": ("", "", "l", "le", "la", "ia", "o"),
        "n": ("", "", "", "d", "t", "e", "a", "ia", "o"),
        "r": ("", "", "n", "d", "t", "e", "a", "ia", "o"),
        "s": ("", "", "s", "t", "k", "a"),
        "t": ("", "", "h", "e", "a", "o"),
        "m": ("", "", "e", "a", "o"),
        "k": ("", "", "e", "a", "o"),
        "d": ("", "", "e", "a", "o"),
        "v": ("e", "a", "o"),
        "b": ("", "a", "o"),
        "g": ("", "e", "a", "o"),
        "p": ("", "e"),
        "f": ("", "f", "e"),
        "z": ("", "a", "o"),
    }
)

_CODE_LETTERS = MappingProxyType({"train": "ACDEFH", "val": "JKLMN", "test": "PRTUWXY"})
"""Letters that are not taken for a digit (O, I, Q, S, Z, B, G, V are left out), dealt to the splits."""
_SECOND_LETTERS = "".join(_CODE_LETTERS.values())


def split_number(split: str) -> int:
    """The position of a split; `ConfigurationError` with the splits there are otherwise."""
    if split not in SPLITS:
        raise unknown_name("split", split, SPLITS)
    return SPLITS.index(split)


def pairs_of(split: str) -> tuple[str, ...]:
    """The split's pairs of a vowel and the consonant after it.

    >>> set(pairs_of("train")) & set(pairs_of("test"))
    set()
    """
    number = split_number(split)
    return tuple(
        vowel + consonant
        for row, vowel in enumerate(VOWELS)
        for column, consonant in enumerate(CONSONANTS)
        if (row + column) % len(SPLITS) == number
    )


def _followed(split: str, by: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The split's pairs with each of what may follow their consonant."""
    return tuple(pair + after for pair in pairs_of(split) for after in by[pair[1]])


_LONGER = 0.15
"""The share of words with a third syllable."""


class Coiner:
    """Coins words of a split, none of them twice.

    Args:
        split: whose syllables are used.
        rng: where the words are drawn from.
    """

    def __init__(self, split: str, rng: np.random.Generator) -> None:
        self._rng = rng
        self._middles, self._lasts = _followed(split, _LINKS), _followed(split, _ENDS)
        self._used: set[str] = set()

    def words(self, count: int) -> list[str]:
        """`count` new words, capitalised."""
        words: list[str] = []
        while len(words) < count:
            for word in self._draw(count - len(words)):
                if word not in self._used and not exists(word):
                    self._used.add(word)
                    words.append(word.capitalize())
        return words

    def _draw(self, count: int) -> Iterator[str]:
        """`count` words of two or three syllables, in lower case."""
        onsets = self._rng.integers(len(_ONSETS), size=count).tolist()
        middles = self._rng.integers(len(self._middles), size=(count, 2)).tolist()
        lasts = self._rng.integers(len(self._lasts), size=count).tolist()
        longer = (self._rng.random(count) < _LONGER).tolist()
        for onset, (first, second), last, long in zip(onsets, middles, lasts, longer, strict=True):
            start, between = self._middles[first], self._middles[second]
            stammers = between[:2] == start[:2]
            yield _ONSETS[onset] + start + (between if long and not stammers else "") + self._lasts[last]


def exists(word: str) -> bool:
    """Whether a coined word, in lower case, is a name or a word that exists, or holds a rude one."""
    return word in REAL_NAMES or any(part in word for part in UNWANTED_PARTS)


def currency_codes(split: str, count: int, rng: np.random.Generator) -> list[str]:
    """`count` different codes of three capital letters, such as `KEL`, none a real currency's."""
    codes = [
        letter + pair for letter in "bdfghklmnprstvz" for pair in pairs_of(split) if not exists(letter + pair)
    ]
    return [codes[i].upper() for i in rng.permutation(len(codes))[:count]]


def codes(split: str, forms: Sequence[str], rng: np.random.Generator) -> list[str]:
    """A code for each form, all different, in pairs that differ in a single digit.

    Args:
        split: decides the first letter of each code.
        forms: `A` for each of two letters and `9` for each of four digits, such as `AA9999`; equal
            forms have to be neighbours for their codes to form pairs.
        rng: where the codes are drawn from.
    """
    first, second = _CODE_LETTERS[split], _SECOND_LETTERS
    heads = [one + two for one in first for two in second]
    # One place for the differing digit to each head: the same four digits cannot come from two pairs.
    places = rng.integers(4, size=len(heads)).tolist()
    pairs = rng.choice(len(heads) * 1000, size=(len(forms) + 1) // 2, replace=False).tolist()
    digits = rng.random((len(pairs), 10)).argsort(axis=1)[:, :2].tolist()
    made: list[str] = []
    for pair, twins in zip(pairs, digits, strict=True):
        head, rest = divmod(pair, 1000)
        three, place = f"{rest:03d}", places[head]
        made.extend(f"{heads[head]}{three[:place]}{digit}{three[place:]}" for digit in twins)
    return [_in_form(code, form) for code, form in zip(made, forms, strict=False)]


def _in_form(code: str, form: str) -> str:
    """`KT4182` in the form `9999AA` is `4182KT`."""
    letters, digits = iter(code[:2]), iter(code[2:])
    return "".join(next(letters) if place == "A" else next(digits) for place in form)
