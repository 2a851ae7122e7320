"""Cold-start data: episodes to imitate, from an environment's oracle or from a teacher model.

    python -m agentic_gym_baselines.collect --env-id MathPython-v0 --level 0 1 --episodes 500 --out data/math

An episode is kept only if it is correct and free of errors: no turn that could not be read, no tool call
that failed. With a base model the filters of DeepEyesV2 (arXiv 2511.05271) are applied too: a task is kept
if the base model solves it without tools at most 2 times of 8, and is noted as one with which tools help if
the same model solves it more often with them. A task of which infrastructure ended an attempt is left out;
the same command tries it again. The oracle's few sentences are worded anew for every task, so that a model
does not learn them by heart: at most one in fifty of the episodes that are kept may have the same phrasing,
or two where these are few.

The folder holds `episodes.jsonl` and `images`, which `sft` reads, `summary.json`, what was dropped and why,
and under `attempts` and `base` every episode that was played. The same command goes on where it stopped.
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from agentic_gym.cli.scoring import read_options
from agentic_gym.cli.tables import console, plain_table
from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.agents import Player
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.trajectories import read_episodes
from agentic_gym.trajectories.store import EPISODES, IMAGES
from agentic_gym_baselines.playing import Chosen, Sampling, choose_model, play
from agentic_gym_baselines.running import INTERRUPTED, run_program
from agentic_gym_baselines.screening import BaseRate, Screen, TaskName, Verdict, task_of

_ORACLES: Mapping[str, Player] = {
    "varied": "agentic_gym_baselines.reasoning:VariedOracle",
    "oracle": "oracle",
    "none": "agentic_gym_baselines.reasoning:SilentOracle",
}
_ALIKE = 0.02
"""The share of episodes that may be phrased alike, where phrasings are meant to vary."""
_WITHOUT_TOOLS = {"tools": False}


@dataclass(frozen=True)
class Args:
    """Arguments."""

    env_id: str
    """A registered environment, such as MathPython-v0."""
    out: Path
    """The folder that the data go to."""
    level: tuple[int, ...] = ()
    """Levels of the tasks; the environment's default if not given."""
    episodes: int = 200
    """Different tasks of each level."""
    rollouts: int = 1
    """How often each is tried; of those that are fit the first is kept. For teachers: an oracle always does
    the same."""
    split: str = "train"
    """Where the tasks are drawn from."""
    seed: int = 0
    """Draws which ones."""
    protocol: str = "hermes"
    """How actions are written."""
    options: tuple[str, ...] = ()
    """Other keywords of gym.make, written NAME=VALUE."""
    reasoning: Literal["varied", "oracle", "none"] = "varied"
    """What the oracle thinks aloud: worded anew for every task, its own few sentences, or nothing."""
    most_alike: float | None = None
    """The largest share of episodes whose thoughts are the same but for numbers; 0.02 if not given, and no
    limit for the oracle's own sentences."""
    teacher_model: str = ""
    """A model that plays instead of the oracle: as its server knows it, or as sft takes --model."""
    teacher_url: str = ""
    """Its server, such as http://127.0.0.1:8000/v1; a model in this process if not given."""
    base_model: str = ""
    """The model that is to be trained: tasks that it solves without tools are left out."""
    base_url: str = ""
    """Its server; a model in this process if not given."""
    base_rollouts: int = 8
    """How often it tries each task, with tools and without."""
    base_most: int = 2
    """How often it may solve a task without tools."""
    tools_help: Literal["either", "yes", "no"] = "either"
    """Keep only tasks that it solves more often with tools than without, or only the others."""
    temperature: float = 1.0
    """Of teacher and base model; 0 always takes the likeliest token."""
    max_new_tokens: int = 512
    """Of one of their turns."""
    batch: int = 16
    """Episodes that a model plays at the same time."""
    workers: int = 4
    """Episodes that the oracle plays at the same time."""
    device: str = "cpu"
    """Where models in this process run, such as cuda."""
    dtype: str = "float32"
    """Of their weights."""

    @property
    def sampling(self) -> Sampling:
        """How teacher and base model write."""
        return Sampling(self.temperature, self.max_new_tokens, self.seed, self.device, self.dtype)


def collect(args: Args) -> int:
    """Runs the program; gives its exit code.

    Raises:
        ConfigurationError: an argument cannot be used.
        RecordError: the folder holds other data.
    """
    screen = _screen(args)
    env_options = {**read_options(args.options, "--options"), "protocol": args.protocol}
    levels = _levels(args, env_options)
    demonstrator = _demonstrator(args)
    try:
        base = dict(_base_rates(args, levels, env_options))
        for level in levels:
            _play(args, demonstrator, level, f"attempts/level-{level}", "demonstrations", env_options)
    except KeyboardInterrupt:
        return INTERRUPTED
    runs = {level: args.out / f"attempts/level-{level}" for level in levels}
    attempts = [(run, record) for run in runs.values() for record in _in_order(run)]
    verdicts = screen.judge([record for _, record in attempts], base)
    kept = [attempt for attempt, verdict in zip(attempts, verdicts, strict=True) if verdict is Verdict.KEPT]
    _write(args.out, kept, base)
    _report(args, verdicts, base)
    return 0


def _screen(args: Args) -> Screen:
    if args.protocol == "openai":
        raise ConfigurationError(
            "the protocol openai writes calls as a server's own JSON, which no model writes; give a text "
            "protocol, such as hermes"
        )
    if args.teacher_url and not args.teacher_model:
        raise ConfigurationError("--teacher-url goes with --teacher-model, the model's name on that server")
    if not args.base_model and (args.base_url or args.tools_help != "either"):
        raise ConfigurationError("--base-url and --tools-help go with --base-model")
    if args.most_alike is not None:
        alike = args.most_alike
    else:
        alike = _ALIKE if args.teacher_model or args.reasoning == "varied" else 1.0
    return Screen(args.base_most, {"yes": True, "no": False}.get(args.tools_help), alike)


def _demonstrator(args: Args) -> Chosen:
    if not args.teacher_model:
        return Chosen(_ORACLES[args.reasoning], args.workers)
    return choose_model(args.teacher_model, args.teacher_url, args.batch, args.sampling)


def _levels(args: Args, env_options: Mapping[str, Any]) -> list[int]:
    """The levels, which the environment must have."""
    env = make_environment(args.env_id, **env_options)
    try:
        return list(dict.fromkeys(map(env.taskset.check_difficulty, args.level or (None,))))
    finally:
        env.close()


def _play(
    args: Args,
    chosen: Chosen,
    level: int,
    folder: str,
    title: str,
    env_options: Mapping[str, Any],
    rollouts: int | None = None,
) -> Path:
    """Plays the tasks of a level, or those that are left; gives the run's folder."""
    play(
        args.env_id,
        chosen,
        out=args.out / folder,
        title=f"{title}, level {level}",
        env_options=env_options,
        episodes=args.episodes,
        rollouts=args.rollouts if rollouts is None else rollouts,
        seed=args.seed,
        split=args.split,
        difficulty=level,
    )
    return args.out / folder


def _base_rates(
    args: Args, levels: Sequence[int], env_options: Mapping[str, Any]
) -> Iterator[tuple[TaskName, BaseRate]]:
    """How often the base model solves each task, where there is one."""
    if not args.base_model:
        return
    chosen = choose_model(args.base_model, args.base_url, args.batch, args.sampling)
    arms = {"with tools": env_options, "without tools": {**env_options, **_WITHOUT_TOOLS}}
    for level in levels:
        solved: dict[str, Counter[TaskName]] = {}
        scored: Counter[TaskName] = Counter()
        for stream, (name, options) in enumerate(arms.items(), 1):  # the demonstrations' own has no number
            folder = f"base/{name.replace(' ', '-')}/level-{level}"
            player, title = chosen.on_stream(stream), f"base model {name}"
            run = _play(args, player, level, folder, title, options, args.base_rollouts)
            counts: Counter[TaskName] = Counter()
            for record in read_episodes(run):
                scored[task_of(record)] += bool(record["scored"])
                counts[task_of(record)] += bool(record["is_success"])
            solved[name] = counts
        for task, count in solved["with tools"].items():
            unscored = len(arms) * args.base_rollouts - scored[task]
            yield task, BaseRate(args.base_rollouts, count, solved["without tools"][task], unscored)


def _in_order(run: Path) -> list[dict[str, Any]]:
    """A run's episodes in an order that does not depend on how long they took."""
    return sorted(read_episodes(run), key=lambda record: (task_of(record), record["rollout"]))


def _write(out: Path, kept: Sequence[tuple[Path, dict[str, Any]]], base: Mapping[TaskName, BaseRate]) -> None:
    """Writes the episodes that are kept, in place of those that were there before."""
    (out / IMAGES).mkdir(exist_ok=True)
    for run, record in kept:
        for picture in _pictures(record):
            _link(run / picture, out / picture)
    partial = out / f"{EPISODES}.part"
    with partial.open("w", encoding="utf-8") as lines:
        for _, record in kept:
            rate = base.get(task_of(record))
            note = {"base": asdict(rate), "tools_help": rate.tools_help} if rate else {}
            lines.write(json.dumps({**record, **note}, ensure_ascii=False) + "\n")
    partial.replace(out / EPISODES)


def _pictures(record: Mapping[str, Any]) -> set[str]:
    """Paths of the pictures that an episode shows, within its run's folder."""
    shown = [record["prompt"], *(turn["observation"] for turn in record["turns"])]
    return {part["image"] for parts in shown for part in parts if "image" in part}


def _link(source: Path, target: Path) -> None:
    """Makes a picture known under a second path, or copies it where the file system has no links."""
    if target.exists():
        return
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _report(args: Args, verdicts: Sequence[Verdict], base: Mapping[TaskName, BaseRate]) -> None:
    """Says what was kept and what was dropped and why, to the user and in `summary.json`."""
    counts = {str(verdict): verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
    summary: dict[str, Any] = {"arguments": asdict(args), "episodes": len(verdicts), "verdicts": counts}
    if base:
        rates = list(base.values())
        summary["base"] = {
            "tasks": len(rates),
            "easy": sum(rate.without_tools > args.base_most for rate in rates),
            "tools help": sum(rate.tools_help and not rate.unscored for rate in rates),
            "unscored": sum(bool(rate.unscored) for rate in rates),
        }
    text = json.dumps(summary, indent=2, ensure_ascii=False, default=str)
    (args.out / "summary.json").write_text(text + "\n", "utf-8")
    console().print(f"{args.env_id}, {len(verdicts)} episodes", soft_wrap=True)
    table = plain_table("what became of them", "episodes")
    for name, count in counts.items():
        table.add_row(name, str(count))
    console().print(table)
    if not counts.get(Verdict.KEPT):
        raise RecordError(
            f"none of {len(verdicts)} episodes can be learned from; they are in {args.out}/attempts"
        )
    console().print(f"The data are in {args.out}.", soft_wrap=True)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, collect, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
