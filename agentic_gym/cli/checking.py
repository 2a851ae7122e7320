"""`validate` and `doctor`: does an environment keep the contract, does this machine isolate code?"""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from agentic_gym.cli.scoring import Environment
from agentic_gym.cli.tables import console, plain_table, progress_bar
from agentic_gym.errors import SandboxUnavailable
from agentic_gym.sandboxes import Isolation, Layer, choose, make_sandbox
from agentic_gym.sandboxes.selection import AUTOMATIC
from agentic_gym.testing import Check, contract_checks, registered_id, run_checks

Row = tuple[str, bool, str]


def validate_environment(
    env_id: Environment,
    episodes: Annotated[int, typer.Option(min=1, help="Episodes of each check that plays several.")] = 20,
    seed: Annotated[int, typer.Option(help="The first seed that is played.")] = 0,
    levels: Annotated[
        list[int] | None, typer.Option(help="A level to play; may be repeated; all if not given.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="A check to run; may be repeated; all if not given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list instead of a table.")] = False,
) -> None:
    """Hold an environment against the contract: gymnasium's checker, determinism, leaks, oracle, audits.

    The environment is registered, or a taskset of your own as module:Taskset. Exit code 1 where a check
    does not hold; the table says what was seen, so that you know what to fix.

    [bold]Examples[/bold]

      agentic-gym validate RealX-v0 --episodes 5

      agentic-gym validate my_module:MyTaskset --levels 0 --only oracle --only audits
    """
    checks = contract_checks(
        registered_id(env_id), episodes=episodes, seed=seed, levels=levels or (), only=only or ()
    )
    results: list[Check] = []
    with progress_bar() as bar:
        row = bar.add_task("checking", total=len(checks), note="")
        for name, check in checks.items():
            bar.update(row, note=name)
            results += run_checks({name: check})
            bar.advance(row)
    if as_json:
        typer.echo(json.dumps([asdict(result) for result in results], indent=2, ensure_ascii=False))
    else:
        _print_rows("check", [(result.name, result.ok, result.detail) for result in results])
    if not all(result.ok for result in results):
        raise typer.Exit(1)


def examine_isolation(
    isolation: Annotated[
        str, typer.Option(help="The level to examine: auto, namespaces, landlock or docker.")
    ] = "auto",
    runtime: Annotated[str | None, typer.Option(help="Of the container engine: runsc is gVisor.")] = None,
) -> None:
    """Say what isolates the code that agents run on this machine: each layer, and the remedy for each gap.

    Exit code 1 where nothing does: such a machine runs no code.

    [bold]Examples[/bold]

      agentic-gym doctor

      agentic-gym doctor --isolation docker --runtime runsc
    """
    choice = choose(isolation, runtime=runtime)
    levels = AUTOMATIC if choice.level == "auto" else (choice.level,)
    for level in levels:
        try:
            found = _examine(level, runtime)
        except SandboxUnavailable as error:
            console().print(Text(f"{level} cannot be had here.", "bold red"))
            console().print(Text(f"{error}\n"))
            continue
        console().print(f"Code runs isolated by: [bold]{found.level}[/bold]")
        _print_rows("layer", map(_row, found.layers))
        if found.active:
            return
    console().print(Text(f"No code would run here with isolation={isolation}.", "bold red"))
    raise typer.Exit(1)


def _examine(level: str, runtime: str | None) -> Isolation:
    with closing(make_sandbox(level, runtime=runtime, pool=0)) as sandbox:
        return sandbox.isolation()


def _row(layer: Layer) -> Row:
    advice = f"\n{layer.remedy}" if layer.remedy and not layer.active else ""
    return layer.name, layer.active, layer.probe + advice


def _print_rows(kind: str, rows: Iterable[Row]) -> None:
    table = plain_table(kind, "holds", "what was seen")
    for name, ok, detail in rows:
        table.add_row(Text(name), Text("yes", "green") if ok else Text("no", "bold red"), Text(detail))
    console().print(table)
