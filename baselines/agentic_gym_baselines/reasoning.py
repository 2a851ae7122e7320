"""What an oracle says while it acts, worded in many ways, so that a cold start teaches no set phrase.

An oracle's thoughts are a handful of sentences: a model that is trained on them says them word for word,
whatever it is asked. Here each thought is composed of up to four parts: a look at the question or at what
came back, the oracle's own thought, what is done next and with which tool, and what is to follow. Each part
is left out at times, is drawn from a list of wordings, and names what the turn is about. All of it is drawn
from the task's own random stream, so that the same task is always demonstrated in the same words.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.scripted import Agent, ScriptedAgent
from agentic_gym.messages import CallTools, SayToUser, WellFormed
from agentic_gym.tasks import Observation, Script, TaskKey

_REASONING = 77
"""The random stream of a task's reasoning."""
_QUOTED = 60
"""Characters of a question or a result that a thought repeats at most."""

_NO_WORDS = re.compile(r"<[^<>]*>|[<>{}`]")

_ASKED = (
    "The question: {quote}",
    "I am asked this: {quote}",
    "What is wanted here: {quote}",
    "So, {quote}",
    "Let me see. {quote}",
    "The task says: {quote}",
    "First the question itself: {quote}",
    "To begin with, {quote}",
    "This asks for one thing.",
    "Let me think about what is asked.",
    "I should be careful here.",
    "One step at a time.",
)
_SHOWN = (
    "That gave me {quote}",
    "What came back: {quote}",
    "I now have {quote}",
    "The result says {quote}",
    "The call went through.",
    "Good, that worked.",
    "I read what came back.",
    "This is what I was looking for.",
    "Now I know more.",
    "That is one step done.",
    "Let me go on from this.",
    "All right.",
)
_DOING = {
    "python": (
        "Python can work it out.",
        "A short program settles this.",
        "I will compute it rather than guess.",
        "I write a few lines of code for it.",
        "Let me run this in Python.",
        "Code makes no slips in arithmetic.",
        "I had better calculate this with the tool.",
        "I let the machine do the sums.",
    ),
    "search": (
        "I search for it.",
        "Let me look this up.",
        "A search should find the page.",
        "I need a source for this, so I search.",
        "The search tool knows more than I do.",
        "I will ask the search tool.",
    ),
    "open_page": (
        "I open the page and read it.",
        "The page itself will say.",
        "Let me read the whole page.",
        "I had better look at the source.",
        "One of these pages should have it, so I open it.",
    ),
    "crop": (
        "I cut out the part that matters.",
        "A closer look at this part will help.",
        "I crop the picture there.",
        "It is too small to read, so I crop it.",
        "Let me look at that part alone.",
    ),
    "zoom": (
        "I zoom in there.",
        "It has to be larger to be read.",
        "Let me magnify this part.",
        "A closer look will tell.",
    ),
}
_USING = (
    "I use {tools} for this.",
    "The tool {tools} should do it.",
    "I call {tools}.",
    "Next comes {tools}.",
    "This is a case for {tools}.",
    "Let me try {tools}.",
    "With {tools} I can find out.",
    "I turn to {tools}.",
)
_THEN = (
    "Then I read the result.",
    "After that I can go on.",
    "The output will tell me.",
    "I will see what it gives.",
    "Whatever it says, I take it from there.",
    "Then I shall know.",
)
_ANSWERING = (
    "So the answer is {text}",
    "My answer: {text}",
    "That makes it {text}",
    "I answer {text}",
    "This settles it: {text}",
    "Therefore {text}",
    "I can answer now.",
    "Nothing else is needed.",
    "That is all I need.",
    "I have what was asked for.",
)
_TELLING = (
    "I tell them where things stand.",
    "I should say this to them.",
    "They need to hear from me now.",
    "I reply to that.",
    "Now I write back.",
)


class VariedOracle:
    """An environment's oracle, its thoughts worded anew.

    Args:
        env: after `reset`.

    Raises:
        ConfigurationError: the environment has no oracle.
    """

    def __init__(self, env: AgenticEnv) -> None:
        self._agent: Agent = ScriptedAgent(varied(oracle(env), env.task.key, env.task.prompt), env)

    def __call__(self, observation: Observation) -> str:
        """The next action, in the environment's protocol."""
        return self._agent(observation)


class SilentOracle:
    """An environment's oracle without its thoughts: the shortest demonstrations there are.

    Args:
        env: after `reset`.

    Raises:
        ConfigurationError: the environment has no oracle.
    """

    def __init__(self, env: AgenticEnv) -> None:
        self._agent: Agent = ScriptedAgent(silenced(oracle(env)), env)

    def __call__(self, observation: Observation) -> str:
        """The next action, in the environment's protocol."""
        return self._agent(observation)


def oracle(env: AgenticEnv) -> Script:
    """The script of the environment's oracle for the episode that has begun.

    Raises:
        ConfigurationError: it has none.
    """
    policies = env.taskset.policies()
    if "oracle" not in policies:
        raise ConfigurationError(
            f"{env.taskset.id} has no oracle to learn from; give a teacher: --teacher-url and --teacher-model"
        )
    return policies["oracle"](env.task, env.coordinates)


def silenced(script: Script) -> Script:
    """A script whose actions carry no thoughts."""
    action = next(script)
    while True:
        observation = yield replace(action, thought="")
        try:
            action = script.send(observation)
        except StopIteration:
            return


def varied(script: Script, key: TaskKey, question: str) -> Script:
    """A script whose thoughts are worded anew.

    Args:
        script: what is done, and thought of it.
        key: of the task, from which the wording is drawn.
        question: the task's prompt.
    """
    rng = np.random.default_rng((key.seed, _REASONING))
    action, seen, lead = next(script), question, _ASKED
    while True:
        observation = yield replace(action, thought=_thought(action, lead, _quote(seen), rng))
        try:
            action = script.send(observation)
        except StopIteration:
            return
        seen, lead = observation["text"], _SHOWN


def _thought(action: WellFormed, lead: Sequence[str], quote: str, rng: np.random.Generator) -> str:
    """A thought for an action: at least one part, each of them drawn."""
    parts = [
        _draw(lead, rng, 0.6).format(quote=quote),
        action.thought if rng.random() < 0.5 else "",
        _next(action, rng),
        _draw(_THEN, rng, 0.3) if isinstance(action, CallTools) else "",
    ]
    said = [part for part in parts if part]
    return " ".join(said) if said else action.thought


def _next(action: WellFormed, rng: np.random.Generator) -> str:
    """What is done now."""
    if isinstance(action, SayToUser):
        return _draw(_TELLING, rng, 0.7)
    if not isinstance(action, CallTools):
        return _draw(_ANSWERING, rng, 0.8).format(text=_quote(action.text))
    names = list(dict.fromkeys(call.name for call in action.calls))
    known = _DOING.get(names[0], ()) if len(names) == 1 else ()
    wordings = known if known and rng.random() < 0.7 else _USING
    return _draw(wordings, rng, 0.9).format(tools=" and ".join(names))


def _draw(wordings: Sequence[str], rng: np.random.Generator, probability: float) -> str:
    """One of the wordings, or nothing."""
    chosen = wordings[int(rng.integers(len(wordings)))]
    return chosen if rng.random() < probability else ""


def _quote(text: str) -> str:
    """The beginning of a text in one line, without anything that a protocol could read as a tag."""
    line = " ".join(_NO_WORDS.sub(" ", text).split())
    if len(line) > _QUOTED:
        line = line[:_QUOTED].rpartition(" ")[0] + " …"
    return line if line.endswith((".", "?", "!", "…")) else f"{line}."
