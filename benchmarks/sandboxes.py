"""How fast each way to run an agent's Python is, in one run on one machine: absolute figures and ratios.

    python benchmarks/sandboxes.py [--rounds 30] [--peers]

Every way has numpy, Pillow and pyplot imported when the agent's code starts. Medians; "at once" is the
number of threads that each open a session, run one cell and close it, again and again. Sessions of the pool
are taken when it is full. The container rows appear where an engine with the image answers. `--peers` adds
rows for Jupyter kernels and GEM's tool, each installed into a virtual environment in a temporary folder.
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from docker.utils.socket import frames_iter
from timing import AT_ONCE, CELL, IMPORTS, SIZES, median_ms, plays_a_second

from agentic_gym.errors import SandboxUnavailable
from agentic_gym.messages import Pixels
from agentic_gym.sandboxes import Outcome, Sandbox, SandboxSession, make_sandbox
from agentic_gym.sandboxes.docker import IMAGE, Engine
from agentic_gym.sandboxes.session import EmbeddedSession

MIRROR = (
    "data = sys.stdin.buffer.read()\n"
    "image = PIL.Image.frombytes('RGB', ({}, {}), data)\n"
    "sys.stdout.buffer.write(image.tobytes())"
)
PICTURES = [
    np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8) for width, height in SIZES
]
FONTS = "/opt/agentic-gym/matplotlib"
"""In the image: matplotlib's list of fonts."""
POOL_SECONDS = {"docker": 4.0}
"""After which a pool is full again; 0.1 where not named."""
PEERS = {
    "Jupyter kernel": ("jupyter_kernel.py", ["jupyter_client", "ipykernel"]),
    "GEM's tool": ("gem_tool.py", ["gem-llm"]),
}
"""The program that times each, and what it needs beside what the agent's code imports."""
SPEED = f"sessions a second at {' / '.join(map(str, AT_ONCE))}"
LIBRARIES = ["numpy", "pillow", "matplotlib"]


@dataclass(frozen=True)
class Figures:
    """Milliseconds, megabytes, sessions a second."""

    session: float
    warm: float
    pictures: tuple[float, ...]
    memory: float
    throughput: tuple[float, ...]

    def cells(self) -> list[str]:
        """The row of absolute figures."""
        memory = f"{self.memory:.1f} MB" if self.memory else "-"
        speeds = " / ".join(f"{speed:.1f}" for speed in self.throughput)
        times = [f"{self.session:.2f} ms", f"{self.warm:.3f} ms"]
        return [*times, *(f"{picture:.1f} ms" for picture in self.pictures), memory, speeds]

    def ratios(self, base: "Figures") -> list[str]:
        """The row of this way's figures over those of `base`."""
        speeds = " / ".join(
            f"{base_speed / speed:.1f}" if speed else "-"
            for speed, base_speed in zip(self.throughput, base.throughput, strict=True)
        )
        times = [self.session / base.session, self.warm / base.warm]
        times += [picture / other for picture, other in zip(self.pictures, base.pictures, strict=True)]
        return [*(f"× {ratio:.2f}" for ratio in times), "", f"÷ {speeds}"]


def measure_subprocess(rounds: int) -> Figures:
    """A fresh interpreter for every call: what most code tools do."""

    def call(code: str = CELL, data: bytes = b"") -> bytes:
        command = [sys.executable, "-c", f"{IMPORTS}\n{code}"]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    session = median_ms(call, max(3, rounds // 5))
    pictures = mirrored(call, max(3, rounds // 10))
    throughput = tuple(plays_a_second(call, at_once, at_once + 4) for at_once in AT_ONCE)
    return Figures(session, session, pictures, 0.0, throughput)


def mirrored(call: Callable[[str, bytes], bytes], rounds: int) -> tuple[float, ...]:
    """How long each picture takes there and back through the standard streams, in milliseconds."""
    return tuple(
        median_ms(partial(call, MIRROR.format(*size), picture.tobytes()), rounds)
        for size, picture in zip(SIZES, PICTURES, strict=True)
    )


class ExecContainer:
    """A container in which every call is a `docker exec`: no variable is kept, nothing is preloaded."""

    def __init__(self, engine: Engine) -> None:
        """Starts one that only waits."""
        self._engine = engine
        limits = {"NetworkMode": "none", "CapDrop": ["ALL"], "Init": True}
        config = {"Image": IMAGE, "Cmd": ["sleep", "infinity"], "HostConfig": limits}
        with engine.doing("start a container") as client:
            self._id = client.create_container_from_config(config)["Id"]
            client.start(self._id)

    def call(self, code: str = CELL, data: bytes = b"") -> bytes:
        """What the code wrote, given `data` as its input."""
        with self._engine.doing("run a command in a container") as client:
            command, environment = ["python3", "-c", f"{IMPORTS}\n{code}"], {"MPLCONFIGDIR": FONTS}
            made = client.exec_create(self._id, command, stdin=True, environment=environment)
            stream = client.exec_start(made["Id"], socket=True)
            stream._sock.sendall(data)
            stream._sock.shutdown(socket.SHUT_WR)
            written = b"".join(content for _, content in frames_iter(stream, tty=False))
            stream.close()
            if client.exec_inspect(made["Id"])["ExitCode"]:
                raise RuntimeError(f"a call failed: {written[-500:]!r}")
        return written

    def close(self) -> None:
        """Removes it."""
        self._engine.remove(self._id)


def measure_exec(rounds: int) -> Figures:
    """A container a session, and a `docker exec` a call: how containers are mostly used.

    Raises:
        SandboxUnavailable: no engine, or no image.
    """
    with closing(Engine()) as engine:
        engine.check(IMAGE)

        def play() -> None:
            with closing(ExecContainer(engine)) as container:
                container.call()

        opened: list[ExecContainer] = []

        def begin() -> None:
            opened.append(ExecContainer(engine))
            opened[-1].call()

        session = median_ms(begin, rounds)
        warm = median_ms(opened[0].call, rounds)
        pictures = mirrored(opened[0].call, max(3, rounds // 10))
        for container in opened:
            container.close()
        throughput = tuple(plays_a_second(play, at_once, at_once + 4) for at_once in AT_ONCE)
    return Figures(session, warm, pictures, 0.0, throughput)


def measure_sandbox(level: str, pool: int, rounds: int) -> Figures:
    """One of our sandboxes, started beforehand.

    Raises:
        SandboxUnavailable: the level cannot be had here.
    """
    with closing(make_sandbox(level, pool=pool)) as sandbox:
        sandbox.open(seed=0).close()
        opened: list[SandboxSession] = []
        times = []
        for _ in range(rounds):
            time.sleep(POOL_SECONDS.get(level, 0.1) if pool else 0)
            times.append(median_ms(lambda: opened.append(start(sandbox)), 1))
        memory = [private_megabytes(one.pid) for one in opened if isinstance(one, EmbeddedSession)]
        for one in opened:
            one.close()
        with closing(sandbox.open(seed=0)) as session:
            warm = median_ms(lambda: session.run(CELL), 20 * rounds)
            pictures = tuple(median_ms(partial(mirror, session, picture), rounds) for picture in PICTURES)
        throughput = tuple(
            plays_a_second(lambda: start(sandbox).close(), at_once, 3 * rounds) for at_once in AT_ONCE
        )
    held = statistics.median(memory) if memory else 0.0
    return Figures(statistics.median(times), warm, pictures, held, throughput)


def measure_peer(program: str, packages: list[str], rounds: int) -> Figures:
    """Another way, measured by an interpreter of its own environment, which is made for it and removed.

    Raises:
        CalledProcessError: it could not be installed, or did not work; `stderr` says why.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = partial(subprocess.run, capture_output=True, check=True, text=True, env=environment)
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        run([sys.executable, "-m", "venv", folder])
        run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages, *LIBRARIES])
        done = run([python, str(Path(__file__).with_name(program)), str(max(3, rounds // 5))])
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def start(sandbox: Sandbox) -> SandboxSession:
    """A session, after its first result."""
    session = sandbox.open(seed=0)
    expect_ok(session)
    return session


def expect_ok(session: SandboxSession) -> None:
    """One cell that must work: a failed session would be a fast one."""
    execution = session.run(CELL)
    if execution.outcome is not Outcome.OK:
        raise RuntimeError(f"a cell ended as {execution}")


def mirror(session: SandboxSession, picture: Pixels) -> None:
    """A picture there and back."""
    session.put_images({"image_1": picture})
    (back,) = session.run("image_1").images
    if not np.array_equal(back[::400], picture[::400]):
        raise RuntimeError("the picture came back changed")


def private_megabytes(pid: int) -> float:
    """What the process holds for itself alone."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def main() -> None:
    """Measures what this machine allows and prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30, help="sessions started one by one (default: 30)")
    parser.add_argument("--peers", action="store_true", help=f"also {' and '.join(PEERS)}, from the index")
    options = parser.parse_args()
    figures: dict[str, Figures] = {}
    for level in ("namespaces", "landlock", "docker"):
        rounds = options.rounds if level != "docker" else max(3, options.rounds // 5)
        for name, pool in ((level, 0), (f"{level}, pool of 2", 2)):
            try:
                figures[name] = measure_sandbox(level, pool, rounds)
                report(name, figures[name])
            except SandboxUnavailable as error:
                print(f"{name}: {error}\n")
                break
    with suppress(SandboxUnavailable):  # said above
        figures["docker exec a call"] = measure_exec(max(3, options.rounds // 5))
        report("docker exec a call", figures["docker exec a call"])
    figures["subprocess a call"] = measure_subprocess(options.rounds)
    report("subprocess a call", figures["subprocess a call"])
    for name, (program, packages) in PEERS.items() if options.peers else ():
        try:
            figures[name] = measure_peer(program, packages, options.rounds)
            report(name, figures[name])
        except subprocess.CalledProcessError as error:
            print(f"{name}: {error}\n{error.stderr[-2000:]}\n")
    print_table(figures)


def report(name: str, figures: Figures) -> None:
    """Progress, on standard error."""
    print(f"{name}: {', '.join(figures.cells())}", file=sys.stderr, flush=True)


def print_table(figures: dict[str, Figures]) -> None:
    """Absolute figures, then each way's over those of the first."""
    head = ["", "first result", "warm call", "1 MP picture", "4K picture", "memory", SPEED]
    rows = [head, *([name, *row.cells()] for name, row in figures.items())]
    base_name, base = next(iter(figures.items()))
    others = [(name, row) for name, row in figures.items() if row is not base]
    rows += [[f"{name} : {base_name}", *row.ratios(base)] for name, row in others]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
