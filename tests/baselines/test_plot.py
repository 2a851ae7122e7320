"""Curves say what the logs say: means over runs, ranges, intervals, and where each value stands."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.statistics import wilson
from agentic_gym_baselines.curves import evaluation_curve, read_arm, read_level, training_curve
from agentic_gym_baselines.plot import draw, main


def write(folder, *records):
    folder.mkdir(parents=True)
    lines = [json.dumps(record) + "\n" for record in records]
    (folder / "log.jsonl").write_text("".join(lines), "utf-8")


def step(number, success, **more):
    return {"step": number, "success": success, "episodes": 4, "length": 500.0, "alarms": []} | more


def held_out(number, success, episodes=10, masked=0, **more):
    return {"step": number, "eval/success": success, "eval/episodes": episodes, "eval/masked": masked} | more


@pytest.fixture
def runs(tmp_path):
    write(tmp_path / "a-0", held_out(0, 0.1), step(1, 0.0), step(2, 0.5), step(3, 1.0), held_out(3, 0.8))
    write(tmp_path / "a-1", held_out(0, 0.3), step(1, 0.2), step(2, 0.1), step(3, 0.6), held_out(3, 0.6))
    return tmp_path


def test_a_line_is_the_mean_of_the_runs_and_its_band_their_range(runs):
    curve = training_curve(read_arm(f"A={runs}/a-*"), "success")
    assert curve.x.tolist() == [1, 2, 3]
    assert curve.mean == pytest.approx([0.1, 0.3, 0.8])
    assert curve.low == pytest.approx([0.0, 0.1, 0.6])
    assert curve.high == pytest.approx([0.2, 0.5, 1.0])


def test_a_smooth_line_is_the_mean_of_the_steps_before(runs):
    curve = training_curve(read_arm(f"A={runs}/a-0"), "success", smooth=2)
    assert curve.mean == pytest.approx([0.0, 0.25, 0.75])


def test_points_have_wilsons_interval_over_the_tasks_of_all_runs(runs):
    curve = evaluation_curve(read_arm(f"A={runs}/a-0,{runs}/a-1"), "success")
    assert curve.x.tolist() == [0, 3]
    expected = [wilson(4, 20), wilson(14, 20)]
    assert curve.mean == pytest.approx([each.estimate for each in expected])
    assert curve.low == pytest.approx([each.low for each in expected])
    assert curve.high == pytest.approx([each.high for each in expected])


def test_masked_episodes_do_not_count(tmp_path):
    write(tmp_path / "run", held_out(0, 0.5, episodes=10, masked=6))
    assert evaluation_curve(read_arm(str(tmp_path / "run")), "success").high[0] == wilson(2, 4).high


def test_a_point_that_not_all_runs_have_is_left_out(runs):
    write(runs / "a-2", held_out(0, 0.2))
    assert evaluation_curve(read_arm(f"A={runs}/a-*"), "success").x.tolist() == [0]


@pytest.mark.parametrize(
    ("against", "expected"),
    [("step", [1, 2, 3]), ("episodes", [4, 8, 12]), ("tokens", [2, 4, 6]), ("minutes", [1, 2, 3])],
)
def test_what_runs_to_the_right_adds_up(tmp_path, against, expected):
    spent = {"seconds_generation": 40.0, "seconds_tools": 5.0, "seconds_learning": 15.0}
    write(tmp_path / "run", held_out(0, 0.0), *(step(n, 0.0, **spent) for n in (1, 2, 3)), held_out(3, 0.0))
    arm = read_arm(str(tmp_path / "run"))
    assert training_curve(arm, "success", against).x == pytest.approx(expected)
    assert evaluation_curve(arm, "success", against).x == pytest.approx([0, expected[-1]])


def test_runs_of_different_token_counts_are_compared_where_both_are(tmp_path):
    write(tmp_path / "a-0", *(step(n, n / 10, length=250.0) for n in (1, 2, 3, 4)))
    write(tmp_path / "a-1", *(step(n, n / 10, length=500.0) for n in (1, 2, 3, 4)))
    curve = training_curve(read_arm(f"A={tmp_path}/a-*"), "success", "tokens")
    assert curve.x == pytest.approx([2, 3, 4])
    assert curve.high == pytest.approx([0.2, 0.3, 0.4])
    assert curve.low == pytest.approx([0.1, 0.15, 0.2])


def test_a_figure_has_a_panel_for_each_quantity_and_a_colour_for_each_arm(runs):
    summary = {"success": {"estimate": 0.5, "low": 0.4, "high": 0.6}, "length": None}
    (runs / "cold").mkdir()
    (runs / "cold" / "summary.json").write_text(json.dumps(summary), "utf-8")
    arms = [read_arm(f"A={runs}/a-*"), read_arm(f"B={runs}/a-0")]
    levels = [f"cold={runs}/cold"]
    figure = draw(arms, ["success", "length", "episodes"], levels=levels, title="T")
    panels = [panel for panel in figure.axes if panel.get_visible()]
    assert [panel.get_title(loc="left") for panel in panels] == [
        "success",
        "tokens written an episode",
        "episodes",
    ]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["A", "B", "cold"]
    colours = [{line.get_color() for line in panel.get_lines()} for panel in panels]
    assert (len(colours[0]), len(colours[1])) == (3, 2)
    assert read_level(levels[0], "length") == ("cold", None)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_the_program_writes_a_figure(runs, suffix):
    out = runs / "figures" / f"curves.{suffix}"
    assert main(["--arms", f"A={runs}/a-*", "--out", str(out), "--show", "success"]) == 0
    assert out.stat().st_size > 1000
    if suffix == "png":
        pixels = np.asarray(Image.open(out).convert("RGB"))
        assert (pixels == (0x00, 0x72, 0xB2)).all(axis=2).sum() > 500  # the first arm's colour


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--arms", "A=nowhere-*"), "no folder 'nowhere-\\*'"),
        (("--arms", "A={runs}/a-0", "--show", "sucess"), "no arm has 'sucess'; a log has.* success"),
        (("--arms", "A={runs}/a-0", "--out", "x.jpg"), "png, .svg or .pdf"),
        (("--arms", "A={runs}/a-0", "--levels", "cold={runs}"), "holds no summary.json"),
        (("--arms", *["A={runs}/a-0"] * 8), "1 to 7 arms"),
        (("--arms", "A={runs}/a-0", "--smooth", "0"), "at least 1"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_line(runs, capsys, arguments, message):
    assert main([argument.format(runs=runs) for argument in arguments]) == 2
    error = capsys.readouterr().err
    assert re.search(message, error), error


def test_a_damaged_log_is_refused(tmp_path):
    write(tmp_path / "run", step(1, 0.0))
    (tmp_path / "run" / "log.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(RecordError, match="damaged"):
        read_arm(str(tmp_path / "run"))
    (tmp_path / "summary.json").write_text("[]", "utf-8")
    with pytest.raises(RecordError, match="cannot be read"):
        read_level(f"x={tmp_path}", "success")
    with pytest.raises(ConfigurationError, match="no folder"):
        read_arm(str(tmp_path / "none"))
