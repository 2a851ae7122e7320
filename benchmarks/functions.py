"""Steps a second of FunctionCalls-v0 and of BFCL-v0, on one core.

::

    pip install --no-deps bfcl-eval mpmath
    python benchmarks/functions.py

The oracle's actions are written beforehand. A pass plays 200 episodes: `reset`, every `step`, and the score
at the end, which makes all calls once more. Counted in processor time, the best of three passes; then where
the time of a pass of BFCL's base category goes.
"""

import cProfile
import pstats
import time
from collections.abc import Sequence
from contextlib import closing

import gymnasium as gym

import agentic_gym  # noqa: F401 - registers the environments
from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.playing import play

EPISODES = 200
PASSES = 3
PARTS = {
    "reset": ("core.py", "reset"),
    "of it, the system text": ("core.py", "_instruct"),
    "of it, fresh APIs": ("taskset.py", "begin"),
    "reading actions": ("core.py", "_parse"),
    "running calls": ("core.py", "_call_tools"),
    "the user": ("taskset.py", "reply"),
    "the score": ("judging.py", "judge"),
}
"""Functions whose time is shown, by file and name."""


def written(env: AgenticEnv, level: int) -> list[tuple[dict[str, int], list[str]]]:
    """For each episode the options of `reset` and the oracle's actions."""
    episodes = []
    first = next(iter(env.taskset.splits.values())).start
    for index in range(first, first + EPISODES):
        options = {"difficulty": level, "index": index}
        play(env, "oracle", options=options)
        episodes.append((options, [turn.text for turn in env.trajectory.turns]))
    return episodes


def replay(env: AgenticEnv, episodes: Sequence[tuple[dict[str, int], list[str]]]) -> int:
    """Plays the episodes once more; how many steps that took."""
    steps = 0
    for options, actions in episodes:
        env.reset(options=options)
        for action in actions:
            env.step(action)
        steps += len(actions)
    return steps


def steps_a_second(env: AgenticEnv, level: int) -> float:
    """The best of several passes."""
    episodes, best = written(env, level), 0.0
    for _ in range(PASSES):
        started = time.process_time()
        steps = replay(env, episodes)
        best = max(best, steps / (time.process_time() - started))
    return best


def print_parts(env: AgenticEnv) -> None:
    """Prints what share of a pass each part takes; a profiler slows all of them down."""
    episodes = written(env, 0)
    profile = cProfile.Profile()
    profile.runcall(replay, env, episodes)
    stats = pstats.Stats(profile)
    for part, (file, name) in PARTS.items():
        cumulative = sum(
            entry[3]
            for where, entry in stats.stats.items()
            if where[0].endswith(f"/{file}") and where[2] == name
        )
        print(f"{part:24} {cumulative / stats.total_tt:6.0%}")


def main() -> None:
    """Prints the tables."""
    for env_id in ("FunctionCalls-v0", "BFCL-v0"):
        with closing(gym.make(env_id).unwrapped) as env:
            for level, meaning in env.taskset.difficulties.items():
                print(f"{env_id:18} {level} {steps_a_second(env, level):8,.0f} steps a second  ({meaning})")
            if env_id == "BFCL-v0":
                print_parts(env)


if __name__ == "__main__":
    main()
