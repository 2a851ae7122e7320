"""The study: three claims of the field, each with a control that could refute it, one command a claim.

    python -m agentic_gym_baselines.study --claim 1 --out runs/study

1. Reinforcement learning without a cold start does not find tool use; with one it does (DeepEyesV2).
2. Cold start and reinforcement learning make tool use adaptive (DeepEyesV2).
3. Reinforcement learning with a tool beats the same without it (ARTIST).

Each arm is a few runs of `sft`, `grpo` and `evaluate`, whose folders hold their settings, logs and episodes.
The command goes on where it stopped: what is finished is not run again, and other settings are refused in
the same folder, whose `settings.json` holds them; more seeds and the other claims may be added. At the end
`claim-N.json`, a table (`claim-N.md`), the learning curves (`claim-N.png`) and a sentence that says whether
the claim held here stand in the folder. By default everything is at the smallest scale, the nano model on
one core: it starts from nothing, so that even what it begins from has to be taught.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from agentic_gym.errors import ConfigurationError, RecordError
from agentic_gym.evaluation.statistics import Interval, bootstrap_difference, bootstrap_mean
from agentic_gym.trajectories import read_episodes
from agentic_gym_baselines import evaluate, grpo, plot, sft
from agentic_gym_baselines.playing import Chosen, play
from agentic_gym_baselines.running import console, run_program, settings_of

STARTS = "agentic_gym_baselines.starts"
MEASURES = ("success", "calls", "called", "length")
"""What a table shows of each arm."""
SETTINGS = "settings.json"
_FREE = ("claim", "out", "seeds")
"""Arguments that may differ between commands for one folder."""


@dataclass(frozen=True)
class Args:
    """Arguments."""

    claim: Literal[1, 2, 3]
    """Which claim."""
    out: Path
    """Where everything goes; the claims share what they can."""
    model: str = "nano"
    """What all arms begin from: nano, smollm2, a folder, or a Hugging Face model."""
    env_id: str = "MathPython-v0"
    """The environment; the starts are made for this one."""
    level: int = 0
    """Of its tasks."""
    max_turns: int = 2
    """Actions of an episode: one call and an answer."""
    demonstrations: int = 1500
    """Episodes of each start."""
    start_steps: int = 900
    """Steps of supervised learning of each start."""
    start_lr: float = 3e-3
    """Their learning rate."""
    steps: int = 16
    """Steps of GRPO in each arm."""
    groups: int = 16
    """Tasks of a step, the same number in all arms: no group is played again."""
    group_size: int = 8
    """Episodes of each task."""
    lr: float = 3e-4
    """The learning rate of GRPO."""
    max_new_tokens: int = 40
    """Of one turn."""
    tool_bonus: float = 0.2
    """Of arm B of claim 1."""
    seeds: int = 3
    """Runs of each arm that is trained by GRPO."""
    episodes: int = 200
    """Held-out tasks of an evaluation, the same ones for all arms."""
    device: str = "cpu"
    """Where the model runs, such as cuda."""


@dataclass(frozen=True, slots=True)
class Arm:
    """What is compared.

    Attributes:
        name: in the table.
        tests: folders of its evaluations, one for each seed.
        runs: folders of its GRPO runs; none where it has none.
    """

    name: str
    tests: tuple[Path, ...]
    runs: tuple[Path, ...] = ()


class Study:
    """Runs the programs, each only once.

    Args:
        args: of the study.
        taskset: in place of the environment's own, as `module:attribute`; its folders stand apart.
    """

    def __init__(self, args: Args, taskset: str = "") -> None:
        self.args = args
        self.out = args.out / (taskset.rpartition(":")[2] or args.env_id)
        self._taskset = {"taskset": taskset} if taskset else {}
        named = (f"{name}={value}" for name, value in self._taskset.items())
        self._options = ["--options", f"max_turns={args.max_turns}", *named]

    def start(self, name: str, agent: str, model: str | None = None) -> Path:
        """A model that has learned to do as an agent does, right or wrong; gives its folder."""
        args, run = self.args, self.out / "starts" / name
        data = self.out / "data" / agent.rpartition(":")[2]
        if not (run / "policy").exists():
            console.print(
                "$ agentic-gym eval", args.env_id, "--agent", agent, "--out", str(data), style="dim"
            )
            play(
                args.env_id,
                Chosen(agent, batch=4),
                out=data,
                title=data.name,
                env_options={"max_turns": args.max_turns, **self._taskset},
                episodes=args.demonstrations,
                seed=0,
                split="train",
                difficulty=args.level,
            )
            steps = ["--steps", str(args.start_steps), "--lr", str(args.start_lr), "--warmup", "30"]
            _call(
                sft.main,
                *("--data", str(data), "--out", str(run), "--model", model or args.model, "--failures"),
                *(*steps, "--save-every", "0", "--device", args.device),
                *(["--resume"] if (run / "checkpoint.pt").exists() else []),
            )
        return run / "policy"

    def learn(self, name: str, model: Path, *extra: str) -> tuple[Path, ...]:
        """GRPO from a start, a run for each seed; gives their folders."""
        args, runs = self.args, []
        for seed in range(args.seeds):
            run = self.out / "runs" / f"{name}-{seed}"
            if not (run / "policy").exists():
                _call(
                    grpo.main,
                    *("--env-id", args.env_id, "--level", str(args.level), *self._options),
                    *("--model", str(model), "--out", str(run), "--seed", str(seed), *extra),
                    *("--steps", str(args.steps), "--groups", str(args.groups), "--rounds", "1"),
                    *("--group-size", str(args.group_size), "--lr", str(args.lr), "--save-every", "0"),
                    *("--max-new-tokens", str(args.max_new_tokens), "--device", args.device),
                    *(["--resume"] if (run / "checkpoint.pt").exists() else []),
                )
            runs.append(run)
        return tuple(runs)

    def test(self, model: Path, *extra: str) -> Path:
        """How a model does on the held-out tasks; gives the folder."""
        args, out = self.args, model.parent / "test"
        if not (out / evaluate.SUMMARY).exists():
            _call(
                evaluate.main,
                *("--env-id", args.env_id, "--level", str(args.level), *self._options, *extra),
                *("--model", str(model), "--out", str(out), "--episodes", str(args.episodes)),
                *("--max-new-tokens", str(args.max_new_tokens), "--batch", "100", "--device", args.device),
            )
        return out

    def trained(self, name: str, title: str, model: Path, *extra: str, bonus: float = 0.0) -> Arm:
        """An arm that goes on from a start with GRPO; extra arguments hold for training and test."""
        bonuses = ["--tool-bonus", str(bonus)] if bonus else []
        runs = self.learn(name, model, *extra, *bonuses)
        return Arm(title, tuple(self.test(run / "policy", *extra) for run in runs), runs)


def _call(program: Callable[[Sequence[str]], int], *arguments: str) -> None:
    """Runs a program as from the command line, and says so; ends where it ended otherwise than well."""
    console.print("$ python -m", program.__module__, *arguments, style="dim")
    code = program(arguments)
    if code:
        raise SystemExit(code)


def claim_1(study: Study) -> tuple[list[Arm], list[str]]:
    """A: form alone, then GRPO; B: with a bonus for calls; C: a cold start, then GRPO; D: no GRPO."""
    form = study.start("form", f"{STARTS}:Formal")
    cold = study.start("cold", f"{STARTS}:Mixed", str(form))
    arms = [
        Arm("form alone", (study.test(form),)),
        study.trained("A", "A: form, GRPO", form),
        study.trained("B", "B: form, GRPO with bonus", form, bonus=study.args.tool_bonus),
        study.trained("C", "C: form, cold start, GRPO", cold),
        Arm("D: form, cold start", (study.test(cold),)),
    ]
    _, a, b, c, d = arms
    return arms, [
        compare("with a cold start GRPO ends higher than without", c, a, "success"),
        compare("with a cold start GRPO ends higher than without one but with a bonus", c, b, "success"),
        compare("GRPO adds to the cold start", c, d, "success"),
    ]


def claim_2(study: Study) -> tuple[list[Arm], list[str]]:
    """After the cold start, and after GRPO: where the tool is needed, and where it is not."""
    cold = study.start("cold", f"{STARTS}:Mixed")
    before, after = Arm("cold start", (study.test(cold),)), study.trained("grpo", "cold start, GRPO", cold)
    gap = "the call rate where a tool is needed, less that where it is not, grows with GRPO"
    return [before, after], [
        compare("GRPO calls more where the tool is needed", after, before, "called", tag="unstated"),
        compare("GRPO calls less where it is not", before, after, "called", tag="stated"),
        _sentence(gap, _growth_of_gap(after, before)),
    ]


def claim_3(study: Study) -> tuple[list[Arm], list[str]]:
    """The same start, trained with the tool and without it, for equal steps of equal numbers of episodes."""
    base = study.start("base", f"{STARTS}:Mixed")
    arms = [
        Arm("base", (study.test(base),)),
        study.trained("without", "GRPO without the tool", base, "--no-tools"),
        study.trained("with", "GRPO with the tool", base),
    ]
    return arms, [
        compare("GRPO with the tool ends higher than without it", arms[2], arms[1], "success"),
        compare("GRPO with the tool ends higher than the base", arms[2], arms[0], "success"),
    ]


def values_of(arm: Arm, measure: str, tag: str = "") -> dict[str, float]:
    """A measure of each held-out task, the mean over the arm's seeds.

    Args:
        arm: whose evaluations are read.
        measure: one of `MEASURES`.
        tag: of the tasks that are meant; all of them if empty.
    """
    values: dict[str, list[float]] = {}
    for folder in arm.tests:
        for record in read_episodes(folder):
            if record["scored"] and (not tag or tag in record["tags"]):
                values.setdefault(record["task_id"], []).append(_measured(record, measure))
    return {task: float(np.mean(each)) for task, each in values.items()}


def _measured(record: Mapping[str, Any], measure: str) -> float:
    calls = sum(len(turn["calls"]) for turn in record["turns"])
    known = {
        "success": record["is_success"],
        "calls": calls,
        "called": calls > 0,
        "length": record.get("sampled_tokens", 0),
    }
    return float(known[measure])


def compare(what: str, high: Arm, low: Arm, measure: str, *, tag: str = "") -> str:
    """A sentence that says whether one arm's measure is above another's, task by task, and by how much."""
    return _sentence(what, _difference(values_of(high, measure, tag), values_of(low, measure, tag)))


def _difference(high: Mapping[str, float], low: Mapping[str, float]) -> Interval:
    """The mean difference over tasks that both have, with its bootstrap interval."""
    return bootstrap_mean(_paired(high, low))


def _paired(high: Mapping[str, float], low: Mapping[str, float]) -> list[float]:
    return [high[task] - low[task] for task in sorted(high.keys() & low.keys())]


def _growth_of_gap(after: Arm, before: Arm) -> Interval:
    """By how much more the call rate grew where a tool is needed than where it is not.

    The two kinds of task are drawn anew apart, each at its own number: how many there are of each is fixed.
    """
    needed, spare = (
        _paired(values_of(after, "called", tag), values_of(before, "called", tag))
        for tag in ("unstated", "stated")
    )
    return bootstrap_difference(needed, spare)


def _sentence(what: str, difference: Interval) -> str:
    if math.isnan(difference.estimate):
        return f"{what}: cannot be told, since the tests share no scored task of that kind"
    held = "held" if difference.low > 0 else "did not hold" if difference.high <= 0 else "is open"
    bounds = f"95% interval {difference.low:+.3f} to {difference.high:+.3f}"
    return f"{what}: {held} ({difference.estimate:+.3f}, {bounds})"


def report(args: Args, arms: Sequence[Arm], tags: Sequence[str], sentences: Sequence[str]) -> None:
    """Writes the claim's numbers, table and figure."""
    rows = []
    for arm in arms:
        for tag in tags:
            means = {
                measure: bootstrap_mean(list(values_of(arm, measure, tag).values())) for measure in MEASURES
            }
            rows.append((arm.name, tag, len(arm.tests), means))
    name = args.out / f"claim-{args.claim}"
    lines = ["| arm | tasks | seeds | " + " | ".join(MEASURES) + " |", "|---" * (3 + len(MEASURES)) + "|"]
    for arm_name, tag, seeds, means in rows:
        cells = [
            "–" if math.isnan(each.estimate) else f"{each.estimate:.3f} ({each.low:.3f}–{each.high:.3f})"
            for each in means.values()
        ]
        lines.append(f"| {arm_name} | {tag or 'all'} | {seeds} | " + " | ".join(cells) + " |")
    text = "\n".join([*lines, "", *(f"- {sentence}" for sentence in sentences), ""])
    name.with_suffix(".md").write_text(text, encoding="utf-8")
    record = {
        "arguments": asdict(args),
        "rows": [
            {"arm": arm, "tasks": tag, "seeds": seeds, **evaluate.plain_means(means)}
            for arm, tag, seeds, means in rows
        ],
        "sentences": list(sentences),
    }
    numbers = json.dumps(record, indent=2, default=str, allow_nan=False)
    name.with_suffix(".json").write_text(numbers + "\n", encoding="utf-8")
    trained = [f"{arm.name}={','.join(map(str, arm.runs))}" for arm in arms if arm.runs]
    levels = [f"{arm.name}={arm.tests[0]}" for arm in arms if not arm.runs]
    _call(
        plot.main,
        *("--out", str(name.with_suffix(".png")), "--arms", *trained, "--levels", *levels),
        *("--show", "success", "calls", "identical_calls", "length"),
    )
    console.print(text)


CLAIMS: Mapping[int, tuple[Callable[[Study], tuple[list[Arm], list[str]]], str, tuple[str, ...]]] = {
    1: (claim_1, "", ("",)),
    2: (claim_2, f"{STARTS}:StatedMath", ("", "stated", "unstated")),
    3: (claim_3, "", ("",)),
}
"""Of each claim: its arms, a taskset in place of the environment's own, and the kinds of tasks it shows."""


def hold_settings(args: Args) -> None:
    """Writes the settings of a new study, or sees that they are those that its folder was begun with.

    Raises:
        RecordError: they are not, or the folder does not say what they were.
    """
    path, own = args.out / SETTINGS, settings_of(args, free=_FREE)
    if not path.exists():
        if any(args.out.glob("*/starts")):
            raise RecordError(f"{args.out} holds a study but no {SETTINGS}: give another --out")
        args.out.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        partial.write_text(json.dumps(own, indent=2) + "\n", encoding="utf-8")
        partial.replace(path)
        return
    try:
        kept = dict(json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise RecordError(f"{path} cannot be read: {error}; give another --out") from None
    different = [name for name in own if kept.get(name) != own[name]]
    if different:
        said = ", ".join(f"{name} was {kept.get(name)!r} and is {own[name]!r}" for name in different)
        raise RecordError(
            f"{args.out} holds a study with other settings: {said}; give the same, or another --out"
        )


def run(args: Args) -> int:
    """Runs the program; gives its exit code.

    Raises:
        ConfigurationError: an argument cannot be used.
        RecordError: the folder holds a study with other settings.
    """
    if args.seeds < 1:
        raise ConfigurationError(f"an arm has a run at least; got seeds={args.seeds}")
    hold_settings(args)
    claim, taskset, tags = CLAIMS[args.claim]
    arms, sentences = claim(Study(args, taskset))
    report(args, arms, tags, sentences)
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, run, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
