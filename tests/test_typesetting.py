import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentic_gym.fonts import font
from agentic_gym.typesetting import fit_lines, text_width

MONO = font("DejaVuSansMono.ttf", 13)


@given(st.text(max_size=600), st.integers(40, 400), st.integers(1, 20))
def test_lines_fit(text, room, most):
    lines = fit_lines(text, MONO, room, most)
    assert 1 <= len(lines) <= most
    # The last of few lines may carry an ellipsis beyond the room, the note of a long text stands by itself.
    for line in lines:
        if len(line) > 1 and not line.endswith("…") and not line.startswith("⋯"):
            assert text_width(MONO, line) <= room


@given(st.lists(st.sampled_from(["gull", "lighthouse", "a", "x" * 90]), max_size=30))
def test_no_word_is_lost_and_none_is_added(words):
    lines = fit_lines(" ".join(words), MONO, 200, 1000)
    assert "".join(lines).replace(" ", "") == "".join(words)


def test_line_ends_and_indents_are_kept():
    assert fit_lines("if x:\n    y\n\nz", MONO, 300, 9) == ("if x:", "    y", "", "z")


@pytest.mark.parametrize("most", [8, 16])
def test_of_a_long_text_the_beginning_and_the_end_are_shown(most):
    lines = fit_lines("\n".join(map(str, range(500))), MONO, 300, most)
    assert len(lines) == most
    assert (lines[0], lines[-1]) == ("0", "499")
    assert any("1,889 characters" in line for line in lines)
