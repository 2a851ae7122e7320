import numpy as np
import pytest
from PIL import Image, ImageDraw

from agentic_gym.errors import ConfigurationError, ToolMistake
from agentic_gym.messages import Pixels
from agentic_gym.tools import ImageStore, Tool, ToolContext, image_operations, image_tools

NORM = {tool.schema.name: tool for tool in image_tools()}
ORIGINAL = {tool.schema.name: tool for tool in image_tools("original")}


def only(tool: Tool, context: ToolContext, **arguments: object) -> Pixels:
    (pixels,) = tool(context, arguments).images
    assert pixels.dtype == np.uint8
    return pixels


def original(context: ToolContext) -> Pixels:
    return context.images["image_1"].original


def holding(pixels: Pixels, context: ToolContext, longest_side: int = 100) -> ToolContext:
    images = ImageStore(longest_side)
    images.add(pixels)
    return ToolContext(images, context.python)


def test_the_tools_and_their_convention() -> None:
    assert list(NORM) == ["crop", "zoom", "rotate", "flip", "enhance", "straighten"]
    for name, argument in (("crop", "bbox_2d"), ("zoom", "point_2d"), ("straighten", "corners")):
        described = [
            tools[name].schema.parameters["properties"][argument]["description"] for tools in (NORM, ORIGINAL)
        ]
        assert "from 0 to 1000" in described[0]
        assert "at its original size" in described[1]
    with pytest.raises(ConfigurationError, match="unknown coordinates 'pixels'"):
        image_tools("pixels")


@pytest.mark.parametrize("name", NORM)
def test_an_image_that_does_not_exist(context: ToolContext, name: str) -> None:
    arguments: dict[str, dict[str, object]] = {
        "crop": {"bbox_2d": [0, 0, 10, 10]},
        "zoom": {"point_2d": [0, 0]},
        "rotate": {"degrees": 90},
        "flip": {"direction": "vertical"},
        "enhance": {"mode": "invert"},
        "straighten": {"corners": [[0, 0], [9, 0], [9, 9], [0, 9]]},
    }
    with pytest.raises(ToolMistake, match=r"no image 'image_2'\. Images so far: image_1\."):
        NORM[name](context, {"image": "image_2", **arguments[name]})


def test_crop_cuts_the_original(context: ToolContext) -> None:
    output = NORM["crop"](context, {"image": "image_1", "bbox_2d": [100, 200, 600, 700]})
    np.testing.assert_array_equal(output.images[0], original(context)[40:140, 40:240])
    assert output.text == "Crop of image_1: pixels [40, 40, 240, 140] of its original."


def test_a_small_crop_is_enlarged_to_what_can_be_shown(context: ToolContext) -> None:
    output = ORIGINAL["crop"](context, {"image": "image_1", "bbox_2d": [10, 10, 50, 30]})
    assert output.images[0].shape == (50, 100, 3)
    assert output.text == "Crop of image_1: pixels [10, 10, 50, 30] of its original, enlarged 2.5 times."
    assert only(ORIGINAL["crop"], context, image="image_1", bbox_2d=[10, 10, 14, 12]).shape == (16, 32, 3)


def test_scale_says_how_much_to_enlarge(context: ToolContext) -> None:
    crop = ORIGINAL["crop"]
    box = [10, 10, 50, 30]
    assert only(crop, context, image="image_1", bbox_2d=box, scale=1).shape == (20, 40, 3)
    assert only(crop, context, image="image_1", bbox_2d=box, scale=8).shape == (160, 320, 3)
    for scale in (0.5, 9):
        with pytest.raises(ToolMistake, match=f"scale must be from 1 to 8, not {scale}"):
            crop(context, {"image": "image_1", "bbox_2d": box, "scale": scale})


def test_no_picture_grows_without_end(context: ToolContext, monkeypatch: pytest.MonkeyPatch) -> None:
    assert image_operations.MAX_SIDE == 8192
    monkeypatch.setattr(image_operations, "MAX_SIDE", 800)
    wide = holding(np.zeros((4, 300, 3), np.uint8), context)
    whole = [0, 0, 1000, 1000]
    assert only(NORM["crop"], wide, image="image_1", bbox_2d=whole, scale=8).shape == (11, 800, 3)
    square = holding(np.zeros((700, 700, 3), np.uint8), context)
    for degrees in (45, 200):
        assert 790 < max(only(NORM["rotate"], square, image="image_1", degrees=degrees).shape) <= 800
    tall = holding(np.zeros((5000, 900, 3), np.uint8), context)
    assert max(only(NORM["crop"], tall, image="image_1", bbox_2d=whole).shape) == 800
    corners = [[0, 0], [1000, 0], [1000, 1000], [0, 1000]]
    assert max(only(NORM["straighten"], tall, image="image_1", corners=corners).shape) == 800


def test_zoom_shows_the_surroundings_of_a_point(context: ToolContext) -> None:
    output = NORM["zoom"](context, {"image": "image_1", "point_2d": [500, 500], "factor": 2})
    np.testing.assert_array_equal(output.images[0], original(context)[50:150, 100:300])
    corner = NORM["zoom"](context, {"image": "image_1", "point_2d": [1000, 0], "factor": 2})
    assert corner.text == "Crop of image_1: pixels [200, 0, 400, 100] of its original."
    with pytest.raises(ToolMistake, match="factor must be from 1 to 100, not 0.5"):
        NORM["zoom"](context, {"image": "image_1", "point_2d": [0, 0], "factor": 0.5})


@pytest.mark.parametrize(("degrees", "quarters"), [(90, 1), (180, 2), (-90, 3), (450, 1), (0, 0)])
def test_quarter_turns_are_exact_and_counter_clockwise(
    context: ToolContext, degrees: float, quarters: int
) -> None:
    turned = only(NORM["rotate"], context, image="image_1", degrees=degrees)
    np.testing.assert_array_equal(turned, np.rot90(original(context), quarters))


def test_any_other_turn_keeps_all_of_the_picture(context: ToolContext) -> None:
    white = holding(np.full((100, 200, 3), 255, np.uint8), context)
    turned = only(NORM["rotate"], white, image="image_1", degrees=30)
    assert turned.shape[1] == pytest.approx(200 * np.cos(np.pi / 6) + 50, abs=2)
    assert np.count_nonzero(turned[..., 0] > 127) == pytest.approx(100 * 200, rel=0.02)


def test_flip(context: ToolContext) -> None:
    sideways = only(NORM["flip"], context, image="image_1", direction="horizontal")
    np.testing.assert_array_equal(sideways, original(context)[:, ::-1])
    upside_down = only(NORM["flip"], context, image="image_1", direction="vertical")
    np.testing.assert_array_equal(upside_down, original(context)[::-1])


def test_enhance(context: ToolContext) -> None:
    inverted = only(NORM["enhance"], context, image="image_1", mode="invert")
    np.testing.assert_array_equal(inverted, 255 - original(context))
    grey = only(NORM["enhance"], context, image="image_1", mode="grayscale")
    assert (grey[..., 0] == grey[..., 2]).all()
    pale = np.random.default_rng(0).integers(100, 140, (50, 50, 3), dtype=np.uint8)
    stretched = only(NORM["enhance"], holding(pale, context), image="image_1", mode="contrast")
    assert np.ptp(stretched) > 240
    assert (
        np.abs(np.diff(pale.astype(int), axis=0)).mean()
        > np.abs(
            np.diff(
                only(NORM["enhance"], holding(pale, context), image="image_1", mode="denoise").astype(int),
                axis=0,
            )
        ).mean()
    )


def test_sharpening_steepens_an_edge(context: ToolContext) -> None:
    tones = np.array([80] * 20 + [100, 120, 140] + [160] * 20, np.uint8)
    edge = holding(np.broadcast_to(tones[None, :, None], (20, 43, 3)), context)
    assert np.ptp(only(NORM["enhance"], edge, image="image_1", mode="sharpen")) > 80


def test_threshold_reads_dark_type_in_a_shadow_and_in_the_light(context: ToolContext) -> None:
    light = np.linspace(60, 250, 400)[None, :].repeat(100, axis=0)
    light[40:60, 50:54] -= 40
    light[40:60, 350:354] -= 40
    page = np.repeat(light.astype(np.uint8)[..., None], 3, axis=2)
    read = only(NORM["enhance"], holding(page, context), image="image_1", mode="threshold")[..., 0]
    assert set(np.unique(read)) == {0, 255}
    assert (read[45:55, 51:53] == 0).all()
    assert (read[45:55, 351:353] == 0).all()
    assert (read[:, 100:300] == 255).all()


def test_straighten_makes_a_rectangle_of_a_page_seen_at_an_angle(context: ToolContext) -> None:
    corners = [[60, 30], [330, 60], [310, 180], [40, 150]]
    scene = Image.new("RGB", (400, 200), (20, 20, 20))
    draw = ImageDraw.Draw(scene)
    draw.polygon([(x, y) for x, y in corners], fill=(250, 250, 250))
    draw.ellipse((60, 35, 90, 60), fill=(250, 0, 0))
    page = only(ORIGINAL["straighten"], holding(np.asarray(scene), context), image="image_1", corners=corners)
    height, width = page.shape[:2]
    assert width / height == pytest.approx(272 / 122, rel=0.02)
    inside = page[3:-3, 3:-3]
    assert (inside[..., 0] > 200).mean() > 0.99, "nothing of the dark desk is left"
    red = np.argwhere(page[..., 1] < 100).mean(axis=0) / (height, width)
    assert (red < 0.3).all(), "the red dot is in the upper left"


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [0, 100], [100, 100], [100, 0]],
        [[0, 0], [100, 100], [100, 0], [0, 100]],
        [[0, 0], [50, 50], [100, 100], [0, 100]],
        [[5, 5], [5, 5], [5, 5], [5, 5]],
    ],
)
def test_corners_that_are_no_rectangle_seen_from_the_front(
    context: ToolContext, corners: list[list[int]]
) -> None:
    with pytest.raises(ToolMistake, match="do not go clockwise"):
        ORIGINAL["straighten"](context, {"image": "image_1", "corners": corners})
