"""Running and describing one cell."""

import pytest

from agentic_gym.sandboxes.cage.cell import cell_name, describe, execute


def error_of(code: str) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whatever the cell raises
        execute(code, cell_name(1), {}, print)
    return caught.value


def test_the_last_expression_is_shown() -> None:
    shown: list[object] = []
    namespace: dict[str, object] = {}
    execute("x = [1]\nx", cell_name(1), namespace, shown.append)
    assert shown == [[1]]
    assert namespace["x"] is shown[0]


@pytest.mark.parametrize("code", ["", "# nothing", "None", "1;", "1 ; ", "x = 1"])
def test_nothing_is_shown(code: str) -> None:
    shown: list[object] = []
    execute(code, cell_name(1), {}, shown.append)
    assert shown == []


def test_frames_that_are_not_the_agents_are_left_out() -> None:
    text = describe(error_of("import json\njson.loads('{')"), 10_000)
    assert text.count("File") == 1
    assert "json.loads('{')" in text
    assert text.splitlines()[-1].startswith("json.decoder.JSONDecodeError")


def test_causes_and_groups_are_cleaned_too() -> None:
    code = "import json\ntry: json.loads('{')\nexcept ValueError as e: raise ExceptionGroup('g', [e]) from e"
    text = describe(error_of(code), 10_000)
    assert "ExceptionGroup: g" in text
    assert "decoder.py" not in text


def test_a_syntax_error_points_at_the_cell() -> None:
    text = describe(error_of("x = ("), 10_000)
    assert 'File "<cell 1>", line 1' in text
    assert text.endswith("SyntaxError: '(' was never closed")


def test_both_ends_of_a_long_error_are_kept() -> None:
    text = describe(error_of("raise ValueError('a' * 1000 + 'z')"), 100)
    assert text.startswith("Traceback")
    assert text.endswith("az")
    assert len(text) < 120
