"""GRPO: a model that plays an environment learns from which of its own episodes went better than others.

A step plays groups of episodes, each of one task, and raises the probability of what was written in the
better ones of a group (arXiv:2402.03300), with what DAPO (arXiv:2503.14476) found to help: a bound on the
ratio that is higher above than below, groups without variance played again with other tasks, and a loss that
is the mean over all tokens of the batch. Only what the model wrote carries loss. An episode that
infrastructure or a full context ended is masked and counted.

    python -m agentic_gym_baselines.grpo --env-id MathPython-v0 --model runs/cold/policy --out runs/grpo

The folder then holds `policy`, which every program here takes as its `--model`, the log (`log.jsonl`,
`tensorboard`) and a checkpoint. A run that was stopped or killed goes on with `--resume`, and on a CPU gives
bit for bit what it would have given: what a step plays and draws depends on the seed and the step alone.
"""

import copy
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from agentic_gym.cli.scoring import read_options
from agentic_gym.errors import ConfigurationError
from agentic_gym.policies.scoring import Example, score_together
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.alarms import alarms
from agentic_gym_baselines.checkpoints import load_checkpoint, save_checkpoint
from agentic_gym_baselines.journal import Journal, Value
from agentic_gym_baselines.learning import Learner, Sample, Tally, samples_of, token_losses, token_values
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.rollout import Clock, Group, Rollouts, describe
from agentic_gym_baselines.running import check_seed, console, finishing, run_program, settings_of, stopped
from agentic_gym_baselines.sampling import choose_sampler


@dataclass(frozen=True)
class Args:
    """Arguments."""

    env_id: str
    """A registered environment, such as MathPython-v0."""
    out: Path
    """The run's folder."""
    model: str = "smollm2"
    """nano, smollm2, a folder that `sft` or `grpo` wrote, or a Hugging Face model's name."""
    level: int | None = None
    """Of the tasks; the environment's default if not given."""
    options: tuple[str, ...] = ()
    """Further keywords of gym.make, each as NAME=VALUE, such as max_turns=4."""
    no_tools: bool = False
    """Take the environment's tools away."""
    tool_bonus: float = 0.0
    """Added to the reward of an episode that is learned from, if a tool call in it did what was asked."""
    steps: int = 100
    """Steps, each of which plays and learns."""
    groups: int = 16
    """Tasks of a step."""
    group_size: int = 8
    """Episodes of each task."""
    rounds: int = 2
    """Times that a step plays at most, where groups without variance are replaced by others."""
    parallel: int = 0
    """Episodes that are played at the same time; all of a step's if 0."""
    workers: int = 8
    """Environments whose tools work at the same time."""
    cohorts: int = 2
    """Parts of the episodes: one writes while the tools of another work. 1 where tools are quick."""
    temperature: float = 1.0
    """At which the model samples."""
    max_new_tokens: int = 256
    """Of one turn."""
    max_context: int | None = None
    """Tokens of an episode; the model's own number if not given."""
    lr: float = 1e-6
    """The learning rate."""
    warmup: int = 0
    """Optimiser steps over which it rises."""
    max_norm: float = 1.0
    """To which a longer gradient is shortened."""
    epochs: int = 1
    """Times that a step learns from its episodes."""
    minibatches: int = 1
    """Optimiser steps into which each of them is parted."""
    clip_low: float = 0.2
    """How far below 1 the probability ratio counts."""
    clip_high: float = 0.28
    """How far above 1 it counts."""
    by_deviation: bool = True
    """Divide a group's advantages by its standard deviation."""
    kl: float = 0.0
    """Weight of the divergence from the model that the run began with; 0 keeps no copy of it."""
    pass_tokens: int = 2048
    """Tokens of one forward pass in learning; less where memory is short."""
    eval_every: int = 0
    """Steps between two evaluations on held-out tasks (the first before any step); 0 for none."""
    eval_episodes: int = 100
    """Tasks of an evaluation, one episode each, always the same ones."""
    eval_split: str = "val"
    """Where they are drawn from."""
    save_every: int = 10
    """Steps between two checkpoints; 0 for one at the end alone."""
    minutes: float | None = None
    """After which the run stops at the end of a step, to be continued with --resume."""
    resume: bool = False
    """Go on from the checkpoint in the run's folder."""
    seed: int = 0
    """Draws tasks and tokens, and the weights of a nano model."""
    policy: Literal["transformers", "vllm"] = "transformers"
    """Who samples: the model that learns, or a vLLM server that loads its weights after each step."""
    base_url: str = "http://127.0.0.1:8000/v1"
    """Where that server is; docs/serving.md says how it is started."""
    device: str = "cpu"
    """Where the model learns, such as cuda."""
    dtype: str = "float32"
    """Of the weights; keep float32, or small steps are lost."""
    autocast: bool = False
    """Learn and sample in bfloat16 all the same."""


FREE = (
    "out", "steps", "parallel", "workers", "pass_tokens", "eval_every", "eval_episodes", "eval_split",
    "save_every", "minutes", "resume", "device", "base_url",
)  # fmt: skip
"""Arguments that may differ when a run goes on."""

_TASKS, _TOKENS, _ORDER, _HELD_OUT = 1, 2, 3, 4
"""Random streams of a run."""
_SAID_OF_HELD_OUT = (
    "reward", "success", "calls", "called", "well_formed", "answered", "length", "episodes", "masked",
)  # fmt: skip
_SHOWN = (
    "reward", "success", "calls", "well_formed", "entropy", "length", "eval/success",
    "seconds_generation", "seconds_tools", "seconds_learning",
)  # fmt: skip


class Run:
    """One run: what it plays with and what it has learned.

    Args:
        args: of the program.

    Raises:
        ConfigurationError: an argument cannot be used.
        RecordError: there is nothing to go on from, or what there is belongs to another run.
    """

    def __init__(self, args: Args) -> None:
        if min(args.steps, args.groups, args.rounds, args.epochs, args.minibatches, args.group_size - 1) < 1:
            raise ConfigurationError(
                "steps, groups, rounds, epochs and minibatches are at least 1, and a group has at least 2 "
                f"episodes; got {args.steps}, {args.groups}, {args.rounds}, {args.epochs}, "
                f"{args.minibatches} and {args.group_size}"
            )
        check_seed(args.seed)
        self.args = args
        self.policy = open_policy(
            args.model,
            seed=args.seed,
            temperature=args.temperature,
            max_new_tokens=args.max_new_tokens,
            max_context=args.max_context,
            device=args.device,
            dtype=args.dtype,
        )
        self.reference = self._frozen_copy() if args.kl else None
        self.learner = Learner(
            self.policy,
            rate=args.lr,
            warmup=args.warmup,
            max_norm=args.max_norm,
            pass_tokens=args.pass_tokens,
            autocast=args.autocast,
        )
        self.settings = settings_of(args, free=FREE)
        self.step = load_checkpoint(args.out, self.learner, settings=self.settings) if args.resume else 0
        url = args.base_url if args.policy == "vllm" else ""
        self.sampler = choose_sampler(self.policy, args.out / "weights", autocast=args.autocast, base_url=url)
        with ExitStack() as opened:
            opened.callback(self.sampler.close)
            self.rollouts = self._rollouts()
            opened.pop_all()  # nothing failed: `train` closes both

    def _rollouts(self) -> Rollouts:
        args = self.args
        options = read_options(args.options, "--options") | ({"tools": False} if args.no_tools else {})
        return Rollouts(
            args.env_id,
            size=args.parallel or args.groups * args.group_size,
            level=args.level,
            options=options,
            workers=args.workers,
            cohorts=args.cohorts,
        )

    def _frozen_copy(self) -> TransformersPolicy:
        reference = copy.copy(self.policy)
        reference.model = copy.deepcopy(self.policy.model).requires_grad_(False)
        return reference

    # One step.

    def gather(self, clock: Clock) -> list[Group]:
        """Plays a step's groups, and others for those that have nothing to say; gives all of them."""
        args, step = self.args, self.step + 1
        played: list[Group] = []
        for number in range(args.rounds):
            missing = args.groups - sum(group.varied for group in played)
            if missing:
                known = {group.index for group in played}
                indices = self.rollouts.draw("train", missing, args.seed, _TASKS, step, number, without=known)
                self.sampler.reseed(args.seed, _TOKENS, step, number)
                played += self.rollouts.play(
                    self.sampler.policy,
                    indices,
                    group_size=args.group_size,
                    clock=clock,
                    tool_bonus=args.tool_bonus,
                )
        return played

    def learn(self, groups: Sequence[Group]) -> Tally:
        """Learns from a step's groups; where they have nothing to say, nothing changes."""
        tally = Tally()
        samples = samples_of(groups, by_deviation=self.args.by_deviation)
        rng = np.random.default_rng((self.args.seed, _ORDER, self.step + 1))
        for _ in range(self.args.epochs if samples else 0):
            for places in np.array_split(rng.permutation(len(samples)), self.args.minibatches):
                if len(places):
                    self._learn_from([samples[place] for place in places], tally)
        return tally

    def _learn_from(self, batch: Sequence[Sample], tally: Tally) -> None:
        """One optimiser step: the loss is the mean over the tokens of the whole batch."""
        args = self.args
        tokens = sum(len(sample.example.sampled) for sample in batch)
        untouched = not tally.norms
        for part, scores in self.learner.passes([sample.example for sample in batch]):
            old, advantages = token_values([batch[place] for place in part], scores.logprobs)
            losses = token_losses(
                scores.logprobs,
                old,
                advantages,
                clip_low=args.clip_low,
                clip_high=args.clip_high,
                reference=self._under_reference([batch[place].example for place in part]),
                kl_weight=args.kl,
            )
            loss = losses.loss.sum() / tokens
            loss.backward()
            tally.loss += float(loss.detach())
            tally.clipped += float(losses.clipped.sum())
            tally.kl += float(losses.kl.sum())
            tally.entropy += float(scores.entropies.sum())
            if untouched:
                tally.gaps.append((scores.logprobs.detach() - old).abs().cpu())
        tally.tokens += tokens
        tally.norms.append(self.learner.update().norm)

    def _under_reference(self, examples: Sequence[Example]) -> Any:
        if self.reference is None:
            return None
        with torch.no_grad(), self.learner.computing():
            return score_together(self.reference, examples).logprobs

    def evaluate(self) -> dict[str, Value]:
        """How the model does on held-out tasks, one episode each."""
        args, clock = self.args, Clock()
        indices = self.rollouts.draw(args.eval_split, args.eval_episodes, args.seed, _HELD_OUT)
        self.sampler.reseed(args.seed, _HELD_OUT)
        values = describe(self.rollouts.play(self.sampler.policy, indices, clock=clock))
        seconds = {"eval/seconds": clock.generation + clock.tools}
        return {**{f"eval/{name}": values[name] for name in _SAID_OF_HELD_OUT}, **seconds}

    # All of them.

    def train(self) -> int:
        """Takes the steps that are left; gives the program's exit code."""
        args = self.args
        finish = time.monotonic() + 60 * args.minutes if args.minutes else float("inf")
        with (
            closing(self.sampler),
            closing(self.rollouts),
            Journal(args.out, step=self.step, resume=args.resume) as journal,
        ):
            try:
                if not args.resume:
                    self._save()  # so that a run which is killed at once goes on too
                self._evaluate_if_due(journal)
                while self.step < args.steps and time.monotonic() < finish:
                    self._advance(journal)
                    self._evaluate_if_due(journal)
            except KeyboardInterrupt as interrupt:
                return stopped(interrupt, self.step, self._save)
        self._save()
        save_policy(self.policy, args.out / "policy")
        console.print(f"the model after step {self.step} is in {args.out / 'policy'}")
        if self.step < args.steps:
            console.print(f"{args.minutes:g} minutes are over; the same command with --resume goes on")
        return 0

    def _advance(self, journal: Journal) -> None:
        """A step with its line in the log and its checkpoint; Ctrl-C finds it not begun, or done."""
        clock = Clock()
        with console.status(f"step {self.step + 1}: playing"):
            groups = self.gather(clock)
        with finishing(), console.status(f"step {self.step + 1}: learning"):
            with clock.taking("learning"):
                tally = self.learn(groups)
            with clock.taking("refreshing"):
                self.sampler.refresh()
            self.step += 1
            values = {**describe(groups), **tally.values(), **clock.values()}
            values["alarms"] = alarms(values, tools=not self.args.no_tools)
            journal.write(self.step, values)
            if self.args.save_every and self.step % self.args.save_every == 0:
                self._save()
        self._report(values)

    def _evaluate_if_due(self, journal: Journal) -> None:
        every, step = self.args.eval_every, self.step
        due = every and (step % every == 0 or step == self.args.steps)
        if due and not journal.holds(step, "eval/success"):
            with console.status(f"step {step}: playing held-out tasks"):
                values = self.evaluate()
            journal.write(step, values)
            self._report(values)

    def _save(self) -> None:
        save_checkpoint(self.args.out, self.learner, step=self.step, settings=self.settings)

    def _report(self, values: Mapping[str, Value]) -> None:
        """A line on the terminal."""
        shown = [f"{name} {value:.3g}" for name in _SHOWN if isinstance(value := values.get(name), float)]
        console.print(f"step {self.step}/{self.args.steps}  {'  '.join(shown)}")
        found = values.get("alarms")
        for alarm in found if isinstance(found, list) else ():
            console.print(f"[yellow]alarm: {alarm}[/yellow]")


def train(args: Args) -> int:
    """Runs the program; gives its exit code."""
    return Run(args).train()


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, train, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
