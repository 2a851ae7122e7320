"""What a session cannot do: each attempt fails, and the session goes on."""

import os
import socket
from pathlib import Path

import pytest

from agentic_gym.sandboxes import EmbeddedSandbox, Outcome
from agentic_gym.sandboxes.session import EmbeddedSession

REFUSED = "PermissionError: [Errno 1]"


def last_line(error: str) -> str:
    return error.rpartition("\n")[2]


class TestProcesses:
    @pytest.mark.parametrize(
        "code",
        [
            "os.fork()",
            "os.forkpty()",
            "os.posix_spawn('/python/bin/python3', ['python3'], {})",
            "os.execv('/python/bin/python3', ['python3'])",
            "os.system('true') == 0 or os.fork()",
            "import subprocess; subprocess.run(['true'])",
            "import multiprocessing as m; m.get_context('fork').Process(target=print).start()",
            "os.setsid()",
            "os.kill(1 if os.getpid() != 1 else 2, 9)",
            "os.kill(-1, 9)",
        ],
    )
    def test_none_is_started_or_reached(self, session: EmbeddedSession, code: str) -> None:
        execution = session.run(f"import os\n{code}")
        assert last_line(execution.error).startswith(("PermissionError", "FileNotFoundError")), execution
        assert session.run("1").output == "1\n"

    def test_threads_are_limited(self, session: EmbeddedSession) -> None:
        code = (
            "import threading, time\n"
            "done = threading.Event()\n"
            "n = 0\n"
            "try:\n"
            "    for n in range(1000): threading.Thread(target=done.wait, daemon=True).start()\n"
            "except RuntimeError: pass\n"
            "done.set()\n"
            "n"
        )
        assert int(session.run(code).output) < 100


class TestKernel:
    @pytest.mark.parametrize(
        ("name", "number"),
        [
            ("ptrace", 101),
            ("unshare", 272),
            ("setns", 308),
            ("mount", 165),
            ("bpf", 321),
            ("perf_event_open", 298),
            ("userfaultfd", 323),
            ("io_uring_setup", 425),
            ("keyctl", 250),
            ("process_vm_readv", 310),
            ("personality", 135),
            ("seccomp", 317),
            ("shmget", 29),
            ("msgget", 68),
            ("mq_open", 240),
            ("mknod", 133),
            ("pidfd_open", 434),
        ],
    )
    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are this machine's")
    def test_dangerous_calls_are_refused(self, session: EmbeddedSession, name: str, number: int) -> None:
        code = (
            "import ctypes\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            f"libc.syscall({number}, 0, 0, 0, 0, 0), ctypes.get_errno()"
        )
        assert session.run(code).output == "(-1, 1)\n", name

    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="x32 is an interface of this machine")
    def test_another_numbering_kills(self, session: EmbeddedSession) -> None:
        execution = session.run("import ctypes\nctypes.CDLL(None).syscall(0x40000000 + 39)")
        assert (execution.outcome, execution.detail) == (Outcome.CRASHED, "SIGSYS")

    def test_a_namespace_cannot_come_with_a_thread(self, session: EmbeddedSession) -> None:
        code = (
            "import ctypes\n"
            "libc = ctypes.CDLL(None, use_errno=True)\n"
            "libc.clone(None, None, 0x10000000 | 0x00010000, None), ctypes.get_errno() in (1, 22)"
        )
        assert session.run(code).output == "(-1, True)\n"


class TestNetwork:
    @pytest.mark.parametrize(
        "code",
        [
            "socket.socket()",
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
            "socket.socket(socket.AF_UNIX)",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
            "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
            "socket.create_connection(('127.0.0.1', 80))",
            "socket.socketpair()[0].sendto(b'x', '/workspace/socket')",
        ],
    )
    def test_no_socket_reaches_out(self, session: EmbeddedSession, code: str) -> None:
        assert REFUSED in session.run(f"import socket\n{code}").error

    def test_a_listening_socket_of_this_user_is_not_reached(
        self, session: EmbeddedSession, tmp_path: Path
    ) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(tmp_path / "socket"))
            listener.listen()
            code = f"import socket\nsocket.socket(socket.AF_UNIX).connect({str(tmp_path / 'socket')!r})"
            assert session.run(code).outcome is Outcome.PYTHON_ERROR

    def test_requests_fail_fast(self, session: EmbeddedSession) -> None:
        code = "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')"
        execution = session.run(code)
        assert "URLError" in execution.error
        assert execution.seconds < 2


class TestFiles:
    def test_a_file_of_this_user_is_neither_read_nor_written(
        self, session: EmbeddedSession, tmp_path: Path
    ) -> None:
        canary = tmp_path / "canary"
        canary.write_text("secret")
        canary.chmod(0o666)
        for folder in tmp_path.parents:
            if os.stat(folder).st_uid == os.getuid() and folder != Path("/"):
                folder.chmod(folder.stat().st_mode | 0o055)
        tmp_path.chmod(0o777)
        for code in (
            f"open({str(canary)!r}).read()",
            f"open({str(canary)!r}, 'a')",
            f"import os\nos.remove({str(canary)!r})",
            f"import os\nos.symlink({str(canary)!r}, 'link')\nopen('link').read()",
            f"import os\nos.link({str(canary)!r}, 'hard')",
        ):
            assert session.run(code).outcome is Outcome.PYTHON_ERROR
        assert canary.read_text() == "secret"

    @pytest.mark.parametrize(
        "path",
        [
            "/proc/1/environ",
            "/proc/self/environ",
            "/proc/self/mountinfo",
            "/etc/passwd",
            "/sys/kernel",
            "/dev/mem",
        ],
    )
    def test_facts_about_the_machine_are_hidden(self, session: EmbeddedSession, path: str) -> None:
        assert session.run(f"open({path!r})").outcome is Outcome.PYTHON_ERROR

    def test_this_package_cannot_be_imported(self, session: EmbeddedSession) -> None:
        for name in (
            "agentic_gym",
            "agentic_gym.sandboxes.cage.worker",
            "agentic_gym_envs",
            "gymnasium",
            "pytest",
        ):
            error = session.run(f"import {name}").error
            assert last_line(error).startswith("ModuleNotFoundError"), name

    def test_the_environment_tells_nothing(
        self, sandbox: EmbeddedSandbox, session: EmbeddedSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = session.run("import os\n' '.join(sorted(os.environ))").output
        assert not {"USER", "PWD", "SHELL", "PYTHONPATH", "VIRTUAL_ENV"} & set(names.strip("'\n").split())

    def test_no_other_descriptor_is_open(self, session: EmbeddedSession) -> None:
        code = (
            "import os\n"
            "def is_open(n):\n"
            "    try: os.fstat(n)\n"
            "    except OSError: return False\n"
            "    return True\n"
            "[n for n in range(1024) if is_open(n)]"
        )
        assert session.run(code).output == "[0, 1, 2, 3]\n"

    @pytest.mark.parametrize("path", ["/x", "/python/x", "/usr/x", "../x", "/dev/x"])
    def test_nothing_is_written_outside_the_working_folder(self, session: EmbeddedSession, path: str) -> None:
        assert last_line(session.run(f"open({path!r}, 'w')").error).startswith(
            ("PermissionError", "OSError: [Errno 30]", "FileNotFoundError")
        )

    @pytest.mark.parametrize("code", ["os.mkfifo('x')", "os.mknod('x', 0o20666, 259)", "os.chroot('.')"])
    def test_no_special_files(self, session: EmbeddedSession, code: str) -> None:
        assert REFUSED in session.run(f"import os\n{code}").error


class TestDisk:
    def test_one_large_file(self, session: EmbeddedSession) -> None:
        error = session.run("open('x', 'wb').write(bytes(9 << 20))").error
        assert last_line(error).startswith("OSError: [Errno 2")  # 27: too large; 28: no space

    def test_a_sparse_file(self, session: EmbeddedSession) -> None:
        assert "OSError" in session.run("open('x', 'wb').truncate(1 << 40)").error

    def test_many_files_fill_the_folder(self, sandbox: EmbeddedSandbox, session: EmbeddedSession) -> None:
        error = session.run("for i in range(20): open(f'{i}', 'wb').write(bytes(1 << 20))").error
        if sandbox.isolation().level == "namespaces":
            assert "No space left" in error

    def test_too_many_files(self, sandbox: EmbeddedSandbox, session: EmbeddedSession) -> None:
        error = session.run("for i in range(60): open(f'{i}', 'w').close()").error
        if sandbox.isolation().level == "namespaces":
            assert "No space left" in error

    def test_a_full_disk_takes_no_output_away(self, session: EmbeddedSession) -> None:
        session.run("try:\n    open('x', 'wb').write(bytes(9 << 20))\nexcept OSError: pass")
        assert session.run("print('still here')").output == "still here\n"

    def test_what_libraries_wrote_while_they_loaded_is_read_only(self, session: EmbeddedSession) -> None:
        code = "import matplotlib\nopen(matplotlib.get_cachedir() + '/x', 'w')"
        assert last_line(session.run(code).error).startswith(("OSError: [Errno 30]", "PermissionError"))
