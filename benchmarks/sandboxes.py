"""How fast each way to run an agent's Python is, in one run on one machine: absolute figures and ratios.

    python benchmarks/sandboxes.py [--rounds 30] [--jupyter PYTHON]

Every way has numpy, Pillow and pyplot imported when the agent's code starts. Medians; "at once" is the
number of threads that each open a session, run one cell and close it, again and again. Sessions of the pool
are taken when it is full. The container rows appear where an engine with the image answers. PYTHON is the
interpreter of an environment with jupyter_client, ipykernel, numpy, pillow and matplotlib.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agentic_gym.errors import SandboxUnavailable
from agentic_gym.messages import Pixels
from agentic_gym.sandboxes import Outcome, Sandbox, SandboxSession, make_sandbox
from agentic_gym.sandboxes.session import EmbeddedSession

IMPORTS = "import sys, numpy, PIL.Image, matplotlib.pyplot\n"
CELL = "x = 1 + 1"
MIRROR = (
    "data = sys.stdin.buffer.read()\n"
    "image = PIL.Image.frombytes('RGB', (3840, 2160), data)\n"
    "sys.stdout.buffer.write(image.tobytes())"
)
PICTURE = np.random.default_rng(0).integers(0, 256, (2160, 3840, 3), dtype=np.uint8)
AT_ONCE = (2, 8, 32)
POOL_SECONDS = {"docker": 4.0}
"""After which a pool is full again; 0.1 where not named."""


@dataclass(frozen=True)
class Figures:
    """Milliseconds, megabytes, sessions a second."""

    session: float
    warm: float
    picture: float
    memory: float
    throughput: tuple[float, ...]

    def cells(self) -> list[str]:
        """The row of absolute figures."""
        memory = f"{self.memory:.1f} MB" if self.memory else "-"
        speeds = " / ".join(f"{speed:.1f}" for speed in self.throughput)
        return [f"{self.session:.2f} ms", f"{self.warm:.3f} ms", f"{self.picture:.1f} ms", memory, speeds]

    def ratios(self, base: "Figures") -> list[str]:
        """The row of this way's figures over those of `base`."""
        speeds = " / ".join(
            f"{base_speed / speed:.1f}"
            for speed, base_speed in zip(self.throughput, base.throughput, strict=True)
        )
        times = [self.session / base.session, self.warm / base.warm, self.picture / base.picture]
        return [*(f"× {ratio:.2f}" for ratio in times), "", f"÷ {speeds}"]


def median_ms(action: Callable[[], object], rounds: int) -> float:
    """Median time of an action, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def sessions_a_second(play: Callable[[], object], at_once: int, count: int) -> float:
    """How many plays a second `at_once` threads get through."""
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(play) for _ in range(count)]:
            done.result()
    return count / (time.perf_counter() - started)


def measure_subprocess(rounds: int) -> Figures:
    """A fresh interpreter for every call: what most code tools do."""

    def call(code: str = CELL, data: bytes = b"") -> bytes:
        command = [sys.executable, "-c", IMPORTS + code]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    session = median_ms(call, max(3, rounds // 5))
    picture = median_ms(lambda: call(MIRROR, PICTURE.tobytes()), max(3, rounds // 10))
    throughput = tuple(sessions_a_second(call, at_once, at_once + 4) for at_once in AT_ONCE)
    return Figures(session, session, picture, 0.0, throughput)


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
            picture = median_ms(lambda: mirror(session, PICTURE), rounds)
        throughput = tuple(
            sessions_a_second(lambda: start(sandbox).close(), at_once, 3 * rounds) for at_once in AT_ONCE
        )
    held = statistics.median(memory) if memory else 0.0
    return Figures(statistics.median(times), warm, picture, held, throughput)


def measure_jupyter(python: str, rounds: int) -> Figures:
    """A Jupyter kernel a session, measured by an interpreter of its own environment."""
    program = str(Path(__file__).with_name("jupyter_kernel.py"))
    command = [python, program, str(max(3, rounds // 5)), *map(str, AT_ONCE)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, check=True, text=True, env=environment)
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
    parser.add_argument("--jupyter", metavar="PYTHON", help="also measure Jupyter kernels of this Python")
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
    figures["subprocess a call"] = measure_subprocess(options.rounds)
    report("subprocess a call", figures["subprocess a call"])
    if options.jupyter:
        figures["Jupyter kernel"] = measure_jupyter(options.jupyter, options.rounds)
    print_table(figures)


def report(name: str, figures: Figures) -> None:
    """Progress, on standard error."""
    print(f"{name}: {', '.join(figures.cells())}", file=sys.stderr, flush=True)


def print_table(figures: dict[str, Figures]) -> None:
    """Absolute figures, then each way's over those of the first."""
    head = ["", "first result", "warm call", "4K picture", "memory", "sessions a second at 2 / 8 / 32"]
    rows = [head, *([name, *row.cells()] for name, row in figures.items())]
    base_name, base = next(iter(figures.items()))
    others = [(name, row) for name, row in figures.items() if row is not base]
    rows += [[f"{name} : {base_name}", *row.ratios(base)] for name, row in others]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main()
