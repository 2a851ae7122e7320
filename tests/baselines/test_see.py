"""Learning to see: what is drawn is right, what is held out is new, and a run goes on where it stopped."""

import json
import zlib

import numpy as np
import pytest
import torch

from agentic_gym.errors import ConfigurationError
from agentic_gym_baselines import see
from agentic_gym_baselines.grounding import grounding_loss, projecting
from agentic_gym_baselines.models import open_policy
from agentic_gym_baselines.running import INTERRUPTED
from agentic_gym_baselines.see import CURRICULUM, Args, Course, example_of, held_out, learn, learner_of
from agentic_gym_baselines.sights import Ability, Lesson, Sight, draw_sights
from agentic_gym_baselines.vision import PATCH, picture_policy
from agentic_gym_envs.world.emblems import emblem_figure
from agentic_gym_envs.world.shapes import FIGURES

SMALL = ("--width", "32", "--scenes", "1", "--batch-size", "16", "--pictures", "1", "--save-every", "0")


def run(out, *arguments):
    return see.main(["--out", str(out), *SMALL, *arguments])


def log(out):
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    return [{name: value for name, value in line.items() if name != "seconds"} for line in lines]


def weights(out):
    return open_policy(str(out / "policy")).model.state_dict()


# What is drawn.


@pytest.mark.parametrize("ability", Ability)
def test_a_scene_is_the_same_again_and_another_is_another(ability):
    first, again = (draw_sights(ability, Lesson(96, 3), "train", 1, 5) for _ in range(2))
    others = [draw_sights(ability, Lesson(96, 3), *where) for where in (("train", 2, 5), ("train", 1, 6))]
    others.append(draw_sights(ability, Lesson(96, 3), "held-out", 1, 5))
    assert [sight.answer for sight in first] == [sight.answer for sight in again]
    assert all(np.array_equal(a.pixels, b.pixels) for a, b in zip(first, again, strict=True))
    for other in others:
        assert not np.array_equal(first[0].pixels, other[0].pixels)


@pytest.mark.parametrize("lesson", CURRICULUM)
def test_codes_stand_where_the_marks_are(lesson):
    sights = draw_sights(Ability.READ, lesson, "train", 0, 3)
    assert len(sights) > 5
    for sight in sights:
        assert sight.pixels.shape == (lesson.side, lesson.side, 3)
        assert sight.pixels.dtype == np.uint8
        assert len(sight.answer) == lesson.characters
        assert "".join(shown for _, _, shown in sight.marks) == sight.answer
        across = [x for x, _, _ in sight.marks]
        assert across == sorted(across)
        for x, y, _ in sight.marks:
            assert 0 <= x < lesson.side
            assert 0 <= y < lesson.side
            # Around a mark there is print: light and dark, not one colour.
            around = sight.pixels[max(0, int(y) - 8) : int(y) + 8, max(0, int(x) - 8) : int(x) + 8]
            assert np.ptp(around.astype(int)) > 60


def test_no_whole_code_and_no_emblem_is_in_both_splits():
    for split in ("train", "held-out"):
        codes = [
            sight.answer for n in range(4) for sight in draw_sights(Ability.READ, Lesson(224, 6), split, 0, n)
        ]
        assert len(codes) > 60
        assert {zlib.crc32(code.encode()) % 7 == 0 for code in codes} == {split == "held-out"}


def test_emblems_are_named_by_their_figures():
    sights = [sight for n in range(6) for sight in draw_sights(Ability.NAME, Lesson(64, 1), "train", 0, n)]
    names = {sight.answer for sight in sights}
    assert len(names) > 8
    assert names <= set(FIGURES)
    assert {emblem_figure(seed) for seed in range(400)} == set(FIGURES)


def test_a_point_is_right_within_the_thing():
    sights = draw_sights(Ability.POINT, Lesson(224, 1), "train", 0, 0)
    assert all(sight.accepts(sight.answer) for sight in sights)
    for sight in sights:
        others = [other for other in sights if other is not sight]
        assert not any(sight.accepts(other.answer) for other in others)
        assert not any(sight.accepts(junk) for junk in ("", "500", "a, b", "1, 2, 3", "5000, 5000", "-3, 7"))


def test_a_code_is_right_as_it_is_printed():
    sight = Sight(Ability.READ, np.zeros((16, 16, 3), np.uint8), "Read the code.", "AB12")
    assert sight.accepts("AB12")
    assert sight.accepts(" AB12\n")
    assert not any(sight.accepts(other) for other in ("AB13", "ab12", "AB1", "AB12.", ""))


def test_an_examination_takes_few_pictures_of_a_scene():
    sights = held_out(Ability.POINT, Lesson(224, 1), 9, 0)
    assert len(sights) == 9
    assert len({sight.pixels.tobytes() for sight in sights}) >= 3


# What is learned.


def test_the_answer_carries_loss_and_the_picture_does_not():
    policy = learner_of(Args(out=None, width=32)).policy
    sight = draw_sights(Ability.READ, Lesson(96, 3), "train", 0, 0)[0]
    example = example_of(sight, policy)
    ids = [
        token for token, sampled in zip(example.sequence.ids, example.sequence.mask, strict=True) if sampled
    ]
    assert policy.encoder.decode(ids) == f"{sight.answer}<|im_end|>"
    [span] = example.sequence.images
    assert span.stop - span.start == (96 // PATCH) ** 2
    assert not any(example.sequence.mask[span.start : span.stop])


def test_pictures_can_be_told_apart_by_heart():
    args = Args(out=None, width=32, lr=3e-3, warmup=10, batch_size=8)
    learner = learner_of(args)
    sights = draw_sights(Ability.READ, Lesson(64, 2), "train", 0, 0)[:8]
    first = last = learn(learner, sights, args)
    for _ in range(150):
        if last["right"] > 0.9:
            break
        last = learn(learner, sights, args)
    assert first["right"] < 0.01
    assert last["right"] > 0.9
    assert last["grounding"] < 0.8 * first["grounding"]


def test_the_grounding_loss_is_the_cross_entropy_at_the_marks():
    policy = picture_policy(open_policy("nano"), width=32)
    blank = np.zeros((64, 64, 3), np.uint8)
    sights = [
        Sight(Ability.READ, blank, "", "7Q", marks=((20.0, 40.0, "7"), (63.9, 0.0, "Q"))),
        Sight(Ability.POINT, blank, "", "1, 2"),
    ]
    table = policy.model.get_input_embeddings().weight
    projected = torch.randn(2, 16, table.shape[1], generator=torch.Generator().manual_seed(0))
    projected.requires_grad_()
    loss = grounding_loss(policy, projected, sights)
    # 4 × 4 tokens of 16 pixels: (20, 40) is in column 1 of line 2, (63.9, 0) in column 3 of line 0.
    expected = 0.0
    for cell, shown in ((9, "7"), (3, "Q")):
        logits = (projected[0, cell].double() @ table.double().T).detach()
        expected -= float(logits.log_softmax(-1)[policy.encoder.encode(shown)[0]]) / 2
    assert float(loss.detach()) == pytest.approx(expected, rel=1e-5)
    loss.backward()
    touched = projected.grad.abs().sum(-1).nonzero().tolist()
    assert touched == [[0, 3], [0, 9]]
    assert float(grounding_loss(policy, projected, sights[1:]).detach()) == 0.0


def test_a_text_model_projects_nothing():
    with projecting(open_policy("nano")) as projected:
        assert projected == []


# How far it has come.


def record(right, lesson=0, ability="read"):
    return {"ability": ability, "lesson": lesson, "right": right}


def test_a_lesson_is_over_when_its_codes_are_read():
    course = Course()
    for _ in range(30):
        course.note(record(0.79))
        course.note(record(1.0, ability="point"))
        course.note(record(1.0, lesson=3))
    assert course.lesson == 0
    for _ in range(8):
        course.note(record(1.0))
    assert course.lesson == 1
    assert course.share == 0.0


def test_the_last_lesson_does_not_end():
    course = Course(lesson=len(CURRICULUM) - 1)
    for _ in range(20):
        course.note(record(1.0, lesson=len(CURRICULUM) - 1))
    assert course.lesson == len(CURRICULUM) - 1


def test_the_shares_of_the_abilities_are_kept():
    args = Args(out=None, read=0.6, name=0.3)
    drawn = [Course(lesson=2).draw(args, step) for step in range(600)]
    counts = {ability: sum(each is ability for each, _ in drawn) / 600 for ability in Ability}
    assert counts == pytest.approx({"read": 0.6, "name": 0.3, "point": 0.1}, abs=0.05)
    assert {lesson for _, lesson in drawn} == {0, 1, 2}


# The program.


def test_a_run_that_stopped_goes_on_exactly(tmp_path):
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    assert run(whole, "--steps", "3") == 0
    assert run(halves, "--steps", "1") == 0
    assert run(halves, "--steps", "3", "--resume") == 0
    assert log(whole) == log(halves)
    first, second = weights(whole), weights(halves)
    assert all(torch.equal(first[name], second[name]) for name in first)
    accuracy = json.loads((halves / "accuracy.json").read_text("utf-8"))
    assert accuracy["step"] == 3
    assert set(accuracy["accuracy"]) == {"read 1", "read 2", "read 3", "read 4", "read 6", "name", "point"}


def test_an_interrupted_run_leaves_a_checkpoint(tmp_path, monkeypatch):
    real, calls = see.learn, []

    def stopping(*arguments):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    monkeypatch.setattr(see, "learn", stopping)
    assert run(tmp_path, "--steps", "3") == INTERRUPTED
    monkeypatch.setattr(see, "learn", real)
    assert run(tmp_path, "--steps", "2", "--resume") == 0
    assert [line["step"] for line in log(tmp_path)] == [1, 2]


def test_time_ends_a_run_whole(tmp_path):
    assert run(tmp_path, "--steps", "1000", "--minutes", "0.001") == 0
    assert len(log(tmp_path)) < 1000
    open_policy(str(tmp_path / "policy"))


def test_what_cannot_go_on_is_refused(tmp_path, capsys):
    assert run(tmp_path, "--steps", "1") == 0
    capsys.readouterr()
    assert run(tmp_path, "--steps", "2", "--resume", "--width", "64") == 2
    assert "is of another model" in capsys.readouterr().err
    assert run(tmp_path, "--steps", "2", "--resume", "--lr", "0.5") == 2
    assert "lr was 0.001 and is 0.5" in capsys.readouterr().err
    assert run(tmp_path, "--steps", "2") == 2
    assert "--resume" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 0}, "steps, scenes, batch_size and pictures are at least 1"),
        ({"minutes": -1.0}, "and minutes 0"),
        ({"seed": -1}, "a seed is at least 0"),
        ({"read": 0.9, "name": 0.2}, "together at most 1; got 0.9 and 0.2"),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(tmp_path, options, message):
    with pytest.raises(ConfigurationError, match=message):
        see.train(Args(out=tmp_path, **options))
