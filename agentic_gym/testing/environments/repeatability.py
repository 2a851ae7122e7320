"""Tasks are made, not stored: the same one for the same seed everywhere, and enough of them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium.utils.env_checker import data_equivalence

from agentic_gym.evaluation.runner import make_environment
from agentic_gym.registration import register, registered_ids
from agentic_gym.testing.checks import require
from agentic_gym.testing.environments.subject import Subject, inner

DISTINCT = 0.99
"""The share of seeds that must give a task of their own."""


def determinism(subject: Subject) -> str:
    """The same seed gives the same first observation, info and truth; the next one another task."""
    with closing(subject.make()) as one, closing(subject.make()) as two:
        for seed in subject.seeds:
            first, second = one.reset(seed=seed), two.reset(seed=seed)
            require(data_equivalence(first, second), f"seed {seed} gave two different first observations")
            require(
                inner(one).task.reference == inner(two).task.reference,
                f"seed {seed} gave two different truths",
            )
            require(
                inner(one).tool_schemas == inner(two).tool_schemas,
                f"seed {seed} gave two different lists of tools",
            )
    return f"{subject.episodes} seeds, each twice"


def another_process(subject: Subject) -> str:
    """A fresh process with another hash seed and this one's module path makes the same text and truth."""
    seeds = list(subject.seeds)[:5]
    hash_seed = "1" if os.environ.get("PYTHONHASHSEED") == "0" else "0"
    taskset = gym.spec(subject.env_id).kwargs.get("taskset")
    request = json.dumps(
        {"env_id": subject.env_id, "taskset": taskset, "seeds": seeds, "options": dict(subject.options)}
    )
    run = subprocess.run(
        [sys.executable, "-c", "from agentic_gym.testing import print_episodes; print_episodes()"],
        input=request,
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "PYTHONHASHSEED": hash_seed,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
    )
    require(run.returncode == 0, f"the other process failed: {run.stderr[-2000:]}")
    here = list(first_texts(subject.env_id, seeds, subject.options))
    require(json.loads(run.stdout) == here, "another process made other texts or truths for the same seeds")
    return f"{len(seeds)} seeds"


def first_texts(env_id: str, seeds: Sequence[int], options: Mapping[str, Any]) -> Iterator[list[str]]:
    """Task id, first text and truth for each seed."""
    with closing(make_environment(env_id, **options)) as env:
        for seed in seeds:
            observation, info = env.reset(seed=seed)
            yield [info["task_id"], observation["text"], env.task.reference]


def print_episodes() -> None:
    """The other half of `another_process`: reads a request from stdin, prints texts as JSON."""
    request = json.load(sys.stdin)
    if ":" not in request["env_id"] and request["env_id"] not in registered_ids():
        register(request["env_id"], request["taskset"])
    print(json.dumps(list(first_texts(request["env_id"], request["seeds"], request["options"]))))


def distinct_tasks(subject: Subject) -> str:
    """Seeds 0 to 9,999 give at least 99% tasks of their own."""
    if subject.taskset.finite:
        return "the tasks are data that somebody has"
    count = 10_000
    with closing(subject.make()) as env:
        made = inner(env)
        ids = {made.draw_key(np.random.default_rng(seed)) for seed in range(count)}
    require(len(ids) >= DISTINCT * count, f"{count} seeds gave {len(ids)} tasks")
    return f"{len(ids):,} of {count:,}"


def disjoint_splits(subject: Subject) -> str:
    """No index is in two splits, and each has at least a million, where tasks are made."""
    taskset = subject.taskset
    spans = sorted(taskset.splits.items(), key=lambda entry: entry[1].start)
    for name, span in spans:
        enough = len(span) >= (1 if taskset.finite else 1_000_000)
        require(enough, f"split {name!r} has {len(span)} tasks; a million is the least")
    for (name, span), (after, following) in zip(spans, spans[1:], strict=False):
        require(span.stop <= following.start, f"splits {name!r} and {after!r} overlap")
    return ", ".join(f"{name} {len(span):,}" for name, span in spans)
