"""What the loop itself costs: `reset` at each level with the world cached, and `step` without tool time.

Run with `python benchmarks/loop.py`; prints medians in milliseconds.
"""

import statistics
import time
from collections.abc import Callable

import gymnasium as gym

import agentic_gym  # noqa: F401 - registers the environments
from agentic_gym.messages import CallTools, ToolCall
from agentic_gym.protocols import get_protocol

EPISODES = 40
STEPS = 400


def median_ms(work: Callable[[int], object], times: int) -> float:
    """The median wall time of `work(0)`, `work(1)`, … in milliseconds."""
    seconds = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def reset_ms(level: int) -> float:
    """Of tasks whose world is cached: neighbouring indices share one."""
    env = gym.make("RealX-v0", difficulty=level)
    env.reset(options={"index": 0})
    milliseconds = median_ms(lambda number: env.reset(options={"index": number}), EPISODES)
    env.close()
    return milliseconds


def step_ms(action: str) -> float:
    """Of one action that runs no tool, over an episode that does not end."""
    endless = {"max_turns": 10**9, "max_tool_calls": 10**9, "max_characters": 10**9}
    env = gym.make("RealX-v0", difficulty=0, **endless)
    env.reset(seed=0)
    milliseconds = median_ms(lambda _: env.step(action), STEPS)
    env.close()
    return milliseconds


def main() -> None:
    """Prints the table."""
    for level in (0, 1, 2):
        print(f"reset, level {level}: {reset_ms(level):8.2f} ms")
    unknown_tool = get_protocol("hermes").write(CallTools([ToolCall("no_such_tool", {"a": 1})]))
    for name, action in (("malformed action", "hm"), ("call of an unknown tool", unknown_tool)):
        print(f"step, {name}: {step_ms(action):8.3f} ms")


if __name__ == "__main__":
    main()
