"""`validate` and `doctor`: does an environment keep the contract, does this machine isolate code?"""

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.text import Text

from agentic_gym.cli.scoring import Environment
from agentic_gym.cli.tables import console, error_console, plain_table
from agentic_gym.errors import SandboxUnavailable
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.sandboxes import default_sandbox
from agentic_gym.sandboxes.base import Layer
from agentic_gym.testing import check_env_contract

Row = tuple[str, bool, str]


def validate_environment(
    env_id: Environment,
    episodes: Annotated[int, typer.Option(help="Episodes of each check that plays several.")] = 20,
    seed: Annotated[int, typer.Option(help="The first seed that is played.")] = 0,
) -> None:
    """Hold an environment against the contract: gymnasium's checker, determinism, oracle, audits and more.

    Exit code 1 where a check does not hold.

    [bold]Example[/bold]

      agentic-gym validate RealX-v0 --episodes 5
    """
    make_environment(env_id).close()
    rows: list[Row] = []
    with error_console().status("checking") as status:
        for check in check_env_contract(env_id, episodes=episodes, seed=seed):
            rows.append((check.name, check.ok, check.detail))
            status.update(f"checked: {check.name}")
    _print_rows("check", rows)
    if not all(ok for _, ok, _ in rows):
        raise typer.Exit(1)


def examine_isolation() -> None:
    """Say what isolates the code that agents run on this machine: each layer, and the remedy for each gap.

    Exit code 1 where nothing does: such a machine runs no code.

    [bold]Example[/bold]

      agentic-gym doctor
    """
    try:
        isolation = default_sandbox().isolation()
    except SandboxUnavailable as error:
        console().print("[bold red]No isolation can be had here, so no code is run.[/bold red]")
        console().print(Text(str(error)))
        raise typer.Exit(1) from None
    console().print(f"Code runs isolated by: [bold]{isolation.level}[/bold]")
    _print_rows("layer", map(_row, isolation.layers))
    if not any(layer.active for layer in isolation.layers):
        raise typer.Exit(1)


def _row(layer: Layer) -> Row:
    advice = f"\n{layer.remedy}" if layer.remedy and not layer.active else ""
    return layer.name, layer.active, layer.probe + advice


def _print_rows(kind: str, rows: Iterable[Row]) -> None:
    table = plain_table(kind, "holds", "what was seen")
    for name, ok, detail in rows:
        table.add_row(Text(name), Text("yes", "green") if ok else Text("no", "bold red"), Text(detail))
    console().print(table)
