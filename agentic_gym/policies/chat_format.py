"""A conversation as the `messages` of an OpenAI-compatible request, and a reply as an action."""

import json
from collections.abc import Sequence
from typing import Any

from agentic_gym.conversation import captioned, message
from agentic_gym.messages import CallTools, ImagePart, JSONObject, Message, TextPart, ToolResult
from agentic_gym.policies.base import Conversation
from agentic_gym.trajectories.records import Turn

_REASONING = ("reasoning_content", "reasoning")
"""Where servers put what a model thought before it spoke: vLLM and DeepSeek, OpenRouter."""


def request_messages(conversation: Conversation, *, images_in_tools: bool) -> list[JSONObject]:
    """The conversation in OpenAI's format.

    Args:
        conversation: with native calls its turns become assistant messages with `tool_calls` and a `tool`
            message for each result.
        images_in_tools: whether pictures that a tool made stand in its `tool` message, as vLLM takes them;
            else they follow in a user message, as OpenAI's own servers want them.
    """
    if not conversation.native:
        return [_plain(entry) for entry in conversation.messages]
    messages = [_plain(entry) for entry in conversation.messages[:2]]
    for number, turn in enumerate(conversation.turns):
        messages += _native(turn, number, images_in_tools)
    return messages


def action_of(reply: JSONObject, *, native: bool) -> str:
    """A server's assistant message as an action.

    With native calls it is the message itself as JSON. Otherwise it is the message's text, after what
    the server took out of it as reasoning.
    """
    if native:
        kept = {name: reply[name] for name in ("content", "tool_calls", *_REASONING) if reply.get(name)}
        return json.dumps({"role": "assistant", **kept}, ensure_ascii=False)
    content = reply.get("content") or ""
    thought = next(filter(None, map(reply.get, _REASONING)), "")
    return f"<think>\n{thought}\n</think>\n{content}" if thought else content


def _plain(entry: Message) -> JSONObject:
    """A message; one of text alone as a string, which servers of text models ask for."""
    return entry.to_openai() if entry.images else {"role": entry.role, "content": entry.text}


def _native(turn: Turn, number: int, images_in_tools: bool) -> list[JSONObject]:
    """What a turn adds to a conversation with native calls."""
    shown = [_plain(turn.observation)] if turn.observation and not turn.results else []
    if not isinstance(turn.action, CallTools):
        return [{"role": "assistant", "content": _content(turn.text)}, *shown]
    written = json.loads(turn.text)
    calls = [_call(entry, f"call_{number}_{i}") for i, entry in enumerate(written["tool_calls"])]
    said: JSONObject = {"role": "assistant", "content": written.get("content"), "tool_calls": calls}
    answers = [
        _tool_message(call["id"], result, images_in_tools)
        for call, result in zip(calls, turn.results, strict=False)
    ]
    return [said, *answers, *([] if images_in_tools else _pictures(turn.results)), *shown]


def _content(action: str) -> str:
    """The text of an assistant message without calls; the whole action where it is no message at all."""
    try:
        written: Any = json.loads(action)
        content = written["content"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return action
    return content if isinstance(content, str) else action


def _call(entry: JSONObject, default_id: str) -> JSONObject:
    function = entry["function"]
    arguments = function["arguments"]
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
    named = {"name": function["name"], "arguments": written or "{}"}
    return {"id": entry.get("id") or default_id, "type": "function", "function": named}


def _tool_message(call_id: str, result: ToolResult, with_images: bool) -> JSONObject:
    images = result.images if with_images else ()
    content = _plain(Message("tool", (TextPart(result.text), *images)))
    return {**content, "tool_call_id": call_id}


def _pictures(results: Sequence[ToolResult]) -> list[JSONObject]:
    """The results' pictures as a user message of their own."""
    images: list[ImagePart] = [image for result in results for image in result.images]
    captions = captioned(f"{image.name}:" for image in images)
    return [_plain(message("user", captions, images))] if images else []
