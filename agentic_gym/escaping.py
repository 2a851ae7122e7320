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
    r"sys",
    r"im_\w+",
    r"audio\w*",
    r"loc\d+",
    r"seg\d+",
    r"unused\d+",
    r"\w+_token",
    r"[se]op",
    r"tool_calls",
    r"function=\w+",
    r"parameter=\w+",
    r"arg_(?:key|value)",
)
"""Of the chat templates of Llama, Mistral, Qwen, Gemma, PaliGemma, GLM, Command, Molmo and Idefics."""
_FORGEABLE = re.compile(
    rf"<(?=\s*/?\s*(?:{'|'.join((*PROTOCOL_TAGS, *_SPECIAL_TOKENS))})\b)|<(?=[|\uff5c])",
    re.IGNORECASE,
)
_BRACKETED_TOKENS = (
    r"INST",
    r"IMG(?:_BREAK|_END)?",
    r"(?:BEGIN_)?AUDIO",
    r"TOOL_(?:CALLS|RESULTS|CONTENT)",
    r"AVAILABLE_TOOLS",
    r"SYSTEM_PROMPT",
    r"MODEL_SETTINGS",
    r"THINK",
    r"ARGS",
    r"CALL_ID",
    r"PREFIX",
    r"MIDDLE",
    r"SUFFIX",
    r"g?MASK",
)
"""Of Mistral's templates, and GLM's `[gMASK]`."""
_BRACKETED = re.compile(rf"\[(?=/?(?:{'|'.join(_BRACKETED_TOKENS)})\])")
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
