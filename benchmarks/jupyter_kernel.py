"""Times Jupyter kernels, for `sandboxes.py`, which runs this with the interpreter of another environment.

    PYTHON benchmarks/jupyter_kernel.py ROUNDS AT_ONCE...

Prints one line of JSON. A picture goes there and back as base64 in messages, for a kernel has no other way.
"""

import base64
import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

IMPORTS = "import base64, numpy, PIL.Image, matplotlib.pyplot"
CELL = "x = 1 + 1"
BYTES = bytes(2160 * 3840 * 3)
MIRROR = (
    "image = PIL.Image.frombytes('RGB', (3840, 2160), base64.b64decode('{}'))\n"
    "print(base64.b64encode(image.tobytes()).decode())"
)


class Kernel:
    """A running kernel with the libraries imported."""

    def __init__(self) -> None:
        """Starts it and waits until the imports are done."""
        self.manager: Any = KernelManager()
        self.manager.start_kernel()
        self.client: Any = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.run(IMPORTS)

    def run(self, code: str) -> str:
        """What a cell prints."""
        printed = []
        reply = self.client.execute_interactive(
            code, timeout=120, output_hook=lambda message: printed.append(message["content"].get("text", ""))
        )
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"a cell failed: {reply['content']}")
        return "".join(printed)

    def close(self) -> None:
        """Ends it."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def megabytes(self) -> float:
        """What its process holds for itself alone."""
        lines = Path(f"/proc/{self.manager.provisioner.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def median_ms(action: Callable[[], object], rounds: int) -> float:
    """Median time of an action, in milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def play() -> None:
    """A kernel's whole life, with one cell."""
    kernel = Kernel()
    kernel.run(CELL)
    kernel.close()


def mirror(kernel: Kernel) -> None:
    """A picture there and back."""
    back = base64.b64decode(kernel.run(MIRROR.format(base64.b64encode(BYTES).decode())))
    if len(back) != len(BYTES):
        raise RuntimeError(f"{len(back)} of {len(BYTES)} bytes came back")


def throughput(at_once: int) -> float:
    """Kernels a second that `at_once` threads get through."""
    count = at_once + 2
    started = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        for done in [pool.submit(play) for _ in range(count)]:
            done.result()
    return count / (time.perf_counter() - started)


def main() -> None:
    """Measures and prints."""
    rounds, *at_once = map(int, sys.argv[1:])
    kernels: list[Kernel] = []

    def begin() -> None:
        kernels.append(Kernel())
        kernels[-1].run(CELL)

    session = median_ms(begin, rounds)
    kernel = kernels[0]
    figures = {
        "session": session,
        "memory": kernel.megabytes(),
        "warm": median_ms(lambda: kernel.run(CELL), 20 * rounds),
        "picture": median_ms(lambda: mirror(kernel), 3),
    }
    for one in kernels:
        one.close()
    print(json.dumps({**figures, "throughput": [throughput(count) for count in at_once]}))


if __name__ == "__main__":
    main()
