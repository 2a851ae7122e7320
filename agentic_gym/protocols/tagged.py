"""What the tagged grammars share: an action is thought, then call blocks, an `<answer>`, or a message."""

import abc
import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from agentic_gym.errors import ConfigurationError
from agentic_gym.escaping import IMAGE_PLACEHOLDER, replace_surrogates
from agentic_gym.messages import (
    Action,
    CallTools,
    GiveAnswer,
    Malformed,
    Mistake,
    SayToUser,
    ToolCall,
    ToolResult,
    ToolSchema,
    WellFormed,
)
from agentic_gym.protocols.code_blocks import PYTHON
from agentic_gym.protocols.literals import Calls, plain
from agentic_gym.protocols.scanning import Block, scan

ANSWER_EXAMPLE = "<answer>42</answer>"


class TaggedProtocol(abc.ABC):
    """A grammar of tags. A subclass names its tags and reads and writes one call block.

    Free text around the blocks counts as thought; space at the ends of a thought, an answer or a message
    means nothing and is dropped, and lone surrogates become U+FFFD.

    Attributes:
        name: what `get_protocol` knows it by.
        thought_tags: tags of thought; the first is the one that is written.
        call_examples: for each tag of a call block, a short action that an agent is shown after a mistake;
            the first is shown where no tag is at fault.
        how_to_call: what the agent is told of calls; `{tools}` is where the tools stand.
        how_to_run_code: what the agent is told of code blocks, which then call the tool `python`; empty in
            a grammar without them.
    """

    name: str
    thought_tags: ClassVar[tuple[str, ...]] = ("think",)
    call_examples: ClassVar[Mapping[str, str]]
    how_to_call: ClassVar[str]
    how_to_run_code: ClassVar[str] = ""

    @abc.abstractmethod
    def write_results(self, results: Sequence[ToolResult]) -> str:
        """See `ActionProtocol`."""

    @abc.abstractmethod
    def read_block(self, block: Block) -> Calls | Malformed:
        """The calls of one block; the mistake's detail need not give an example."""

    @abc.abstractmethod
    def write_call(self, call: ToolCall) -> str:
        """A block that `read_block` reads as `call`, whose arguments are JSON values."""

    def instructions(self, tools: Sequence[ToolSchema], *, converses: bool) -> str:
        """See `ActionProtocol`."""
        listed = [tool for tool in tools if not (self.how_to_run_code and tool.name == PYTHON)]
        sections = [self.how_to_run_code] if len(listed) < len(tools) else []
        if listed:
            sections.append(self.how_to_call.format(tools=_tool_lines(listed)))
        sections.append(_form(calls=bool(tools), converses=converses))
        return "\n\n".join(sections)

    def parse(self, action: str, *, converses: bool) -> Action:
        """See `ActionProtocol`. Details are safe to show: what they quote of the action is escaped."""
        examples = {**self.call_examples, "answer": ANSWER_EXAMPLE}
        found = scan(replace_surrogates(action), thoughts=self.thought_tags, blocks=tuple(examples))
        if isinstance(found, Malformed):
            return found
        answers = [block.content.strip() for block in found.blocks if block.tag == "answer"]
        call_blocks = [block for block in found.blocks if block.tag != "answer"]
        if answers and call_blocks:
            return Malformed(Mistake.CALL_WITH_ANSWER, self._either("Got a call together with an answer."))
        if len(answers) > 1:
            detail = f"Got {len(answers)} answers. Give one, and only one: {ANSWER_EXAMPLE}"
            return Malformed(Mistake.SEVERAL_ANSWERS, detail)
        if answers and answers[0]:
            return GiveAnswer(answers[0], found.prose)
        if call_blocks:
            return self._read_calls(call_blocks, found.prose)
        if converses and found.text and not answers:
            return SayToUser(found.text, found.thought)
        got = "The answer is empty." if answers else "Got neither a tool call nor an answer."
        return Malformed(Mistake.EMPTY, self._either(got))

    def _either(self, got: str) -> str:
        call = next(iter(self.call_examples.values()))
        return f"{got} Either call tools, for example {call}, or give the answer: {ANSWER_EXAMPLE}"

    def _read_calls(self, blocks: Sequence[Block], thought: str) -> CallTools | Malformed:
        calls: list[ToolCall] = []
        for block in blocks:
            read = self.read_block(block)
            if isinstance(read, Malformed):
                example = self.call_examples[block.tag]
                return Malformed(read.mistake, f"<{block.tag}>: {read.detail} Write, for example: {example}")
            calls.extend(read)
        return CallTools(tuple(calls), thought)

    def write(self, action: WellFormed) -> str:
        """See `ActionProtocol`.

        Raises:
            ConfigurationError: the grammar cannot express the action: it is empty, its arguments are not
                JSON, or its thought, answer or message holds a tag that would be read as one.
        """
        expected = normal(action)
        if isinstance(expected, CallTools):
            body = "\n".join(map(self.write_call, expected.calls))
        elif isinstance(expected, GiveAnswer):
            body = f"<answer>{expected.text}</answer>"
        else:
            body = expected.text
        thought = expected.thought
        # A closing thought tag within the body would otherwise end a thought that began in the prompt.
        if thought or any(f"</{tag}>" in body for tag in self.thought_tags):
            tag = self.thought_tags[0]
            body = f"<{tag}>\n{thought}\n</{tag}>\n{body}"
        if self.parse(body, converses=isinstance(expected, SayToUser)) != expected:
            raise ConfigurationError(
                f"the {self.name} protocol cannot express {expected!r}: expected at least one call, or text, "
                "and no tag of the protocol within a thought, an answer or a message; reword it"
            )
        return body


def normal(action: WellFormed) -> WellFormed:
    """`action` as it is read back: texts stripped, calls a tuple, arguments as JSON has them.

    Raises:
        ConfigurationError: a call has no name, or arguments that JSON cannot hold.
    """
    thought = replace_surrogates(action.thought).strip()
    if isinstance(action, CallTools):
        return CallTools(tuple(map(_normal_call, action.calls)), thought)
    return type(action)(replace_surrogates(action.text).strip(), thought)


def _normal_call(call: ToolCall) -> ToolCall:
    try:
        ((name, arguments),) = plain({call.name: call.arguments}, -1).items()
    except ValueError as error:
        raise ConfigurationError(
            f"the call of {call.name!r} cannot be written: {error}; "
            "give arguments made of None, bool, int, float, str, lists and dicts with string keys"
        ) from None
    return ToolCall(name, arguments)


def text_and_images(result: ToolResult) -> str:
    """What a result shows: its text, then a line with a placeholder for each of its pictures."""
    lines = [result.text] if result.text else []
    return "\n".join(lines + [IMAGE_PLACEHOLDER] * len(result.images))


def _tool_lines(tools: Sequence[ToolSchema]) -> str:
    """The tools in the form that chat templates show them: one line of JSON each, within `<tools>`."""
    lines = [json.dumps(tool.to_openai(), ensure_ascii=False) for tool in tools]
    return "\n".join(["<tools>", *lines, "</tools>"])


def _form(*, calls: bool, converses: bool) -> str:
    """The end of every grammar's instructions: what a turn looks like, and what not to mix."""
    lines = ["# Form", "", "Think first, within <think></think>."]
    lines.append(f"When you know the answer, end with it alone: {ANSWER_EXAMPLE}")
    if calls:
        lines.append("In one turn either call tools or answer, never both.")
    if converses:
        lines.append("A turn without these tags is a message to the user, whose reply comes next.")
    return "\n".join(lines)
