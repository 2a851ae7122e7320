"""Supervised fine-tuning: a model learns to write what stored episodes wrote. The cold start of `grpo`.

Only the actions carry loss: what the environment and the chat template put into the context is read, never
imitated. The loss is the mean over a batch's action tokens, so that a long episode weighs more.

    python -m agentic_gym_baselines.sft --data data/math --model smollm2 --out runs/cold

The folder then holds `policy`, which every program here takes as its `--model`, the log (`log.jsonl`,
`tensorboard`) and a checkpoint, from which `--resume` goes on.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from agentic_gym.errors import ConfigurationError
from agentic_gym.policies.scoring import Example
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym_baselines.checkpoints import load_checkpoint, save_checkpoint
from agentic_gym_baselines.demonstrations import encode, read_demonstrations
from agentic_gym_baselines.journal import Journal
from agentic_gym_baselines.learning import Learner
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.running import check_seed, console, finishing, run_program, settings_of, stopped


@dataclass(frozen=True)
class Args:
    """Arguments."""

    data: Path
    """A folder of episodes, as `collect` or `agentic-gym eval` writes it; successful ones are learned."""
    out: Path
    """The run's folder."""
    model: str = "smollm2"
    """nano, smollm2, a folder that `sft` or `grpo` wrote, or a Hugging Face model's name."""
    failures: bool = False
    """Learn from episodes that did not succeed too, as for a start that is to teach the form alone."""
    steps: int = 100
    """Optimiser steps."""
    batch_size: int = 16
    """Episodes of a step."""
    lr: float = 3e-5
    """The learning rate at its highest."""
    warmup: int = 5
    """Steps over which it rises."""
    decay: bool = False
    """Let it fall to 0 at the last step."""
    max_norm: float = 1.0
    """To which a longer gradient is shortened."""
    pass_tokens: int = 2048
    """Tokens of one forward pass; less where memory is short."""
    max_tokens: int = 4096
    """Episodes of more tokens are left out, and counted."""
    save_every: int = 50
    """Steps between two checkpoints; 0 for one at the end alone."""
    resume: bool = False
    """Go on from the checkpoint in the run's folder."""
    seed: int = 0
    """Draws the order of episodes, and the weights of a nano model."""
    device: str = "cpu"
    """Where the model runs, such as cuda."""
    dtype: str = "float32"
    """Of the weights; keep float32, or small steps are lost."""
    autocast: bool = False
    """Compute in bfloat16 all the same."""


FREE = ("out", "save_every", "resume", "device", "pass_tokens")
"""Arguments that may differ when a run goes on."""


def load_examples(args: Args, policy: TransformersPolicy) -> list[Example]:
    """The data as token sequences of the policy's model.

    Raises:
        ConfigurationError: none is left to learn from.
    """
    examples, too_long = [], 0
    # By task: in which order the episodes ended is chance, and must not decide what a seed gives.
    found = sorted(
        read_demonstrations(args.data, failures=args.failures), key=lambda each: (each.task_id, each.actions)
    )
    for demonstration in found:
        sequence, pictures = encode(demonstration, policy.template, policy.encoder)
        if len(sequence.ids) > args.max_tokens:
            too_long += 1
        else:
            examples.append(Example(sequence, pictures))
    if not examples:
        raise ConfigurationError(
            f"{args.data} holds no episode to learn from ({too_long} are longer than max_tokens="
            f"{args.max_tokens}); collect some that succeed, or give --failures"
        )
    console.print(f"{len(examples)} episodes, {too_long} longer ones left out")
    return examples


def batch_of(step: int, count: int, args: Args) -> list[int]:
    """Places of a step's episodes: each once in an epoch, whose order the seed draws."""
    places = []
    for number in range((step - 1) * args.batch_size, step * args.batch_size):
        epoch, place = divmod(number, count)
        places.append(int(np.random.default_rng((args.seed, epoch)).permutation(count)[place]))
    return places


def learn(learner: Learner, examples: Sequence[Example]) -> dict[str, float]:
    """One step on a batch; gives what the log says of it."""
    started = time.perf_counter()
    tokens = sum(len(example.sampled) for example in examples)
    loss = entropy = 0.0
    for _, scores in learner.passes(examples):
        part = -scores.logprobs.sum() / tokens
        part.backward()
        loss += float(part.detach())
        entropy += float(scores.entropies.sum()) / tokens
    update = learner.update()
    read = sum(len(example.sequence.ids) for example in examples)
    return {
        "loss": loss,
        "entropy": entropy,
        "gradient_norm": update.norm,
        "rate": update.rate,
        "loss_tokens": tokens,
        "tokens": read,
        "seconds": time.perf_counter() - started,
    }


def train(args: Args) -> int:
    """Runs the program; gives its exit code."""
    if min(args.steps, args.batch_size) < 1:
        raise ConfigurationError(
            f"steps and batch_size are at least 1; got {args.steps} and {args.batch_size}"
        )
    check_seed(args.seed)
    policy = open_policy(args.model, seed=args.seed, device=args.device, dtype=args.dtype)
    learner = Learner(
        policy,
        rate=args.lr,
        warmup=args.warmup,
        total=args.steps if args.decay else None,
        max_norm=args.max_norm,
        pass_tokens=args.pass_tokens,
        autocast=args.autocast,
    )
    settings = settings_of(args, free=FREE if args.decay else (*FREE, "steps"))
    step = load_checkpoint(args.out, learner, settings=settings) if args.resume else 0
    examples = load_examples(args, policy)
    with Journal(args.out, step=step, resume=args.resume) as journal:
        try:
            if not args.resume:
                save_checkpoint(args.out, learner, step=0, settings=settings)
            while step < args.steps:
                batch = [examples[place] for place in batch_of(step + 1, len(examples), args)]
                with finishing():
                    values = learn(learner, batch)
                    step += 1
                    journal.write(step, values)
                    if args.save_every and step % args.save_every == 0:
                        save_checkpoint(args.out, learner, step=step, settings=settings)
                console.print(
                    f"step {step}/{args.steps}  loss {values['loss']:.4f}  "
                    f"norm {values['gradient_norm']:.2f}  "
                    f"{values['tokens'] / values['seconds']:.0f} tokens/s"
                )
        except KeyboardInterrupt as interrupt:
            save = partial(save_checkpoint, args.out, learner, step=step, settings=settings)
            return stopped(interrupt, step, save)
    save_checkpoint(args.out, learner, step=step, settings=settings)
    save_policy(policy, args.out / "policy")
    console.print(f"the model is in {args.out / 'policy'}")
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, train, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
