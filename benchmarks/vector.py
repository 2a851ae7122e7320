"""How well the vector environment overlaps tools that wait: `python benchmarks/vector.py`.

Prints, for 8 and 32 environments whose tool takes 20 ms, the seconds that ten turns of all of them
take one after another (gymnasium's `SyncVectorEnv`) and in threads (`AgenticVectorEnv`).
"""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Dict
from gymnasium.vector import SyncVectorEnv, VectorEnv

from agentic_gym.spaces import ImageList, UnicodeText
from agentic_gym.vector import AgenticVectorEnv

TURNS = 10
TOOL_SECONDS = 0.02


class SlowTool(gym.Env[dict[str, Any], str]):
    """An endless episode; each action costs `tool_seconds` and returns a text and a 512 × 512 picture."""

    observation_space = Dict({"text": UnicodeText(1_000), "images": ImageList(1, 512, 512)})
    action_space = UnicodeText(1_000)

    def __init__(self, tool_seconds: float) -> None:
        self.tool_seconds = tool_seconds

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Starts the episode."""
        super().reset(seed=seed)
        return self._observe("start"), {}

    def step(self, action: str) -> Any:
        """Waits for the tool."""
        time.sleep(self.tool_seconds)
        return self._observe(action), 0.0, False, False, {}

    def _observe(self, text: str) -> dict[str, Any]:
        return {"text": text, "images": (np.zeros((512, 512, 3), np.uint8),)}


def seconds(build: Callable[..., VectorEnv[Any, Any, Any]], num_envs: int, tool_seconds: float) -> float:
    """The least of three runs of `TURNS` turns."""
    envs = build([partial(SlowTool, tool_seconds)] * num_envs)
    envs.reset(seed=0)
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        for _ in range(TURNS):
            envs.step(("go",) * num_envs)
        runs.append(time.perf_counter() - start)
    envs.close()
    return min(runs)


def main() -> None:
    print(f"{'environments':>12} {'tool':>6} {'one by one':>11} {'threads':>9} {'ratio':>7}")
    for num_envs in (8, 32):
        for tool_seconds in (0.0, TOOL_SECONDS):
            serial = seconds(SyncVectorEnv, num_envs, tool_seconds)
            threads = seconds(AgenticVectorEnv, num_envs, tool_seconds)
            tool = f"{tool_seconds * 1000:.0f} ms"
            print(f"{num_envs:>12} {tool:>6} {serial:>9.3f} s {threads:>7.3f} s {serial / threads:>6.1f}x")


if __name__ == "__main__":
    main()
