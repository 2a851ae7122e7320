r"""Learning curves out of the logs of runs: arms side by side, several seeds as a mean with their range.

    python -m agentic_gym_baselines.plot --out curves.png \
        --arms "cold start and GRPO=runs/full-*" "GRPO alone=runs/bare-*" \
        --levels "cold start=runs/cold/test" --show success calls length

A panel shows one quantity. A line is the mean of an arm's runs (of a few steps of each, see `--smooth`), its
band reaches from the lowest run to the highest. Points with bars are evaluations on held-out tasks, where
the runs have them: for success the bar is Wilson's 95% interval over the tasks of all runs, otherwise it is
the range of the runs. A dashed line is one evaluation's `summary.json`, with its interval.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agentic_gym.errors import ConfigurationError
from agentic_gym_baselines.curves import (
    EVALUATED,
    Against,
    Arm,
    evaluation_curve,
    named,
    read_arm,
    read_level,
    training_curve,
)
from agentic_gym_baselines.running import console, run_program

NAMES = {
    "success": "success",
    "reward": "reward",
    "calls": "tool calls an episode",
    "called": "share of episodes with a call",
    "well_formed": "share of turns that can be read",
    "identical_calls": "share of calls made in other tasks too",
    "length": "tokens written an episode",
    "entropy": "entropy, nats a token",
    "loss": "loss",
    "kl": "divergence from the reference, nats a token",
    "clipped": "share of tokens clipped",
    "gradient_norm": "norm of the gradient",
    "flat_groups": "groups without variance",
}
"""What a panel is called."""
_AXES = {
    "step": "step",
    "episodes": "episodes played",
    "tokens": "tokens written, in thousands",
    "minutes": "minutes",
}
_SHARES = ("success", "called", "well_formed", "identical_calls", "clipped", "answered")
"""Quantities from 0 to 1, whose panels show all of that."""
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
"""Okabe and Ito's, which people who see fewer colours tell apart."""
_MARKS = "osD^vPX"


@dataclass(frozen=True)
class Args:
    """Arguments."""

    arms: tuple[str, ...]
    """Each as NAME=FOLDER, with * and ? for several runs, or with commas; a name alone is its folder's."""
    out: Path = Path("curves.png")
    """The figure: png, svg or pdf."""
    show: tuple[str, ...] = ("success", "calls", "length", "entropy")
    """Quantities of the log, a panel each."""
    against: Against = "step"
    """What runs to the right: steps, episodes played, tokens written, or minutes of wall time."""
    levels: tuple[str, ...] = ()
    """Folders of evaluations to compare with, each as NAME=FOLDER."""
    smooth: int = 5
    """Steps of which a line is the mean."""
    title: str = ""
    """Above all panels."""
    columns: int = 2
    """Panels in a row."""


def draw(
    arms: Sequence[Arm],
    quantities: Sequence[str],
    *,
    against: Against = "step",
    levels: Sequence[str] = (),
    smooth: int = 5,
    title: str = "",
    columns: int = 2,
) -> Figure:
    """The figure: a panel for each quantity, an arm in the same colour in each.

    Args:
        arms: at most seven, which is how many colours are told apart.
        quantities: as the log names them.
        against: what runs to the right.
        levels: evaluations to compare with; see `read_level`.
        smooth: see `training_curve`.
        title: above all panels.
        columns: panels in a row.

    Raises:
        ConfigurationError: there are too many arms, or no arm has a quantity.
        RecordError: an evaluation cannot be read.
    """
    if not 1 <= len(arms) + len(levels) <= len(_COLOURS) or smooth < 1 or columns < 1:
        raise ConfigurationError(
            f"a figure shows 1 to {len(_COLOURS)} arms and levels, smooth and columns are at least 1; "
            f"got {len(arms)} and {len(levels)}, {smooth} and {columns}"
        )
    across = min(columns, len(quantities))
    down = math.ceil(len(quantities) / across)
    figure = Figure(figsize=(4.6 * across, 3.1 * down + 0.8), dpi=160, layout="constrained")
    panels = figure.subplots(down, across, squeeze=False)
    for panel, quantity in zip(panels.flat, quantities, strict=False):
        drawn = [_draw_arm(panel, arm, place, quantity, against, smooth) for place, arm in enumerate(arms)]
        for place, written in enumerate(levels, len(arms)):
            drawn.append(_draw_level(panel, written, place, quantity))
        if not any(drawn):
            raise ConfigurationError(
                f"no arm has {quantity!r}; a log has, for example: {', '.join(_quantities(arms))}"
            )
        _dress(panel, quantity, against)
    for panel in list(panels.flat)[len(quantities) :]:
        panel.set_visible(False)
    names = [*(arm.name for arm in arms), *(named(written)[0] for written in levels)]
    _legend(figure, panels, names, _caption(arms, quantities, smooth))
    if title:
        figure.suptitle(title, fontweight="bold")
    return figure


def _draw_arm(panel: Axes, arm: Arm, place: int, quantity: str, against: Against, smooth: int) -> bool:
    """An arm's line, band and points; whether there was anything to draw."""
    colour, mark = _COLOURS[place], _MARKS[place]
    line = training_curve(arm, quantity, against, smooth)
    points = evaluation_curve(arm, quantity, against)
    if line is not None:
        # Where held-out points are, they are what counts: the training curve steps back behind them.
        label, alpha = (None, 0.5) if points else (arm.name, 1.0)
        panel.plot(line.x, line.mean, color=colour, linewidth=1.4, alpha=alpha, label=label)
        if len(arm.logs) > 1:
            panel.fill_between(line.x, line.low, line.high, color=colour, alpha=0.15, linewidth=0)
    if points is not None:
        bars = np.stack([points.mean - points.low, points.high - points.mean]).clip(min=0.0)
        panel.errorbar(
            points.x,
            points.mean,
            bars,
            color=colour,
            marker=mark,
            markersize=4.5,
            linewidth=1.6,
            elinewidth=1.0,
            capsize=2.5,
            label=arm.name,
        )
    return line is not None or points is not None


def _draw_level(panel: Axes, written: str, place: int, quantity: str) -> bool:
    name, interval = read_level(written, quantity)
    if interval is None:
        return False
    colour = _COLOURS[place]
    panel.axhline(interval.estimate, color=colour, linestyle="--", linewidth=1.4, label=name)
    panel.axhspan(interval.low, interval.high, color=colour, alpha=0.1, linewidth=0)
    return True


def _dress(panel: Axes, quantity: str, against: Against) -> None:
    """Names, range and grid of a panel."""
    panel.set_title(NAMES.get(quantity, quantity), fontsize=10, loc="left")
    panel.set_xlabel(_AXES[against], fontsize=9)
    panel.tick_params(labelsize=8)
    panel.grid(color="#dddddd", linewidth=0.6)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)
    panel.margins(x=0.03)
    if quantity in _SHARES:
        panel.set_ylim(-0.03, 1.03)
    elif panel.get_ylim()[0] > 0:
        panel.set_ylim(0, 1.05 * panel.get_ylim()[1])


def _caption(arms: Sequence[Arm], quantities: Sequence[str], smooth: int) -> str:
    """What lines, bands and points are."""
    held_out = any(evaluation_curve(arm, quantity) for arm in arms for quantity in quantities)
    said = [
        f"lines: training, mean of {smooth} steps" if smooth > 1 else "lines: training",
        "bands: range of the seeds" if any(len(arm.logs) > 1 for arm in arms) else "",
        "points: held-out tasks; bars of success: 95% interval" if held_out else "",
    ]
    return "; ".join(filter(None, said))


def _legend(figure: Figure, panels: Any, names: Sequence[str], caption: str) -> None:
    """One legend for all panels, below them, under a line that says what is drawn."""
    entries: dict[str, Any] = {}
    for panel in panels.flat:
        handles, labels = panel.get_legend_handles_labels()
        for label, handle in zip(labels, handles, strict=True):
            entries.setdefault(label, handle)
    shown = [name for name in names if name in entries]
    figure.legend(
        [entries[name] for name in shown],
        shown,
        title=caption,
        title_fontsize=8,
        loc="outside lower center",
        ncols=min(2 * panels.shape[1], len(shown)),
        fontsize=9,
        frameon=False,
    )


def _quantities(arms: Sequence[Arm]) -> list[str]:
    names = {
        name.removeprefix(EVALUATED) for arm in arms for log in arm.logs for record in log for name in record
    }
    return sorted(names - {"step", "alarms"})


def plot(args: Args) -> int:
    """Runs the program; gives its exit code.

    Raises:
        ConfigurationError: an argument cannot be used.
        RecordError: a log or an evaluation cannot be read.
    """
    if args.out.suffix not in (".png", ".svg", ".pdf"):
        raise ConfigurationError(f"the figure is a .png, .svg or .pdf; got {args.out}")
    figure = draw(
        [read_arm(written) for written in args.arms],
        args.show,
        against=args.against,
        levels=args.levels,
        smooth=args.smooth,
        title=args.title,
        columns=args.columns,
    )
    args.out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out)
    console.print(f"the figure is in {args.out}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, plot, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
