"""The vector environment: equal to gymnasium's own, but overlapping."""

import functools
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ClosedEnvironmentError
from gymnasium.spaces import Box, Dict
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from agentic_gym.errors import ConfigurationError, EpisodeEndedError
from agentic_gym.spaces import ImageList, UnicodeText
from agentic_gym.vector import AgenticVectorEnv

MODES = pytest.mark.parametrize("mode", list(AutoresetMode))


def same(a: Any, b: Any) -> bool:
    """Whether two nested values have equal types, shapes and contents."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray) and a.dtype != object:
        return a.dtype == b.dtype and np.array_equal(a, b)
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and all(map(same, a.tolist(), b.tolist()))
    return bool(a == b)


class Errand(gym.Env[dict[str, Any], str]):
    """Texts, pictures and infos change each turn, episodes differ in length, and a hook is the tool."""

    metadata = {"render_modes": ["ansi"], "render_fps": 1}
    observation_space = Dict(
        {"text": UnicodeText(200), "images": ImageList(2, 5, 5), "clock": Box(0, 99, (2,), np.float32)}
    )
    action_space = UnicodeText(100)

    def __init__(
        self, tool: Callable[[str], object] = str, render_mode: str | None = None, word: str = ""
    ) -> None:
        self.tool = tool
        self.render_mode = render_mode
        self.word = word
        self.resets: list[tuple[int | None, dict[str, Any] | None]] = []
        self.heard: list[str] = []
        self.is_closed = False

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.resets.append((seed, options))
        self.turn = 0
        self.turns = int(self.np_random.integers(1, 5))
        return self._observe("start"), self._info()

    def step(self, action: str) -> Any:
        self.tool(action)
        self.heard.append(action)
        self.turn += 1
        ended = self.turn == self.turns
        terminated = ended and bool(self.turns % 2)
        return self._observe(action), self.turn / 3, terminated, ended and not terminated, self._info()

    def _observe(self, heard: str) -> dict[str, Any]:
        sizes = self.np_random.integers(1, 6, size=(self.np_random.integers(0, 3), 2))
        images = tuple(self.np_random.integers(0, 256, (h, w, 3), dtype=np.uint8) for h, w in sizes)
        clock = np.array([self.turn, self.np_random.integers(99)], np.float32)
        return {"text": f"{self.turn}/{self.turns} {heard}", "images": images, "clock": clock}

    def _info(self) -> dict[str, Any]:
        info = {
            "turn": self.turn,
            "calls": ("a",) * self.turn,
            "parts": {"score": 0.5, "grid": np.ones(2) * self.turn},
        }
        return {**info, "late": "text"} if self.turn > 1 else info

    def render(self) -> str:
        return f"turn {self.turn}"

    def close(self) -> None:
        self.is_closed = True


def slow_first(i: int) -> Callable[[], Errand]:
    """Environments that finish in the reverse of their order."""
    return lambda: Errand(tool=lambda action: time.sleep(0.002 * (5 - i)))


def play(envs: gym.vector.VectorEnv[Any, Any, Any], mode: AutoresetMode) -> list[Any]:
    """Everything that a vector environment returns over enough turns that all episodes end, some twice."""
    returned: list[Any] = []
    try:
        for seed in (3, [9, 9, 4, None, 2]):
            returned.append(deepcopy(envs.reset(seed=seed, options={"split": "train"})))  # type: ignore[arg-type]
            for turn in range(9):
                *_, terminated, truncated, _ = step = envs.step([f"{turn} of {i}" for i in range(5)])
                returned.append(deepcopy(step))
                ended = terminated | truncated
                if mode == AutoresetMode.DISABLED and ended.any():
                    seeds = list(range(turn, turn + 5))
                    returned.append(deepcopy(envs.reset(seed=seeds, options={"reset_mask": ended})))
        returned.append((envs.get_attr("resets"), envs.get_attr("heard")))
    finally:
        envs.close()
    return returned


@MODES
def test_everything_is_what_the_synchronous_environment_returns(mode: AutoresetMode) -> None:
    expected = play(SyncVectorEnv([Errand] * 5, autoreset_mode=mode), mode)
    env_fns = [slow_first(i) for i in range(5)]
    assert same(play(AgenticVectorEnv(env_fns, autoreset_mode=mode), mode), expected)
    assert same(play(AgenticVectorEnv(env_fns, autoreset_mode=mode, max_workers=2), mode), expected)


def test_next_step_returns_the_last_observation_then_ignores_the_action_and_resets() -> None:
    envs = AgenticVectorEnv([Errand] * 2)
    _, infos = envs.reset(seed=[8, 1])
    lengths = envs.get_attr("turns")
    first = int(np.argmin(lengths))
    for turn in range(1, lengths[first] + 1):
        observations, _, terminated, truncated, infos = envs.step(["go", "go"])
        assert observations["text"][first] == f"{turn}/{lengths[first]} go"
    assert (terminated | truncated)[first]
    assert "final_obs" not in infos
    observations, rewards, terminated, truncated, _ = envs.step(["ignored", "ignored"])
    assert observations["text"][first].endswith("start")
    assert (rewards[first], terminated[first], truncated[first]) == (0.0, False, False)
    assert "ignored" not in envs.envs[first].heard  # type: ignore[attr-defined]
    envs.close()


def test_same_step_tells_of_the_end_in_infos() -> None:
    envs = AgenticVectorEnv([Errand] * 3, autoreset_mode="SameStep")
    envs.reset(seed=0)
    lengths = envs.get_attr("turns")
    ends_now = np.array(lengths) == min(lengths)
    for _ in range(min(lengths)):
        observations, _, terminated, truncated, infos = envs.step(["go"] * 3)
    assert (terminated | truncated).tolist() == ends_now.tolist()
    assert infos["_final_obs"].tolist() == ends_now.tolist()
    assert infos["_final_info"].tolist() == ends_now.tolist()
    for i in np.flatnonzero(ends_now):
        assert infos["final_obs"][i]["text"] == f"{lengths[i]}/{lengths[i]} go"
        assert infos["final_info"]["turn"][i] == lengths[i]
        assert infos["turn"][i] == 0
        assert observations["text"][i].endswith("start")
    envs.close()


def test_disabled_refuses_to_step_an_ended_episode_and_resets_by_mask() -> None:
    envs = AgenticVectorEnv([Errand] * 3, autoreset_mode=AutoresetMode.DISABLED)
    before, _ = envs.reset(seed=0)
    for _ in range(min(envs.get_attr("turns"))):
        before, _, terminated, truncated, _ = envs.step(["go"] * 3)
    ended = terminated | truncated
    heard = deepcopy(envs.get_attr("heard"))
    with pytest.raises(EpisodeEndedError, match=r"environments \[\d.*\] have ended; call reset\(options="):
        envs.step(["go"] * 3)
    assert envs.get_attr("heard") == heard  # nobody was stepped
    options = {"reset_mask": ended, "split": "test"}
    after, infos = envs.reset(options=options)
    assert options.keys() == {"reset_mask", "split"}
    assert infos["_turn"].tolist() == ended.tolist()
    for i in range(3):
        if ended[i]:
            assert after["text"][i].endswith("start")
            assert envs.envs[i].resets[-1] == (None, {"split": "test"})  # type: ignore[attr-defined]
        else:
            assert after["text"][i] == before["text"][i]
            assert len(envs.envs[i].resets) == 1  # type: ignore[attr-defined]
    envs.step(["go"] * 3)
    envs.close()


def test_seeds_are_spread_and_an_index_may_be_one_for_all_or_one_for_each() -> None:
    envs = AgenticVectorEnv([Errand] * 3)

    def last_resets() -> list[Any]:
        return [resets[-1] for resets in envs.get_attr("resets")]

    envs.reset(seed=np.int64(40))  # type: ignore[arg-type]
    assert last_resets() == [(40, None), (41, None), (42, None)]
    envs.reset(seed=np.array([5, 5, 7]), options={"index": 8})  # type: ignore[arg-type]
    assert last_resets() == [(5, {"index": 8}), (5, {"index": 8}), (7, {"index": 8})]
    for index in ([4, 4, 6], (4, 4, 6), np.array([4, 4, 6])):
        envs.reset(seed=[1, None, 3], options={"index": index, "split": "test"})
        assert [options["index"] for _, options in last_resets()] == [4, 4, 6]
        assert all(type(options["index"]) is int for _, options in last_resets())
        assert [(seed, options["split"]) for seed, options in last_resets()] == [
            (1, "test"),
            (None, "test"),
            (3, "test"),
        ]
    envs.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"seed": [1, 2]}, "one for each of the 3 environments; got 2"),
        ({"options": {"index": [1, 2]}}, "a sequence of 3, one an environment; got 2"),
        ({"options": {"reset_mask": [True, False, True]}}, "boolean numpy array of shape"),
        ({"options": {"reset_mask": np.ones(2, np.bool_)}}, "boolean numpy array of shape"),
        ({"options": {"reset_mask": np.ones(3)}}, "boolean numpy array of shape"),
        ({"options": {"reset_mask": np.zeros(3, np.bool_)}}, "true nowhere"),
        ({"options": {"reset_mask": np.array([True, False, True])}}, "the first reset"),
    ],
)
def test_reset_refuses_what_it_cannot_use(arguments: Mapping[str, Any], message: str) -> None:
    envs = AgenticVectorEnv([Errand] * 3)
    with pytest.raises(ConfigurationError, match=message):
        envs.reset(**arguments)
    assert envs.get_attr("resets") == ([], [], [])
    envs.close()


@pytest.mark.parametrize("actions", [("a", "b"), ["a"] * 4, "abc", []])
def test_step_refuses_another_number_of_actions_before_anything_happens(actions: Any) -> None:
    envs = AgenticVectorEnv([Errand] * 3)
    envs.reset(seed=0)
    with pytest.raises(ConfigurationError, match="3 actions"):
        envs.step(actions)
    assert envs.get_attr("heard") == ([], [], [])
    envs.close()


def test_step_before_the_first_reset_is_refused() -> None:
    envs = AgenticVectorEnv([Errand] * 2)
    with pytest.raises(EpisodeEndedError, match=r"call reset\(\)"):
        envs.step(["a", "b"])
    envs.close()


def test_the_tools_of_all_environments_run_at_once() -> None:
    everyone = threading.Barrier(8, timeout=20)
    envs = AgenticVectorEnv([lambda: Errand(tool=lambda action: everyone.wait())] * 8)
    envs.reset(seed=0)
    envs.step(["go"] * 8)  # a broken barrier raises: nobody gets past it unless all eight do
    envs.close()


def test_max_workers_limits_how_many_run_at_once() -> None:
    lock, running, peaks = threading.Lock(), [0], [0]

    def tool(action: str) -> None:
        with lock:
            running[0] += 1
            peaks.append(running[0])
        time.sleep(0.005)
        with lock:
            running[0] -= 1

    envs = AgenticVectorEnv([functools.partial(Errand, tool)] * 8, max_workers=2)
    envs.reset(seed=0)
    envs.step(["go"] * 8)
    envs.close()
    assert max(peaks) == 2


def test_a_failure_names_its_environment_and_a_full_reset_goes_on() -> None:
    def tool(action: str) -> None:
        if action == "fail":
            raise LookupError("the tool broke")

    envs = AgenticVectorEnv([lambda: Errand(tool)] * 4, autoreset_mode=AutoresetMode.DISABLED)
    envs.reset(seed=0)
    with pytest.raises(LookupError, match="the tool broke") as failure:
        envs.step(["go", "fail", "go", "fail"])
    assert failure.value.__notes__ == ["in environment 1 of 4; [3] failed as well"]
    assert [len(heard) for heard in envs.get_attr("heard")] == [1, 0, 1, 0]  # the others were done
    with pytest.raises(EpisodeEndedError, match="a turn ahead"):
        envs.step(["go"] * 4)
    with pytest.raises(ConfigurationError, match="is of all environments"):
        envs.reset(options={"reset_mask": np.array([False, True, False, False])})
    envs.reset(seed=0)
    observations, *_ = envs.step(["go"] * 4)
    assert all(text.startswith("1/") for text in observations["text"])
    envs.close()


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Python's own handler, which a shell's background job has not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_waits_for_what_runs_and_drops_what_waits() -> None:
    running, done = [], []

    def tool(action: str) -> None:
        running.append(action)
        time.sleep(0.05)  # by then the main thread waits for the environments
        if action == "interrupt":
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            time.sleep(0.1)
        done.append(action)

    envs = AgenticVectorEnv([lambda: Errand(tool)] * 6, max_workers=2)
    envs.reset(seed=0)
    with pytest.raises(KeyboardInterrupt):
        envs.step(["interrupt", "b", "c", "d", "e", "f"])
    assert sorted(done) == sorted(running)
    assert len(done) < 6
    with pytest.raises(EpisodeEndedError):
        envs.step(["go"] * 6)
    envs.reset(seed=0)
    envs.step(["go"] * 6)
    envs.close()


def test_close_ends_the_threads_and_closes_every_environment() -> None:
    class Stubborn(Errand):
        def close(self) -> None:
            super().close()
            raise OSError("would not close")

    threads = threading.active_count()
    envs = AgenticVectorEnv([Errand, Stubborn, Errand])
    envs.reset(seed=0)
    assert threading.active_count() > threads
    with pytest.raises(OSError, match="would not close") as failure:
        envs.close()
    assert failure.value.__notes__ == ["in environment 1 of 3"]
    assert all(env.is_closed for env in envs.envs)  # type: ignore[attr-defined]
    assert threading.active_count() == threads
    envs.close()  # as often as one likes
    with pytest.raises(ClosedEnvironmentError):
        envs.reset()


def test_frames_attributes_and_calls_reach_every_environment() -> None:
    envs = AgenticVectorEnv([functools.partial(Errand, render_mode="ansi")] * 2)
    envs.reset(seed=0)
    assert envs.render_mode == "ansi"
    assert envs.render() == ("turn 0", "turn 0")
    envs.set_attr("word", ["one", "two"])
    assert envs.get_attr("word") == ("one", "two")
    assert envs.call("render") == ("turn 0", "turn 0")
    assert [env.word for env in envs.envs] == ["one", "two"]  # type: ignore[attr-defined]
    envs.close()


def test_what_a_caller_does_to_an_observation_reaches_no_other() -> None:
    envs = AgenticVectorEnv([Errand] * 2)
    first, _ = envs.reset(seed=[0, 5])
    untouched = deepcopy(first)
    assert len(first["images"][1]) > 0
    others = {"reset_mask": np.array([True, False])}
    seen = first
    for _ in range(2):
        seen["images"][1][0][:] = 0
        seen["clock"][1] = -1
        seen, _ = envs.reset(options=others)
        assert same(seen["images"][1], untouched["images"][1])
        assert same(seen["clock"][1], untouched["clock"][1])
    envs.close()


@MODES
def test_make_vec_builds_it_by_an_entry_point(mode: AutoresetMode) -> None:
    def make(
        num_envs: int, autoreset_mode: AutoresetMode = AutoresetMode.DISABLED, word: str = ""
    ) -> AgenticVectorEnv:
        return AgenticVectorEnv(
            [functools.partial(Errand, word=word)] * num_envs, autoreset_mode=autoreset_mode
        )

    gym.register("test/Errand-v0", Errand, vector_entry_point=make)
    try:
        envs = gym.make_vec("test/Errand-v0", 3, autoreset_mode=mode, word="hello")
        again = gym.make_vec(envs.spec)  # type: ignore[arg-type]
        modes = [one.metadata["autoreset_mode"] for one in (envs, again, gym.make_vec("test/Errand-v0"))]
    finally:
        del gym.registry["test/Errand-v0"]
    assert modes == [mode, mode, AutoresetMode.DISABLED]
    assert envs.metadata["autoreset_mode"] == mode  # not what a later environment wrote
    assert envs.get_attr("word") == again.get_attr("word") == ("hello",) * 3
    assert same(envs.reset(seed=1), again.reset(seed=1))
    assert envs.reset(seed=1)[0] in envs.observation_space
    for vector_env in (envs, again):
        vector_env.close()


def test_building_refuses_what_makes_no_vector_environment() -> None:
    with pytest.raises(ConfigurationError, match="at least one environment"):
        AgenticVectorEnv([])
    with pytest.raises(ConfigurationError, match="max_workers"):
        AgenticVectorEnv([Errand], max_workers=0)
    with pytest.raises(ConfigurationError, match="did you mean 'SameStep'"):
        AgenticVectorEnv([Errand], autoreset_mode="same_step")
