import pytest

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.scenes.fonts import FACES, face_for, font
from agentic_gym_envs.scenes.lettering import Align, fit, typeset

AREA = (100.0, 100.0, 300.0, 160.0)


def test_a_text_is_as_large_as_its_box_allows() -> None:
    size, lines = fit("Velora Oat Crisps", "sans-bold", AREA, smallest=10, largest=60, most_lines=2)
    assert lines == 2
    assert fit("Velora Oat Crisps", "sans-bold", AREA, smallest=10, largest=12, most_lines=2) == (12, 1)
    assert 12 < fit("Velora Oat Crisps", "sans-bold", AREA, smallest=10, largest=60, most_lines=1)[0] < size


def test_what_cannot_fit_has_size_nought() -> None:
    assert fit("Velora Oat Crisps", "sans", AREA, smallest=40, largest=60, most_lines=3)[0] == 0
    assert fit("Unbreakable", "sans", AREA, smallest=50, largest=60, most_lines=3)[0] == 0


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("text", ["Velora Oat Crisps", "gjpqy ÄÖ", "KX-4471"])
def test_what_fits_is_set_inside_its_box(face: str, text: str) -> None:
    px, lines = fit(text, face, AREA, smallest=10, largest=60, most_lines=3)
    setting = typeset(text, face, AREA, px=px, lines=lines, align="centre")
    assert " ".join(words for _, _, words in setting.lines) == text
    left, top, right, bottom = setting.box
    assert left >= 99
    assert right <= 301
    # Accents and descenders may pass the em box by a little.
    assert top >= 100 - px / 4
    assert bottom <= 160 + px / 4


@pytest.mark.parametrize(("align", "edge"), [("left", 0), ("right", 2)])
def test_alignment_touches_the_edge(align: Align, edge: int) -> None:
    setting = typeset("KX-4471", "mono", AREA, px=14, lines=1, align=align)
    assert abs(setting.box[edge] - AREA[edge]) <= 2


def test_a_face_without_the_letters_gives_way() -> None:
    assert face_for("Oat Crisps", "grotesk") == "grotesk"
    assert face_for("Crème", "grotesk") == "sans"
    assert face_for("Crème", "book-italic") == "serif-italic"
    assert face_for("Crème", "book-bold-italic") == "serif-bold"
    with pytest.raises(ConfigurationError, match="did you mean 'sans-bold'"):
        font("sans-bolt", 12)
