"""A small picture model: a vision tower and a projector put onto a language model, in the form of Llava.

The tower has random weights and learns in `see`, on pictures that the environments draw. A picture is brought
to 224 × 224 pixels and becomes 14 × 14 tokens, in reading order. It is squeezed rather than cut, so that
nothing of it is lost and a place given in shares of its sides (`norm1000`) stays the same.

There are two towers. `conv` is a hybrid (arXiv:2010.11929, section 3.1): a small residual network of
convolutions with group normalisation (BiT, arXiv:1912.11370), and a transformer over what it gives, as the
hybrid DPT of transformers has it. Of the towers that were tried it told characters apart from the fewest
pictures, and it can begin on small ones, to whose size its table of positions is stretched. `patches` is that
of SigLIP (arXiv:2303.15343), a plain vision transformer over squares of 16 × 16 pixels, which vLLM knows.
"""

import copy
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import torch
import transformers
from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

from agentic_gym.errors import ConfigurationError, unknown_name
from agentic_gym.messages import Pixels
from agentic_gym.policies.encoders import HuggingFaceEncoder, ImageEncoder, by_processor
from agentic_gym.policies.templates import ChatTemplate, chatml
from agentic_gym.policies.transcript import EncodedImage
from agentic_gym.policies.transformers import TransformersPolicy

Tower: TypeAlias = Literal["conv", "patches"]

SIDE = 224
"""Of a picture as the model sees it, in pixels."""
PATCH = 16
"""Side of the square that a token stands for, in pixels."""
IMAGE_TOKEN = "<image>"
_REFUSES = "raise_exception('it has no place for pictures')"
_SELECTED: Mapping[Tower, str] = MappingProxyType({"conv": "default", "patches": "full"})
"""In Llava's words: whether the tower's first token, which stands for no place, is left out."""
_CONTEXT = 4096
"""Tokens that a picture model takes at least: an episode with three pictures has some 600 of them alone."""


def picture_policy(
    language: TransformersPolicy, *, tower: Tower = "conv", width: int = 128, seed: int = 0
) -> TransformersPolicy:
    """A policy that sees: the language model as it is, with a tower and a projector of random weights.

    Args:
        language: a policy of a text model of the Llama family. Its weights are copied.
        tower: `conv` or `patches`.
        width: of the tower's last layers, a multiple of 32: 128 gives `conv` 0.4 million weights.
        seed: of the new weights, and of what is drawn.

    Raises:
        ConfigurationError: there is no such tower, the width cannot be divided, or the policy's model sees
            already.
    """
    if tower not in get_args(Tower):
        raise unknown_name("tower", tower, get_args(Tower))
    if width < 32 or width % 32:
        raise ConfigurationError(f"a tower's width is a multiple of 32, got {width}: try 128")
    if language.encoder.image_placeholder:
        raise ConfigurationError(f"{language.name} sees already: give a text model, such as nano or smollm2")
    tokenizer = copy.deepcopy(language.encoder.tokenizer)
    tokenizer.add_special_tokens(
        {"additional_special_tokens": [IMAGE_TOKEN]}, replace_extra_special_tokens=False
    )
    model = _with_tower(language.model, tower, width, tokenizer, seed)
    template = _sighted(language.template)
    processor = _processor(tokenizer, template, tower)
    encoder = HuggingFaceEncoder(
        tokenizer,
        image_placeholder=IMAGE_TOKEN,
        encode_image=by_processor(processor, IMAGE_TOKEN),
        processor=processor,
    )
    return TransformersPolicy(
        model,
        encoder,
        template,
        name=f"{language.name}+{tower}",
        temperature=language.temperature,
        max_new_tokens=language.max_new_tokens,
        seed=seed,
    )


def takes_any_size(policy: TransformersPolicy) -> bool:
    """Whether the policy's model has the tower `conv`, to which a smaller picture is fewer tokens."""
    config = policy.model.config
    return bool(config.model_type == "llava" and config.vision_config.model_type == "dpt")


def at_own_size(policy: TransformersPolicy) -> TransformersPolicy:
    """The same model for training on pictures of any size, if its tower is `conv`; or else the policy itself.

    A picture of 224 × 224 pixels is the same to both. Call `look_at` before pictures of another size.
    """
    if not takes_any_size(policy):
        return policy
    encoder = HuggingFaceEncoder(
        policy.encoder.tokenizer,
        image_placeholder=policy.encoder.image_placeholder,
        encode_image=by_own_size(policy.encoder.processor),
        processor=policy.encoder.processor,
    )
    return TransformersPolicy(policy.model, encoder, policy.template, name=policy.name)


def look_at(policy: TransformersPolicy, side: int) -> None:
    """Makes the tower `conv` take square pictures of so many pixels a side; its positions are interpolated.

    DPT interpolates whatever the size, but refuses what is not of the size that it was told of.
    """
    if takes_any_size(policy):
        policy.model.model.vision_tower.embeddings.image_size = (side, side)


def by_own_size(processor: Any) -> ImageEncoder:
    """Pictures for the tower `conv` as they are, not brought to one size: fewer tokens for a smaller one.

    Args:
        processor: of the model; gives the scale of its pixels and its image token.
    """
    images, token = processor.image_processor, processor.image_token_id
    mean, deviation = np.float32(images.image_mean), np.float32(images.image_std)

    def encode(pixels: Pixels) -> EncodedImage:
        height, width = pixels.shape[:2]
        if height % PATCH or width % PATCH:
            raise ConfigurationError(f"sides are multiples of {PATCH} pixels, got {width} × {height}")
        values = ((pixels / np.float32(255) - mean) / deviation).transpose(2, 0, 1)[None]
        ids = (token,) * (height * width // PATCH**2)
        return EncodedImage(ids, {"pixel_values": torch.from_numpy(np.ascontiguousarray(values))})

    return encode


def _with_tower(language: Any, tower: Tower, width: int, tokenizer: Any, seed: int) -> Any:
    """The Llava model: a copy of the language model, with rows for tokens that the tokenizer gained."""
    text = type(language.config).from_dict(language.config.to_dict())
    text.max_position_embeddings = max(text.max_position_embeddings, _CONTEXT)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = transformers.LlavaForConditionalGeneration(
            transformers.LlavaConfig(
                vision_config=_tower_config(tower, width),
                text_config=text,
                image_token_index=tokenizer.convert_tokens_to_ids(IMAGE_TOKEN),
                image_seq_length=(SIDE // PATCH) ** 2,
                vision_feature_layer=-1,
                vision_feature_select_strategy=_SELECTED[tower],
                tie_word_embeddings=language.config.tie_word_embeddings,
            )
        )
        model.model.language_model.load_state_dict(language.model.state_dict())
        model.lm_head.load_state_dict(language.lm_head.state_dict())
        if len(tokenizer) > text.vocab_size:
            model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    return model.to(device=language.device, dtype=language.dtype).eval()


def _tower_config(tower: Tower, width: int) -> Any:
    if tower == "patches":
        return transformers.SiglipVisionConfig(
            hidden_size=width,
            intermediate_size=4 * width,
            num_hidden_layers=4,
            num_attention_heads=width // 32,
            image_size=SIDE,
            patch_size=PATCH,
            vision_use_head=False,
        )
    backbone = {
        "model_type": "bit",
        "embedding_size": width // 4,
        "hidden_sizes": [width // 2, 3 * width // 4, width],
        "depths": [1, 2, 2],
        "layer_type": "bottleneck",
        "num_groups": 8,
        "global_padding": "same",
        "embedding_dynamic_padding": True,
        "out_features": ["stage1", "stage2", "stage3"],
    }
    return transformers.DPTConfig(
        is_hybrid=True,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=width // 32,
        image_size=SIDE,
        patch_size=PATCH,
        backbone_config=backbone,
        backbone_featmap_shape=[1, width, SIDE // PATCH, SIDE // PATCH],
    )


def _processor(tokenizer: Any, template: ChatTemplate, tower: Tower) -> Any:
    size = {"height": SIDE, "width": SIDE}
    return transformers.LlavaProcessor(
        LlavaImageProcessorPil(size=size, crop_size=size, do_center_crop=False),
        tokenizer,
        patch_size=PATCH,
        vision_feature_select_strategy=_SELECTED[tower],
        chat_template=template.source,
        image_token=IMAGE_TOKEN,
        num_additional_image_tokens=int(_SELECTED[tower] == "default"),
    )


def _sighted(template: ChatTemplate) -> ChatTemplate:
    """The template with a place for pictures: one of ours that refuses them as it is, or else ChatML."""
    if _REFUSES in template.source:
        return ChatTemplate(template.source.replace(_REFUSES, repr(IMAGE_TOKEN)), template.variables)
    return chatml(IMAGE_TOKEN)
