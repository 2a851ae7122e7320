"""How an agent behaves, beside how often it is right: read off the records of stored episodes.

The names are those of the trainers' logs (`rollout.describe`).
"""

import ast
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from agentic_gym.errors import RecordError
from agentic_gym.evaluation.statistics import Interval, bootstrap_mean

Record: TypeAlias = Mapping[str, Any]
"""A line of `episodes.jsonl`."""

_IDLE = (ast.Constant, ast.Name, ast.JoinedStr, ast.List, ast.Tuple, ast.Dict, ast.Set)
"""Expressions that compute nothing."""


def behaviour(records: Iterable[Record]) -> dict[str, Interval]:
    """What a run's scored episodes are like, each mean with its bootstrap interval over tasks.

    Shares of turns or calls are means over tasks of each task's own share, which leave out tasks without
    any: each task counts the same. The trainers' logs pool the turns and calls of all tasks instead, so that
    their values of the same names differ where tasks differ in number of turns or calls.

    * `success`, `reward`: of an episode.
    * `calls`, `turns`: of an episode.
    * `called`, `answered`: the share of episodes with a call, and with an answer.
    * `well_formed`: the share of turns that could be read.
    * `length`: tokens that the model wrote in an episode.
    * `failed_calls`: the share of calls that were the agent's mistake.
    * `identical_calls`: of calls that were also made, word for word, in the episode of another task. Two
      tasks may need the same call, the more so the more there are: compare it with the oracle's own share.
    * `repeated_calls`: of calls that were made before in the same episode.
    * `placeholder_calls`: of calls of `python` whose code computes nothing: comments, constants, `pass`.

    Args:
        records: of one evaluation; those that are not scored are left out.

    Raises:
        RecordError: a record is not one of an evaluation.
    """
    try:
        return _behaviour([record for record in records if record["scored"]])
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(
            f"an episode's record is not one of an evaluation: {type(error).__name__} {error}"
        ) from None


def _behaviour(records: Sequence[Record]) -> dict[str, Interval]:
    calls = [_calls(record) for record in records]
    tasks = Counter(
        call
        for call, _ in {
            (call, record["index"]) for record, made in zip(records, calls, strict=True) for call in made
        }
    )
    means = {
        "success": [[float(record["is_success"])] for record in records],
        "reward": [[float(record["reward"])] for record in records],
        "calls": [[float(len(made))] for made in calls],
        "called": [[float(bool(made))] for made in calls],
        "turns": [[float(len(record["turns"]))] for record in records],
        "answered": [[float(record["answer"] is not None)] for record in records],
        "length": [[float(record.get("sampled_tokens", 0))] for record in records],
        "well_formed": [[float(not turn["mistake"]) for turn in record["turns"]] for record in records],
        "failed_calls": [
            [float(call["status"] != "ok") for turn in record["turns"] for call in turn["calls"]]
            for record in records
        ],
        "identical_calls": [[float(tasks[call] > 1) for call in made] for made in calls],
        "repeated_calls": [
            [float(call in made[:place]) for place, call in enumerate(made)] for made in calls
        ],
        "placeholder_calls": [
            [
                float(is_placeholder(str(call["arguments"].get("code", ""))))
                for turn in record["turns"]
                for call in turn["calls"]
                if call["name"] == "python"
            ]
            for record in records
        ],
    }
    indices = [int(record["index"]) for record in records]
    return {name: _over_tasks(indices, values) for name, values in means.items()}


def is_placeholder(code: str) -> bool:
    r"""Whether code computes nothing, so that a call of it is no use of a tool; no code that is not Python.

    >>> is_placeholder("# think\nprint('hello')"), is_placeholder("x = 5"), is_placeholder("print(6 * 7)")
    (True, True, False)
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(_is_idle(statement) for statement in tree.body)


def _is_idle(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Import() | ast.ImportFrom():
            return True
        case ast.Assign(value=value) | ast.Expr(value=value):
            if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "print":
                return all(_computes_nothing(argument) for argument in value.args)
            return _computes_nothing(value)
    return False


def _computes_nothing(value: ast.expr) -> bool:
    kinds = (*_IDLE, ast.FormattedValue, ast.expr_context)
    return all(isinstance(node, kinds) for node in ast.walk(value))


def _calls(record: Record) -> list[str]:
    """An episode's calls, each as a text."""
    return [
        json.dumps([call["name"], call["arguments"]], sort_keys=True)
        for turn in record["turns"]
        for call in turn["calls"]
    ]


def _over_tasks(indices: Sequence[int], values: Sequence[Sequence[float]]) -> Interval:
    """The mean over tasks, which are what is drawn anew, of each task's mean, where it has one."""
    of_task: dict[int, list[float]] = {}
    for index, some in zip(indices, values, strict=True):
        if some:
            of_task.setdefault(index, []).extend(some)
    return bootstrap_mean([sum(some) / len(some) for some in of_task.values()])
