"""Many episodes in one process: descriptors, processes, mounts, files and memory have to stay flat.

Run with `python benchmarks/soak.py [EPISODES]`; 20,000 where no number is given. Prints a line for every
thousandth, and the growth from the first line to the last. An episode is a session with a picture and three
cells, and every tenth time an ending of a bad kind.
"""

import gc
import os
import sys
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from agentic_gym.messages import Pixels
from agentic_gym.sandboxes import EmbeddedSandbox, Sandbox
from agentic_gym.testing.host import Host, descendants

EPISODES = 20_000
LINES_EVERY = 1_000
CELLS = (
    "import numpy as np\nx = np.asarray(image_1).mean()\nprint(x)",
    "open('notes.txt', 'w').write(str(x)); image_1.resize((32, 32))",
    "1 / 0",
)
BAD_ENDINGS = (
    "import os; os._exit(1)",
    "import ctypes; ctypes.string_at(0)",
    "import os; os.write(3, b'\\xff' * 4)",
    "x = bytearray(1 << 40)",
)
COLUMNS = ("descriptors", "processes", "mounts", "files", "MB", "MB below")


def play(sandbox: Sandbox, number: int, picture: Pixels) -> None:
    """One episode."""
    with closing(sandbox.open(seed=number)) as session:
        session.put_images({"image_1": picture})
        for code in CELLS:
            session.run(code)
        if number % 10 == 0:
            session.run(BAD_ENDINGS[number // 10 % len(BAD_ENDINGS)])


def figures(host: Host) -> tuple[float, ...]:
    """What `COLUMNS` name, of this process and all below it; the resident memory apart."""
    gc.collect()
    traces = host.traces()
    below = sum(map(resident_mb, descendants(os.getpid())))
    return (
        traces.descriptors,
        traces.processes,
        traces.mounts,
        traces.files,
        resident_mb(os.getpid()),
        below,
    )


def resident_mb(pid: int) -> float:
    """Resident memory; 0 of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """Plays and prints."""
    episodes = int(sys.argv[1]) if len(sys.argv) > 1 else EPISODES
    picture = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    with Host() as host, closing(EmbeddedSandbox()) as sandbox:
        print(f"level {sandbox.isolation().level}")
        print("episodes  " + "  ".join(f"{name:>11}" for name in (*COLUMNS, "seconds")))
        started, seen = time.monotonic(), []
        for number in range(episodes):
            play(sandbox, number, picture)
            if (number + 1) % min(LINES_EVERY, episodes) == 0:
                time.sleep(0.5)  # the pool of sessions fills up again
                seen.append(figures(host))
                row = (*seen[-1], time.monotonic() - started)
                print(f"{number + 1:8,}  " + "  ".join(f"{value:11,.1f}" for value in row), flush=True)
    growth = [last - first for first, last in zip(seen[0], seen[-1], strict=True)]
    print("growth    " + "  ".join(f"{value:11,.1f}" for value in growth))


if __name__ == "__main__":
    main()
