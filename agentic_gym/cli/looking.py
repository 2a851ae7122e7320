"""`list`, `info` and `view`: what there is, and what came of it."""

import webbrowser
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from agentic_gym.cli.scoring import Environment
from agentic_gym.cli.tables import console, plain_table
from agentic_gym.evaluation.agents import agent_names
from agentic_gym.evaluation.cards import about, describe_level
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.evaluation.runs import find_runs
from agentic_gym.registration import registered_tasksets, registered_teams
from agentic_gym.tasks import Taskset
from agentic_gym.viewer import write_report
from agentic_gym.viewer.report import SHOWN


def list_environments() -> None:
    """List the environments, with their levels.

    [bold]Example[/bold]

      agentic-gym list
    """
    table = plain_table("id", "levels", "about")
    for env_id, taskset in registered_tasksets().items():
        table.add_row(Text(env_id), _levels(taskset), Text(about(taskset)[0]))
    console().print(table)
    console().print(
        f"For several agents, by pettingzoo.make: {', '.join(registered_teams())}", soft_wrap=True
    )


def show_environment(env_id: Environment) -> None:
    """Say what an environment asks for: levels, answers, splits, tools, budgets, and agents that can play it.

    [bold]Example[/bold]

      agentic-gym info RealX-v0
    """
    env = make_environment(env_id)
    taskset = env.taskset
    env.reset(seed=0)
    tools = [schema["function"] for schema in env.tool_schemas]
    env.close()
    out = console()
    out.print(Text(env_id, "bold"))
    out.print(Text(about(type(taskset))[0]))
    levels = {
        f"{level}{' (default)' if level == taskset.default_difficulty else ''}": text
        for level, text in taskset.difficulties.items()
    }
    splits = {name: f"indices {span.start:,} to {span.stop - 1:,}" for name, span in taskset.splits.items()}
    budgets = {
        "turns": str(env.budgets.max_turns),
        "tool calls": str(env.budgets.max_tool_calls),
        "characters written": f"{env.budgets.max_characters:,}",
    }
    calls = {tool["name"]: tool["description"].partition("\n")[0] for tool in tools}
    parts = {
        "Levels": levels,
        "Answers": {str(level): _answers(taskset, level) for level in taskset.difficulties},
        "Splits": splits,
        "Budgets": budgets,
        "Tools": calls,
        "Versions": dict(taskset.versions),
    }
    for title, entries in parts.items():
        table = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None)
        for name, text in entries.items():
            table.add_row(Text(f"  {name}"), Text(text))
        out.print()
        out.print(table)
    out.print()
    out.print(f"[bold]Agents[/bold] {', '.join(agent_names(taskset))}, or your own as module:attribute")


def view_runs(
    folders: Annotated[
        list[Path],
        typer.Argument(metavar="DIR...", help="Runs, or folders that hold runs.", show_default=False),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The report; report.html in the first DIR if not given.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=0, help="How many episodes to show, over all runs.")] = SHOWN,
    browser: Annotated[bool, typer.Option("--open", help="Open the report in a browser.")] = False,
) -> None:
    """Write a report about runs, one HTML file, and print where it is.

    [bold]Examples[/bold]

      agentic-gym view runs/RealX-v0 --open

      agentic-gym view runs/mine runs/yours --out compared.html
    """
    runs = [run for folder in folders for run in find_runs(folder)]
    report = write_report(runs, out or folders[0] / "report.html", shown=episodes)
    typer.echo(str(report))
    if browser:
        webbrowser.open(report.resolve().as_uri())


def _levels(taskset: type[Taskset]) -> str:
    return ", ".join(map(str, taskset.difficulties)) or "of the data"


def _answers(taskset: Taskset, level: int) -> str:
    """Types of answer with their shares, and how far guessing goes."""
    card = describe_level(taskset, level)
    types = ", ".join(f"{name} {share:.0%}" for name, share in card.answers.items())
    return f"{types}; a guess is right in {card.guess:.1%}" if card.guess else f"{types}; open"
