"""The spaces, alone and inside everything that gymnasium does with a space."""

import copy
import json
import pickle
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cloudpickle
import gymnasium as gym
import numpy as np
import pytest
from gymnasium.spaces import Box, Dict, Space, Text, Tuple, flatdim, flatten, flatten_space, unflatten
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AsyncVectorEnv, SyncVectorEnv
from gymnasium.vector.utils import (
    batch_differing_spaces,
    batch_space,
    concatenate,
    create_empty_array,
    create_shared_memory,
    iterate,
    read_from_shared_memory,
    write_to_shared_memory,
)
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.spaces import ImageList, UnicodeText

TEXTS = st.text(st.characters(codec="utf-8"), max_size=50)
FLAT_TEXTS = flatten_space(UnicodeText(50))


def picture(height: int, width: int, value: int = 0) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


def same(a: Any, b: Any) -> bool:
    """Whether two nested values have equal types, shapes and contents."""
    if type(a) is not type(b):
        return False
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and np.array_equal(a, b)
    return bool(a == b)


# A worker of a fork server knows only what it can import, and test modules are not on its path.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


class Diary(gym.Env[dict[str, Any], str]):
    """Every observation differs: its text quotes the action, its pictures change in number and size."""

    observation_space = Dict({"text": UnicodeText(2_000), "images": ImageList(3, 9, 9)})
    action_space = UnicodeText(1_500)
    last_page = 3

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        super().reset(seed=seed)
        self.page = 0
        return self._observe("été 🚀"), {}

    def step(self, action: str) -> Any:
        self.page += 1
        return (
            self._observe(action),
            float(self.page),
            self.page == self.last_page,
            False,
            {"page": self.page},
        )

    def _observe(self, heard: str) -> dict[str, Any]:
        sizes = self.np_random.integers(1, 10, size=(self.np_random.integers(0, 4), 2))
        pictures = (self.np_random.integers(0, 256, (h, w, 3), dtype=np.uint8) for h, w in sizes)
        number = self.np_random.integers(10**9)
        return {"text": f"page {self.page} ({number}): {heard}", "images": tuple(pictures)}


# UnicodeText


@given(TEXTS)
def test_any_text_that_utf8_can_encode_is_contained_and_survives_json_and_flattening(text: str) -> None:
    space = UnicodeText(50)
    assert text in space
    assert space.from_jsonable(json.loads(json.dumps(space.to_jsonable([text])))) == [text]
    assert flatten(space, text) in FLAT_TEXTS
    assert unflatten(space, flatten(space, text)) == text


@pytest.mark.parametrize("other", ["x" * 6, "a\ud800", "\udfff", b"abc", None, 3, ["a"], np.array(["a"])])
def test_what_is_not_text_or_too_long_or_not_encodable_is_refused(other: object) -> None:
    assert other not in UnicodeText(5)


def test_length_counts_code_points() -> None:
    assert "🚀" * 5 in UnicodeText(5)
    assert "🚀" * 6 not in UnicodeText(5)


def test_text_equality() -> None:
    assert UnicodeText(5) == UnicodeText(5)
    assert UnicodeText(5) != UnicodeText(6)
    assert UnicodeText(5) != Text(5)
    assert Dict({"text": UnicodeText(5)}) == Dict({"text": UnicodeText(5)})


def test_building_and_pickling_do_not_depend_on_the_length() -> None:
    assert len(pickle.dumps(UnicodeText(10**12))) < 500


def test_samples_are_varied_and_of_the_space() -> None:
    space = UnicodeText(300, seed=0)
    samples = [space.sample() for _ in range(500)]
    assert all(sample in space for sample in samples)
    assert len(set(samples)) > 400
    assert "" in samples
    joined = "".join(samples)
    scripts = {unicodedata.name(character, "?").split()[0] for character in joined}
    assert {"LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "CJK", "HANGUL"} <= scripts
    assert max(map(ord, joined)) > 0xFFFF
    assert all(piece in joined for piece in ("<tool_call>", "</think>", "<answer>", "<image>", "<|im_end|>"))


def test_samples_respect_a_short_length() -> None:
    space = UnicodeText(2, seed=0)
    assert {len(space.sample()) for _ in range(1000)} == {0, 1, 2}


# ImageList


@pytest.mark.parametrize(
    "images", [(), (picture(1, 1),), (picture(4, 6), picture(2, 3)), (picture(4, 6).transpose(0, 1, 2)[::2],)]
)
def test_tuples_of_pictures_of_any_size_are_contained(images: tuple[np.ndarray, ...]) -> None:
    assert images in ImageList(max_images=2, max_height=4, max_width=6)


@pytest.mark.parametrize(
    "images",
    [
        (picture(1, 1),) * 3,
        (picture(5, 6),),
        (picture(4, 7),),
        (picture(0, 3),),
        (picture(2, 2).astype(np.float32),),
        (np.zeros((2, 2), np.uint8),),
        (np.zeros((2, 2, 4), np.uint8),),
        (picture(2, 2).tolist(),),
        [picture(2, 2)],
        picture(2, 2),
        None,
    ],
)
def test_what_is_not_a_tuple_of_fitting_pictures_is_refused(images: object) -> None:
    assert images not in ImageList(max_images=2, max_height=4, max_width=6)


def test_image_list_equality() -> None:
    assert ImageList(2, 3, 4) == ImageList(2, 3, 4)
    for other in (ImageList(1, 3, 4), ImageList(2, 4, 4), ImageList(2, 3, 3), UnicodeText(2), (2, 3, 4)):
        assert ImageList(2, 3, 4) != other


def test_image_samples_differ_in_number_and_size_and_reach_the_limits() -> None:
    space = ImageList(max_images=3, max_height=4, max_width=9, seed=0)
    samples = [space.sample() for _ in range(300)]
    assert all(sample in space for sample in samples)
    assert {len(sample) for sample in samples} == {0, 1, 2, 3}
    assert {image.shape[0] for sample in samples for image in sample} == set(range(1, 5))
    assert {image.shape[1] for sample in samples for image in sample} == set(range(1, 10))


def test_pictures_survive_json_pixel_by_pixel() -> None:
    space = ImageList(3, 20, 20, seed=5)
    samples = [space.sample() for _ in range(5)]
    assert same(space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples)))), samples)


# Both


BOTH = pytest.mark.parametrize("build", [lambda: UnicodeText(40), lambda: ImageList(3, 6, 7)])
Build = Callable[[], Space[Any]]


@BOTH
def test_the_same_seed_gives_the_same_samples_and_another_seed_others(build: Build) -> None:
    def samples(seed: int) -> list[Any]:
        space = build()
        space.seed(seed)
        return [space.sample() for _ in range(5)]

    assert same(samples(7), samples(7))
    assert not same(samples(7), samples(8))


@BOTH
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda space: pickle.loads(pickle.dumps(space))])
def test_a_copy_is_equal_and_goes_on_with_the_same_samples(
    build: Build, copied: Callable[[Any], Any]
) -> None:
    space = build()
    space.seed(3)
    space.sample()
    twin = copied(space)
    assert twin == space
    assert same([twin.sample() for _ in range(5)], [space.sample() for _ in range(5)])


@BOTH
def test_a_mask_or_probabilities_are_refused_by_name(build: Build) -> None:
    with pytest.raises(ConfigurationError, match="with a mask"):
        build().sample(mask=np.ones(3, np.int8))
    with pytest.raises(ConfigurationError, match="with a probability"):
        build().sample(probability=np.ones(3) / 3)
    masked = Dict({"ours": build(), "x": gym.spaces.Discrete(5)}).sample(
        {"ours": None, "x": np.eye(5, dtype=np.int8)[2]}
    )
    assert masked["x"] == 2


@pytest.mark.parametrize("limit", [0, -1, 2.0, "5", True, None])
def test_limits_are_positive_whole_numbers(limit: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_length .* got"):
        UnicodeText(limit)
    for name in ("max_images", "max_height", "max_width"):
        with pytest.raises(ConfigurationError, match=f"{name} .* got"):
            ImageList(**{"max_images": 1, "max_height": 1, "max_width": 1, name: limit})


# Gymnasium's batches


@BOTH
def test_a_batch_is_a_tuple_that_iterates_by_environment(build: Build) -> None:
    space = build()
    space.seed(1)
    batched = batch_space(space, 3)
    assert isinstance(batched, Tuple)
    assert batched.spaces == (space,) * 3
    assert batched.sample() in batched
    empty = create_empty_array(space, n=3)
    assert empty in batched
    items = [space.sample() for _ in range(3)]
    batch = concatenate(space, items, empty)
    assert batch in batched
    assert same(list(iterate(batched, batch)), items)


def test_spaces_with_other_limits_batch_only_as_differing() -> None:
    spaces = [UnicodeText(5), UnicodeText(6)]
    assert batch_differing_spaces(spaces).spaces == tuple(spaces)


def test_text_flattens_beside_numbers() -> None:
    space = Dict({"text": UnicodeText(4), "x": Box(0, 1, (2,), np.float64)})
    value = {"text": "é🚀", "x": np.array([0.25, 0.5])}
    assert flatdim(space) == 6
    assert flatten(space, value) in flatten_space(space)
    assert same(unflatten(space, flatten(space, value)), value)


@pytest.mark.parametrize(
    "use", [flatdim, flatten_space, lambda space: flatten(space, ()), lambda space: unflatten(space, ())]
)
def test_pictures_refuse_to_be_flattened(use: Callable[[Any], object]) -> None:
    with pytest.raises(ConfigurationError, match="resize the pictures"):
        use(ImageList(1, 2, 2))


# Shared memory


@BOTH
def test_the_view_of_shared_memory_follows_it_and_its_copies_do_not(build: Build) -> None:
    space = build()
    space.seed(2)
    memory = create_shared_memory(space, n=3)
    view: Any = read_from_shared_memory(space, memory, n=3)
    assert same(tuple(view), create_empty_array(space, n=3))

    def write() -> tuple[Any, ...]:
        values = tuple(space.sample() for _ in range(3))
        for index in (2, 0, 1):
            write_to_shared_memory(space, index, values[index], memory)
        return values

    for _ in range(20):
        values = write()
        assert same(tuple(view), values)
        kept = [copy.deepcopy(view), copy.copy(view), pickle.loads(pickle.dumps(view)), view[:]]
        write()
        assert all(same(one, values) for one in kept)


def test_the_view_is_a_sequence_of_strings() -> None:
    space = UnicodeText(10)
    memory = create_shared_memory(space, n=3)
    for index, text in enumerate(("one", "δύο", "три")):
        write_to_shared_memory(space, index, text, memory)
    view: Any = read_from_shared_memory(space, memory, n=3)
    assert (len(view), view[1], view[-1], view[:2]) == (3, "δύο", "три", ("one", "δύο"))
    assert list(reversed(view)) == ["три", "δύο", "one"]
    assert "три" in view
    assert view == ("one", "δύο", "три")
    assert view != ("one", "δύο")
    assert repr(view) == repr(("one", "δύο", "три"))
    with pytest.raises(IndexError):
        view[3]


@pytest.mark.parametrize(
    ("space", "full", "too_much"),
    [
        (UnicodeText(3), "🚀🚀🚀", "abcd"),
        (UnicodeText(3), "abc", "\ud800"),
        (ImageList(2, 2, 2), (picture(2, 2, 7), picture(2, 2, 8)), (picture(1, 3),)),
    ],
)
def test_a_slot_takes_the_largest_value_and_refuses_a_larger_one(
    space: Space[Any], full: Any, too_much: Any
) -> None:
    memory = create_shared_memory(space, n=3)
    for index in range(3):
        write_to_shared_memory(space, index, full, memory)
    with pytest.raises(ContractError, match="environment 1 .* not in its space"):
        write_to_shared_memory(space, 1, too_much, memory)
    assert same(tuple(read_from_shared_memory(space, memory, n=3)), (full, full, full))


def test_room_for_many_large_pictures_takes_no_memory_until_it_is_used() -> None:
    def resident_bytes() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

    before = resident_bytes()
    space = ImageList(10, 2048, 2048)
    memory = create_shared_memory(space, n=16)  # 2 GB
    write_to_shared_memory(space, 15, (picture(2048, 2048, 9),), memory)
    view: Any = read_from_shared_memory(space, memory, n=16)
    assert same(view[15], (picture(2048, 2048, 9),))
    assert resident_bytes() - before < 200_000_000


# Environments

ACTIONS = [(f"<answer>{turn}</answer>", "日本語" * turn, "") for turn in range(5)]


def play(envs: gym.vector.VectorEnv[Any, Any, Any]) -> list[Any]:
    """Everything that three environments return over two resets and an automatic one."""
    returned: list[Any] = []
    try:
        for seed in (11, [5, 5, 6]):
            returned.append(copy.deepcopy(envs.reset(seed=seed)))  # type: ignore[arg-type]
            returned.extend(copy.deepcopy(envs.step(actions)) for actions in ACTIONS)
    finally:
        envs.close()
    return returned


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"copy": False},
        {"shared_memory": False},
        {"observation_mode": "different"},
        {"context": "forkserver"},
    ],
    ids=str,
)
def test_asynchronous_environments_return_what_synchronous_ones_do(arguments: dict[str, Any]) -> None:
    expected = play(SyncVectorEnv([Diary] * 3))
    texts = [turn[0]["text"] for turn in expected]
    assert len(set(texts)) == len(texts)  # or a view that never changed would pass
    assert same(play(AsyncVectorEnv([Diary] * 3, **arguments)), expected)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_make_vec_works_in_both_modes_with_its_defaults() -> None:
    gym.register("test/Diary-v0", Diary, disable_env_checker=True)
    try:
        played = [
            play(gym.make_vec("test/Diary-v0", 3, vectorization_mode=mode)) for mode in ("sync", "async")
        ]
    finally:
        del gym.registry["test/Diary-v0"]
    assert same(played[0], played[1])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_without_copies_the_observation_is_what_is_there_now() -> None:
    envs = AsyncVectorEnv([Diary] * 2, copy=False)
    try:
        first, _ = envs.reset(seed=0)
        second = envs.step(("a", "b"))[0]
        assert first["text"] is second["text"]
        assert [text.split(": ")[1] for text in first["text"]] == ["a", "b"]
    finally:
        envs.close()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_batch_of_observations_belongs_to_the_batched_space() -> None:
    envs = AsyncVectorEnv([Diary] * 2)
    try:
        assert envs.reset(seed=0)[0] in envs.observation_space
        assert envs.step(envs.action_space.sample())[0] in envs.observation_space
    finally:
        envs.close()


def test_check_env_finds_nothing() -> None:
    gym.register("test/Diary-v0", Diary)
    try:
        check_env(gym.make("test/Diary-v0").unwrapped, skip_render_check=True)
    finally:
        del gym.registry["test/Diary-v0"]
