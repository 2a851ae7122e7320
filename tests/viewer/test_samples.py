import numpy as np
import pytest
from PIL import Image

import broken_tasks
import toy_runs
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import CallTools, GiveAnswer, ToolCall
from agentic_gym.viewer.samples import MAX_BYTES, draw_sample, find_tasks, first_look, sample, save_sample


@pytest.fixture
def env():
    return make_environment(toy_runs.ENV_ID)


def look_at(env):
    """Plays an episode with one crop; gives its trajectory."""
    env.reset(seed=0)
    call = ToolCall("crop", {"image": "image_1", "bbox_2d": [0, 0, 500, 500]})
    for action in (CallTools((ToolCall("add", {"a": 1, "b": 2}),)), CallTools((call,)), GiveAnswer("3")):
        env.step(env.protocol.write(action))
    return env.trajectory


def test_tasks_differ_in_their_templates(env):
    assert [task.template for task in find_tasks(env.taskset, 0)] == ["sum", "odd sum"]
    assert [task.template for task in find_tasks(env.taskset, 0, beginning="odd")] == ["odd sum"]


def test_a_sample_is_the_task_as_the_oracle_played_it(env):
    picture = sample(env, 1)
    assert picture.width == 1024
    assert env.score.reward == 1.0
    with pytest.raises(ConfigurationError, match="template that begins with 'product'"):
        sample(env, 0, beginning="product")


def test_the_first_look_is_the_first_call_with_a_box(env):
    trajectory = look_at(env)
    look = first_look(trajectory)
    assert look is trajectory.results[1].images[0].pixels
    with_look = draw_sample(env.task, trajectory)
    env.reset(seed=0)
    env.step(env.protocol.write(GiveAnswer("3")))
    assert first_look(env.trajectory) is None
    assert with_look.height > draw_sample(env.task, env.trajectory).height


def test_several_pictures_stand_side_by_side_and_none_leaves_no_room():
    for count in (0, 1, 2, 3):
        pictures = tuple(np.full((40 + 9 * number, 30, 3), 99, np.uint8) for number in range(count))
        kind = broken_tasks.broken("Pictured", images=property(lambda self, shown=pictures: shown))
        taskset = type("Pictures", (broken_tasks.Healthy,), {"kind": kind, "id": "Pictures-v0"})()
        env = broken_tasks_env(taskset)
        env.reset(seed=0)
        env.step(env.protocol.write(GiveAnswer("3")))
        assert draw_sample(env.task, env.trajectory).size[0] == 1024


def broken_tasks_env(taskset):
    from agentic_gym.core import AgenticEnv

    return AgenticEnv(taskset)


def test_a_file_is_small_enough_whatever_is_on_it(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (1500, 1024, 3), dtype=np.uint8)
    size = save_sample(Image.fromarray(noise), tmp_path / "noise.jpg")
    assert size == (tmp_path / "noise.jpg").stat().st_size <= MAX_BYTES
