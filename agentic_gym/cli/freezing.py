"""`export`: freeze tasks, so that published numbers stay comparable."""

from pathlib import Path
from typing import Annotated

import typer

from agentic_gym.cli.scoring import INTERRUPTED, Environment, MoreOptions, read_options
from agentic_gym.cli.tables import console, error_console, progress_bar
from agentic_gym.frozen import export_tasks


def export_environment(
    env_id: Environment,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; must not exist, or be empty.")],
    n: Annotated[int, typer.Option("--n", min=1, help="How many tasks of each level.")] = 500,
    split: Annotated[str, typer.Option(help="Where the tasks are drawn from.")] = "test",
    difficulty: Annotated[
        list[int] | None, typer.Option(help="A level; the default one if not given. May be repeated.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws which tasks: those that eval plays with this seed.")] = 0,
    storage: Annotated[
        str, typer.Option("--format", help="jsonl, with PNG files beside it, or parquet.")
    ] = "jsonl",
    option: MoreOptions = None,
) -> None:
    """Write tasks with their pictures to disk, the truth sealed, and print the set's fingerprint.

    Frozen-v0 plays such a set: gym.make("Frozen-v0", path=DIR). A set that was changed or truncated, or
    that this version would make otherwise, is refused with the record at fault.

    [bold]Examples[/bold]

      agentic-gym export RealX-v0 frozen/realx --split test --n 500 --difficulty 2 --difficulty 3

      agentic-gym eval Frozen-v0 --option path=frozen/realx --agent oracle
    """
    try:
        with progress_bar() as bar:
            row = bar.add_task(env_id, total=None, note="")
            manifest = export_tasks(
                env_id,
                folder,
                split=split,
                count=n,
                levels=difficulty or (),
                seed=seed,
                storage=storage,
                env_options=read_options(option or ()),
                progress=lambda done, total: bar.update(row, completed=done, total=total),
            )
    except KeyboardInterrupt:
        error_console().print("Stopped. Nothing was left behind.")
        raise typer.Exit(INTERRUPTED) from None
    out = console()
    out.print(f"{len(manifest.digests)} tasks are in {folder}.", soft_wrap=True)
    out.print(f"State with your numbers: fingerprint {manifest.fingerprint}", soft_wrap=True)
