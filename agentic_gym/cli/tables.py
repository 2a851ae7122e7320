"""What the commands print: to people on a terminal, and plainly where the output goes elsewhere."""

import math
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from agentic_gym.evaluation.statistics import Interval, Summary


def console() -> Console:
    """Standard output, made anew for each command so that it follows redirections."""
    return Console(highlight=False)


def error_console() -> Console:
    """Standard error, for progress and advice."""
    return Console(stderr=True, highlight=False)


def plain_table(*headings: str, title: str | None = None) -> Table:
    """An empty table with the headings, ruled as little as can be."""
    table = Table(
        title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD, collapse_padding=True
    )
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def score_table(title: str, summaries: Mapping[str, Summary]) -> Table:
    """A row for each agent, the most successful first."""
    table = plain_table("agent", title=title)
    for heading in ("success", "95% interval", "n", "reward", "turns", "calls", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    ordered = sorted(summaries.items(), key=lambda item: _order(item[1].success.estimate), reverse=True)
    for agent, summary in ordered:
        table.add_row(
            Text(agent),
            f"{summary.success.estimate:.3f}",
            _span(summary.success),
            str(summary.n),
            f"{summary.reward.estimate:.3f}",
            f"{summary.turns:.1f}",
            f"{summary.calls:.1f}",
            f"{summary.seconds:.2f}",
        )
    return table


def rollout_lines(summary: Summary) -> list[str]:
    """What a table has no room for: pass@k and pass^k of tasks played several times, and tokens."""
    lines = []
    if len(summary.pass_at) > 1:
        for name, estimates in (("pass@", summary.pass_at), ("pass^", summary.pass_all)):
            lines.append(", ".join(f"{name}{k} {value:.3f}" for k, value in estimates.items()))
    if summary.sampled_tokens:
        lines.append(f"{summary.prompt_tokens:,} tokens shown, {summary.sampled_tokens:,} sampled")
    return lines


def progress_bar() -> Progress:
    """A bar with the tasks done, the success rate so far and the time left, on standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        console=error_console(),
    )


def _span(interval: Interval) -> str:
    return f"{interval.low:.3f}–{interval.high:.3f}"


def _order(estimate: float) -> float:
    return -1.0 if math.isnan(estimate) else estimate
