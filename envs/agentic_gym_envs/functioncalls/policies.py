"""The oracle, which finds every id in what it is shown."""

import html
import json
from typing import Any

import numpy as np

from agentic_gym.messages import CallTools, SayToUser
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.functioncalls.certificates import program_of
from agentic_gym_envs.functioncalls.errands import Results, call_of, looked_up
from agentic_gym_envs.functioncalls.programs import Mode, Request

_SCRIPT = 2
_THOUGHTS = ("I call {}.", "Next comes {}.", "This is for {}.")
_DONE = ("Done.", "That is done.", "It is taken care of.")
_LACKS = {
    Mode.MISSING_FUNCTION: (
        "I cannot do that: I have no function for it.",
        "None of my functions can do that. Can you give me one that does?",
    ),
    Mode.MISSING_PARAMETER: (
        "I need to know more for that. Which one, or what exactly?",
        "Something is missing in your request. What exactly do you want?",
    ),
}


def oracle(task: Task, coordinates: str) -> Script:
    """Does what each request asks, one call at a time, and asks where something is missing."""
    program = program_of(task)
    rng = np.random.default_rng((task.key.seed, _SCRIPT))
    results: Results = []
    for request in program.requests:
        if not request.steps:
            words = _LACKS[program.mode]
            yield SayToUser(words[int(rng.integers(len(words)))], "I lack something here.")
            continue
        results.append([])
        for step in request.steps:
            thought = _THOUGHTS[int(rng.integers(len(_THOUGHTS)))].format(step.name)
            observation = yield CallTools((call_of(step, results),), thought)
            results[-1].append(_read(observation["text"]))
        done = _DONE[int(rng.integers(len(_DONE)))]
        yield SayToUser(f"{done} {_told(request, results)}".strip(), "All of it is done.")


def _read(text: str) -> Any:
    """The result in an observation, whatever the protocol writes around it."""
    return json.loads(html.unescape(text[text.index("{") : text.rindex("}") + 1]))


def _told(request: Request, results: Results) -> str:
    """What the user wanted to know, as it stands in a result."""
    fact = request.errand.fact
    return f"You wanted to know: {looked_up(fact, results)}." if fact is not None else ""
