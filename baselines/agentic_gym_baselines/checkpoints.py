"""Checkpoints: one file that holds all that a run needs to go on exactly as if it had never stopped."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from agentic_gym.errors import RecordError
from agentic_gym_baselines.learning import Learner

FILE = "checkpoint.pt"
_VERSION = 1


def save_checkpoint(folder: Path, learner: Learner, *, step: int, settings: Mapping[str, Any]) -> None:
    """Replaces the folder's checkpoint; whoever is killed meanwhile leaves the earlier one as it was.

    Args:
        folder: the run's.
        learner: its model, optimiser and sampler.
        step: how many steps of the trainer it has taken.
        settings: of the run, plain values; `load_checkpoint` refuses a run with others.
    """
    state = {
        "version": _VERSION,
        "step": step,
        "settings": dict(settings),
        "model": learner.policy.model.state_dict(),
        "optimizer": learner.optimizer.state_dict(),
        "updates": learner.updates,
        "generator": learner.policy.generator.get_state(),
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{FILE}.part"
    with partial.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / FILE)


def load_checkpoint(folder: Path, learner: Learner, *, settings: Mapping[str, Any]) -> int:
    """Brings a learner to where the folder's checkpoint was.

    It may have been on another device; what is drawn from the learner's random streams is then another thing.

    Args:
        folder: the run's.
        learner: of the same model.
        settings: of the run that is to go on.

    Returns:
        the step that it was written after.

    Raises:
        RecordError: there is no checkpoint, it is damaged, or it belongs to another model or another run.
    """
    path = folder / FILE
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise RecordError(f"{folder} holds no {FILE} to go on from; start without --resume") from None
    except Exception as error:  # torch raises a dozen kinds for a file that is none of its own
        raise RecordError(f"{path} is damaged: {error}; start again in another folder") from error
    if not isinstance(state, dict) or state.get("version") != _VERSION:
        raise RecordError(f"{path} is no checkpoint of this version; start again in another folder")
    _check_model(path, state["model"], learner.policy.model.state_dict())
    _check_settings(path, state["settings"], settings)
    learner.policy.model.load_state_dict(state["model"])
    learner.policy.forget()
    learner.optimizer.load_state_dict(state["optimizer"])
    learner.updates = state["updates"]
    _restore_streams(learner.policy.generator, state)
    return int(state["step"])


def _restore_streams(generator: Any, state: Mapping[str, Any]) -> None:
    """Puts random streams where they were; those of other devices are left as they are."""
    if state["generator"].shape == generator.get_state().shape:  # the size of a state is its device's
        generator.set_state(state["generator"])
    torch.set_rng_state(state["torch"])
    if len(state["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["cuda"])


def _check_model(path: Path, kept: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    shapes, expected = ({name: tuple(each.shape) for name, each in state.items()} for state in (kept, own))
    if shapes != expected:
        different = sorted(name for name in {*shapes, *expected} if shapes.get(name) != expected.get(name))
        name = different[0]
        raise RecordError(
            f"{path} is of another model: {len(different)} of its weights differ in name or shape, such as "
            f"{name}: {shapes.get(name, 'missing')} there, {expected.get(name, 'missing')} in this model. "
            "Give the --model that the run began with"
        )


def _check_settings(path: Path, kept: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    different = {name: (kept.get(name), own[name]) for name in own if kept.get(name) != own[name]}
    if different:
        said = ", ".join(f"{name} was {was!r} and is {now!r}" for name, (was, now) in different.items())
        raise RecordError(f"{path} is of a run with other settings: {said}; give the same, or another --out")
