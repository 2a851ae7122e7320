"""A tokenizer whose tokens are characters; a picture is three tokens."""

from collections.abc import Sequence

from agentic_gym.messages import Pixels
from agentic_gym.policies.transcript import EncodedImage


class Letters:
    def __init__(self, image_placeholder: str = "") -> None:
        self.image_placeholder = image_placeholder

    def encode(self, text: str) -> list[int]:
        return [ord(letter) for letter in text]

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(map(chr, ids))

    def encode_image(self, pixels: Pixels) -> EncodedImage:
        return EncodedImage((1, 1, 1), {"shape": pixels.shape})
