"""The interface: gymnasium's contract, options of `reset`, malformed actions, endings, budgets, frames."""

import warnings
from contextlib import closing
from typing import Any

import numpy as np
from gymnasium.utils.env_checker import check_env

from agentic_gym.errors import ContractError, EpisodeEndedError
from agentic_gym.messages import CallTools, SayToUser, StopReason, ToolCall
from agentic_gym.testing.checks import require
from agentic_gym.testing.environments.subject import (
    NO_ANSWER,
    Env,
    Subject,
    answer,
    inner,
    require_placeholders,
)


def gymnasium_contract(subject: Subject) -> str:
    """`check_env` passes, and warns of nothing."""
    with warnings.catch_warnings(record=True) as caught, closing(subject.make()) as env:
        warnings.simplefilter("always")
        try:
            check_env(env.unwrapped, skip_render_check=True)
        except Exception as error:
            raise ContractError(f"check_env raised {type(error).__name__}: {error}") from error
    require(not caught, f"check_env warned: {[str(warning.message) for warning in caught]}")
    return "check_env passes without a warning"


def options_of_reset(subject: Subject) -> str:
    """An index repeats its task; an unknown option, split, level or index is a ValueError."""
    wrong: list[dict[str, Any]] = [
        {"indx": 1},
        {"split": "tran"},
        {"difficulty": 99},
        {"index": -1},
        {"index": "a"},
    ]
    with closing(subject.make()) as env:
        _, drawn = env.reset(seed=subject.seed)
        index = inner(env).task.key.index
        _, again = env.reset(seed=subject.seed + 1, options={"index": index})
        require(drawn["task_id"] == again["task_id"], f"index {index} gave {again['task_id']}")
        for options in wrong:
            try:
                env.reset(seed=subject.seed, options=options)
            except ValueError:
                continue
            raise ContractError(f"reset(options={options}) was accepted")
    return f"an index repeats its task; {len(wrong)} wrong options refused"


def malformed_actions(subject: Subject) -> str:
    """Nonsense is answered, and the episode goes on, unless it was a message after which the user is done."""
    nonsense = [
        "",
        "\x00\ud800<image>",
        "<tool_call>{",
        "<tool_call>{}</tool_call>",
        "<image>" * 40,
        "{" * 5000,
    ]
    with closing(subject.make(max_turns=len(nonsense) + 1)) as env:
        env.reset(seed=subject.seed)
        for action in nonsense:
            observation, reward, terminated, truncated, _ = env.step(action)
            ended = terminated or truncated
            require(not ended or _is_message(env, action), f"{action[:40]!r} ended the episode")
            require(bool(observation["text"]) and reward == 0, f"{action[:40]!r} was not answered")
            require_placeholders(observation)
            if ended:
                env.reset(seed=subject.seed)
    return f"{len(nonsense)} malformed actions answered"


def _is_message(env: Env, action: str) -> bool:
    """Whether an action says something to a user, who may then be done."""
    made = inner(env)
    return made.task.converses and isinstance(made.protocol.parse(action, converses=True), SayToUser)


def endings(subject: Subject) -> str:
    """An answer terminates and is scored; a step after the end raises."""
    with closing(subject.make()) as env:
        env.reset(seed=subject.seed)
        _, reward, terminated, truncated, info = env.step(answer(env, NO_ANSWER))
        require(terminated and not truncated, "an answer did not terminate the episode")
        require(info["stop_reason"] is StopReason.ANSWER, f"stop_reason is {info['stop_reason']!r}")
        require(
            info["scored"] and not info["is_success"], f"the answer {NO_ANSWER!r} succeeded: reward {reward}"
        )
        try:
            env.step(answer(env, NO_ANSWER))
        except EpisodeEndedError:
            return "an answer ends the episode; a step after it raises"
    raise ContractError("a step after the end was accepted")


def budgets(subject: Subject) -> str:
    """Turns, calls and characters each end the episode, truncated and scored."""
    with closing(subject.make(max_turns=1)) as env:
        _expect_stop(env, subject.seed, "", StopReason.MAX_TURNS)
    with closing(subject.make(max_characters=10)) as env:
        _expect_stop(env, subject.seed, "x" * 11, StopReason.MAX_CHARACTERS)
    with closing(subject.make(max_tool_calls=0)) as env:
        env.reset(seed=subject.seed)
        for schema in inner(env).tool_schemas[:1]:
            call = inner(env).protocol.write(CallTools([ToolCall(schema["function"]["name"])]))
            _expect_stop(env, subject.seed, call, StopReason.MAX_TOOL_CALLS)
    return "turns, calls and characters"


def _expect_stop(env: Env, seed: int, action: str, reason: StopReason) -> None:
    env.reset(seed=seed)
    _, _, terminated, truncated, info = env.step(action)
    require(truncated and not terminated, f"{reason} did not truncate the episode")
    require(info["stop_reason"] is reason and info["scored"], f"expected {reason}; got {info['stop_reason']}")


def rendering(subject: Subject) -> str:
    """`ansi` gives text, `rgb_array` frames of one size."""
    with closing(subject.make(render_mode="ansi")) as env:
        env.reset(seed=subject.seed)
        text: Any = env.render()
        require(isinstance(text, str) and bool(text), f"mode ansi gave {type(text).__name__}")
    with closing(subject.make(render_mode="rgb_array")) as env:
        shapes = set()
        env.reset(seed=subject.seed)
        for action in ("", answer(env, NO_ANSWER)):
            frame: Any = env.render()
            require(isinstance(frame, np.ndarray) and frame.dtype == np.uint8, "a frame is a uint8 array")
            shapes.add(frame.shape)
            env.step(action)
        require(len(shapes) == 1, f"frames of several sizes: {shapes}")
    return f"frames of {shapes.pop()}"
