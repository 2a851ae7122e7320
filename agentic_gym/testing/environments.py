"""The environment's contract as a test: hold one against it, of this package or of your own.

`agentic-gym validate ID` prints what `check_env_contract` yields; a test suite is best parametrised over
`contract_checks(ID)`, so that each check fails by its own name.
"""

import json
import os
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import check_env, data_equivalence

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ContractError, EpisodeEndedError
from agentic_gym.escaping import IMAGE_PLACEHOLDER
from agentic_gym.evaluation.agents import make_agent
from agentic_gym.messages import CallTools, GiveAnswer, StopReason, ToolCall
from agentic_gym.tasks import Observation, Taskset
from agentic_gym.testing.checks import Check, require, run_checks

AUDIT_CEILING = 0.05
"""The success that a policy without the needed abilities may reach."""
DISTINCT = 0.99
"""The share of seeds that must give a task of their own."""
NO_ANSWER = "I do not know"
"""An answer that is right in no task."""

Env = gym.Env[Observation, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """The environment under test.

    Attributes:
        env_id: its registered id.
        episodes: how many a check plays at each level, where it plays several.
        seed: the first of the seeds it plays.
        options: keyword arguments of `gym.make`.
    """

    env_id: str
    episodes: int = 20
    seed: int = 0
    options: Mapping[str, Any] = field(default_factory=dict)

    def make(self, **more: Any) -> Env:
        """A fresh environment."""
        return gym.make(self.env_id, **{**self.options, **more})

    @property
    def seeds(self) -> range:
        """The seeds to play."""
        return range(self.seed, self.seed + self.episodes)

    @property
    def taskset(self) -> Taskset:
        """What the environment's episodes are about."""
        with closing(self.make()) as env:
            return inner(env).taskset


def inner(env: Env) -> AgenticEnv:
    """The `AgenticEnv` under gymnasium's wrappers.

    Raises:
        ContractError: it is not one.
    """
    unwrapped = env.unwrapped
    if not isinstance(unwrapped, AgenticEnv):
        raise ContractError(f"expected an AgenticEnv under the wrappers; got {type(unwrapped).__name__}")
    return unwrapped


def answer(env: Env, text: str) -> str:
    """An answer as the environment's protocol writes it."""
    return inner(env).protocol.write(GiveAnswer(text))


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


def determinism(subject: Subject) -> str:
    """The same seed gives the same first observation, info and truth; the next one another task."""
    with closing(subject.make()) as one, closing(subject.make()) as two:
        for seed in subject.seeds:
            first, second = one.reset(seed=seed), two.reset(seed=seed)
            require(data_equivalence(first, second), f"seed {seed} gave two different first observations")
            require(
                inner(one).task.reference == inner(two).task.reference,
                f"seed {seed} gave two different truths",
            )
    return f"{subject.episodes} seeds, each twice"


def another_process(subject: Subject) -> str:
    """A fresh process with another hash seed makes the same text and truth."""
    seeds = list(subject.seeds)[:5]
    hash_seed = "1" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    request = json.dumps({"env_id": subject.env_id, "seeds": seeds, "options": dict(subject.options)})
    run = subprocess.run(
        [sys.executable, "-c", "from agentic_gym.testing import print_episodes; print_episodes()"],
        input=request,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    require(run.returncode == 0, f"the other process failed: {run.stderr[-2000:]}")
    here = list(first_texts(subject.env_id, seeds, subject.options))
    require(json.loads(run.stdout) == here, "another process made other texts or truths for the same seeds")
    return f"{len(seeds)} seeds"


def first_texts(env_id: str, seeds: Sequence[int], options: Mapping[str, Any]) -> Iterator[list[str]]:
    """Task id, first text and truth for each seed."""
    with closing(gym.make(env_id, **options)) as env:
        for seed in seeds:
            observation, info = env.reset(seed=seed)
            yield [info["task_id"], observation["text"], inner(env).task.reference]


def print_episodes() -> None:
    """The other half of `another_process`: reads a request from stdin, prints texts as JSON."""
    import agentic_gym  # noqa: F401 - registers the environments

    request = json.load(sys.stdin)
    print(json.dumps(list(first_texts(request["env_id"], request["seeds"], request["options"]))))


def distinct_tasks(subject: Subject) -> str:
    """Seeds 0 to 9,999 give at least 99% tasks of their own."""
    count = 10_000
    with closing(subject.make()) as env:
        made = inner(env)
        ids = {made.draw_key(np.random.default_rng(seed)) for seed in range(count)}
    require(len(ids) >= DISTINCT * count, f"{count} seeds gave {len(ids)} tasks")
    return f"{len(ids):,} of {count:,}"


def disjoint_splits(subject: Subject) -> str:
    """No index is in two splits, and each has at least a million."""
    spans = sorted(subject.taskset.splits.items(), key=lambda entry: entry[1].start)
    for name, span in spans:
        require(len(span) >= 1_000_000, f"split {name!r} has {len(span)} tasks; a million is the least")
    for (name, span), (after, following) in zip(spans, spans[1:], strict=False):
        require(span.stop <= following.start, f"splits {name!r} and {after!r} overlap")
    return ", ".join(f"{name} {len(span):,}" for name, span in spans)


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
    """Nonsense is answered by an observation, and the episode goes on."""
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
            require(not (terminated or truncated), f"{action[:40]!r} ended the episode")
            require(bool(observation["text"]) and reward == 0, f"{action[:40]!r} was not answered")
            require_placeholders(observation)
    return f"{len(nonsense)} malformed actions answered"


def require_placeholders(observation: Observation) -> None:
    """Raises `ContractError` unless the text has one placeholder for each image."""
    placeholders, images = observation["text"].count(IMAGE_PLACEHOLDER), len(observation["images"])
    require(placeholders == images, f"{placeholders} placeholders for {images} images")


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
        for action in ("hello", answer(env, NO_ANSWER)):
            frame: Any = env.render()
            require(isinstance(frame, np.ndarray) and frame.dtype == np.uint8, "a frame is a uint8 array")
            shapes.add(frame.shape)
            env.step(action)
        require(len(shapes) == 1, f"frames of several sizes: {shapes}")
    return f"frames of {shapes.pop()}"


def vector_modes(subject: Subject) -> str:
    """Sync, async and our own vector mode play the same episodes for the same seeds."""
    played = {mode: _play_vector(subject, mode) for mode in ("sync", "async", "vector_entry_point")}
    for mode, episodes in played.items():
        require(data_equivalence(episodes, played["sync"]), f"mode {mode} plays other episodes than sync")
    return "sync, async and vector_entry_point agree"


def _play_vector(subject: Subject, mode: str, num_envs: int = 2) -> list[Any]:
    with closing(subject.make()) as env:
        answered = answer(env, NO_ANSWER)
    envs = gym.make_vec(subject.env_id, num_envs, vectorization_mode=mode, **subject.options)
    with closing(envs):
        observation, _ = envs.reset(seed=subject.seed)
        seen = [observation]
        for text in ("", answered, "", answered):
            observation, reward, terminated, truncated, _ = envs.step((text,) * num_envs)
            seen.append((observation, reward.tolist(), terminated.tolist(), truncated.tolist()))
    return seen


def no_leak(subject: Subject) -> str:
    """The truth stands neither in the first observation's info nor in the spec, and specs pickle."""
    with closing(subject.make()) as env:
        require(pickle.loads(pickle.dumps(env.spec)) == env.spec, "the spec does not survive pickling")
        for seed in subject.seeds:
            observation, info = env.reset(seed=seed)
            require_placeholders(observation)
            reference = inner(env).task.reference
            # The id is left out: digits of its index may be those of the truth.
            seen = json.dumps({**info, "task_id": ""}, default=str) + repr(env.spec)
            require(
                len(reference) < 4 or reference not in seen,
                f"seed {seed}: the truth {reference!r} stands in info or spec",
            )
    return f"{subject.episodes} first infos without the truth"


def oracle(subject: Subject) -> str:
    """The oracle succeeds always, at every level."""
    rates = {level: success_rate(subject, "oracle", level) for level in subject.taskset.difficulties}
    require(all(rate == 1.0 for rate in rates.values()), f"success by level: {rates}")
    return f"1.000 at levels {sorted(rates)}, {subject.episodes} episodes each"


def audits(subject: Subject) -> str:
    """Policies without the needed abilities stay at or under their ceilings."""
    names = ["silent", *(name for name in subject.taskset.policies() if name != "oracle")]
    seen = []
    for name in names:
        for level in subject.taskset.difficulties:
            rate = success_rate(subject, name, level)
            ceiling = 0.0 if name == "silent" else AUDIT_CEILING
            require(rate <= ceiling, f"{name} succeeds in {rate:.3f} at level {level}; ceiling {ceiling}")
            seen.append(f"{name} {rate:.3f}")
    return f"{subject.episodes} episodes a level: " + ", ".join(seen)


def success_rate(subject: Subject, agent: str, level: int) -> float:
    """The share of the subject's seeds at which an agent, by name, succeeds."""
    with closing(subject.make(difficulty=level)) as env:
        return float(np.mean([_succeeds(env, agent, seed) for seed in subject.seeds]))


def _succeeds(env: Env, name: str, seed: int) -> bool:
    observation, info = env.reset(seed=seed)
    agent = make_agent(name, inner(env))
    ended = False
    while not ended:
        observation, _, terminated, truncated, info = env.step(agent(observation))
        ended = terminated or truncated
    require(info["scored"], f"{info['task_id']} ended unscored: {info['stop_reason']}")
    return bool(info["is_success"])


CHECKS: tuple[Callable[[Subject], str], ...] = (
    gymnasium_contract,
    determinism,
    another_process,
    distinct_tasks,
    disjoint_splits,
    options_of_reset,
    malformed_actions,
    endings,
    budgets,
    rendering,
    vector_modes,
    no_leak,
    oracle,
    audits,
)
"""Every check: takes a subject, returns what it saw, raises `ContractError` where the contract is broken."""


def contract_checks(
    env_id: str, *, episodes: int = 20, seed: int = 0, **options: Any
) -> Mapping[str, Callable[[], str]]:
    """Every check by name, bound to an environment.

    Args:
        env_id: a registered environment.
        episodes: how many a check plays at each level, where it plays several.
        seed: the first of the seeds it plays.
        options: keyword arguments of `gym.make`.
    """
    subject = Subject(env_id, episodes, seed, options)
    return {check.__name__.replace("_", " "): partial(check, subject) for check in CHECKS}


def check_env_contract(env_id: str, *, episodes: int = 20, seed: int = 0, **options: Any) -> Iterator[Check]:
    """Runs every check and yields its result as it comes; arguments as for `contract_checks`."""
    return run_checks(contract_checks(env_id, episodes=episodes, seed=seed, **options))
