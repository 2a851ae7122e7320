"""Hugging Face tokenizers and image processors as an `Encoder`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from PIL import Image

from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import Pixels
from agentic_gym.policies.transcript import EncodedImage

ImageEncoder: TypeAlias = Callable[[Pixels], EncodedImage]

_NOT_FEATURES = ("input_ids", "attention_mask", "token_type_ids", "mm_token_type_ids")


class HuggingFaceEncoder:
    """See `Encoder`.

    Args:
        tokenizer: a Hugging Face tokenizer.
        image_placeholder: what a template writes where a picture stands; empty for a text model.
        encode_image: of a vision model; see `by_grid` and `by_processor`.
        processor: what `encode_image` uses, which has to be saved with the model.
    """

    def __init__(
        self,
        tokenizer: Any,
        *,
        image_placeholder: str = "",
        encode_image: ImageEncoder | None = None,
        processor: Any = None,
    ) -> None:
        self.tokenizer = tokenizer
        self.processor = processor
        self.image_placeholder = image_placeholder
        self._encode_image = encode_image

    def encode(self, text: str) -> list[int]:
        """See `Encoder`."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False)["input_ids"]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """See `Encoder`."""
        return str(
            self.tokenizer.decode(list(ids), skip_special_tokens=False, clean_up_tokenization_spaces=False)
        )

    def encode_image(self, pixels: Pixels) -> EncodedImage:
        """See `Encoder`.

        Raises:
            ConfigurationError: the model takes text alone.
        """
        if self._encode_image is None:
            raise ConfigurationError("the model takes text alone: give a vision model, with its processor")
        return self._encode_image(pixels)

    def unwritable(self, stop: int, rows: int) -> list[int]:
        """Token ids that a model must not sample: special ones but `stop`, and those without a text.

        A special token within a turn would look like the template's own, and an image token like a picture.

        Args:
            stop: the token that ends a turn.
            rows: of the model's output, which may have more than the tokenizer has tokens.
        """
        missing = set(range(rows)) - set(self.tokenizer.get_vocab().values())
        return sorted(token for token in self.special | missing if token != stop and token < rows)

    @property
    def special(self) -> set[int]:
        """Ids of the tokens that belong to the template and not to anybody's text."""
        added = self.tokenizer.added_tokens_decoder
        return {token for token, entry in added.items() if entry.special}


def by_grid(image_processor: Any, image_token: int) -> ImageEncoder:
    """Pictures for the Qwen-VL family: as many tokens as the grid has cells that are merged.

    Args:
        image_processor: gives `pixel_values` and `image_grid_thw`.
        image_token: id of the token that stands for one cell.
    """

    def encode(pixels: Pixels) -> EncodedImage:
        features = dict(image_processor(images=[Image.fromarray(pixels)], return_tensors="pt"))
        cells = int(features["image_grid_thw"][0].prod()) // image_processor.merge_size**2
        return EncodedImage((image_token,) * cells, features)

    return encode


def by_processor(processor: Any, image_placeholder: str) -> ImageEncoder:
    """Pictures for any model whose processor takes text and pictures together.

    Args:
        processor: expands the placeholder to the picture's tokens.
        image_placeholder: such as `<image>`.
    """

    def encode(pixels: Pixels) -> EncodedImage:
        features = dict(
            processor(
                text=[image_placeholder],
                images=[Image.fromarray(pixels)],
                return_tensors="pt",
                add_special_tokens=False,
            )
        )
        ids = tuple(features["input_ids"][0].tolist())
        return EncodedImage(ids, {name: features[name] for name in features if name not in _NOT_FEATURES})

    return encode
