"""The OCR certificate with readers that are known to see well, badly, or too well."""

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.scenes import TEMPLATES
from agentic_gym_envs.scenes.base import SHOWN_LONG_SIDE
from agentic_gym_envs.scenes.legibility import (
    SETTINGS,
    Clue,
    RapidReader,
    Verdict,
    close_view,
    draw_clue,
    examine,
    far_view,
    is_read,
    main,
)

UHD = SETTINGS[0]


class ScriptedReader:
    """Says the words that it is handed, whatever it is shown."""

    def __init__(self, close: list[str], far: str) -> None:
        self._close, self._far = close, far
        self.sizes: list[tuple[int, int]] = []

    def lines(self, pixels: NDArray[np.uint8]) -> list[str]:
        self.sizes.append(pixels.shape[:2])
        return self._close

    def line(self, pixels: NDArray[np.uint8]) -> str:
        return self._far


@pytest.fixture(scope="module")
def clue() -> Clue:
    return draw_clue(TEMPLATES["archive"], np.random.default_rng((0, 0)), *UHD)


def test_a_clue_is_a_code_of_the_level_s_size(clue: Clue) -> None:
    assert clue.placed.field == "code"
    assert clue.placed.font_px == 12
    assert clue.scene.pixels.shape == (2160, 3840, 3)
    assert len(clue.scene.anchors) >= TEMPLATES["archive"].capacity[1]


def test_the_crop_holds_the_anchor_enlarged_and_fits_the_observation(clue: Clue) -> None:
    view = close_view(clue, np.random.default_rng(1))
    left, top, right, bottom = clue.anchor
    assert max(view.shape) == SHOWN_LONG_SIDE
    aspect = (right - left) / (bottom - top)
    assert 0.7 < view.shape[1] / view.shape[0] / aspect < 1.4


def test_the_far_view_is_the_clue_s_own_line_three_times_enlarged(clue: Clue) -> None:
    view = far_view(clue)
    left, top, right, bottom = clue.placed.box
    shrunk = SHOWN_LONG_SIDE / 3840
    assert 3 * shrunk * (right - left) < view.shape[1] < 3 * (shrunk * (right - left) + 9)
    assert 3 * shrunk * (bottom - top) < view.shape[0] < 3 * (shrunk * (bottom - top) * 2 + 5)
    assert view.std() > 3


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("AX3071", True),
        ("No. AX3O71.", True),
        ("ax3071", True),
        ("AX3011", False),
        ("AX30711", False),
        ("AX 3071", False),
    ],
)
def test_a_code_is_read_if_each_character_is(line: str, read: bool) -> None:
    assert is_read("AX3071", ["Quesha Kelmar", line]) is read


def test_examining_counts_what_is_read_in_each_view() -> None:
    first = draw_clue(TEMPLATES["runners"], np.random.default_rng((7, 0)), *UHD).placed.text
    reader = ScriptedReader([first], "")
    assert examine(TEMPLATES["runners"], 2, reader, seed=7) == Verdict("runners", 2, 1, 0)
    assert len(reader.sizes) == 2
    assert examine(TEMPLATES["runners"], 1, ScriptedReader([], first), seed=7).far == 1


@pytest.mark.parametrize(
    ("close", "far", "passed"), [(95, 5, True), (100, 0, True), (94, 0, False), (100, 6, False)]
)
def test_the_promise_is_95_percent_close_and_at_most_5_far(close: int, far: int, passed: bool) -> None:
    verdict = Verdict("runners", 100, close, far)
    assert verdict.passed is passed
    assert ("FAILS" in str(verdict)) is not passed


def test_the_command_fails_with_a_template_that_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--instances", "1"], reader=ScriptedReader([], "")) == 1
    header, row = capsys.readouterr().out.splitlines()
    assert header.split() == ["template", "instances", "crop", "shown"]
    assert row.split() == ["figures", "1", "0%", "0%", "FAILS"]


def test_the_command_passes_where_every_template_does() -> None:
    code = draw_clue(TEMPLATES["figures"], np.random.default_rng((0, 0)), *UHD).placed.text
    assert main(["figures", "--instances", "1"], reader=ScriptedReader([code], "?")) == 0


@pytest.mark.parametrize(
    ("arguments", "says"), [(["figure"], "did you mean 'figures'"), (["--instances", "0"], "at least 1")]
)
def test_what_cannot_be_examined_is_named(arguments: list[str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        main(arguments, reader=ScriptedReader([], ""))


def test_without_the_reader_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(ConfigurationError, match=r"agentic-gym\[ocr\]"):
        RapidReader()
