"""Hypothesis strategies for actions and for the strings that look like them."""

from hypothesis import strategies as st

from agentic_gym.escaping import PROTOCOL_TAGS
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, ToolCall

TAGS = [f"<{slash}{tag}>" for tag in PROTOCOL_TAGS for slash in ("", "/")]
FRAGMENTS = [
    *TAGS,
    *('{"name": "crop", "arguments": {"a": 1}}', '{"name":', '"arguments": {', "}", "[", "]", ",", '"', "'"),
    *(
        "```python\n",
        "\n```",
        "```",
        "\n",
        " ",
        "\\",
        "\\u003c",
        "[crop(a=1, b='x')]",
        "crop(",
        "a=",
        ")",
        "1e999",
    ),
    *(
        "NaN",
        "print(1)",
        "<image>",
        "<",
        "</",
        "\ud800",
        "42",
        "42 or 43",
        "True",
        "\t",
        "\r\n",
        "\x00",
        "\x85",
    ),
]

pieces = st.lists(
    st.one_of(st.sampled_from(FRAGMENTS), st.text(st.characters(), max_size=4)), max_size=20
).map("".join)
blocks = st.builds("<{0}>{1}</{0}>".format, st.sampled_from(PROTOCOL_TAGS), pieces)
any_text = st.one_of(
    st.text(st.characters(), max_size=80), pieces, st.lists(blocks | pieces, max_size=3).map("".join)
)
"""Any string at all, most often one made of pieces that grammars care about."""

clean_text = any_text.map(lambda text: text.encode("utf-8", "ignore").decode().strip())
"""Text as it is read back: stripped, without lone surrogates."""


def without(text: st.SearchStrategy[str], *tags: str) -> st.SearchStrategy[str]:
    return text.filter(lambda drawn: not any(tag in drawn for tag in tags))


encodable = any_text.map(lambda text: text.encode("utf-8", "ignore").decode())
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    encodable,
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(encodable, inner, max_size=3),
    max_leaves=6,
)
identifiers = st.sampled_from(["a", "query", "bbox_2d", "from", "class", "ﬁle", "é", "x.y"])
calls = st.one_of(
    st.builds(ToolCall, st.just("python"), st.fixed_dictionaries({"code": encodable})),
    st.builds(
        ToolCall,
        st.sampled_from(["python", "crop", "files.read", "lambda", "é"]) | encodable.filter(bool),
        st.dictionaries(identifiers | encodable, values, max_size=3),
    ),
)
thoughts = without(clean_text, "</think>", "</reasoning>")
actions = st.one_of(
    st.builds(CallTools, st.lists(calls, min_size=1, max_size=3).map(tuple), thoughts),
    st.builds(GiveAnswer, without(clean_text, "</answer>").filter(bool), thoughts),
    st.builds(SayToUser, without(clean_text, *TAGS).filter(bool), thoughts),
)
"""Actions that every tagged grammar can express."""
