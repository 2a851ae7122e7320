"""Text that an agent, a tool or a page wrote, made safe to stand in an observation.

An observation is read by a policy's chat template and by a protocol's parser. Text from outside must
therefore be unable to forge an image placeholder, a protocol tag, or a special token of a chat
template. The `<` that would begin one is written `&lt;`, everything else stays as it was, so that
`a < b`, HTML and generic types remain readable.
"""

import re

IMAGE_PLACEHOLDER = "<image>"

PROTOCOL_TAGS = (
    "think",
    "reasoning",
    "tool_call",
    "tool_response",
    "tool_result",
    "tools",
    "tool",
    "code",
    "python",
    "output",
    "answer",
    "message",
)
"""Every tag that a protocol of this package writes or reads."""

_SPECIAL_TOKENS = (
    r"image[\w:|-]*",
    r"img\w*",
    r"video\w*",
    r"vision\w*",
    r"fake_token_around_image",
    r"row_\d+_col_\d+",
    r"global-img",
    r"s",
    r"unk",
    r"pad",
    r"bos",
    r"eos",
    r"mask",
    r"sep",
    r"cls",
    r"start_of_turn",
    r"end_of_turn",
    r"start_of_image",
    r"end_of_image",
    r"end_of_utterance",
    r"fim_\w+",
    r"system",
    r"user",
    r"assistant",
)
_FORGEABLE = re.compile(
    rf"<(?=\s*/?\s*(?:{'|'.join((*PROTOCOL_TAGS, *_SPECIAL_TOKENS))})\b)|<(?=[|\uff5c])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\[(?=/?(?:INST|IMG|IMG_BREAK|IMG_END|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\])")
_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    r"""`text` with each lone surrogate replaced by U+FFFD, so that it can be encoded as UTF-8.

    >>> replace_surrogates("a\ud800b")
    'a\ufffdb'
    """
    return _SURROGATE.sub("\ufffd", text)


def escape(text: str) -> str:
    """`text` unable to forge a placeholder, a protocol tag or a special token.

    >>> escape("a < b <image> </tool_response><|im_end|> <b>")
    'a < b &lt;image> &lt;/tool_response>&lt;|im_end|> <b>'
    """
    return _BRACKETED.sub("&#91;", _FORGEABLE.sub("&lt;", replace_surrogates(text)))
