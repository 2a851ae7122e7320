"""Plays all 800 entries of BFCL-v0: the ground truth, no calls at all, the ground truth less its last call.

::

    pip install --no-deps bfcl-eval mpmath
    python scripts/play_bfcl.py

Prints how many of each category's 200 entries succeed; exits with 1 unless the ground truth succeeds on all
of them and the others on none.
"""

import sys
from contextlib import closing

import gymnasium as gym

import agentic_gym  # noqa: F401 - registers the environments
from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.playing import play

EXPECTED = {"oracle": True, "empty": False, "truth-less-one": False}
"""Each policy, and whether it is to succeed."""


def successes(env: AgenticEnv, policy: str, difficulty: int) -> int:
    """How many entries of a category a policy solves."""
    options = ({"difficulty": difficulty, "index": index} for index in env.taskset.splits["test"])
    return sum(play(env, policy, options=each)["is_success"] for each in options)


def main() -> int:
    """Prints the table."""
    print(f"{'policy':16}", *(f"{name:>14}" for name in ("base", "miss_func", "miss_param", "long_context")))
    held = True
    with closing(gym.make("BFCL-v0").unwrapped) as env:
        entries = len(env.taskset.splits["test"])
        for policy, succeeds in EXPECTED.items():
            counts = [successes(env, policy, level) for level in env.taskset.difficulties]
            held &= all(count == (entries if succeeds else 0) for count in counts)
            print(f"{policy:16}", *(f"{count:7} of {entries}" for count in counts))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
