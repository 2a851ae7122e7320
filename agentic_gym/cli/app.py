"""The commands put together, and how the program ends.

Exit codes: 0 done; 1 a check did not hold; 2 what was asked for cannot be done; 130 stopped by Ctrl-C.
`sandbox run` ends as the code did that it ran.
"""

import sys
from typing import Annotated

import typer

from agentic_gym.cli import boxing, checking, freezing, looking, scoring
from agentic_gym.errors import AgenticGymError
from agentic_gym.version import __version__

app = typer.Typer(
    name="agentic-gym",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with [bold]agentic-gym demo[/bold]; [bold]agentic-gym COMMAND --help[/bold] has examples.",
)
app.command("list")(looking.list_environments)
app.command("info")(looking.show_environment)
app.command("eval")(scoring.evaluate_agents)
app.command("demo")(scoring.demonstrate)
app.command("view")(looking.view_runs)
app.command("export")(freezing.export_environment)
app.command("validate")(checking.validate_environment)
app.command("doctor")(checking.examine_isolation)
app.add_typer(boxing.app, name="sandbox")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentic-gym {__version__}")
        raise typer.Exit


@app.callback()
def agentic_gym(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Environments for agents that look, search, compute and act: play, score, look at the episodes."""


def main() -> None:
    """Runs the command line: an error of the package is one line, a bug keeps its traceback."""
    try:
        app()
    except AgenticGymError as error:
        print(" ".join([f"agentic-gym: {error}", *getattr(error, "__notes__", [])]), file=sys.stderr)
        sys.exit(2)
