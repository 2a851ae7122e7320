import gymnasium as gym
import pytest

import agentic_gym
from agentic_gym.evaluation.agents import make_agent
from agentic_gym_envs.oracles.looking import OracleStuckError
from agentic_gym_envs.oracles.reading import Look, read_look
from agentic_gym_envs.realx.levels import LEVELS

assert agentic_gym.registered_ids()


def play(env, agent, **options):
    """The reward, the info and the trajectory of one episode."""
    seed = options.pop("seed", None)
    observation, _ = env.reset(seed=seed, options=options)
    act, reward, done = make_agent(agent, env.unwrapped), 0.0, False
    while not done:
        observation, reward, terminated, truncated, info = env.step(act(observation))
        done = terminated or truncated
    return reward, info, env.unwrapped.trajectory


@pytest.mark.parametrize(
    ("level", "count"), [(0, 6), (1, 6), (2, 4), (3, 2), pytest.param(4, 2, marks=pytest.mark.slow)]
)
def test_the_oracle_solves_every_task(level, count):
    env = gym.make("RealX-v0", difficulty=level)
    for index in range(1_000_000, 1_000_000 + count):
        reward, info, _ = play(env, "oracle", index=index, split="val")
        assert reward == 1.0, info["task_id"]
    env.close()


@pytest.mark.parametrize("level", [1, 3])
def test_what_is_not_located_can_be_found_by_a_scan(level):
    env = gym.make("RealX-v0", difficulty=level)
    rewards = [play(env, "scan", index=index)[0] for index in range(2)]
    env.close()
    assert rewards == [1.0, 1.0]


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("level", LEVELS)
def test_the_oracle_solves_two_hundred_tasks(level):
    env = gym.make("RealX-v0", difficulty=level)
    # Of neighbours in a few worlds: a world of 68,000 pages takes seconds to make.
    indices = [64 * world + place for world in range(4) for place in range(50)]
    failed = [index for index in indices if play(env, "oracle", index=index)[0] != 1.0]
    env.close()
    assert failed == []


@pytest.mark.parametrize("coordinates", ["norm1000", "shown", "original"])
@pytest.mark.parametrize("protocol", ["hermes", "deepeyes", "artist"])
def test_the_oracle_speaks_every_protocol_and_points_in_every_convention(protocol, coordinates):
    env = gym.make("RealX-v0", difficulty=1, protocol=protocol, coordinates=coordinates)
    for index in (1, 4, 7):
        assert play(env, "oracle", index=index)[0] == 1.0
    env.close()


@pytest.mark.parametrize("longest_side", [700, 800, 1600])
def test_the_oracle_copes_with_pictures_shown_at_another_size(longest_side):
    env = gym.make("RealX-v0", difficulty=1, coordinates="shown", longest_side=longest_side)
    for index in range(4):
        assert play(env, "oracle", index=index)[0] == 1.0
    env.close()


def test_every_turn_of_the_oracle_has_a_thought_and_no_call_fails():
    env = gym.make("RealX-v0", difficulty=1)
    _, _, trajectory = play(env, "oracle", index=3)
    assert all(turn.action.thought for turn in trajectory.turns)
    assert {str(result.status) for result in trajectory.results} == {"ok"}
    env.close()


def test_the_first_look_is_around_the_anchor_and_never_the_clue_alone(tasks):
    env = gym.make("RealX-v0", difficulty=1)
    looked = 0
    for task in tasks(1, 12):
        if "perception" not in task.tags or "every" in task.template:
            continue
        _, _, trajectory = play(env, "oracle", index=task.key.index)
        first = trajectory.turns[0]
        look = read_look(first.observation.text)
        anchor = task.anchors[0].box
        assert isinstance(look, Look)
        assert look.box[0] <= anchor[0]
        assert look.box[2] >= anchor[2]
        looked += 1
    env.close()
    assert looked >= 3


def test_the_oracle_is_stuck_where_the_clue_is_not_legible(tasks, monkeypatch):
    task = next(task for task in tasks(1, 40) if "perception" in task.tags and "every" not in task.template)
    monkeypatch.setattr("agentic_gym_envs.oracles.looking.LEGIBLE_PX", 1_000.0)
    env = gym.make("RealX-v0", difficulty=1)
    with pytest.raises(OracleStuckError, match="cannot be read"):
        play(env, "oracle", index=task.key.index)
    env.close()
