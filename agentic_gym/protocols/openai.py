r"""OpenAI's chat format: an action is one assistant message as JSON, with native tool calls.

::

    {"content": "The sign is too small to read.", "tool_calls": [{"id": "call_1", "type": "function",
     "function": {"name": "crop", "arguments": "{\"image\": \"image_1\"}"}}]}

A message without calls is the answer; where the task has a user it is a message to them, and the
answer stands within `<answer>`. The tools are not in the system text: whoever asks the model hands them
over beside the messages.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from agentic_gym.errors import ConfigurationError
from agentic_gym.escaping import replace_surrogates
from agentic_gym.messages import (
    Action,
    CallTools,
    GiveAnswer,
    JSONObject,
    Malformed,
    Mistake,
    SayToUser,
    ToolCall,
    ToolResult,
    ToolSchema,
    WellFormed,
)
from agentic_gym.protocols.hermes import Hermes
from agentic_gym.protocols.json_calls import read_json_calls
from agentic_gym.protocols.literals import Calls
from agentic_gym.protocols.tagged import ANSWER_EXAMPLE, normal

_OPEN, _CLOSE = "<answer>", "</answer>"
_THOUGHT = re.compile(r"\s*<think>(.*?)</think>", re.DOTALL)
_EXAMPLE = '{"content": "<answer>42</answer>"}'
_TEXT_FIELDS = ("content", "reasoning_content", "reasoning")


class OpenAI:
    """Assistant messages as JSON objects, as `/v1/chat/completions` gives them."""

    name = "openai"

    def instructions(self, tools: Sequence[ToolSchema], *, converses: bool) -> str:
        """See `ActionProtocol`; the tools themselves go beside the messages."""
        lines = [f"When you know the answer, end with it alone: {ANSWER_EXAMPLE}"]
        if tools:
            lines.append("In one turn either call tools or answer, never both.")
        if converses:
            lines.append("Any other text is a message to the user, whose reply comes next.")
        return "\n".join(lines)

    def parse(self, action: str, *, converses: bool) -> Action:
        """See `ActionProtocol`."""
        try:
            message = json.loads(replace_surrogates(action))
        except (ValueError, RecursionError) as error:
            detail = f"The action is no JSON ({type(error).__name__}). Give one message, such as {_EXAMPLE}"
            return Malformed(Mistake.BAD_JSON, detail)
        wrong = _shape_mistake(message)
        if wrong:
            return Malformed(Mistake.BAD_CALL, f"The message is not one of an assistant: {wrong}.")
        thought, text = _thought_and_text(message)
        answers, rest = _answers(text)
        if message.get("tool_calls"):
            return _calls(message["tool_calls"], _lines(thought, text), has_answer=bool(answers))
        if len(answers) > 1:
            detail = f"Got {len(answers)} answers. Give one, and only one: {ANSWER_EXAMPLE}"
            return Malformed(Mistake.SEVERAL_ANSWERS, detail)
        return _final(_lines(thought, rest), answers[0]) if answers else _plain(thought, text, converses)

    def write(self, action: WellFormed) -> str:
        """See `ActionProtocol`.

        Raises:
            ConfigurationError: the text holds tags that would be read as an answer or a thought.
        """
        expected = normal(action)
        message: JSONObject = {"role": "assistant", "content": None}
        if isinstance(expected, CallTools):
            message["tool_calls"] = [_write_call(i, call) for i, call in enumerate(expected.calls, 1)]
        else:
            answers = isinstance(expected, GiveAnswer)
            message["content"] = f"{_OPEN}{expected.text}{_CLOSE}" if answers else expected.text
        if expected.thought:
            message["reasoning_content"] = expected.thought
        written = json.dumps(message, ensure_ascii=False)
        if self.parse(written, converses=isinstance(expected, SayToUser)) != expected:
            raise ConfigurationError(
                f"the openai protocol cannot express {expected!r}: expected at least one call, or text "
                "without <answer> or <think> in it; reword it"
            )
        return written

    def write_results(self, results: Sequence[ToolResult]) -> str:
        """See `ActionProtocol`: as in `hermes`; a policy shows each result as a `tool` message instead."""
        return Hermes().write_results(results)


def _shape_mistake(message: object) -> str:
    """What is wrong with a message's form, as a clause; empty when nothing is."""
    if not isinstance(message, dict):
        return f"got a value of type {type(message).__name__}, expected an object such as {_EXAMPLE}"
    for name in _TEXT_FIELDS:
        if not isinstance(message.get(name), str | None):
            return f'its "{name}" must be text or null'
    if not isinstance(message.get("tool_calls"), list | None):
        return 'its "tool_calls" must be a list'
    return ""


def _thought_and_text(message: JSONObject) -> tuple[str, str]:
    """The reasoning, beside the content or at its beginning, and the rest of the content."""
    content = message.get("content") or ""
    beside = message.get("reasoning_content") or message.get("reasoning") or ""
    within = _THOUGHT.match(content)
    text = content[within.end() :] if within else content
    thoughts = [beside.strip(), within.group(1).strip() if within else ""]
    return _lines(*thoughts), text.strip()


def _answers(text: str) -> tuple[list[str], str]:
    """What stands within answer tags, and the text without it; in time linear in the text's length."""
    answers: list[str] = []
    rest: list[str] = []
    position = 0
    while (start := text.find(_OPEN, position)) >= 0:
        end = text.find(_CLOSE, start)
        if end < 0:
            break
        rest.append(text[position:start])
        answers.append(text[start + len(_OPEN) : end].strip())
        position = end + len(_CLOSE)
    return answers, "".join([*rest, text[position:]]).strip()


def _lines(*texts: str) -> str:
    return "\n".join(filter(None, texts))


def _final(thought: str, answer: str) -> Action:
    if not answer:
        return Malformed(Mistake.EMPTY, f"The answer is empty. Write it so: {ANSWER_EXAMPLE}")
    return GiveAnswer(answer, thought)


def _plain(thought: str, text: str, converses: bool) -> Action:
    if not text:
        return Malformed(Mistake.EMPTY, f"Got neither a tool call nor an answer. Answer so: {ANSWER_EXAMPLE}")
    return SayToUser(text, thought) if converses else GiveAnswer(text, thought)


def _calls(entries: list[Any], thought: str, *, has_answer: bool) -> CallTools | Malformed:
    if has_answer:
        return Malformed(Mistake.CALL_WITH_ANSWER, "Got a call together with an answer. Give one of them.")
    calls: list[ToolCall] = []
    for entry in entries:
        read = _read_call(entry)
        if isinstance(read, Malformed):
            return read
        calls.extend(read)
    return CallTools(tuple(calls), thought)


def _read_call(entry: object) -> Calls | Malformed:
    """The call of one entry, its arguments an object or, as OpenAI has it, JSON in a string."""
    function = entry.get("function") if isinstance(entry, dict) else None
    if not isinstance(function, dict) or not {"name", "arguments"} <= function.keys():
        detail = 'An entry of "tool_calls" is {"function": {"name": …, "arguments": …}}.'
        return Malformed(Mistake.BAD_CALL, detail)
    arguments = function["arguments"]
    written = arguments if isinstance(arguments, str) else json.dumps(arguments)
    name = json.dumps(function["name"])
    return read_json_calls(f'{{"name": {name}, "arguments": {written.strip() or "{}"}}}')


def _write_call(number: int, call: ToolCall) -> JSONObject:
    arguments = json.dumps(call.arguments, ensure_ascii=False)
    return {
        "id": f"call_{number}",
        "type": "function",
        "function": {"name": call.name, "arguments": arguments},
    }
