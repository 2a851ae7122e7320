"""What the commands print: to people on a terminal, and plainly where the output goes elsewhere."""

import math
from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table
from rich.text import Text

from agentic_gym.evaluation.runner import Progress
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


def progress_bar() -> ProgressBar:
    """A bar with the tasks done, the success rate so far and the time left, on standard error."""
    return ProgressBar(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        console=error_console(),
    )


class ScoreRow:
    """A run's row of the progress bar, with its success so far; it appears when the run starts.

    Args:
        bar: made by `progress_bar`.
        name: of the agent, or of what is played.
    """

    def __init__(self, bar: ProgressBar, name: str) -> None:
        self._bar = bar
        self._name = name
        self._row: TaskID | None = None
        self._scored = self._successes = 0

    def __call__(self, progress: Progress) -> None:
        """Takes a step of the run over; see `evaluate`."""
        if self._row is None:
            self._row = self._bar.add_task(escape(self._name), total=progress.total, note="")
        if progress.result is not None and progress.result.scored:
            self._scored += 1
            self._successes += progress.result.success
        note = f"{self._successes / self._scored:.2f} success" if self._scored else ""
        self._bar.update(self._row, completed=progress.done, note=note)


def _span(interval: Interval) -> str:
    return f"{interval.low:.3f}–{interval.high:.3f}"


def _order(estimate: float) -> float:
    return -1.0 if math.isnan(estimate) else estimate
