"""Times Jupyter kernels, for `sandboxes.py`, which runs this with the interpreter of another environment.

    PYTHON benchmarks/jupyter_kernel.py ROUNDS

Prints one line of JSON. A picture goes there and back as base64 in messages, for a kernel has no other way.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager
from timing import AT_ONCE, BY_TEXT, CELL, IMPORTS, SIZES, median_ms, plays_a_second


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


def play() -> None:
    """A kernel's whole life, with one cell."""
    kernel = Kernel()
    kernel.run(CELL)
    kernel.close()


def mirror(kernel: Kernel, width: int, height: int) -> None:
    """A picture there and back."""
    text = base64.b64encode(bytes(width * height * 3)).decode()
    if kernel.run(BY_TEXT.format(width, height, text)).strip() != text:
        raise RuntimeError("the picture came back changed")


def main() -> None:
    """Measures and prints."""
    rounds = int(sys.argv[1])
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
        "pictures": [median_ms(lambda size=size: mirror(kernel, *size), 3) for size in SIZES],
    }
    for one in kernels:
        one.close()
    speeds = [plays_a_second(play, at_once, at_once + 2) for at_once in AT_ONCE]
    print(json.dumps({**figures, "throughput": speeds}))


if __name__ == "__main__":
    main()
