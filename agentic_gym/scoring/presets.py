"""The rewards of the papers, and the plain outcome that is the default.

Sources: DeepEyesV2 (arXiv 2511.05271), section on the reward, and the weights of its released code;
ARTIST (arXiv 2505.01441), sections on the reward for mathematics and for function calling.
"""

from collections.abc import Callable

from agentic_gym.errors import unknown_name
from agentic_gym.messages import CallTools, GiveAnswer, ToolStatus, WellFormed
from agentic_gym.scoring.answers import MAX_ANSWER_CHARACTERS
from agentic_gym.scoring.rubric import Component, Rubric
from agentic_gym.trajectories.records import Trajectory, Turn

SEARCH_TOOLS = frozenset({"search", "image_search"})
"""The tools whose use DeepEyesV2 discounts."""

SEARCH_DISCOUNT = 0.9

WASTED_SEARCH_COST = 0.05
"""Share of a success that each search beyond need costs, where a task says how many it needs."""
LEAST_AFTER_SEARCHES = 0.5
"""Share of a success that is left after however many."""


def success(trajectory: Trajectory) -> float:
    """The task's own measure of success, from 0 to 1."""
    return trajectory.measures.get("success", 0.0)


def turns(trajectory: Trajectory) -> float:
    """Number of actions."""
    return len(trajectory.turns)


def tool_calls(trajectory: Trajectory) -> float:
    """Number of calls that were run."""
    return len(trajectory.calls)


def malformed(trajectory: Trajectory) -> float:
    """Number of actions that could not be read."""
    return trajectory.malformed_turns


def tool_success(trajectory: Trajectory) -> float:
    """Share of the calls that went well; 0 where none was made."""
    results = trajectory.results
    return sum(result.status is ToolStatus.OK for result in results) / len(results) if results else 0.0


def short_answer(trajectory: Trajectory) -> float:
    """Whether there is an answer, of fewer than 300 characters."""
    return float(trajectory.answer is not None and len(trajectory.answer) < MAX_ANSWER_CHARACTERS)


def well_formed(trajectory: Trajectory) -> float:
    """DeepEyesV2's format term: every action can be read, and the last one answers."""
    return float(trajectory.answer is not None and trajectory.malformed_turns == 0)


def discounted_success(trajectory: Trajectory) -> float:
    """Success, less a tenth where a search was made on a search task (DeepEyesV2's released code)."""
    searched = any(call.name in SEARCH_TOOLS for call in trajectory.calls)
    discount = SEARCH_DISCOUNT if searched and "search" in trajectory.tags else 1.0
    return discount * success(trajectory) * short_answer(trajectory)


def frugal_success(trajectory: Trajectory) -> float:
    """Success, less a twentieth for each search beyond need, down to a half.

    Reads the measure `wasted_searches` of tasks that know how many searches they need.
    """
    wasted = trajectory.measures.get("wasted_searches", 0.0)
    return success(trajectory) * max(LEAST_AFTER_SEARCHES, 1.0 - WASTED_SEARCH_COST * wasted)


def parts_present(trajectory: Trajectory) -> float:
    """ARTIST's relaxed format: the share of the four parts (reasoning, tool, output, answer) that occur."""
    actions = [turn.action for turn in trajectory.turns]
    thought = any(isinstance(action, WellFormed) and action.thought for action in actions)
    called = any(isinstance(action, CallTools) for action in actions)
    return (thought + called + bool(trajectory.results) + (trajectory.answer is not None)) / 4


def strict_order(trajectory: Trajectory) -> float:
    """ARTIST's strict format: reasoning before every call and before the one, final answer."""
    return float(
        bool(trajectory.turns) and trajectory.answer is not None and all(map(_reasoned, trajectory.turns))
    )


def _reasoned(turn: Turn) -> bool:
    return isinstance(turn.action, CallTools | GiveAnswer) and bool(turn.action.thought)


def measure(name: str) -> Callable[[Trajectory], float]:
    """A component that reads one of the task's measures, 0 where the task does not measure it."""
    return lambda trajectory: trajectory.measures.get(name, 0.0)


_METRICS = (
    Component("turns", turns),
    Component("tool_calls", tool_calls),
    Component("tool_success", tool_success),
    Component("malformed", malformed),
)


def outcome() -> Rubric:
    """1.0 for a correct answer, 0.0 otherwise; everything else is a metric."""
    return Rubric([Component("success", success, 1.0), Component("format", well_formed), *_METRICS])


def deepeyes_paper() -> Rubric:
    """DeepEyesV2 as written: accuracy plus format."""
    accuracy = Component("success", lambda trajectory: success(trajectory) * short_answer(trajectory), 1.0)
    return Rubric([accuracy, Component("format", well_formed, 1.0), *_METRICS])


def deepeyes_code() -> Rubric:
    """DeepEyesV2 as released: 0.8 accuracy, discounted for a search, plus 0.2 format."""
    accuracy = Component("discounted_success", discounted_success, 0.8)
    return Rubric([accuracy, Component("format", well_formed, 0.2), Component("success", success), *_METRICS])


def artist_math() -> Rubric:
    """ARTIST's reward for mathematics, at most 4: answer 2, parts 0.5, order 0.5, tool success 1."""
    return Rubric(
        [
            Component("success", success, 2.0),
            Component("parts_present", parts_present, 0.5),
            Component("strict_order", strict_order, 0.5),
            Component("tool_success", tool_success, 1.0),
            *(metric for metric in _METRICS if metric.name != "tool_success"),
        ]
    )


def artist_functions() -> Rubric:
    """ARTIST's reward for function calling: half state, half functions, up to 0.2 for the format.

    Reads the measures `state` and `functions` (shares from 0 to 1) that such a task takes.
    """
    return Rubric(
        [
            Component("state", measure("state"), 0.5),
            Component("functions", measure("functions"), 0.5),
            Component("parts_present", parts_present, 0.1),
            Component("strict_order", strict_order, 0.1),
            Component("success", success),
            *_METRICS,
        ]
    )


def search_cost() -> Rubric:
    """1.0 for a correct answer without a needless search, so that when to search can be learned."""
    return Rubric(
        [
            Component("frugal_success", frugal_success, 1.0),
            Component("success", success),
            Component("format", well_formed),
            *(Component(name, measure(name)) for name in ("searches", "needed_search", "wasted_searches")),
            *_METRICS,
        ]
    )


PRESETS: dict[str, Callable[[], Rubric]] = {
    "outcome": outcome,
    "deepeyes_paper": deepeyes_paper,
    "deepeyes_code": deepeyes_code,
    "artist_math": artist_math,
    "artist_functions": artist_functions,
    "search_cost": search_cost,
}


def get_rubric(rubric: Rubric | str) -> Rubric:
    """A rubric by the name of its preset, or the rubric itself.

    Raises:
        ConfigurationError: there is no preset of this name.
    """
    if isinstance(rubric, Rubric):
        return rubric
    if not isinstance(rubric, str) or rubric not in PRESETS:
        raise unknown_name("rubric", rubric, PRESETS)
    return PRESETS[rubric]()
