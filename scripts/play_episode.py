"""Plays one episode of RealX-v0 with the oracle, as a user without a checkout would."""

import gymnasium as gym

import agentic_gym
from agentic_gym.evaluation.agents import make_agent

env = gym.make("RealX-v0")
assert isinstance(env.unwrapped, agentic_gym.AgenticEnv)
observation, info = env.reset(seed=7)
agent = make_agent("oracle", env.unwrapped)
ended = False
while not ended:
    observation, reward, terminated, truncated, info = env.step(agent(observation))
    ended = terminated or truncated
env.close()
print(f"{info['task_id']}: {info['stop_reason']}, reward {reward}")
if not info["is_success"]:
    raise SystemExit("the oracle did not succeed")
