from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from agentic_gym_envs.finegrain.certificates import Unanswerable, is_fair, read_again, things_in
from agentic_gym_envs.finegrain.crowds import draw_draft, number_box
from agentic_gym_envs.finegrain.levels import LEVELS, Asked
from agentic_gym_envs.finegrain.questions import ask
from agentic_gym_envs.finegrain.stages import crowd_stage, scene_stage
from agentic_gym_envs.finegrain.styles import STYLES
from agentic_gym_envs.oracles.looking import holds

CROWDS = [asked for asked in Asked if asked not in (Asked.READ, Asked.FIRST)]


def stage(asked, seed=0, level=3):
    return crowd_stage(asked, LEVELS[level], np.random.default_rng(seed))


@pytest.mark.parametrize("asked", CROWDS)
def test_what_is_painted_gives_the_answer_that_the_question_was_built_for(asked):
    for seed in range(20):
        made = stage(asked, seed)
        assert read_again(made.crowd, made.question) == made.question.answer


def test_a_second_thing_of_the_description_is_refused():
    made = stage(Asked.IDENTIFY)
    section = next(each for each in made.crowd.sections if each.letter == made.question.letters[0])
    (only,) = [
        thing for thing in things_in(made.crowd, section) if made.question.descriptions[0].fits(thing.look)
    ]
    other = next(thing for thing in things_in(made.crowd, section) if thing is not only)
    things = tuple(replace(t, look=only.look) if t is other else t for t in made.crowd.things)
    twins = replace(made.crowd, things=things)
    with pytest.raises(Unanswerable, match="2 things"):
        read_again(twins, made.question)
    assert not is_fair(twins, made.question)


def test_another_number_on_the_clue_changes_the_answer():
    made = stage(Asked.SUM)
    changed = tuple(replace(thing, number=thing.number + 1) for thing in made.crowd.things)
    assert not is_fair(replace(made.crowd, things=changed), made.question)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("level", [1, 2, 3, 4])
def test_things_lie_apart_within_their_places_and_have_room_for_their_numbers(style, level):
    crowd = draw_draft(style, LEVELS[level], np.random.default_rng(level)).finish()
    boxes = np.array([thing.box for thing in crowd.things])
    starts = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    ends = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    assert not np.triu((ends > starts).all(axis=2), k=1).any()
    assert sum(len(things_in(crowd, section)) for section in crowd.sections) == len(crowd.things)
    assert all(holds(thing.box, number_box(thing, crowd.number_px)) for thing in crowd.things)
    assert len({thing.number for thing in crowd.things}) == len(crowd.things)


def test_closed_answers_are_balanced_and_counts_are_wide():
    rng = np.random.default_rng(5)
    sides = Counter(crowd_stage(Asked.SIDE, LEVELS[2], rng).question.answer for _ in range(200))
    assert min(sides.values()) >= 70
    counts = Counter(crowd_stage(Asked.COUNT, LEVELS[4], rng).question.answer for _ in range(150))
    assert len(counts) >= 90


def test_the_fullest_place_is_each_place_in_turn():
    rng = np.random.default_rng(6)
    found = Counter(crowd_stage(Asked.MOST, LEVELS[4], rng).question.answer for _ in range(180))
    assert len(found) == 12
    assert max(found.values()) <= 30


def test_most_kinds_of_questions_find_room_in_any_draft():
    rng = np.random.default_rng(7)
    for asked in CROWDS:
        questions = [ask(asked, draw_draft(STYLES[0], LEVELS[4], rng), rng) for _ in range(10)]
        assert sum(question is not None for question in questions) >= 5


def test_codes_are_distinct_and_those_of_splits_disjoint():
    seen = []
    for residue in range(3):
        made = scene_stage(Asked.FIRST, LEVELS[4], residue, np.random.default_rng(residue))
        codes = [item.texts["code"] for item in made.items]
        assert len(set(codes)) == len(codes)
        assert made.answer == min(codes[place] for place in made.pointed)
        seen.append({int(code[3:]) % 3 for code in codes})
    assert seen == [{0}, {1}, {2}]


def test_a_pointed_code_has_look_alikes():
    made = scene_stage(Asked.READ, LEVELS[1], 0, np.random.default_rng(3))
    apart = [sum(a != b for a, b in zip(made.answer, item.texts["code"], strict=True)) for item in made.items]
    assert apart.count(1) == 2
