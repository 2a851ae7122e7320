"""A message cut into what it is made of, for those who look at it: thoughts, calls, results, answers.

This is for display. What an action *means* is for its protocol to say; here any protocol's tags are
understood, unclosed ones too, and nothing is refused.
"""

import enum
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.protocols import get_protocol

Picture = TypeVar("Picture")


class BlockKind(enum.StrEnum):
    """What a run of text is."""

    TEXT = "text"
    THOUGHT = "thought"
    CALL = "call"
    RESULT = "result"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text of one kind, without its tags.

    Attributes:
        kind: what it is.
        text: never empty, except for a call without arguments.
        label: of a call, the tool's name where it can be made out.
    """

    kind: BlockKind
    text: str
    label: str = ""


_KINDS = {
    "think": BlockKind.THOUGHT,
    "reasoning": BlockKind.THOUGHT,
    "tool_call": BlockKind.CALL,
    "tool": BlockKind.CALL,
    "code": BlockKind.CALL,
    "python": BlockKind.CALL,
    "answer": BlockKind.ANSWER,
    "tool_response": BlockKind.RESULT,
    "tool_result": BlockKind.RESULT,
    "output": BlockKind.RESULT,
}
# Nobody who is quoted may move a reader's cursor or retitle the terminal.
_CONTROLS = {code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"}
_CONTROLS |= dict.fromkeys(range(0x7F, 0xA0), 0x2421)
_TAG = re.compile(rf"<(/?)({'|'.join(_KINDS)})>")
_IS_MESSAGE = re.compile(r'\s*\{"role": "assistant"')
_WRITTEN_IN = {"tool_call": "hermes", "code": "deepeyes", "python": "artist", "tool": "artist"}
"""A protocol that can read the calls of a tag."""


def blocks(pieces: Iterable[str | Picture]) -> list[Block | Picture]:
    """The blocks of one message.

    Args:
        pieces: its texts and, where they stand between texts, its pictures; a tag may be opened in one
            text and closed in another.

    >>> blocks(["<think>look</think><answer>7</answer>"])  # doctest: +NORMALIZE_WHITESPACE
    [Block(kind=<BlockKind.THOUGHT: 'thought'>, text='look', label=''),
     Block(kind=<BlockKind.ANSWER: 'answer'>, text='7', label='')]
    """
    pieces = list(pieces)
    if len(pieces) == 1 and isinstance(pieces[0], str) and _IS_MESSAGE.match(pieces[0]):
        return list(_message(pieces[0]))
    found: list[Block | Picture] = []
    tag = ""
    for piece in pieces:
        if not isinstance(piece, str):
            found.append(piece)
            continue
        start = 0
        for match in _TAG.finditer(piece):
            closes, name = match.groups()
            # Inside a tag only its own end counts: code may well speak of other tags. Outside of one, an
            # end can be that of a thought which the chat template opened.
            counts = closes and name == tag if tag else not closes or _KINDS[name] is BlockKind.THOUGHT
            if not counts:
                continue
            found.extend(_block(name if closes else tag, piece[start : match.start()]))
            start, tag = match.end(), "" if closes else name
        found.extend(_block(tag, piece[start:]))
    return found


def _message(text: str) -> Iterator[Block]:
    """The blocks of an assistant message as JSON, the action of the protocol `openai`."""
    action = get_protocol("openai").parse(text, converses=False)
    if not isinstance(action, CallTools | GiveAnswer):
        yield from _block("", text)
        return
    yield from _block("think", action.thought)
    if isinstance(action, GiveAnswer):
        yield from _block("answer", action.text)
    else:
        yield from _called(action.calls)


def show_controls(text: str) -> str:
    r"""`text` with its control characters, other than line ends and tabs, as visible characters.

    >>> show_controls("\x1b[2J")
    '␛[2J'
    """
    return text.translate(_CONTROLS)


def _block(tag: str, text: str) -> Iterator[Block]:
    text = show_controls(text)
    text = text.strip("\n") if tag else text.strip()
    kind = _KINDS.get(tag, BlockKind.TEXT)
    if not text.strip():
        return
    if kind is BlockKind.CALL:
        yield from _calls(tag, text)
    else:
        yield Block(kind, text)


def _calls(tag: str, text: str) -> Iterator[Block]:
    action = get_protocol(_WRITTEN_IN[tag]).parse(f"<{tag}>{text}</{tag}>", converses=False)
    if not isinstance(action, CallTools):
        yield Block(BlockKind.CALL, text)
        return
    yield from _called(action.calls)


def _called(calls: Iterable[ToolCall]) -> Iterator[Block]:
    for call in calls:
        # Shown once more: JSON can spell a control character.
        arguments = show_controls(write_arguments(call.arguments))
        yield Block(BlockKind.CALL, arguments, show_controls(call.name))


def write_arguments(arguments: Mapping[str, Any]) -> str:
    r"""A call's arguments for a reader: code as it is, others a line each.

    >>> write_arguments({"code": "x = 1\nx"})
    'x = 1\nx'
    >>> write_arguments({"image": "image_1", "bbox_2d": [0, 0, 9, 9]})
    'image: image_1\nbbox_2d: [0, 0, 9, 9]'
    """
    shown = {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for name, value in arguments.items()
    }
    if list(shown) == ["code"]:
        return shown["code"].strip("\n")
    return "\n".join(f"{name}: {value}" for name, value in shown.items())
