"""Demonstrations: stored episodes that succeeded, as the token sequences that a model learns from.

On disk they are a `TrajectoryStore` folder, as `collect` and `agentic-gym eval` write it, so that anything
that was played can be learned from. Here the conversation is rebuilt as a policy would have been shown it,
and goes through the same `Transcript` as a rollout does: the tokens of what was shown are those that the
model will see when it plays, and exactly the actions carry loss.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from agentic_gym.errors import RecordError, TemplateError
from agentic_gym.messages import ImagePart, Message, Part, Pixels, Role, TextPart
from agentic_gym.policies.encoders import HuggingFaceEncoder
from agentic_gym.policies.templates import ChatTemplate
from agentic_gym.policies.transcript import Encoder, Transcript, stop_token
from agentic_gym.trajectories import TokenSequence, TurnTokens, join, read_episodes

_IMAGE = re.compile(r"images/([0-9a-f]{64})\.png")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An episode to imitate.

    Attributes:
        task_id: `MathPython-v0/train/0/17`.
        messages: system text, first observation, then action and observation in turn; the last one is an
            action.
    """

    task_id: str
    messages: tuple[Message, ...]

    @property
    def actions(self) -> tuple[str, ...]:
        """What the agent wrote, in order."""
        return tuple(entry.text for entry in self.messages if entry.role == "assistant")

    @property
    def pictures(self) -> tuple[Pixels, ...]:
        """What the agent was shown, in order: uint8, height × width × 3."""
        return tuple(image.pixels for entry in self.messages for image in entry.images)


def read_demonstrations(folder: Path | str, *, failures: bool = False) -> Iterator[Demonstration]:
    """The episodes of a folder from which to learn, in order.

    Args:
        folder: as `collect` or `agentic-gym eval` wrote it.
        failures: whether episodes that did not succeed are among them, as for a start that is to teach
            nothing but the form.

    Raises:
        RecordError: there are no episodes, or one of them or a picture is damaged.
    """
    folder = Path(folder)
    for number, record in enumerate(read_episodes(folder), 1):
        where = f"episode {number} of {folder}"
        if "is_success" not in record:
            raise RecordError(f"{where} does not say whether it succeeded; make one with `agentic-gym eval`")
        if record["is_success"] or failures:
            yield _demonstration(record, folder, where)


def encode(
    demonstration: Demonstration, template: ChatTemplate, encoder: Encoder
) -> tuple[TokenSequence, list[Pixels]]:
    """A demonstration as the tokens of one model; exactly the actions, each with its stop token, carry loss.

    Args:
        demonstration: to encode.
        template: the model's.
        encoder: the model's.

    Returns:
        the sequence, its `logprobs` empty since nobody sampled it, and the pictures in it, in order: what
        `TransformersPolicy.score` takes.

    Raises:
        TemplateError: the template cannot carry the conversation, or an action holds what the model cannot
            write, such as the token that ends a turn.
    """
    transcript, stop = Transcript(template, encoder), stop_token(template, encoder)
    turns: list[TurnTokens] = []
    for place, entry in enumerate(demonstration.messages):
        if entry.role == "assistant":
            transcript.extend(demonstration.messages[:place])
            sampled = transcript.sample([*_action_ids(entry.text, stop, encoder), stop], (), complete=True)
            if sampled.text != entry.text or sampled.tokens is None:
                raise TemplateError(
                    f"the model's tokens read {sampled.text[:80]!r} for the action {entry.text[:80]!r} of "
                    f"{demonstration.task_id}: its tokenizer loses text, so that it cannot learn from it"
                )
            turns.append(sampled.tokens)
    return join(turns), list(demonstration.pictures)


def _action_ids(text: str, stop: int, encoder: Encoder) -> list[int]:
    """An action's tokens, among which there must be none that a policy never samples within a turn."""
    ids = encoder.encode(text)
    reserved = encoder.special if isinstance(encoder, HuggingFaceEncoder) else set()
    for token in ids:
        if token == stop or token in reserved:
            raise TemplateError(
                f"an action holds {encoder.decode([token])!r}, which belongs to the chat template and is "
                f"never sampled: leave the episode out; the action is {text[:80]!r}"
            )
    return ids


def _demonstration(record: Mapping[str, Any], folder: Path, where: str) -> Demonstration:
    try:
        messages = [
            Message("system", (TextPart(_text(record["system_prompt"])),)),
            _message("user", record["prompt"], folder, where),
        ]
        for turn in record["turns"]:
            messages.append(Message("assistant", (TextPart(_text(turn["action"])),)))
            if turn["observation"]:
                messages.append(_message("user", turn["observation"], folder, where))
        task_id = _text(record["task_id"])
    except (KeyError, TypeError) as error:
        raise RecordError(
            f"{where} is damaged: {type(error).__name__} {error}; a record has system_prompt, prompt and "
            "turns, each with an action and an observation. Collect it anew"
        ) from None
    while messages[-1].role != "assistant":
        messages.pop()
        if not messages:
            raise RecordError(f"{where} has no turn, so that there is nothing to learn from it")
    return Demonstration(task_id, tuple(messages))


def _message(role: Role, parts: Any, folder: Path, where: str) -> Message:
    return Message(role, tuple(_part(part, folder, where) for part in parts))


def _part(part: Any, folder: Path, where: str) -> Part:
    if "text" in part:
        return TextPart(_text(part["text"]))
    return ImagePart(_text(part["name"]), _pixels(_text(part["image"]), folder, where))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} is no text")
    return value


def _pixels(relative: str, folder: Path, where: str) -> Pixels:
    """A stored picture, which must be the one that its name says."""
    named = _IMAGE.fullmatch(relative)
    if named is None:
        raise RecordError(f"{where} is damaged: {relative[:80]!r} does not name a picture of the folder")
    try:
        with Image.open(folder / relative) as image:
            pixels = np.asarray(image)
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError) as error:
        raise RecordError(f"{where}: its picture cannot be read: {error}; collect it anew") from None
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise RecordError(f"{where}: {relative} has the form {pixels.dtype} {pixels.shape}, no RGB picture")
    height, width = pixels.shape[:2]
    if hashlib.sha256(f"{height}x{width}:".encode() + pixels.tobytes()).hexdigest() != named[1]:
        raise RecordError(f"{where}: {relative} is not the picture that its name says; collect it anew")
    return pixels
