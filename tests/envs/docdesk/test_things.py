import numpy as np
import pytest
from PIL import Image

from agentic_gym_envs.docdesk import things
from agentic_gym_envs.docdesk.homography import rectangle

SIZE = (1200, 900)
PAPERS = [rectangle(300, 200, 600, 700), rectangle(700, 250, 900, 650)]


def scattered(seed, papers=PAPERS):
    return things.scatter(papers, 16.0, SIZE, np.random.default_rng(seed))


def bounds(thing):
    points = np.concatenate([outline for outline, _ in thing.shapes])
    return points.min(axis=0), points.max(axis=0)


def overlaps(one, other):
    return bool((one[0] < other[1]).all() and (other[0] < one[1]).all())


def test_nothing_lies_on_a_paper_or_on_another_thing():
    papers = [(paper.min(axis=0), paper.max(axis=0)) for paper in PAPERS]
    numbers = set()
    for seed in range(40):
        lying = [bounds(thing) for thing in scattered(seed)]
        numbers.add(len(lying))
        for place, one in enumerate(lying):
            assert not any(overlaps(one, other) for other in (*papers, *lying[:place]))
    assert max(numbers) >= 3
    assert 0 in numbers


def test_most_of_each_thing_is_in_the_photo():
    for seed in range(40):
        for low, high in map(bounds, scattered(seed)):
            seen = np.minimum(high, SIZE) - np.maximum(low, 0)
            assert (seen >= 0.15 * (high - low)).all()


def test_a_full_desk_holds_nothing_else():
    assert scattered(0, [rectangle(0, 0, *SIZE)]) == []


def test_the_same_draws_give_the_same_things():
    one, other = scattered(3), scattered(3)
    assert [shape for thing in one for _, shape in thing.shapes] == [
        shape for thing in other for _, shape in thing.shapes
    ]
    assert all(np.array_equal(a.outline, b.outline) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", things._KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_is_painted_where_it_lies_and_nowhere_else(kind):
    shapes = kind(np.random.default_rng(1))
    thing = things._put(shapes, 10.0, np.array([600.0, 450.0]), 0.7)
    picture = Image.new("RGB", SIZE, (1, 2, 3))
    things.paint(thing, picture, 1.0, 0.8)
    changed = np.argwhere((np.asarray(picture) != (1, 2, 3)).any(axis=2))[:, ::-1]
    low, high = bounds(thing)
    assert (changed.min(axis=0) >= low - 3).all()
    assert (changed.max(axis=0) <= high + 3).all()
    assert len(changed) > 200


def test_what_the_photos_edge_cuts_is_painted_too():
    thing = things._put(things._cup(np.random.default_rng(1)), 10.0, np.array([10.0, 890.0]), 0.0)
    picture = Image.new("RGB", SIZE, (1, 2, 3))
    things.paint(thing, picture, 1.0, 1.0)
    assert picture.getpixel((0, SIZE[1] - 1)) != (1, 2, 3)
