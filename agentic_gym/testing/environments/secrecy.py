"""The truth stays in the environment's process: it is in nothing that an agent is shown or can reach."""

import json
import pickle
import re
from collections.abc import Iterator
from contextlib import closing

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ContractError
from agentic_gym.evaluation.auditing import USUAL_CEILING, most_by_luck
from agentic_gym.evaluation.snooping import COLLECTING
from agentic_gym.messages import CallTools, Pixels, ToolCall, png_bytes
from agentic_gym.tasks import Task
from agentic_gym.testing.checks import require
from agentic_gym.testing.environments.subject import Subject, require_placeholders

_DISTINCTIVE = 6
"""Characters from which on a truth does not stand in a text by accident."""
_SEARCHED_SESSIONS = 3
_DOUBT = 1e-4
_MASK = 90


def no_leak(subject: Subject) -> str:
    """The truth stands neither in the first observation nor in info, spec, system text and tool schemas."""
    coincidences = 0
    with closing(subject.make_inner(difficulty=subject.played_levels[0])) as env:
        require(pickle.loads(pickle.dumps(env.spec)) == env.spec, "the spec does not survive pickling")
        for level in subject.played_levels:
            for seed in subject.seeds:
                coincidences += _first_look(env, level, seed)
    episodes = len(subject.played_levels) * subject.episodes
    allowed = most_by_luck(episodes, USUAL_CEILING, _DOUBT)
    require(
        coincidences <= allowed,
        f"the truth stands in what is shown first in {coincidences} of {episodes} episodes; "
        f"at most {allowed} could be by accident. Word the question otherwise, or set Task.chance where the "
        "answer is one of a closed list",
    )
    return f"{episodes} first observations, infos and tool schemas without the truth"


def _first_look(env: AgenticEnv, level: int, seed: int) -> bool:
    """Whether a short truth stands in what is shown first, which may be by accident; a long one raises."""
    observation, info = env.reset(seed=seed, options={"difficulty": level})
    require_placeholders(observation)
    # The id is left out: digits of its index may be those of the truth.
    hidden = json.dumps({**info, "task_id": ""}, default=str) + repr(env.spec)
    told = env.system_prompt + json.dumps(env.tool_schemas, ensure_ascii=False)
    truth = env.task.reference
    if not truth.strip() or env.task.chance:
        return False
    for where, text in {
        "info or spec": hidden,
        "the tools": told,
        "the first text": observation["text"],
    }.items():
        if _states(text, truth):
            if _is_distinctive(truth):
                raise ContractError(f"level {level}, seed {seed}: the truth {truth!r} stands in {where}")
            return True
    return False


def picture_leaks(subject: Subject) -> str:
    """The truth is not written into the bytes, the lowest bits or the file of a picture."""
    seen = 0
    with closing(subject.make_inner(difficulty=subject.played_levels[0])) as env:
        for level in subject.played_levels:
            for seed in subject.seeds[: max(1, subject.episodes // 4)]:
                env.reset(seed=seed, options={"difficulty": level})
                for pixels in env.task.images:
                    seen += 1
                    for where, data in _carried(pixels):
                        for needle in _needles(env.task):
                            require(
                                needle.encode() not in data,
                                f"level {level}, seed {seed}: {needle!r} is written into a picture's {where}",
                            )
    return f"{seen} pictures" if seen else "the tasks have no pictures"


def _carried(pixels: Pixels) -> Iterator[tuple[str, bytes]]:
    """What a picture could carry: its bytes, each channel's, and its lowest bits in both orders."""
    yield "bytes", pixels.tobytes()
    for channel in range(3):
        yield "channels", pixels[..., channel].tobytes()
    for order in ("big", "little"):
        yield "lowest bits", np.packbits(pixels.reshape(-1) & 1, bitorder=order).tobytes()
    yield "file", png_bytes(pixels[:64, :64])


def sandbox_leaks(subject: Subject) -> str:
    """An agent's code reaches neither the truth, nor the task's name, nor the package that makes tasks."""
    with closing(subject.make_inner(difficulty=subject.played_levels[-1])) as env:
        env.reset(seed=subject.seed)
        if "python" not in {schema["function"]["name"] for schema in env.tool_schemas}:
            return "the tasks have no tool 'python'"
        package = type(env.taskset).__module__.partition(".")[0]
        for seed in subject.seeds[:_SEARCHED_SESSIONS]:
            env.reset(seed=seed)
            wanted = [*_needles(env.task), str(env.task.key)]
            found = _search(env, wanted, package)
            env.reset(seed=subject.seeds[-1] + 1)
            elsewhere = _search(env, wanted, package)
            for needle, place in found.items():
                require(
                    needle in elsewhere and needle != package,
                    f"seed {seed}: code finds {needle!r} in the sandbox: {place}",
                )
    sessions = min(subject.episodes, _SEARCHED_SESSIONS)
    return f"{sessions} sessions: variables, objects, modules, files, environment, picture metadata"


def _search(env: AgenticEnv, wanted: list[str], package: str) -> dict[str, str]:
    """Where a session holds the wanted texts; they are sent masked, so that the code does not hold them."""
    masked = [[byte ^ _MASK for byte in text.encode()] for text in wanted]
    code = f"{COLLECTING}\n{_SEARCHING.format(masked=masked, mask=_MASK, package=package)}"
    *_, info = env.step(env.protocol.write(CallTools((ToolCall("python", {"code": code}),))))
    said = info["tool_results"][-1]["text"] if info["tool_results"] else ""
    require("SEARCHED" in said, f"the search of the sandbox did not run to its end: {said[-300:]!r}")
    found = {wanted[int(number)]: place for number, place in re.findall(r"^FOUND (\d+) (.+)$", said, re.M)}
    return {**found, package: "it can be imported there"} if "IMPORTABLE" in said else found


_SEARCHING = """
import importlib.util
for _number, _bytes in enumerate({masked}):
    _needle = bytes(_byte ^ {mask} for _byte in _bytes).decode()
    for _place, _text in snooped:
        if _needle in _text:
            print("FOUND", _number, _place)
            break
if importlib.util.find_spec({package!r}) is not None:
    print("IMPORTABLE")
print("SEARCHED", len(snooped))
"""


def _needles(task: Task) -> list[str]:
    """The texts that must not be found: the truth, if it is too long and varied to be found by accident."""
    return [task.reference] if _is_distinctive(task.reference) and len(set(task.reference)) > 3 else []


def _is_distinctive(truth: str) -> bool:
    return len(truth) >= _DISTINCTIVE


def _states(text: str, truth: str) -> bool:
    """Whether a truth of at least three characters stands in a text as a word of its own."""
    return len(truth) > 2 and bool(re.search(rf"(?<![\w.]){re.escape(truth)}(?![\w]|\.\d)", text))
