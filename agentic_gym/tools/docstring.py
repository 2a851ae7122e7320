"""What a Google-style docstring says: its description, and a description for each argument."""

import inspect
import re
from dataclasses import dataclass

_SECTION = re.compile(
    r"^(Args|Arguments|Attributes|Example|Examples|Note|Raises|Returns|Warning|Yields):\s*$", re.MULTILINE
)
_ARGUMENT = re.compile(r"^(?P<name>\w+)\s*(?:\([^)]*\))?:\s*(?P<text>.*)$")


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring that was read.

    Attributes:
        description: summary and body as one paragraph a line, without the sections.
        arguments: description by name.
    """

    description: str
    arguments: dict[str, str]


def read_docstring(text: str) -> Docstring:
    r"""Reads a docstring in Google's style.

    >>> read_docstring("Adds.\n\nArgs:\n    a: The first\n        number.\n    b: The second.").arguments
    {'a': 'The first number.', 'b': 'The second.'}
    """
    before, *sections = _SECTION.split(inspect.cleandoc(text))
    paragraphs = re.split(r"\n\s*\n", before.strip())
    description = "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    named = dict(zip(sections[::2], sections[1::2], strict=True))
    return Docstring(description, _arguments(named.get("Args", named.get("Arguments", ""))))


def _arguments(section: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc(section).splitlines():
        match = _ARGUMENT.match(line)
        if match:
            name = match["name"]
            found[name] = match["text"].strip()
        elif name:
            found[name] = f"{found[name]} {line.strip()}".strip()
    return found
