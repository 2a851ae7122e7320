import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.errors import ConfigurationError, ToolMistake
from agentic_gym.tools.coordinates import (
    Box,
    Coordinates,
    PixelBox,
    box_from_original,
    box_to_original,
    check_coordinates,
    point_from_original,
    point_to_original,
)
from agentic_gym.tools.images import StoredImage


def picture(width: int, height: int, shown_width: int, shown_height: int) -> StoredImage:
    """A picture of these sizes that takes no memory."""
    pixel = np.zeros((1, 1, 3), np.uint8)
    return StoredImage(
        "image_1",
        np.broadcast_to(pixel, (height, width, 3)),
        np.broadcast_to(pixel, (shown_height, shown_width, 3)),
    )


WIDE = picture(4000, 2000, 1000, 500)
CONVENTIONS = st.sampled_from(["norm1000", "shown", "original"])


@pytest.mark.parametrize(
    ("coordinates", "box"),
    [
        ("norm1000", (100, 200, 300, 400)),
        ("shown", (100, 100, 300, 200)),
        ("original", (400, 400, 1200, 800)),
    ],
)
def test_each_convention_names_the_same_pixels(coordinates: Coordinates, box: Box) -> None:
    assert box_to_original(box, WIDE, coordinates) == (400, 400, 1200, 800)


@pytest.mark.parametrize(
    ("box", "pixels"),
    [
        ((-50, -50, 5000, 5000), (0, 0, 4000, 2000)),
        ((3999.5, 1999.5, 9000, 9000), (3999, 1999, 4000, 2000)),
        ((10.4, 10.6, 10.5, 10.7), (10, 10, 11, 11)),
    ],
)
def test_a_box_is_clipped_and_covers_the_pixels_it_touches(box: Box, pixels: PixelBox) -> None:
    assert box_to_original(box, WIDE, "original") == pixels


@pytest.mark.parametrize("box", [(300, 200, 100, 400), (100, 400, 300, 200), (100, 200, 100, 400)])
def test_an_empty_or_reversed_box_is_told_what_a_box_is(box: Box) -> None:
    with pytest.raises(ToolMistake, match=r"is empty: it must be \[x1, y1, x2, y2\] with x1 < x2"):
        box_to_original(box, WIDE, "norm1000")


def test_a_box_beside_the_picture_is_told_where_the_picture_is() -> None:
    with pytest.raises(
        ToolMistake, match=r"\[1200, 800, 1500, 900\] lies outside image_1, whose x runs from 0 to 1000"
    ):
        box_to_original((1200, 800, 1500, 900), WIDE, "norm1000")
    with pytest.raises(ToolMistake, match=r"from 0 to 4000 and y from 0 to 2000\. Coordinates are pixels"):
        box_to_original((-9, -9, 0, 0), WIDE, "original")


def test_a_point_outside_the_picture_is_refused() -> None:
    assert point_to_original((500, 1000), WIDE, "norm1000") == (2000, 2000)
    with pytest.raises(ToolMistake, match=r"The point \[500, 1001\] lies outside image_1"):
        point_to_original((500, 1001), WIDE, "norm1000")


def test_a_convention_that_does_not_exist() -> None:
    assert check_coordinates("shown") == "shown"
    with pytest.raises(ConfigurationError, match="unknown coordinates 'norm_1000': did you mean 'norm1000'"):
        check_coordinates("norm_1000")


@st.composite
def pictures_with_boxes(draw: st.DrawFn) -> tuple[StoredImage, PixelBox]:
    width, height = draw(st.integers(1, 8192)), draw(st.integers(1, 8192))
    shown_width, shown_height = draw(st.integers(1, width)), draw(st.integers(1, height))
    left, top = draw(st.integers(0, width - 1)), draw(st.integers(0, height - 1))
    right, bottom = draw(st.integers(left + 1, width)), draw(st.integers(top + 1, height))
    return picture(width, height, shown_width, shown_height), (left, top, right, bottom)


@given(pictures_with_boxes(), CONVENTIONS)
def test_a_box_survives_the_way_there_and_back(
    drawn: tuple[StoredImage, PixelBox], convention: Coordinates
) -> None:
    image, box = drawn
    assert box_to_original(box_from_original(box, image, convention), image, convention) == box


@given(pictures_with_boxes(), CONVENTIONS)
def test_a_point_survives_the_way_there_and_back(
    drawn: tuple[StoredImage, PixelBox], convention: Coordinates
) -> None:
    image, (x, y, _, _) = drawn
    there = point_from_original((x, y), image, convention)
    assert point_to_original(there, image, convention) == pytest.approx((x, y))


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


@given(pictures_with_boxes(), CONVENTIONS, st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS))
def test_any_box_gives_pixels_of_the_picture_or_is_a_mistake(
    drawn: tuple[StoredImage, PixelBox], convention: Coordinates, box: Box
) -> None:
    image = drawn[0]
    try:
        left, top, right, bottom = box_to_original(box, image, convention)
    except ToolMistake:
        return
    assert 0 <= left < right <= image.original.shape[1]
    assert 0 <= top < bottom <= image.original.shape[0]
