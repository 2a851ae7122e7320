from pathlib import Path

import pytest
from PIL import Image

from agentic_gym.errors import ConfigurationError
from agentic_gym_envs.scenes.__main__ import main


def test_a_sheet_is_written_for_each_template_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path / "sheets"), "scoreboard"])
    sheet = tmp_path / "sheets" / "scoreboard.png"
    assert capsys.readouterr().out == f"{sheet}\n"
    with Image.open(sheet) as picture:
        assert picture.size == (3072, 1152)


def test_an_unknown_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'shelf'"):
        main([str(tmp_path), "shelff"])
