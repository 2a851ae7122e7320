"""What the programs share around their loops: errors as one line, interrupts that leave things whole."""

import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Any, TypeVar

import tyro
from rich.console import Console

from agentic_gym.errors import AgenticGymError, ConfigurationError

INTERRUPTED = 130
"""What a shell gives for a program that Ctrl-C ended."""

Args = TypeVar("Args")

console = Console(highlight=False, soft_wrap=True)


def run_program(
    kind: type[Args], main: Callable[[Args], int], help_text: str, argv: Sequence[str] | None
) -> int:
    """Reads the command line and runs a program.

    Args:
        kind: the dataclass of its arguments.
        main: the program; gives its exit code.
        help_text: what `--help` says first.
        argv: the command line, the process's own if not given.

    Returns:
        the exit code: 2 for what a user can put right, which is printed in a line; 130 after Ctrl-C.
    """
    spec = sys.modules["__main__"].__spec__
    arguments = tyro.cli(
        kind,
        prog=f"python -m {spec.name}" if spec else None,
        description=help_text,
        args=argv,
        config=(tyro.conf.FlagCreatePairsOff,),
    )
    try:
        return main(arguments)
    except AgenticGymError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # before there was anything to finish: a program says itself how it goes on
        print("stopped", file=sys.stderr)
        return INTERRUPTED


def settings_of(arguments: Any, *, free: Sequence[str]) -> dict[str, Any]:
    """As plain values, the arguments that a continued run shares with its beginning: all but `free`."""
    values = {name: value for name, value in asdict(arguments).items() if name not in free}
    plain = (str, int, float, bool, list, tuple, dict, type(None))
    return {name: value if isinstance(value, plain) else str(value) for name, value in values.items()}


class Unfinished(KeyboardInterrupt):
    """An interrupt that left a block of `finishing` in its middle: what it was changing is not to be kept."""


@contextmanager
def finishing() -> Iterator[None]:
    """Within it Ctrl-C waits until the end of the block; a second one does not.

    Raises:
        KeyboardInterrupt: after the block, if it was asked for once.
        Unfinished: out of the block, if it was asked for again.
    """
    before = signal.getsignal(signal.SIGINT)
    asked: list[int] = []

    def wait(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    try:
        signal.signal(signal.SIGINT, wait)
    except ValueError:  # not the main thread, which no Ctrl-C reaches
        yield
        return
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Unfinished from interrupt
    finally:
        signal.signal(signal.SIGINT, before)
    if asked:
        raise KeyboardInterrupt


def stopped(interrupt: KeyboardInterrupt, step: int, save: Callable[[], None]) -> int:
    """What a trainer does after Ctrl-C: keeps its last whole step, and says how the run goes on.

    Args:
        interrupt: what was raised.
        step: the last whole one.
        save: writes a checkpoint. It is not called after `Unfinished`, where the weights are in between two
            steps; the run then goes on from its last checkpoint.

    Returns:
        the exit code.
    """
    if isinstance(interrupt, Unfinished):
        said = (
            f"stopped within step {step + 1}; the same command with --resume goes on from the last checkpoint"
        )
    else:
        save()
        said = f"stopped after step {step}; the same command with --resume goes on"
    console.print(said)
    return INTERRUPTED


def check_seed(seed: int) -> None:
    """Makes sure that random streams can be drawn by a seed.

    Raises:
        ConfigurationError: it is below 0.
    """
    if seed < 0:
        raise ConfigurationError(f"a seed is at least 0; got {seed}")
