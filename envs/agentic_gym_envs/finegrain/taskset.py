"""FineGrain-v0: read, count, compare and relate small things in pictures of up to 8K."""

from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from agentic_gym.tasks import Policy, TaskKey, Taskset
from agentic_gym_envs.finegrain.audits import random_choice
from agentic_gym_envs.finegrain.levels import LEVELS, Asked, Level
from agentic_gym_envs.finegrain.oracle import oracle
from agentic_gym_envs.finegrain.stages import crowd_stage, scene_stage
from agentic_gym_envs.finegrain.task import CrowdTask, FineGrainTask, SceneTask


class FineGrain(Taskset):
    """Fine-grained perception as V* (arXiv 2312.14135) and HR-Bench (arXiv 2408.15556) test it.

    A large picture in which what is asked for is too small to be read as it is shown: codes on things of a
    scene, and numbered things by the hundred in lettered places. Scores are those of these synthetic
    pictures, not of the benchmarks.
    """

    id: ClassVar[str] = "FineGrain-v0"
    difficulties: Mapping[int, str] = {number: level.summary for number, level in LEVELS.items()}
    default_difficulty: int = 2
    max_turns: int = 24

    def make(self, key: TaskKey) -> FineGrainTask:
        """The task of this key."""
        level = LEVELS[key.difficulty]
        rng = np.random.default_rng(key.seed)
        asked = _draw_asked(level, rng)
        if asked in (Asked.READ, Asked.FIRST):
            residue = list(self.splits).index(key.split)
            return SceneTask(key, level, scene_stage(asked, level, residue, rng))
        return CrowdTask(key, level, crowd_stage(asked, level, rng))

    def policies(self) -> Mapping[str, Policy]:
        """The oracle, and the audits: each but the oracle has to fail."""
        return {"oracle": oracle, "random-choice": random_choice, **super().policies()}


def _draw_asked(level: Level, rng: np.random.Generator) -> Asked:
    shares = np.array(list(level.mix.values()), dtype=float)
    return list(level.mix)[int(rng.choice(len(shares), p=shares / shares.sum()))]
