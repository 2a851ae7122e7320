"""Learning to see: a vision tower learns to read a code in a crop, to name an emblem and to point at a thing.

Nothing else works before a model can do that. The pictures are drawn on the fly from the scenes of the
environments; the loss is on the tokens of the answer alone. Reading begins with small pictures of one
character and goes on to 224 pixels and six of them: a lesson is over when codes of it are read well.

    python -m agentic_gym_baselines.see --model nano --out runs/see

The folder then holds `policy`, which every program here takes as its `--model`, the log (`log.jsonl`,
`tensorboard`), `accuracy.json` (on held-out scenes, see `sights`: codes of six characters and emblems were
never trained on, but shorter codes are so few that most of them were), and a checkpoint, from which
`--resume` goes on. One line of the log is one step: some scenes of one ability, in as many batches as they
make.
"""

import json
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.statistics import Interval, wilson
from agentic_gym.messages import ImagePart, Message, TextPart
from agentic_gym.policies.base import Conversation, Outcome, Sampled
from agentic_gym.policies.scoring import Example
from agentic_gym.policies.transcript import Transcript, stop_token
from agentic_gym.policies.transformers import TransformersPolicy
from agentic_gym.trajectories import TurnTokens, join
from agentic_gym_baselines.checkpoints import load_checkpoint, save_checkpoint
from agentic_gym_baselines.grounding import grounding_loss, projecting
from agentic_gym_baselines.journal import Journal, read_journal
from agentic_gym_baselines.learning import Learner
from agentic_gym_baselines.models import open_policy, save_policy
from agentic_gym_baselines.running import check_seed, console, finishing, run_program, settings_of, stopped
from agentic_gym_baselines.sights import Ability, Lesson, Sight, draw_sights
from agentic_gym_baselines.vision import SIDE, Tower, at_own_size, look_at, picture_policy, takes_any_size

CURRICULUM = (
    Lesson(64, 1),
    Lesson(64, 2),
    Lesson(96, 3),
    Lesson(128, 4),
    Lesson(160, 6),
    Lesson(SIDE, 6),
)
"""What is read, in order."""
_MASTERED = 0.8
"""Share of a lesson's codes at which the next one begins."""
_STEADY = 0.7
"""How much of the earlier steps the running share keeps."""
_AGAIN = 0.2
"""Share of the steps that go back to an earlier lesson, so that it is not forgotten."""
_LONGEST_ANSWER = 24
"""Tokens of an answer in the examination."""
_AT_ONCE = 50
"""Pictures that are asked about at the same time."""


@dataclass(frozen=True)
class Args:
    """Arguments."""

    out: Path
    """The run's folder."""
    model: str = "nano"
    """nano, smollm2, a folder or a Hugging Face name; a text model gets a tower, one that sees learns on."""
    tower: Tower = "conv"
    """Of a text model's new tower: conv learns to read sooner, patches is one that vLLM serves."""
    width: int = 128
    """Of the tower: 128 gives 0.4 million weights, 256 gives 1.6."""
    steps: int = 1000
    """Steps; each draws some scenes of one ability."""
    minutes: float = 0.0
    """Stop after so long, with a checkpoint; 0 for no limit."""
    scenes: int = 8
    """Scenes of a step; of reading each gives about 30 pictures, of the other abilities about 7."""
    batch_size: int = 32
    """Pictures of an optimiser step."""
    read: float = 0.7
    """Share of the steps that go to reading."""
    name: float = 0.15
    """Share of the steps that go to emblems; what is left goes to pointing."""
    ground: float = 1.0
    """Weight of the loss that says where a character stands; 0 leaves the answers alone to teach."""
    lr: float = 1e-3
    """The learning rate at its highest; for a language model that knows something, 1e-4."""
    warmup: int = 100
    """Optimiser steps over which it rises."""
    pass_tokens: int = 16_384
    """Tokens of one forward pass; less where memory is short."""
    pictures: int = 200
    """Held-out pictures of each ability in the examination at the end."""
    save_every: int = 50
    """Steps between two checkpoints; 0 for one at the end alone."""
    resume: bool = False
    """Go on from the checkpoint in the run's folder."""
    seed: int = 0
    """Draws the pictures and the new weights."""
    device: str = "cpu"
    """Where the model runs, such as cuda."""
    autocast: bool = False
    """Compute in bfloat16; the weights stay float32."""


FREE = ("out", "steps", "minutes", "pictures", "save_every", "resume", "device", "pass_tokens")
"""Arguments that may differ when a run goes on."""


@dataclass
class Course:
    """How far reading has come. It follows from the log alone, so that a resumed run is where it was.

    Attributes:
        lesson: place in the curriculum.
        share: running share of that lesson's codes that the model reads.
    """

    lesson: int = 0
    share: float = 0.0

    def note(self, record: Mapping[str, Any]) -> None:
        """Takes a step of the log into account."""
        if record["ability"] != Ability.READ or record["lesson"] != self.lesson:
            return
        self.share = _STEADY * self.share + (1 - _STEADY) * record["right"]
        if self.share >= _MASTERED and self.lesson + 1 < len(CURRICULUM):
            self.lesson, self.share = self.lesson + 1, 0.0

    def draw(self, args: Args, step: int) -> tuple[Ability, int]:
        """What a step is about: an ability, and the place of a lesson."""
        rng = np.random.default_rng((args.seed, step))
        chance, again = rng.random(2)
        ability = Ability.POINT
        if chance < args.read:
            ability = Ability.READ
        elif chance < args.read + args.name:
            ability = Ability.NAME
        lesson = int(rng.integers(self.lesson + 1)) if again < _AGAIN else self.lesson
        return ability, lesson


def learner_of(args: Args) -> Learner:
    """The model with its optimiser: a picture model as it is, a text model with a new tower."""
    policy = open_policy(args.model, seed=args.seed, device=args.device)
    if not policy.encoder.image_placeholder:
        policy = picture_policy(policy, tower=args.tower, width=args.width, seed=args.seed)
    return Learner(
        at_own_size(policy),
        rate=args.lr,
        warmup=args.warmup,
        pass_tokens=args.pass_tokens,
        autocast=args.autocast,
    )


def lesson_of(place: int, ability: Ability, policy: TransformersPolicy) -> Lesson:
    """A lesson of the curriculum, at a size that the model takes; things are pointed at in whole pictures."""
    lesson = CURRICULUM[place]
    small = takes_any_size(policy) and ability is not Ability.POINT
    return lesson if small else Lesson(SIDE, lesson.characters)


def sights_of(ability: Ability, lesson: Lesson, args: Args, step: int) -> list[Sight]:
    """What a step learns from, in a random order."""
    numbers = range(step * args.scenes, (step + 1) * args.scenes)
    sights = [sight for n in numbers for sight in draw_sights(ability, lesson, "train", args.seed, n)]
    order = np.random.default_rng((args.seed, step, 1)).permutation(len(sights))
    return [sights[int(place)] for place in order]


def messages_of(sight: Sight) -> list[Message]:
    """The question as the model is asked it: the picture, then the words."""
    return [Message("user", (ImagePart("image_1", sight.pixels), TextPart(sight.question)))]


def example_of(sight: Sight, policy: TransformersPolicy) -> Example:
    """A sight as tokens, of which the answer's carry loss."""
    transcript, stop = (
        Transcript(policy.template, policy.encoder),
        stop_token(policy.template, policy.encoder),
    )
    transcript.extend(messages_of(sight))
    before = tuple(transcript.ids)
    written = (*policy.encoder.encode(sight.answer), stop)
    return Example(join([TurnTokens(before, written, (), tuple(transcript.spans))]), [sight.pixels])


def learn(learner: Learner, sights: Sequence[Sight], args: Args) -> dict[str, float]:
    """An optimiser step on each batch; gives what the log says of them.

    `right` is the mean probability of writing the whole answer just as it is.
    """
    started = time.perf_counter()
    policy, total = learner.policy, len(sights)
    look_at(policy, sights[0].pixels.shape[0])
    loss = right = grounding = norm = 0.0
    for start in range(0, total, args.batch_size):
        batch = sights[start : start + args.batch_size]
        examples = [example_of(sight, policy) for sight in batch]
        tokens = sum(len(example.sampled) for example in examples)
        with projecting(policy) as projected:
            for part, scores in learner.passes(examples):
                part_loss = -scores.logprobs.sum() / tokens
                if args.ground and projected:
                    with learner.computing():
                        ground = grounding_loss(policy, projected.pop(), [batch[place] for place in part])
                    part_loss = part_loss + args.ground * ground * len(part) / len(batch)
                    grounding += float(ground.detach()) * len(part) / total
                part_loss.backward()
                written = scores.logprobs.detach().split(list(scores.counts))
                loss -= sum(float(each.mean()) for each in written) / total
                right += sum(float(each.sum().exp()) for each in written) / total
        norm = learner.update().norm
    return {
        "loss": loss,
        "grounding": grounding,
        "right": right,
        "gradient_norm": norm,
        "pictures": total,
        "seconds": time.perf_counter() - started,
    }


def examine(policy: TransformersPolicy, pictures: int, seed: int) -> dict[str, Interval]:
    """The share of right answers on held-out pictures of 224 pixels, by what is asked, with 95% intervals.

    Args:
        policy: asked as in an episode; at temperature 0 its likeliest answer counts.
        pictures: of each kind.
        seed: of the pictures.
    """
    kinds = {
        f"{Ability.READ} {n}": (Ability.READ, n) for n in sorted({each.characters for each in CURRICULUM})
    }
    kinds |= {str(each): (each, 1) for each in (Ability.NAME, Ability.POINT)}
    found = {}
    for kind, (ability, characters) in kinds.items():
        sights = held_out(ability, Lesson(SIDE, characters), pictures, seed)
        right = sum(
            isinstance(outcome, Sampled) and sight.accepts(outcome.text)
            for start in range(0, pictures, _AT_ONCE)
            for sight, outcome in _asked(policy, sights[start : start + _AT_ONCE])
        )
        found[kind] = wilson(right, pictures)
    return found


def _asked(policy: TransformersPolicy, sights: Sequence[Sight]) -> Iterator[tuple[Sight, Outcome]]:
    conversations = [Conversation(messages_of(sight)) for sight in sights]
    return zip(sights, policy.act(conversations), strict=True)


def held_out(ability: Ability, lesson: Lesson, count: int, seed: int) -> list[Sight]:
    """The first pictures of held-out scenes, at most four of each scene."""
    sights: list[Sight] = []
    number = 0
    while len(sights) < count:
        sights += draw_sights(ability, lesson, "held-out", seed, number)[:4]
        number += 1
    return sights[:count]


def train(args: Args) -> int:
    """Runs the program; gives its exit code."""
    _check(args)
    learner = learner_of(args)
    settings = settings_of(args, free=FREE)
    step = load_checkpoint(args.out, learner, settings=settings) if args.resume else 0
    deadline = time.monotonic() + 60 * args.minutes if args.minutes else math.inf
    with Journal(args.out, step=step, resume=args.resume) as journal:
        course = Course()
        for record in read_journal(args.out):
            course.note(record)
        try:
            if not args.resume:
                save_checkpoint(args.out, learner, step=0, settings=settings)
            while step < args.steps and time.monotonic() < deadline:
                ability, place = course.draw(args, step)
                lesson = lesson_of(place, ability, learner.policy)
                sights = sights_of(ability, lesson, args, step)
                with finishing():
                    values = learn(learner, sights, args)
                    step += 1
                    record = {"ability": str(ability), "lesson": place, **values}
                    journal.write(step, record)
                    course.note(record)
                    if args.save_every and step % args.save_every == 0:
                        save_checkpoint(args.out, learner, step=step, settings=settings)
                console.print(
                    f"step {step}/{args.steps}  {ability} {lesson.characters} at {lesson.side} px  "
                    f"loss {values['loss']:.3f}  right {values['right']:.0%}  "
                    f"{values['pictures'] / values['seconds']:.0f} pictures/s"
                )
        except KeyboardInterrupt as interrupt:
            save = partial(save_checkpoint, args.out, learner, step=step, settings=settings)
            return stopped(interrupt, step, save)
    save_checkpoint(args.out, learner, step=step, settings=settings)
    save_policy(learner.policy, args.out / "policy")
    console.print(f"the model is in {args.out / 'policy'}; examining it")
    policy = open_policy(
        str(args.out / "policy"), temperature=0.0, max_new_tokens=_LONGEST_ANSWER, device=args.device
    )
    report(examine(policy, args.pictures, args.seed), args.out, step)
    return 0


def report(found: Mapping[str, Interval], folder: Path, step: int) -> None:
    """Prints the examination's table, and writes it to `accuracy.json`."""
    for kind, share in found.items():
        console.print(f"{kind:10} {share.estimate:6.1%}  ({share.low:.1%} to {share.high:.1%})")
    values = {"step": step, "accuracy": {kind: asdict(share) for kind, share in found.items()}}
    (folder / "accuracy.json").write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


def _check(args: Args) -> None:
    check_seed(args.seed)
    if min(args.steps, args.scenes, args.batch_size, args.pictures) < 1 or args.minutes < 0:
        raise ConfigurationError(
            "steps, scenes, batch_size and pictures are at least 1, and minutes 0; got "
            f"{args.steps}, {args.scenes}, {args.batch_size}, {args.pictures} and {args.minutes}"
        )
    if min(args.read, args.name) < 0 or args.read + args.name > 1:
        raise ConfigurationError(
            f"read and name are shares of the steps, together at most 1; got {args.read} and {args.name}"
        )


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; gives the exit code."""
    return run_program(Args, train, __doc__ or "", argv)


if __name__ == "__main__":
    raise SystemExit(main())
