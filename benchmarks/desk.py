"""How many steps a second CustomerDesk-v0 plays on one core, and how many visits it makes.

::

    python benchmarks/desk.py

The oracle's actions are written down first. A pass plays 200 episodes: `reset`, every `step`, and the score
at the end, which makes all calls once more. Counted in processor time, the best of three passes.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.scripted import ScriptedAgent
from agentic_gym_envs.customerdesk.oracle import oracle
from agentic_gym_envs.customerdesk.taskset import CustomerDesk
from agentic_gym_envs.customerdesk.visits import TRADES

EPISODES = 200
PASSES = 3


def written(env: AgenticEnv, index: int) -> list[str]:
    """The oracle's actions in one episode."""
    observation, _ = env.reset(options={"index": index})
    agent, actions, ended = ScriptedAgent(oracle(env.task, env.coordinates), env), [], False
    while not ended:
        actions.append(agent(observation))
        observation, _, terminated, truncated, _ = env.step(actions[-1])
        ended = terminated or truncated
    return actions


def best(work: Callable[[], int]) -> float:
    """The most that `work`, which says how much it did, does in a second."""
    rates = []
    for _ in range(PASSES):
        started = time.process_time()
        done = work()
        rates.append(done / (time.process_time() - started))
    return max(rates)


def play(env: AgenticEnv, episodes: Sequence[Sequence[str]]) -> int:
    """Plays written episodes; gives back how many steps they have."""
    for index, actions in enumerate(episodes):
        env.reset(options={"index": index})
        for action in actions:
            env.step(action)
    return sum(map(len, episodes))


def make(taskset: CustomerDesk, level: int) -> int:
    """Makes visits without playing them; gives back how many."""
    for index in range(EPISODES):
        taskset.make(taskset.key(index=index, difficulty=level))
    return EPISODES


def main() -> None:
    """Prints the table."""
    for desk in TRADES:
        taskset = CustomerDesk(desk)
        for level in taskset.difficulties:
            env = AgenticEnv(taskset, difficulty=level)
            episodes = [written(env, index) for index in range(EPISODES)]
            steps, visits = best(partial(play, env, episodes)), best(partial(make, taskset, level))
            print(f"{desk:8} level {level}: {steps:7,.0f} steps a second, {visits:6,.0f} visits a second")


if __name__ == "__main__":
    main()
