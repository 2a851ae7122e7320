"""Times GEM's Python tool, for `sandboxes.py`, which runs this with the interpreter of another environment.

    PYTHON benchmarks/gem_tool.py ROUNDS

Prints one line of JSON. The tool starts an interpreter for every call and keeps nothing between calls, so a
session is one call. A picture goes there as base64 in the code and back as base64 in what it prints.
"""

import base64
import json
import os
import sys
import tempfile

from gem.tools.python_code_tool import PythonCodeTool
from timing import AT_ONCE, BY_TEXT, CELL, IMPORTS, SIZES, median_ms, plays_a_second


def run(code: str) -> str:
    """What a call prints.

    Raises:
        RuntimeError: the tool says that the code failed, or ran out of time.
    """
    _, failed, observation, _ = PythonCodeTool().execute_action(f"<python>{IMPORTS}\n{code}</python>")
    if failed:
        raise RuntimeError(f"a call failed: {observation[-500:]}")
    return str(observation)


def mirror(width: int, height: int) -> None:
    """A picture there and back."""
    text = base64.b64encode(bytes(width * height * 3)).decode()
    if text not in run(BY_TEXT.format(width, height, text)):
        raise RuntimeError("the picture came back changed")


def successes_a_second(at_once: int) -> float:
    """Calls a second that came to their end: the tool's time limit counts from when a call was asked for."""
    failures: list[RuntimeError] = []

    def play() -> None:
        try:
            run(CELL)
        except RuntimeError as error:
            failures.append(error)

    count = at_once + 4
    return plays_a_second(play, at_once, count) * (1 - len(failures) / count)


def main() -> None:
    """Measures and prints."""
    rounds = int(sys.argv[1])
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the tool makes folders wherever it is
        call = median_ms(lambda: run(CELL), rounds)
        figures = {
            "session": call,
            "warm": call,
            "pictures": [median_ms(lambda size=size: mirror(*size), 3) for size in SIZES],
            "memory": 0.0,
            "throughput": [successes_a_second(at_once) for at_once in AT_ONCE],
        }
        os.chdir("/")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
