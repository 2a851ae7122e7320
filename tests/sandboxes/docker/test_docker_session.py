"""What a cell does and how it ends, on Docker and on Podman."""

import threading
import time

import numpy as np
import pytest

from agentic_gym.errors import ConfigurationError, SandboxError
from agentic_gym.sandboxes import Outcome
from agentic_gym.sandboxes.docker import DockerSandbox, DockerSession, Engine

pytestmark = pytest.mark.docker


class TestCells:
    def test_state_is_kept(self, shared: DockerSession) -> None:
        shared.run("x = 20")
        assert shared.run("x + 1").output == "21\n"

    def test_output_and_errors_keep_their_order(self, shared: DockerSession) -> None:
        code = (
            "import os, sys\nprint('a')\nprint('b', file=sys.stderr)\nos.system\nos.write(1, b'c\\n');\n1 / 0"
        )
        execution = shared.run(code)
        assert execution.output == "a\nb\nc\n"
        assert execution.error.endswith("ZeroDivisionError: division by zero")
        assert "agentic" not in execution.error

    def test_what_agents_import_is_there(self, shared: DockerSession) -> None:
        code = "import numpy, PIL.Image, matplotlib.pyplot, sympy\nsympy.integrate('x')"
        assert shared.run(code).output == "x**2/2\n"

    def test_threads_and_asyncio_work(self, shared: DockerSession) -> None:
        code = (
            "import asyncio\nfrom concurrent.futures import ThreadPoolExecutor\n"
            "async def f(): return 5\n"
            "with ThreadPoolExecutor(4) as pool: print(sum(pool.map(abs, [-1, -2])), asyncio.run(f()))"
        )
        assert shared.run(code).output == "3 5\n"

    def test_threads_rest_between_cells(self, session: DockerSession) -> None:
        code = (
            "import threading\nn = 0\n"
            "def count():\n    global n\n    while True: n += 1\n"
            "threading.Thread(target=count, daemon=True).start()"
        )
        session.run(code)
        first = int(session.run("n").output)
        time.sleep(0.5)
        second = int(session.run("n").output)
        started = time.monotonic()
        session.run("import time\ntime.sleep(0.5)")
        assert second - first < int(session.run("n").output) - second
        assert time.monotonic() - started < 5

    def test_files_of_the_working_folder(self, session: DockerSession) -> None:
        code = (
            "import os, tempfile\n"
            "open('a.txt', 'w').write('hello'); open('/tmp/b.txt', 'w').close()\n"
            "with tempfile.NamedTemporaryFile() as f: f.write(b'x')\n"
            "os.getcwd(), sorted(os.listdir())"
        )
        assert session.run(code).output == "('/workspace', ['a.txt', 'b.txt'])\n"

    def test_seeds(self, sandbox: DockerSandbox) -> None:
        code = "import random, numpy as np\nrandom.random(), float(np.random.rand()), list({'a', 'b', 'c'})"
        outputs = []
        for seed in (1, 1, 2):
            session = sandbox.open(seed=seed)
            outputs.append(session.run(code).output)
            session.close()
        assert outputs[0] == outputs[1] != outputs[2]


class TestPictures:
    def test_there_and_back(self, shared: DockerSession) -> None:
        pixels = np.random.default_rng(3).integers(0, 256, (623, 1457, 3), dtype=np.uint8)
        shared.put_images({"image_1": pixels})
        execution = shared.run("print(image_1.size, image_1.mode)\nimage_1")
        assert execution.output == "(1457, 623) RGB\n"
        (back,) = execution.images
        np.testing.assert_array_equal(back, pixels)

    def test_a_figure_is_shown(self, shared: DockerSession) -> None:
        code = "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1), dpi=50)\nplt.plot([1, 2]);"
        assert [image.shape for image in shared.run(code).images] == [(50, 100, 3)]

    def test_only_so_many_and_so_large(self, shared: DockerSession) -> None:
        code = "from PIL import Image\nfor i in range(9): display(Image.new('L', (1, 1)))"
        execution = shared.run(code)
        assert len(execution.images) == 3
        assert "6 more pictures" in execution.output
        assert shared.run("Image.new('L', (1001, 1000))").images == ()


class TestLimits:
    def test_a_loop_is_interrupted_and_keeps_its_variables(self, shared: DockerSession) -> None:
        execution = shared.run("y = 5\nprint('before')\nwhile True: pass", seconds=0.3)
        assert execution.outcome is Outcome.INTERRUPTED
        assert execution.output == "before\n"
        assert shared.run("y").output == "5\n"

    def test_a_loop_that_is_deaf_is_killed(self, session: DockerSession) -> None:
        code = (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('before')\nwhile True: pass"
        )
        started = time.monotonic()
        execution = session.run(code, seconds=0.3)
        assert execution.outcome is Outcome.KILLED_TIMEOUT
        assert execution.output == "before\n"
        assert time.monotonic() - started < 0.3 + 0.5 + 1.0
        with pytest.raises(SandboxError, match="over"):
            session.run("1")

    def test_an_interrupt_that_comes_late_does_not_hit_the_next_cell(self, shared: DockerSession) -> None:
        for _ in range(10):
            shared.run("import time\ntime.sleep(0.02)", seconds=0.02)
            assert shared.run("1 + 1").output == "2\n"

    @pytest.mark.parametrize(
        "code",
        [
            "x = []\nwhile True: x.append(bytearray(10 ** 6))",
            "x = bytearray(1 << 40)",
            "import mmap\nx = [mmap.mmap(-1, 1 << 26) for _ in range(100)]",
        ],
    )
    def test_too_much_memory_is_an_error_and_the_session_lives(
        self, shared: DockerSession, code: str
    ) -> None:
        execution = shared.run(code)
        assert execution.outcome is Outcome.PYTHON_ERROR
        assert "MemoryError" in execution.error or "Cannot allocate" in execution.error
        assert shared.run("x = None\n1").output == "1\n"

    @pytest.mark.parametrize(
        "code",
        [
            "import os\nos.fork()",
            "import subprocess\nsubprocess.run(['true'])",
            "import multiprocessing\nmultiprocessing.Process(target=print).start()",
            "import os\nos.execv('/bin/true', ['true'])",
            "import os\nos.memfd_create('x')",
            "import os\nos.kill(1, 9)",
            "import ctypes\nif ctypes.CDLL(None, use_errno=True).unshare(1 << 28): raise OSError(1)",
        ],
    )
    def test_what_is_refused_is_an_error(self, shared: DockerSession, code: str) -> None:
        execution = shared.run(code)
        assert execution.outcome is Outcome.PYTHON_ERROR
        assert "Operation not permitted" in execution.error or "OSError: 1" in execution.error

    def test_threads_have_an_end(self, session: DockerSession) -> None:
        code = "import threading, time\nfor i in range(999): threading.Timer(9, print).start()"
        execution = session.run(code)
        assert execution.outcome is Outcome.PYTHON_ERROR
        assert "can't start new thread" in execution.error

    def test_the_working_folder_has_an_end(self, session: DockerSession) -> None:
        code = (
            "import os\n"
            "try:\n"
            "    for i in range(9): open(f'{i}', 'wb', buffering=0).write(bytes(1 << 20))\n"
            "except OSError as error: print(error.errno)\n"
            "sum(os.path.getsize(name) for name in os.listdir())"
        )
        full, size = session.run(code).output.split()
        assert full == "28"
        assert int(size) <= 8 << 20
        assert session.run("print('still here')").output == "still here\n"

    def test_a_file_has_an_end(self, session: DockerSession) -> None:
        execution = session.run("open('x', 'wb').truncate(1 << 40)")
        assert "File too large" in execution.error

    def test_a_flood_is_cut_and_counted(self, session: DockerSession) -> None:
        execution = session.run("import os\nfor i in range(300): os.write(1, b'y' * 65536);")
        assert 2000 <= len(execution.output) < 2100
        assert "bytes were printed and not kept" in execution.output
        assert session.run("1").output == "1\n"


class TestEnds:
    @pytest.mark.parametrize(
        ("code", "outcome", "detail"),
        [
            ("import os\nos._exit(3)", Outcome.EXITED, "3"),
            ("import ctypes\nctypes.string_at(0)", Outcome.CRASHED, "SIGSEGV"),
            ("import os\nos.kill(os.getpid(), 40)\nos.getpid()", Outcome.CRASHED, "signal 40"),
            ("import os\nos.write(3, b'\\xff' * 4);", Outcome.PROTOCOL_VIOLATION, "4294967295 bytes"),
            ("import os, time\nos.close(3)\ntime.sleep(9)", Outcome.PROTOCOL_VIOLATION, "closed"),
            ("import os, time\nos.closerange(0, 256)\ntime.sleep(9)", Outcome.PROTOCOL_VIOLATION, "closed"),
        ],
    )
    def test_ends(self, session: DockerSession, code: str, outcome: Outcome, detail: str) -> None:
        execution = session.run(f"print('before')\n{code}")
        assert execution.outcome is outcome
        assert detail in execution.detail
        assert execution.output == "before\n"
        assert not session.alive

    def test_a_container_that_is_killed_is_no_fault_of_the_agent(
        self, session: DockerSession, engine: Engine
    ) -> None:
        killer = threading.Timer(0.3, engine.remove, [session.container])
        killer.start()
        with pytest.raises(SandboxError, match="killed from outside"):
            session.run("while True: pass")
        killer.join()
        assert not session.alive

    def test_close_while_a_cell_runs(self, sandbox: DockerSandbox) -> None:
        session = sandbox.open(seed=0)
        closer = threading.Timer(0.3, session.close)
        closer.start()
        with pytest.raises(SandboxError):
            session.run("while True: pass")
        closer.join()
        session.close()
        assert not session.alive

    def test_the_limit_must_be_positive(self, shared: DockerSession) -> None:
        with pytest.raises(ConfigurationError, match="positive"):
            shared.run("1", seconds=0)


def test_one_session_serves_threads_one_after_the_other(shared: DockerSession) -> None:
    shared.run("n = 0")
    threads = [threading.Thread(target=shared.run, args=("n += 1",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.run("n").output == "20\n"
