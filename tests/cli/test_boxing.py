import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from agentic_gym.cli import boxing
from agentic_gym.cli.app import app
from agentic_gym.errors import SandboxUnavailable
from agentic_gym.sandboxes import Execution, FakeSandbox, Outcome, leftovers


def invoke(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def script(tmp_path):
    """A file of the given source."""

    def write(code):
        file = tmp_path / "script.py"
        file.write_text(code, "utf-8")
        return file

    return write


def test_help_has_examples():
    for command in ("run", "cleanup"):
        assert f"agentic-gym sandbox {command}" in invoke("sandbox", command, "--help").output


class TestRun:
    def test_it_prints_and_saves_the_pictures_beside_the_file(self, script):
        file = script(
            "import numpy as np\nfrom PIL import Image\n"
            "display(Image.fromarray(np.full((3, 4, 3), 7, np.uint8)))\nprint('sätze')\n6 * 7"
        )
        result = invoke("sandbox", "run", file)
        assert (result.exit_code, result.stdout) == (0, "sätze\n42\n")
        picture = file.parent / "script.sandbox-1.png"
        assert f"picture 1, 4 x 3: {picture}" in result.stderr
        assert (np.asarray(Image.open(picture)) == 7).all()

    def test_an_error_of_the_code_is_shown(self, script):
        result = invoke("sandbox", "run", script("print(1)\n1 / 0"))
        assert (result.exit_code, result.stdout) == (1, "1\n")
        assert "ZeroDivisionError" in result.stderr

    def test_the_limit_is_ones_own(self, script):
        started = time.monotonic()
        result = invoke("sandbox", "run", script("while True: pass"), "--seconds", 0.3)
        assert result.exit_code == 124
        assert "Stopped after 0.3 s" in result.stderr
        assert time.monotonic() - started < 8

    @pytest.mark.parametrize(
        ("outcome", "detail", "code"),
        [
            (Outcome.OK, "", 0),
            (Outcome.PYTHON_ERROR, "", 1),
            (Outcome.INTERRUPTED, "", 124),
            (Outcome.KILLED_TIMEOUT, "", 124),
            (Outcome.KILLED_MEMORY, "SIGKILL", 137),
            (Outcome.CRASHED, "SIGSEGV", 139),
            (Outcome.CRASHED, "signal 40", 128),
            (Outcome.EXITED, "7", 7),
            (Outcome.PROTOCOL_VIOLATION, "a frame of 9 bytes", 3),
        ],
    )
    def test_the_exit_code_tells_how_it_ended(self, monkeypatch, script, outcome, detail, code):
        asked = []

        def make(isolation, **options):
            asked.append((isolation, options["runtime"]))
            return FakeSandbox(lambda code: Execution(outcome, detail=detail))

        monkeypatch.setattr(boxing, "make_sandbox", make)
        result = invoke("sandbox", "run", script("1"), "--isolation", "docker", "--runtime", "runsc")
        assert result.exit_code == code
        assert asked == [("docker", "runsc")]

    def test_what_is_no_source(self, tmp_path):
        (tmp_path / "script.py").write_bytes(b"\xff\xfe")
        assert "is not UTF-8" in str(invoke("sandbox", "run", tmp_path / "script.py").exception)
        assert invoke("sandbox", "run", tmp_path / "missing.py").exit_code == 2


class TestCleanup:
    @pytest.fixture(autouse=True)
    def place(self, monkeypatch, tmp_path):
        """A temporary folder of its own, and no container engine."""
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        monkeypatch.setattr(boxing, "_remove_containers", list)
        self.place = tmp_path

    def leave(self, name="agentic-gym-abc", *, age=3600):
        """A folder such as a fork server has."""
        folder = self.place / name
        for part in ("packages", "sessions/3", "cache"):
            (folder / part).mkdir(parents=True)
        (folder / "sessions/3/file").write_text("x")
        then = time.time() - age
        os.utime(folder, (then, then))
        return folder

    def test_a_folder_that_nobody_uses_is_removed(self):
        folder = self.leave()
        assert invoke("sandbox", "cleanup").stdout == f"removed folder {folder}\n"
        assert not folder.exists()
        assert invoke("sandbox", "cleanup").stdout == "nothing was left\n"

    def test_a_folder_in_use_a_young_one_and_those_of_others_stay(self, monkeypatch):
        used = self.leave("agentic-gym-used")
        kept = [used, self.leave("agentic-gym-young", age=5), self.leave("somebody-elses")]
        (self.leave("agentic-gym-notes") / "notes.txt").write_text("mine")
        process = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)", str(used / "packages")]
        )
        try:
            assert invoke("sandbox", "cleanup").stdout == "nothing was left\n"
        finally:
            process.kill()
            process.wait()
        assert all(folder.exists() for folder in kept)
        monkeypatch.setattr(leftovers.os, "geteuid", lambda: 12345)
        assert invoke("sandbox", "cleanup").stdout == "nothing was left\n"

    def test_containers_are_named(self, monkeypatch):
        monkeypatch.setattr(boxing, "_remove_containers", lambda: ["0123456789abcdef" * 4])
        assert invoke("sandbox", "cleanup").stdout == "removed container 0123456789ab\n"

    def test_without_an_engine_it_says_so_and_is_done(self, monkeypatch):
        def refuse():
            raise SandboxUnavailable("no container engine answers")

        monkeypatch.setattr(boxing, "_remove_containers", refuse)
        result = invoke("sandbox", "cleanup")
        assert (result.exit_code, result.stdout) == (0, "nothing was left\n")
        assert "no container engine answers" in result.stderr
