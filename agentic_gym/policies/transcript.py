"""A conversation as the tokens of one model, kept exactly: what was sampled stays as it was sampled.

Only what is new is ever tokenised: the template's text of the whole conversation must begin with the text
that the model had before it, and the rest of it is what is added. A template that rewrites the past (one
that drops earlier thoughts, or trims what the model wrote) is refused with an error, because the tokens
would no longer be those that the model saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from agentic_gym.errors import TemplateError
from agentic_gym.messages import ImagePart, Message, Pixels, TextPart
from agentic_gym.policies.base import Sampled
from agentic_gym.policies.templates import ChatTemplate
from agentic_gym.trajectories.tokens import ImageSpan, TurnTokens


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """A picture for a model.

    Attributes:
        ids: the tokens that stand for it, in place of the template's placeholder.
        features: what the model takes besides, such as `pixel_values`, by the name of the argument.
    """

    ids: tuple[int, ...]
    features: dict[str, Any]


class Encoder(Protocol):
    """Text and pictures as a model's tokens."""

    image_placeholder: str
    """What a template writes where a picture stands; empty for a text model."""

    def encode(self, text: str) -> list[int]:
        """The tokens of a text, special ones where they are written, and none besides."""
        ...

    def decode(self, ids: Sequence[int]) -> str:
        """The text of tokens, special ones written out."""
        ...

    def encode_image(self, pixels: Pixels) -> EncodedImage:
        """The tokens and features of a picture."""
        ...


def stop_token(template: ChatTemplate, encoder: Encoder) -> int:
    """The token with which a model of this template ends its turn.

    Raises:
        TemplateError: the template writes nothing after a turn.
    """
    ending = encoder.encode(template.turn_end)
    if not ending:
        raise TemplateError("the chat template writes nothing after a turn, so that none could end")
    return ending[0]


@dataclass(slots=True)
class Transcript:
    """What a model has been shown and has written, in one episode.

    Attributes:
        template: renders the conversation.
        encoder: the model's.
        text: all of it as the template has it, each picture as one placeholder.
        ids: all of it as tokens.
        spans: where the pictures' tokens stand.
        features: of the pictures, in order.
    """

    template: ChatTemplate
    encoder: Encoder
    text: str = ""
    ids: list[int] = field(default_factory=list)
    spans: list[ImageSpan] = field(default_factory=list)
    features: list[dict[str, Any]] = field(default_factory=list)
    _messages: int = 0

    def extend(self, messages: Sequence[Message]) -> None:
        """Adds what a conversation holds beyond the transcript, up to where the model is to write.

        Args:
            messages: the whole conversation; the sampled text is its last assistant message so far.

        Raises:
            TemplateError: the template does not repeat the text that was there before, leaves something of
                the new messages out (but for the system message, where it says so), or has no place for
                their pictures.
        """
        whole = self.template.render(messages)
        if not whole.startswith(self.text):
            raise _rewritten(self.text, whole)
        added = whole[len(self.text) :]
        new = [entry for entry in messages[self._messages :] if entry.role != "assistant"]
        expected = [entry for entry in new if entry.role != "system" or not self.template.omits_system]
        self._check_complete(added, expected)
        self._add(added, [image for entry in new for image in entry.images])
        self.text, self._messages = whole, len(messages)

    def sample(self, ids: Sequence[int], logprobs: Sequence[float], *, complete: bool) -> Sampled:
        """Adds what the model sampled, as it was sampled, and gives it as a turn.

        Args:
            ids: the sampled tokens.
            logprobs: one for each of them.
            complete: whether the last of them is the one that ends a turn.
        """
        tokens = TurnTokens(tuple(self.ids), tuple(ids), tuple(logprobs), tuple(self.spans))
        written = self.encoder.decode(ids[:-1] if complete else ids)
        self.text += written + (self.encoder.decode(ids[-1:]) if complete else "")
        self.ids.extend(ids)
        return Sampled(written, tokens, len(tokens.prompt), len(ids), complete)

    def _check_complete(self, added: str, new: Sequence[Message]) -> None:
        texts = [part.text.strip() for entry in new for part in entry.parts if isinstance(part, TextPart)]
        for text in texts:
            if text not in added:
                raise TemplateError(
                    f"the chat template leaves out {text[:80]!r}, or rewrites it: give one that carries "
                    "system, user and assistant messages as they are, such as template=CHATML"
                )

    def _add(self, text: str, images: Sequence[ImagePart]) -> None:
        placeholder = self.encoder.image_placeholder
        pieces = text.split(placeholder) if placeholder else [text]
        if len(pieces) != len(images) + 1:
            raise TemplateError(
                f"the chat template has {len(pieces) - 1} places for {len(images)} pictures"
                + ("" if placeholder else "; the model takes text alone: give a vision model's processor")
            )
        self.ids.extend(self.encoder.encode(pieces[0]))
        for image, piece in zip(images, pieces[1:], strict=True):
            encoded = self.encoder.encode_image(image.pixels)
            start = len(self.ids)
            self.ids.extend(encoded.ids)
            self.spans.append(ImageSpan(start, len(self.ids)))
            self.features.append(encoded.features)
            self.ids.extend(self.encoder.encode(piece))


def _rewritten(before: str, whole: str) -> TemplateError:
    at = next((i for i, (a, b) in enumerate(zip(before, whole, strict=False)) if a != b), len(whole))
    return TemplateError(
        f"the chat template rewrites what the model has already seen: at character {at} it now has "
        f"{whole[at : at + 60]!r}, and had {before[at : at + 60]!r}. Give a template that keeps its prefix, "
        "such as template=QWEN2_VL or template=CHATML"
    )
