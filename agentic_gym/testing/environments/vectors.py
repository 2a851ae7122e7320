"""Gymnasium's vector modes: all of them play the same episodes, in each autoreset mode."""

from contextlib import closing
from typing import Any

import gymnasium as gym
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode

from agentic_gym.testing.checks import require
from agentic_gym.testing.environments.subject import NO_ANSWER, Subject, answer

_ENTRY_POINT = "vector_entry_point"
_MODES = ("sync", "async", _ENTRY_POINT)


def vector_modes(subject: Subject) -> str:
    """Sync, async and our own vector mode play the same episodes, infos included, for the same seeds."""
    for autoreset in AutoresetMode:
        expected = _play(subject, _MODES[0], autoreset)
        for mode in _MODES[1:]:
            _require_equal(
                _play(subject, mode, autoreset), expected, f"mode {mode}, autoreset {autoreset.value}"
            )
    return f"{', '.join(_MODES)} agree in observations, rewards, ends and infos, in each autoreset mode"


def _require_equal(played: list[dict[str, Any]], expected: list[dict[str, Any]], where: str) -> None:
    for number, (step, other) in enumerate(zip(played, expected, strict=True)):
        for part, value in step.items():
            require(
                data_equivalence(value, other[part]),
                f"{where}: {part} of step {number} are not those of sync",
            )


def _play(subject: Subject, mode: str, autoreset: AutoresetMode, num_envs: int = 2) -> list[dict[str, Any]]:
    """What is returned by a reset, a malformed action, an answer, and the first action after it."""
    with closing(subject.make()) as env:
        answered = answer(env, NO_ANSWER)
    options = {"difficulty": subject.played_levels[0], **subject.options}
    wanted: dict[str, Any] = {"autoreset_mode": autoreset}
    how = wanted if mode == _ENTRY_POINT else {"vector_kwargs": wanted}
    envs = gym.make_vec(subject.env_id, num_envs, vectorization_mode=mode, **options, **how)
    with closing(envs):
        seen = [dict(zip(("observations", "infos"), envs.reset(seed=subject.seed), strict=True))]
        for text in ("", answered, ""):
            observations, rewards, terminated, truncated, infos = envs.step((text,) * num_envs)
            ends = [terminated.tolist(), truncated.tolist()]
            seen.append(
                {"observations": observations, "rewards": rewards.tolist(), "ends": ends, "infos": infos}
            )
            if autoreset is AutoresetMode.DISABLED and (terminated | truncated).any():
                envs.reset(options={"reset_mask": terminated | truncated})
    return seen
