"""The nano model: a Llama of a few hundred thousand weights, made from nothing, with a tokenizer of its own.

It learns a short task within minutes on one core, so that a learning loop can be tried, and tested, from
end to end. It knows no language. So its chat template leaves the system message out, which would be a
thousand tokens of dead weight, and says so (`OMITS_SYSTEM`): how calls are written it learns from
demonstrations alone.
"""

import string
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models

from agentic_gym.policies.templates import OMITS_SYSTEM, ChatTemplate
from agentic_gym.policies.transformers import library

SPECIAL = ("<|pad|>", "<|im_start|>", "<|im_end|>")

_MARKUP = (
    "user\n",
    "assistant\n",
    "<think>\n",
    "\n</think>\n",
    "<answer>",
    "</answer>",
    "<tool_call>\n",
    "\n</tool_call>",
    "<tool_response>\n",
    "\n</tool_response>",
    '{"name": "',
    '", "arguments": {"',
    '": "',
    '"}}',
    "python",
    "code",
    "print(",
    "import ",
    "math",
    " + ",
    " * ",
    " ** ",
    " % ",
)
_WORDS = (
    "What Find Count Counting Give Call Let The Then Now How You Your I It a all an and answer are as at be "
    "below by call can case cases code common compute could digits divisor each either empty error example "
    "find for from gave gcd get give go got greatest hand has have how if in into is it its know last let "
    "line make many me message modulo my need not number numbers of off on one or output printed printing "
    "program prone python read result run running says so sum that the them then there these this three "
    "through to tool two until use using was what whole will with work write you"
)

_SOURCE = r"""
{%- for message in messages if message.role != 'system' -%}
  {{- '<|im_start|>' + message.role + '\n' -}}
  {%- if message.content is string -%}
    {{- message.content -}}
  {%- else -%}
    {%- for part in message.content -%}
      {%- if part.type == 'text' -%}{{- part.text -}}
      {%- else -%}{{- raise_exception('it has no place for pictures') -}}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{- '<|im_end|>\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\n' -}}{%- endif -%}
""".strip()

TEMPLATE = ChatTemplate(OMITS_SYSTEM + _SOURCE)
"""ChatML without the system message."""


def nano_tokenizer() -> Any:
    """Markup, frequent words and pairs of digits are a token each, all else is one token a character.

    A number of two digits is one token, so that copying it is one step: the first thing that so small a
    model learns of using a tool. A character that is not ASCII is written as its bytes; any text comes back
    exactly.
    """
    words = (form for word in dict.fromkeys(_WORDS.split()) for form in (f" {word}", word))
    characters = (*string.printable, *(f"<0x{byte:02X}>" for byte in range(256)))
    pairs = (f"{number:02d}" for number in range(100))
    pieces = dict.fromkeys((*SPECIAL, *_MARKUP, *words, *pairs, *characters))
    # Every piece costs the same, so that a text is cut into as few as there can be.
    model = models.Unigram([(piece, -1.0) for piece in pieces], unk_id=0, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    fast = library("transformers").PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="<|pad|>",
        eos_token="<|im_end|>",
        additional_special_tokens=["<|im_start|>"],
        clean_up_tokenization_spaces=False,
    )
    fast.chat_template = TEMPLATE.source
    return fast


def nano_model(tokenizer: Any, *, seed: int = 0, width: int = 64, layers: int = 2) -> Any:
    """A Llama with random weights; two layers are the least that can copy what stood before.

    Args:
        tokenizer: gives the number of tokens.
        seed: of the weights; the global random state is as it was afterwards.
        width: of the residual stream, a multiple of 32.
        layers: at least 1.
    """
    transformers = library("transformers")
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=4 * width,
        num_hidden_layers=layers,
        num_attention_heads=width // 32,
        num_key_value_heads=width // 32,
        max_position_embeddings=1024,
        initializer_range=0.1,  # for wide models it is 0.02, from which one of this width hardly gets away
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return transformers.LlamaForCausalLM(config).eval()
