r"""A model scored on held-out tasks, many episodes at once, with how it behaves and how sure that is.

    python -m agentic_gym_baselines.evaluate \
        --env-id MathPython-v0 --level 0 --model runs/grpo/policy --out runs/grpo/test

The folder then holds `summary.json` and every episode: look at them with `agentic-gym view`. A run that was
stopped goes on with the same command. Intervals are at 95%, by bootstrap over tasks, and for success with
one episode a task by Wilson's score too, which is right where all succeed or none. An episode that
infrastructure ended is played again, and never counts as wrong.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agentic_gym.cli.scoring import read_options
from agentic_gym.cli.tables import console, plain_table, rollout_lines
from agentic_gym.evaluation import Interval, Summary
from agentic_gym.trajectories import read_episodes
from agentic_gym.version import __version__
from agentic_gym_baselines.behaviour import behaviour
from agentic_gym_baselines.playing import Sampling, choose_model, play
from agentic_gym_baselines.running import INTERRUPTED, run_program

SUMMARY = "summary.json"


@dataclass(frozen=True)
class Args:
    """Arguments."""

    env_id: str
    """A registered environment, such as MathPython-v0."""
    model: str
    """nano, smollm2, a folder that sft or grpo wrote, a Hugging Face model, or a server's model."""
    out: Path
    """The run's folder."""
    base_url: str = ""
    """The model's OpenAI-compatible server; a model in this process if not given."""
    level: int | None = None
    """Of the tasks; the environment's default if not given."""
    split: str = "test"
    """Where they are drawn from."""
    episodes: int = 200
    """Different tasks."""
    rollouts: int = 1
    """How often each is played, for pass@k and pass^k."""
    seed: int = 0
    """Draws the tasks, and what a model in this process writes."""
    protocol: str = "hermes"
    """How actions are written; openai for a server's native tool calls."""
    options: tuple[str, ...] = ()
    """Further keywords of gym.make, each as NAME=VALUE, such as max_turns=4."""
    no_tools: bool = False
    """Take the environment's tools away."""
    temperature: float = 1.0
    """At which the model samples; 0 always takes the likeliest token."""
    max_new_tokens: int = 256
    """Of one turn."""
    batch: int = 32
    """Episodes that are played at the same time."""
    device: str = "cpu"
    """Where a model in this process runs, such as cuda."""
    dtype: str = "float32"
    """Of its weights."""


def evaluate(args: Args) -> int:
    """Runs the program; gives its exit code.

    Raises:
        ConfigurationError: an argument cannot be used.
        RecordError: the folder holds another run.
    """
    sampling = Sampling(args.temperature, args.max_new_tokens, args.seed, args.device, args.dtype)
    chosen = choose_model(args.model, args.base_url, args.batch, sampling)
    env_options = {**read_options(args.options, "--options"), "protocol": args.protocol}
    if args.no_tools:
        env_options["tools"] = False
    try:
        summary = play(
            args.env_id,
            chosen,
            out=args.out,
            title=args.model,
            env_options=env_options,
            episodes=args.episodes,
            rollouts=args.rollouts,
            seed=args.seed,
            split=args.split,
            difficulty=args.level,
        )
    except KeyboardInterrupt:
        return INTERRUPTED
    record = summarize(args, summary)
    text = json.dumps(record, indent=2, ensure_ascii=False, default=str, allow_nan=False)
    (args.out / SUMMARY).write_text(text + "\n", "utf-8")
    _show(args, summary, record)
    return 0


def summarize(args: Args, summary: Summary) -> dict[str, Any]:
    """What `summary.json` says; what has no value, such as a share of calls where none was made, is null."""
    records = list(read_episodes(args.out))
    tags = sorted({tag for record in records for tag in record["tags"]})
    return {
        "arguments": asdict(args),
        "package": __version__,
        "episodes": summary.n,
        "unscored": summary.unscored,
        "repeated": summary.repeated,
        **plain_means(behaviour(records)),
        **({"success_wilson": asdict(summary.success)} if args.rollouts == 1 and summary.n else {}),
        "pass_at": summary.pass_at,
        "pass_all": summary.pass_all,
        "stop_reasons": summary.stop_reasons,
        "prompt_tokens": summary.prompt_tokens,
        "sampled_tokens": summary.sampled_tokens,
        "seconds": summary.seconds,
        "by_tag": {
            tag: plain_means(behaviour(each for each in records if tag in each["tags"])) for tag in tags
        },
    }


def plain_means(means: Mapping[str, Interval]) -> dict[str, dict[str, float] | None]:
    """Means as JSON, which has no NaN: what has no value is null."""
    return {
        name: None if math.isnan(interval.estimate) else asdict(interval) for name, interval in means.items()
    }


def _show(args: Args, summary: Summary, record: Mapping[str, Any]) -> None:
    heading = f"{args.model} on {args.env_id}, split {args.split}, {summary.n} episodes"
    console().print(heading, soft_wrap=True)
    table = plain_table("", "mean", "95% interval")
    for name, value in record.items():
        if isinstance(value, dict) and "estimate" in value:
            table.add_row(name, f"{value['estimate']:.3f}", f"{value['low']:.3f}–{value['high']:.3f}")
    console().print(table)
    for line in rollout_lines(summary):
        console().print(line, soft_wrap=True)
    if summary.unscored:
        console().print(f"{summary.unscored} tasks ended unscored: infrastructure failed each time")
    console().print(f"Episodes are in {args.out}; look at them: agentic-gym view {args.out}", soft_wrap=True)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, evaluate, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
