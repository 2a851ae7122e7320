"""What every template promises, on the manifest, and once on pixels."""

import colorsys
import subprocess
import sys
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.scenes import (
    TEMPLATES,
    Box,
    Scene,
    SceneItem,
    Size,
    most_items,
    scene_template,
    templates_of,
)
from agentic_gym_envs.scenes.base import MIN_CONTRAST, MIN_EMBLEM_SHOWN_PX, MIN_LEGIBLE_SHOWN_PX, shown_px
from agentic_gym_envs.scenes.palette import NAMED
from agentic_gym_envs.scenes.samples import sample_items

HD, UHD = (1920, 1080), (3840, 2160)
NAMES = sorted(TEMPLATES)


@lru_cache(maxsize=64)
def full(name: str, size: Size = HD, clue_px: float = 28, seed: int = 0) -> tuple[list[SceneItem], Scene]:
    """As many items as the template takes, all fields small."""
    template = TEMPLATES[name]
    items = sample_items(template, template.capacity[1], np.random.default_rng((seed, 1)))
    scene = template.draw(
        items,
        size=size,
        clue_px=clue_px,
        small=frozenset(template.fields),
        rng=np.random.default_rng((seed, 2)),
    )
    return items, scene


def inside(inner: Box, outer: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def apart(first: Box, second: Box) -> bool:
    return first[2] <= second[0] or second[2] <= first[0] or first[3] <= second[1] or second[3] <= first[1]


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_placed_once_as_it_was_handed_in(name: str) -> None:
    items, scene = full(name)
    handed_in = {(item.key, field, text) for item in items for field, text in item.texts.items()}
    assert len(scene.placed) == len(handed_in)
    assert {(p.item, p.field, p.text) for p in scene.placed} == handed_in


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "clue_px", "font_px"), [(HD, 28, 14), (UHD, 12, 12)])
def test_small_texts_have_the_clue_s_size_and_lie_free_inside_the_picture(
    name: str, size: Size, clue_px: float, font_px: float
) -> None:
    _, scene = full(name, size, clue_px)
    assert scene.pixels.shape == (size[1], size[0], 3)
    assert scene.pixels.dtype == np.uint8
    assert {text.font_px for text in scene.placed} == {font_px}
    boxes = [text.box for text in scene.placed] + [emblem.box for emblem in scene.emblems]
    assert all(inside(box, (0, 0, *size)) for box in boxes)
    assert all(apart(a, b) for index, a in enumerate(boxes) for b in boxes[:index])
    assert all(text.contrast >= MIN_CONTRAST for text in scene.placed)


@pytest.mark.parametrize("name", NAMES)
def test_anchors_are_unique_visible_and_hold_what_belongs_to_them(name: str) -> None:
    items, scene = full(name)
    assert [anchor.item for anchor in scene.anchors] == [item.key for item in items]
    assert len({anchor.phrase for anchor in scene.anchors}) == len(items)
    boxes = {anchor.item: anchor.box for anchor in scene.anchors}
    for box in boxes.values():
        assert shown_px(min(box[2] - box[0], box[3] - box[1]), HD) >= 24
    assert all(inside(entry.box, boxes[entry.item]) for entry in (*scene.placed, *scene.emblems))
    assert all(apart(a.box, b.box) for n, a in enumerate(scene.anchors) for b in scene.anchors[:n])


@pytest.mark.parametrize("name", NAMES)
def test_emblems_are_shown_where_the_template_shows_them(name: str) -> None:
    items, scene = full(name)
    assert {emblem.item for emblem in scene.emblems} == {i.key for i in items if i.emblem is not None}
    for emblem in scene.emblems:
        left, top, right, bottom = emblem.box
        assert right - left == bottom - top
        assert shown_px(right - left, HD) >= MIN_EMBLEM_SHOWN_PX
    if not TEMPLATES[name].shows_emblems:
        crest = SceneItem("crest", items[0].texts, np.zeros((8, 8, 4), np.uint8))
        with pytest.raises(ConfigurationError, match="shows no emblems"):
            draw(name, [crest, *items[1:]])


def draw(
    name: str, items: list[SceneItem], *, small: frozenset[str] | None = None, **changes: object
) -> Scene:
    template = TEMPLATES[name]
    arguments: dict[str, object] = {
        "size": HD,
        "clue_px": 28,
        "small": frozenset(template.fields) if small is None else small,
        "rng": np.random.default_rng(5),
    }
    return template.draw(items, **(arguments | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_text_changes_the_pixels_of_its_own_box_and_no_others(name: str) -> None:
    template = TEMPLATES[name]
    items = sample_items(template, template.capacity[0] + 2, np.random.default_rng(3))
    changed = [*items]
    texts = dict(items[2].texts)
    texts["code"] = "QW-0258" if texts["code"] != "QW-0258" else "QW-0259"
    changed[2] = SceneItem(items[2].key, texts, items[2].emblem)
    before, after = draw(name, items), draw(name, changed)
    boxes = [p.box for s in (before, after) for p in s.placed if (p.item, p.field) == (items[2].key, "code")]
    left, top = (min(box[edge] for box in boxes) for edge in (0, 1))
    right, bottom = (max(box[edge] for box in boxes) for edge in (2, 3))
    differs = (before.pixels != after.pixels).any(axis=2)
    assert differs[top:bottom, left:right].mean() > 0.1
    differs[top:bottom, left:right] = False
    assert not differs.any()
    # The same call gives the same pixels.
    assert np.array_equal(before.pixels, draw(name, items).pixels)


@pytest.mark.parametrize("name", NAMES)
def test_ink_stands_out_from_its_ground_on_pixels(name: str) -> None:
    _, scene = full(name, UHD, 12)
    for text in scene.placed:
        left, top, right, bottom = text.box
        grey = scene.pixels[top:bottom, left:right].mean(axis=2)
        # Thin strokes are blended with the ground, so their pixels reach part of the ink's contrast.
        assert grey.max() - grey.min() > 60, text


FIELDS = [(name, field) for name in NAMES for field in TEMPLATES[name].fields]


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_field_that_is_not_small_is_legible_at_shown_size(name: str, field: str) -> None:
    template = TEMPLATES[name]
    items = sample_items(template, 12, np.random.default_rng(7))
    scene = draw(name, items, small=frozenset(template.fields) - {field})
    sizes = [shown_px(text.font_px, HD) for text in scene.placed if text.field == field]
    assert len(sizes) == len(items)
    assert min(sizes) >= MIN_LEGIBLE_SHOWN_PX


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("size", "clue_px"), [(HD, 28), (HD, 19), ((2880, 1620), 12)])
def test_the_longest_texts_fit_the_fullest_scene_while_small(name: str, size: Size, clue_px: float) -> None:
    template = TEMPLATES[name]
    words = "Velorabrinda Quenordustel Marzanpasher"
    texts = {f: words[: spec.max_chars].strip() for f, spec in template.fields.items() if spec.max_chars > 12}
    texts |= {f: "KX-44719038"[: s.max_chars] for f, s in template.fields.items() if s.max_chars <= 12}
    items = [SceneItem(str(number), texts) for number in range(most_items(template, clue_px))]
    assert len(draw(name, items, size=size, clue_px=clue_px).placed) == len(items) * len(texts)


def test_a_scene_grows_denser_with_smaller_clues_as_far_as_things_can_be_told_apart() -> None:
    shelf, museum = TEMPLATES["shelf"], TEMPLATES["museum"]
    assert [most_items(shelf, clue_px) for clue_px in (28, 20, 12, 9)] == [40, 66, 185, 329]
    assert most_items(museum, 9) == museum.densest == 90
    assert all(most_items(template, 12) >= 60 for template in TEMPLATES.values())
    assert sum(most_items(template, 9) >= 240 for template in TEMPLATES.values()) >= 6


def test_emblems_need_the_room_that_the_capacity_leaves() -> None:
    items = sample_items(TEMPLATES["lockers"], 46, np.random.default_rng(3))
    with pytest.raises(ConfigurationError, match="takes 4 to 45 items, got 46"):
        draw("lockers", items, clue_px=20)
    bare = [SceneItem(item.key, item.texts) for item in items]
    assert len(draw("lockers", bare, clue_px=20).anchors) == 46


def test_a_match_without_a_score_shows_dashes() -> None:
    items = [SceneItem(str(number), {"code": f"AX307{number}"}) for number in range(4)]
    scene = draw("scoreboard", items, clue_px=20)
    for anchor in scene.anchors:
        left, top, right, bottom = anchor.box
        # Below the strip, which may be of the lamps' colour.
        middle = scene.pixels[top + (bottom - top) // 3 : bottom, left:right].astype(int)
        lit = (middle[:, :, 0] > 180) & (middle[:, :, 1] > 140) & (middle[:, :, 2] < 130)
        rows, columns = np.nonzero(lit)
        assert abs(columns.mean() / middle.shape[1] - 0.5) < 0.02
        assert 0.2 < rows.mean() / middle.shape[0] < 0.35


@pytest.mark.parametrize("name", NAMES)
def test_fields_left_out_are_not_drawn(name: str) -> None:
    template = TEMPLATES[name]
    items = [SceneItem(f"k{number}", {"code": f"AB-{number}"}) for number in range(template.capacity[0])]
    assert {(p.field, p.text) for p in draw(name, items).placed} == {("code", i.texts["code"]) for i in items}


@pytest.mark.parametrize("name", NAMES)
def test_the_generator_decides_the_decor(name: str) -> None:
    items = sample_items(TEMPLATES[name], 6, np.random.default_rng(3))
    phrases = {
        tuple(anchor.phrase for anchor in draw(name, items, rng=np.random.default_rng(seed)).anchors)
        for seed in range(3)
    }
    assert len(phrases) == 3


@pytest.mark.parametrize("name", ["shelf", "menu", "museum"])
def test_letters_beyond_ascii_are_drawn(name: str) -> None:
    template = TEMPLATES[name]
    field = next(iter(template.fields))
    words = ["Crème brûlée", "Žluťoučký kůň", "Ærøskøbing", "Ñandú €9"]
    scene = draw(name, [SceneItem(str(n), {field: text}) for n, text in enumerate(words)])
    assert [p.text for p in scene.placed] == words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"size": (1000, 1000)}, "scenes are 16:9"),
        ({"size": (640, 360)}, "1280 to 7680 wide"),
        ({"clue_px": 16}, "gives a font of 8.0 px"),
        ({"clue_px": 60}, "read without a crop"),
        ({"small": frozenset({"cod"})}, "did you mean 'code'"),
    ],
)
def test_impossible_pictures_are_refused(changes: dict[str, object], says: str) -> None:
    items = sample_items(TEMPLATES["shelf"], 6, np.random.default_rng(3))
    with pytest.raises(ConfigurationError, match=says):
        draw("shelf", items, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"nme": "x"}, "did you mean 'name'"),
        ({"code": "X" * 11}, "1 to 10 printable"),
        ({"code": ""}, "1 to 10 printable"),
        ({"code": "two\nlines"}, "one line"),
        ({"name": "two  spaces"}, "doubled"),
    ],
)
def test_impossible_texts_are_refused(texts: dict[str, str], says: str) -> None:
    items = sample_items(TEMPLATES["shelf"], 6, np.random.default_rng(3))
    with pytest.raises(ConfigurationError, match=says):
        draw("shelf", [SceneItem("odd", texts), *items])


def test_counts_and_keys_are_checked() -> None:
    items = sample_items(TEMPLATES["shelf"], 41, np.random.default_rng(3))
    with pytest.raises(ConfigurationError, match="takes 4 to 40 items, got 41"):
        draw("shelf", items)
    with pytest.raises(ConfigurationError, match="share a key"):
        draw("shelf", [items[0], *items[:5]])


def test_emblems_of_another_shape_are_refused() -> None:
    items = sample_items(TEMPLATES["shelf"], 4, np.random.default_rng(3))
    for emblem in (
        np.zeros((8, 9, 4), np.uint8),
        np.zeros((8, 8, 3), np.uint8),
        np.zeros((8, 8, 4), np.float32),
    ):
        with pytest.raises(ConfigurationError, match=r"\(n, n, 4\)"):
            draw("shelf", [SceneItem("odd", {}, emblem), *items])  # type: ignore[arg-type]


def test_a_large_text_that_does_not_fit_is_refused_with_the_way_out() -> None:
    template = TEMPLATES["shelf"]
    items = sample_items(template, 40, np.random.default_rng(3))
    items[0] = SceneItem(items[0].key, {"name": "Unabbreviatedly Longwinded"})
    with pytest.raises(ConfigurationError, match="put 'name' in small"):
        draw("shelf", items, small=frozenset({"code", "price"}))


def test_the_table_covers_every_domain_and_names_what_it_lacks() -> None:
    for domain in ("daily", "media", "sports", "knowledge", "games"):
        assert len(templates_of(domain)) == 4  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="did you mean 'shirts'"):
        scene_template("shirt")


def test_drawing_imports_no_matplotlib() -> None:
    program = (
        "import sys, numpy as np\n"
        "from agentic_gym_envs.scenes import scene_template\n"
        "from agentic_gym_envs.scenes.samples import sample_items\n"
        "t = scene_template('cards')\n"
        "rng = np.random.default_rng(1)\n"
        "t.draw(sample_items(t, 4, rng), size=(1920, 1080), clue_px=28, small=frozenset(t.fields), rng=rng)\n"
        "print('matplotlib' in sys.modules)\n"
    )
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout == "False\n"


@pytest.mark.parametrize(
    "name", ["shelf", "posters", "records", "shirts", "arcade", "lockers", "videos", "stamps"]
)
def test_a_thing_has_the_colour_that_its_phrase_names(name: str) -> None:
    hues = {word: colorsys.rgb_to_hsv(*(v / 255 for v in NAMED[word]))[0] for word in VIVID}
    items = sample_items(TEMPLATES[name], 20, np.random.default_rng(9), emblems=False)
    scene = draw(name, items)
    seen = 0
    for anchor in scene.anchors:
        word = anchor.phrase.split()[1]
        if word in VIVID:
            left, top, right, bottom = anchor.box
            wide, tall = (right - left) // 6, (bottom - top) // 6
            thing = scene.pixels[top + tall : bottom - tall, left + wide : right - wide]
            hue, strength = strongest_hue(thing)
            assert abs((hue - hues[word] + 0.5) % 1.0 - 0.5) < 0.045, (anchor.phrase, hue, strength)
            seen += 1
    assert seen >= 5


VIVID = ("red", "orange", "yellow", "green", "blue", "purple")


def strongest_hue(pixels: NDArray[np.uint8]) -> tuple[float, float]:
    """The most common hue, 0 to 1, of the coloured pixels, and its share."""
    hsv = np.asarray(Image.fromarray(pixels).convert("HSV")).reshape(-1, 3).astype(int)
    counts = np.bincount(hsv[:, 0], weights=hsv[:, 1] * hsv[:, 2] / 255.0**2, minlength=256)
    smooth = sum(np.roll(counts, shift) for shift in range(-4, 5))
    return int(np.argmax(smooth)) / 255, float(smooth.max() / counts.sum())
