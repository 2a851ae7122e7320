"""Where the wall time of a GRPO step goes: generation, tools, learning.

    python benchmarks/training.py [--models nano smollm2] [--steps 5] [--json] [arguments of grpo]

Each model first learns for a while from the oracle (`collect`, then `sft`), since one that makes no calls
keeps no tool busy; `--policy FOLDER` takes one that has learned already. Then `grpo` takes its steps, and
the figures are read off its log: medians over the steps, without the first. `--logs FOLDER …` reads those of
runs that were made before, instead. The share of tools is the time in
which the policy had to wait for environments: half of the episodes write while the tools of the other half
run. The model computes on one thread: read the shares, not the seconds.
"""

import argparse
import contextlib
import io
import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from agentic_gym_baselines import collect, grpo, sft
from agentic_gym_baselines.journal import read_journal

ENV = ["--env-id", "MathPython-v0", "--level", "0"]
PARTS = ("generation", "tools", "learning", "refreshing")


@dataclass(frozen=True)
class Size:
    """How much of everything.

    Attributes:
        episodes: demonstrations.
        cold: steps of `sft`.
        batch: demonstrations of each.
        rate: its learning rate.
        groups: of a step of `grpo`.
        group_size: episodes of each.
        max_new_tokens: of a turn.
    """

    episodes: int
    cold: int
    batch: int
    rate: float
    groups: int
    group_size: int
    max_new_tokens: int


SIZES = {
    "nano": Size(2000, 500, 32, 3e-3, 8, 8, 96),
    "smollm2": Size(200, 25, 8, 1e-4, 4, 4, 96),
}
"""Of each model, such that the cold start takes a minute or a few."""


@dataclass(frozen=True)
class Figures:
    """Medians over steps.

    Attributes:
        seconds: of a step.
        shares: of its wall time, by part.
        calls: tool calls an episode.
        episodes: of a step.
        tokens: that were sampled in a second of generation.
        learned: that carried loss, in a second of learning; 0 where no step had anything to learn.
    """

    seconds: float
    shares: dict[str, float]
    calls: float
    episodes: float
    tokens: float
    learned: float


def cold_start(model: str, size: Size, folder: Path) -> Path:
    """A model that has learned from the oracle for a while."""
    data, out = folder / "data", folder / "cold"
    run(collect.main, [*ENV, "--episodes", str(size.episodes), "--reasoning", "oracle", "--out", str(data)])
    options = ["--steps", str(size.cold), "--batch-size", str(size.batch), "--lr", str(size.rate)]
    run(sft.main, ["--data", str(data), "--model", model, "--out", str(out), *options])
    return out / "policy"


def train(policy: Path, size: Size, steps: int, folder: Path, more: Sequence[str]) -> Path:
    """Some steps of GRPO, with more arguments of the program; gives the run's folder."""
    out = folder / "grpo"
    options = {
        "--model": policy,
        "--out": out,
        "--steps": steps + 1,
        "--groups": size.groups,
        "--group-size": size.group_size,
        "--max-new-tokens": size.max_new_tokens,
        "--rounds": 1,
        "--save-every": 0,
    }
    run(grpo.main, [*ENV, *(str(word) for option in options.items() for word in option), *more])
    return out


def read(run: Path) -> Figures:
    """What the log of a run says."""
    records = [record for record in read_journal(run) if "seconds_learning" in record][1:]
    if not records:
        sys.exit(f"{run} has fewer than two steps: nothing to take a median of")
    totals = [sum(record[f"seconds_{part}"] for part in PARTS) for record in records]
    shares = {
        part: statistics.median(
            record[f"seconds_{part}"] / total for record, total in zip(records, totals, strict=True)
        )
        for part in PARTS
    }
    learning = [record for record in records if record["loss_tokens"]]
    return Figures(
        statistics.median(totals),
        shares,
        statistics.median(record["calls"] for record in records),
        statistics.median(record["episodes"] for record in records),
        statistics.median(
            record["length"] * record["episodes"] / record["seconds_generation"] for record in records
        ),
        statistics.median(record["loss_tokens"] / record["seconds_learning"] for record in learning)
        if learning
        else 0.0,
    )


def run(program: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> None:
    """Runs a program, whose own output is shown only where it fails."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = program(arguments)
    if code:
        sys.exit(f"{program.__module__} {' '.join(arguments)} ended with {code}\n{said.getvalue()}")


def measure(arguments: argparse.Namespace, more: Sequence[str]) -> Iterator[tuple[str, Figures]]:
    """The name and the figures of each run."""
    for log in arguments.logs:
        yield log.name, read(log)
    for model in () if arguments.logs else arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            policy = arguments.policy or cold_start(model, SIZES[model], Path(folder))
            yield model, read(train(policy, SIZES[model], arguments.steps, Path(folder), more))


def main() -> None:
    """Prints the table, or a line of JSON for each run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--models", nargs="+", choices=SIZES, default=["nano"])
    parser.add_argument(
        "--policy", type=Path, help="a folder that sft or grpo wrote, instead of a cold start"
    )
    parser.add_argument("--logs", nargs="+", type=Path, default=[], help="folders of runs to read instead")
    parser.add_argument("--steps", type=int, default=5, help="of GRPO, after one that is not counted")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each run")
    arguments, more = parser.parse_known_args()
    torch.set_num_threads(1)
    table = Table("run", "s/step", *PARTS, "calls", "episodes", "sampled/s", "learned/s")
    for name, figures in measure(arguments, more):
        if arguments.json:
            print(json.dumps({"run": name, **asdict(figures)}), flush=True)
        table.add_row(
            name,
            f"{figures.seconds:.2f}",
            *(f"{figures.shares[part]:.1%}" for part in PARTS),
            f"{figures.calls:.2f}",
            f"{figures.episodes:.0f}",
            f"{figures.tokens:.0f}",
            f"{figures.learned:.0f}",
        )
    if not arguments.json:
        Console(width=110).print(table)


if __name__ == "__main__":
    main()
