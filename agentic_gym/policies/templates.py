"""Chat templates: a conversation as the text that a model reads, in a way that keeps its prefix.

A template is Jinja text in the form that Hugging Face tokenizers and vLLM take. Qwen2-VL's and
Qwen2.5-VL's own has no place for tools; `QWEN2_VL` has, for calls and results too, and renders each
message the same whatever follows it. `CHATML` is the same for text models such as SmolLM2 and Qwen2.5.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from agentic_gym.errors import TemplateError
from agentic_gym.messages import JSONObject, Message, TextPart

OMITS_SYSTEM = "{#- omits the system message -#}"
"""Stands in the source of a template that leaves the system message out, and says so: for a model that is
trained from nothing, and would learn nothing from it. It travels with the source wherever that is saved."""

_MARK = "\u2058PROBE\u2058"
"""A text that no template holds."""

_SOURCE = r"""
{%- macro body(content) -%}
  {%- if content is string -%}
    {{- content -}}
  {%- elif content -%}
    {%- for part in content -%}
      {%- if part.type == 'text' -%}{{- part.text -}}{%- else -%}PICTURE{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
{%- set system = messages[0] if messages and messages[0].role == 'system' else none -%}
{%- if system or tools -%}
  {{- '<|im_start|>system\n' -}}
  {%- if system -%}{{- body(system.content) -}}{%- endif -%}
  {%- if tools -%}
    {{- ('\n\n' if system else '') + '# Tools\n\nEach line describes a tool in JSON:\n<tools>' -}}
    {%- for tool in tools -%}{{- '\n' + (tool | tojson) -}}{%- endfor -%}
    {{- '\n</tools>\n\nTo use one, write its name and its arguments as JSON:\n' -}}
    {{- '<tool_call>\n{"name": ..., "arguments": {...}}\n</tool_call>' -}}
  {%- endif -%}
  {{- '<|im_end|>\n' -}}
{%- endif -%}
{%- for message in (messages[1:] if system else messages) -%}
  {%- if message.role == 'tool' -%}
    {{- ('' if loop.previtem is defined and loop.previtem.role == 'tool' else '<|im_start|>user') -}}
    {{- '\n<tool_response>\n' -}}{{- body(message.content) -}}{{- '\n</tool_response>' -}}
    {%- if loop.nextitem is not defined or loop.nextitem.role != 'tool' -%}{{- '<|im_end|>\n' -}}{%- endif -%}
  {%- else -%}
    {{- '<|im_start|>' + message.role + '\n' -}}{{- body(message.content) -}}
    {%- for call in message.tool_calls or [] -%}
      {%- set function = call.function or call -%}
      {{- '\n<tool_call>\n{"name": ' + (function.name | tojson) + ', "arguments": ' -}}
      {{- function.arguments if function.arguments is string else (function.arguments | tojson) -}}
      {{- '}\n</tool_call>' -}}
    {%- endfor -%}
    {{- '<|im_end|>\n' -}}
  {%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}
""".strip()


@dataclass(frozen=True)
class ChatTemplate:
    """A chat template.

    Attributes:
        source: Jinja text, as a tokenizer's `chat_template`.
        variables: what it may name besides `messages`, `tools` and `add_generation_prompt`: `bos_token`, …
    """

    source: str
    variables: JSONObject = field(default_factory=dict)

    @classmethod
    def of(cls, tokenizer: Any) -> "ChatTemplate":
        """The stock template of a Hugging Face tokenizer or processor.

        Raises:
            TemplateError: it has none.
        """
        source = getattr(tokenizer, "chat_template", None)
        if isinstance(source, dict):
            source = source.get("default")
        if not isinstance(source, str):
            raise TemplateError(
                f"{type(tokenizer).__name__} has no chat template; give one, such as template=CHATML"
            )
        tokens = getattr(tokenizer, "tokenizer", tokenizer).special_tokens_map
        return cls(source, {name: value for name, value in tokens.items() if isinstance(value, str)})

    def save(self, path: Path) -> None:
        """Writes the template to a file, for `vllm serve --chat-template`."""
        path.write_text(self.source, encoding="utf-8")

    def render(
        self, messages: Sequence[Message], *, tools: Sequence[JSONObject] = (), generate: bool = True
    ) -> str:
        """The text of a conversation.

        Args:
            messages: to render.
            tools: in OpenAI's format, for a template that has a place for them.
            generate: whether an assistant's turn is to follow.

        Raises:
            TemplateError: the template refuses the conversation, or leaves out some of it.
        """
        return self.render_chat([self._entry(entry) for entry in messages], tools=tools, generate=generate)

    def render_chat(
        self, messages: Sequence[JSONObject], *, tools: Sequence[JSONObject] = (), generate: bool = True
    ) -> str:
        """As `render`, of messages in OpenAI's format."""
        try:
            return self._compiled.render(
                messages=messages, tools=list(tools) or None, add_generation_prompt=generate, **self.variables
            )
        except (jinja2.TemplateError, TypeError) as error:  # a text template adds strings and lists
            raise TemplateError(
                f"the chat template cannot carry the conversation: {error}; "
                "give another one, such as template=QWEN2_VL or template=CHATML"
            ) from error

    @property
    def omits_system(self) -> bool:
        """Whether the template says that it leaves the system message out; see `OMITS_SYSTEM`."""
        return OMITS_SYSTEM in self.source

    @cached_property
    def turn_end(self) -> str:
        """What the template writes after an assistant's text, such as `<|im_end|>` and a line break."""
        messages = [Message("user", (TextPart("a"),)), Message("assistant", (TextPart(_MARK),))]
        return self.render(messages, generate=False).rpartition(_MARK)[2]

    @cached_property
    def _compiled(self) -> jinja2.Template:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _refuse
        try:
            return environment.from_string(self.source)
        except jinja2.TemplateError as error:
            raise TemplateError(f"the chat template is no Jinja text: {error}") from error

    @cached_property
    def _takes_text(self) -> bool:
        """Whether a message's content may be a string; some templates of vision models want a list."""
        try:
            return _MARK in self.render_chat([{"role": "user", "content": _MARK}])
        except TemplateError:
            return False

    def _entry(self, entry: Message) -> JSONObject:
        if self._takes_text and not entry.images:
            return {"role": entry.role, "content": entry.text}
        parts = [
            {"type": "text", "text": part.text} if isinstance(part, TextPart) else {"type": "image"}
            for part in entry.parts
        ]
        return {"role": entry.role, "content": parts}


def _to_json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(reason: str) -> NoReturn:
    raise jinja2.TemplateError(reason)


def chatml(picture: str = "") -> ChatTemplate:
    """ChatML with tools, calls and results.

    Args:
        picture: what stands for a picture; without it the template refuses them.
    """
    expression = repr(picture) if picture else "raise_exception('it has no place for pictures')"
    written = f"{{{{- {expression} -}}}}"
    return ChatTemplate(_SOURCE.replace("PICTURE", written))


QWEN2_VL = chatml("<|vision_start|><|image_pad|><|vision_end|>")
"""For Qwen2-VL and Qwen2.5-VL."""

CHATML = chatml()
"""For text models that speak ChatML, such as SmolLM2 and Qwen2.5."""
