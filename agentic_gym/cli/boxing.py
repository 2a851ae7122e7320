"""`sandbox run` and `sandbox cleanup`: the sandbox for people."""

import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Final

import typer

from agentic_gym.errors import ConfigurationError, SandboxError, SandboxUnavailable
from agentic_gym.messages import png_bytes
from agentic_gym.sandboxes import Execution, Limits, Outcome, make_sandbox
from agentic_gym.sandboxes.leftovers import remove_folders

app = typer.Typer(no_args_is_help=True, help="Run code as agents' code runs; remove what a killed run left.")

_DEFAULT_SECONDS: Final = Limits().seconds
_EXIT_CODES: Final = {
    Outcome.OK: 0,
    Outcome.PYTHON_ERROR: 1,
    Outcome.PROTOCOL_VIOLATION: 3,
    Outcome.INTERRUPTED: 124,  # as timeout(1) has it
    Outcome.KILLED_TIMEOUT: 124,
    Outcome.KILLED_MEMORY: 128 + signal.SIGKILL,
}
"""Where the process ended by its own hand the code is its own."""


@app.command("run")
def run_file(
    file: Annotated[Path, typer.Argument(help="Python source.", exists=True, dir_okay=False)],
    isolation: Annotated[str, typer.Option(help="auto, namespaces, landlock or docker.")] = "auto",
    runtime: Annotated[str | None, typer.Option(help="Of the container engine: runsc is gVisor.")] = None,
    seconds: Annotated[float, typer.Option(help="When it is stopped.")] = _DEFAULT_SECONDS,
    seed: Annotated[int, typer.Option(help="Of random and numpy.random.")] = 0,
) -> None:
    """Run a file as an agent's cell: print what it prints, save what it shows beside it.

    Exit codes: 0 done, 1 an exception, 3 it wrote where it must not, 124 out of time, 137 out of memory,
    and else its own: 128 and the signal for a crash.

    [bold]Example[/bold]

      agentic-gym sandbox run plot.py --seconds 30
    """
    try:
        code = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8 text: {error}") from None
    with closing(make_sandbox(isolation, runtime=runtime, pool=0)) as sandbox:
        execution = sandbox.open(seed=seed).run(code, seconds=seconds)
    _show(execution, file)
    raise typer.Exit(_exit_code(execution))


@app.command("cleanup")
def clean_up() -> None:
    """Remove what a killed run left: containers of dead owners, and folders that no process works with.

    [bold]Example[/bold]

      agentic-gym sandbox cleanup
    """
    removed = [f"folder {path}" for path in remove_folders()]
    try:
        removed += [f"container {name[:12]}" for name in _remove_containers()]
    except (SandboxUnavailable, SandboxError) as error:
        typer.echo(f"no containers were looked for: {error}", err=True)
    for line in removed:
        typer.echo(f"removed {line}")
    if not removed:
        typer.echo("nothing was left")


def _remove_containers() -> list[str]:
    from agentic_gym.sandboxes.docker import Engine, remove_orphans  # an extra

    engine = Engine()
    try:
        return remove_orphans(engine)
    finally:
        engine.close()


def _show(execution: Execution, file: Path) -> None:
    sys.stdout.write(execution.output)
    sys.stdout.flush()
    if execution.error:
        typer.echo(execution.error, err=True)
    for number, pixels in enumerate(execution.images, 1):
        path = file.with_suffix(f".sandbox-{number}.png")
        path.write_bytes(png_bytes(pixels))
        typer.echo(f"picture {number}, {pixels.shape[1]} x {pixels.shape[0]}: {path}", err=True)


def _exit_code(execution: Execution) -> int:
    match execution.outcome:
        case Outcome.EXITED:
            return int(execution.detail)
        case Outcome.CRASHED:
            return 128 + _signal_number(execution.detail)
        case outcome:
            return _EXIT_CODES[outcome]


def _signal_number(name: str) -> int:
    return signal.Signals[name].value if name in signal.Signals.__members__ else 0
