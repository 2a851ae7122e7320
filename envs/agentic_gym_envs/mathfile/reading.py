"""Problem and answer in a row, under the names that such data sets give them."""

from collections.abc import Mapping, Sequence
from typing import Any

from agentic_gym.errors import ConfigurationError, RecordError

PROBLEMS = ("problem", "question", "Problem", "Question", "prompt", "query")
ANSWERS = ("answer", "final_answer", "Answer", "expected_answer", "target", "solution", "Solution")
_BOXED = ("\\boxed{", "\\fbox{")


def choose_column(row: Mapping[str, Any], known: Sequence[str], wanted: str | None, what: str) -> str:
    """The column that holds something: the one that is asked for, or the first that is known.

    Raises:
        ConfigurationError: the rows have none of them.
    """
    names = known if wanted is None else (wanted,)
    for name in names:
        if name in row:
            return name
    raise ConfigurationError(
        f"the rows have no column for the {what}: looked for {', '.join(names)}, they have {', '.join(row)}; "
        f"name it with {what}="
    )


def read_answer(content: object, where: str) -> str:
    r"""The final answer in a column: the last box of a solution, an entry of a list, or the text.

    >>> read_answer("So we get $x = \\boxed{\\frac{1}{2}}$.", "row 0")
    '\\frac{1}{2}'

    Raises:
        RecordError: there is none.
    """
    if isinstance(content, Sequence) and not isinstance(content, str):
        content = content[0] if len(content) == 1 else ", ".join(map(str, content))
    text = str(content).strip() if content is not None else ""
    answer = _last_boxed(text) or text
    if not answer:
        raise RecordError(f"{where} has no answer: {content!r:.80}")
    return answer


def _last_boxed(text: str) -> str:
    """What the last box holds, its braces balanced; empty where there is no box."""
    start, opening = max((text.rfind(opening), opening) for opening in _BOXED)
    if start < 0:
        return ""
    depth, begin = 1, start + len(opening)
    for place in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[begin:place].strip()
    return ""
