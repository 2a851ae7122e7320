"""`UnicodeText`: every string up to a length."""

from typing import Any, Final

import numpy as np
from gymnasium import Space

from agentic_gym.errors import ConfigurationError
from agentic_gym.escaping import IMAGE_PLACEHOLDER, PROTOCOL_TAGS

CODE_POINTS: Final = 0x110000
"""How many code points Unicode has, surrogates included."""

_SURROGATES: Final = range(0xD800, 0xE000)

_PROTOCOL_PIECES: Final = (
    *(f"<{tag}>" for tag in PROTOCOL_TAGS),
    *(f"</{tag}>" for tag in PROTOCOL_TAGS),
    "<think>look closer</think>",
    '<tool_call>{"name": "zoom", "arguments": {"factor": 2}}</tool_call>',
    "<tool_call>{not json",
    "<answer>42</answer>",
    IMAGE_PLACEHOLDER,
    "<|im_start|>assistant\n",
    "<|im_end|>",
    "```python\nprint(image_1.size)\n```",
    '{"name": ["\\u00e9", null]}',
    "a < b && c > d",
)
_ALPHABETS: Final = (
    "etaoin shrdlu ETAOIN 0123456789 .,:;!?'\"()[]{}\\/\n\t",
    "àâäçéèêëîïñôöøœßüýžđłş",
    "αβγδεζηθικλμνξοπρστυφχψω άέή",
    "абвгдежзийклмнопрстуфхцчшщъыьэюя ё",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي ٠١٢٣",
    "אבגדהוזחטיכלמנסעפצקרשת",
    "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधन ािीुूे",
    "ภาษาไทยกขคงจฉชซ",
    "天地玄黃宇宙洪荒日月盈昃辰宿列張。、",
    "あいうえおカキクケコ가나다라마바사",
    "∀∃∈∑∫√≤≥≠±×÷→⇒𝔸𝕏𝜋",
    "😀🚀🧪👩\u200d🔬🏳️\u200d🌈👍🏽🇺🇳",
    "e\u0301n\u0303o\u0308a\u030a\u0327",  # combining marks
    "\x00\x07\x1b\x7f\r\u2028\u200b\u202e\ufeff\ufffd",  # what breaks terminals, parsers and layouts
)


class UnicodeText(Space[str]):
    r"""Strings of at most `max_length` code points, in any script, without lone surrogates.

    A lone surrogate cannot be encoded as UTF-8, so it could neither be stored nor sent to a model.
    The empty string belongs to the space.

    Args:
        max_length: code points of the longest string; at least 1.
        seed: seeds `sample`.

    Raises:
        ConfigurationError: `max_length` is not a positive whole number.

    Example:
        >>> space = UnicodeText(20)
        >>> "<answer>Zürich 🚀" in space, "\ud800" in space, "x" * 21 in space
        (True, False, False)
        >>> space
        UnicodeText(20)
    """

    def __init__(self, max_length: int = 1_000_000, seed: int | np.random.Generator | None = None) -> None:
        """Builds the space; its cost does not depend on `max_length`."""
        self.max_length = whole_number("max_length", max_length, at_least=1)
        super().__init__(dtype=str, seed=seed)

    @property
    def is_np_flattenable(self) -> bool:
        """True: a string flattens to its code points, padded to `max_length`."""
        return True

    def sample(self, mask: Any | None = None, probability: Any | None = None) -> str:
        """A string of several scripts and of what protocols are written with, often malformed.

        Most samples are short, whatever `max_length` is; the empty string is one of them.

        Raises:
            ConfigurationError: a mask or probabilities were given; there is no finite alphabet to weigh.
        """
        refuse_weights(self, mask, probability)
        pieces = [_sample_piece(self.np_random) for _ in range(self.np_random.integers(0, 9))]
        return "".join(pieces)[: self.max_length]

    def contains(self, x: Any) -> bool:
        """Whether `x` is a string of the right length that UTF-8 can encode."""
        return isinstance(x, str) and len(x) <= self.max_length and _is_encodable(x)

    def __eq__(self, other: object) -> bool:
        """Whether `other` holds the same strings."""
        return isinstance(other, UnicodeText) and self.max_length == other.max_length

    def __repr__(self) -> str:
        """`UnicodeText(max_length)`."""
        return f"UnicodeText({self.max_length})"


def whole_number(name: str, value: int, at_least: int) -> int:
    """`value` as an int.

    Raises:
        ConfigurationError: it is not a whole number, or too small.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < at_least:
        raise ConfigurationError(f"{name} is a whole number of at least {at_least}; got {value!r}")
    return int(value)


def refuse_weights(space: Space[Any], mask: object, probability: object) -> None:
    """Refuses gymnasium's two ways of weighing a sample, for a space that has nothing to weigh."""
    for name, value in (("mask", mask), ("probability", probability)):
        if value is not None:
            raise ConfigurationError(
                f"{space} cannot be sampled with a {name}: it has no finite set of elements to weigh; "
                f"got {name}={value!r}, call sample() without it (None inside a Dict or Tuple)"
            )


def _is_encodable(text: str) -> bool:
    try:
        text.encode("utf-8")  # many times faster than a search for surrogates
    except UnicodeEncodeError:
        return False
    return True


def _sample_piece(rng: np.random.Generator) -> str:
    """Part of a protocol, a run of letters of one script, or a single code point of any plane."""
    kind = rng.integers(0, 8)
    if kind < 3:
        return _PROTOCOL_PIECES[rng.integers(len(_PROTOCOL_PIECES))]
    if kind < 7:
        alphabet = _ALPHABETS[rng.integers(len(_ALPHABETS))]
        return "".join(alphabet[i] for i in rng.integers(len(alphabet), size=rng.integers(1, 40)))
    code_point = int(rng.integers(CODE_POINTS - len(_SURROGATES)))
    return chr(code_point if code_point < _SURROGATES.start else code_point + len(_SURROGATES))
