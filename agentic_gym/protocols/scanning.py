"""Splits an action into its blocks and the free text around them; shared by every tagged grammar.

A grammar has thought tags and block tags. A block starts at its opening tag and ends at the *first*
closing tag of its name, whatever stands between, so scanning takes time linear in the action's length.

Thoughts follow what models do:

* Text inside `<think>…</think>` is never read as a call or an answer.
* A closing thought tag before any opening one: the chat template opened the thought in the prompt, so
  everything up to it is thought. A later one is noise and is dropped.
* `<think>` that is never closed is a mistake: the rest would all be thought, and silently so.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agentic_gym.messages import Malformed, Mistake


@dataclass(frozen=True, slots=True)
class Block:
    """A tag that is not a thought's, and what stands between it and its closing tag."""

    tag: str
    content: str


@dataclass(frozen=True, slots=True)
class Scan:
    """An action in its pieces; each text stripped, pieces joined by a newline.

    Attributes:
        blocks: calls and answers, in order.
        thought: what stands in thought tags.
        text: what stands outside of every tag.
        prose: `thought` and `text` together, in the order they were written.
    """

    blocks: tuple[Block, ...]
    thought: str
    text: str
    prose: str


@functools.cache
def _tag_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Matches an opening or closing tag: group 1 is `/` or empty, group 2 the name."""
    return re.compile(rf"<(/?)({'|'.join(map(re.escape, names))})>")


def _joined(pieces: Sequence[str]) -> str:
    return "\n".join(stripped for piece in pieces if (stripped := piece.strip()))


def scan(action: str, *, thoughts: tuple[str, ...], blocks: tuple[str, ...]) -> Scan | Malformed:
    """`action` in its pieces, or the first tag that has no partner as `UNCLOSED_TAG`.

    Args:
        action: what an agent wrote.
        thoughts: names of the tags whose content is thought.
        blocks: names of the tags whose content is a call or an answer.
    """
    found: list[Block] = []
    pieces: list[tuple[bool, str]] = []  # (is it thought, the text)
    position = 0
    first_thought = _tag_pattern(thoughts).search(action)
    if first_thought is not None and first_thought[1]:
        pieces.append((True, action[: first_thought.start()]))
        position = first_thought.end()
    tags = _tag_pattern((*thoughts, *blocks))
    while (tag := tags.search(action, position)) is not None:
        pieces.append((False, action[position : tag.start()]))
        closing, name = tag.groups()
        position = tag.end()
        if closing and name in thoughts:
            continue
        if closing:
            return _without_partner(name, closes=True)
        end = action.find(f"</{name}>", position)
        if end < 0:
            return _without_partner(name, closes=False)
        content = action[position:end]
        if name in thoughts:
            pieces.append((True, content))
        else:
            found.append(Block(name, content))
        position = end + len(f"</{name}>")
    pieces.append((False, action[position:]))
    return Scan(
        blocks=tuple(found),
        thought=_joined([text for is_thought, text in pieces if is_thought]),
        text=_joined([text for is_thought, text in pieces if not is_thought]),
        prose=_joined([text for _, text in pieces]),
    )


def _without_partner(name: str, *, closes: bool) -> Malformed:
    if closes:
        detail = (
            f"</{name}> stands where no <{name}> is open (a block ends at its first closing tag). "
            f"Write <{name}> before the content and </{name}> once, after it."
        )
    else:
        detail = f"<{name}> is never closed. Write </{name}> after its content."
    return Malformed(Mistake.UNCLOSED_TAG, detail)
