"""What an episode achieved, by the wheel's own criteria and without its evaluator.

The wheel hashes whole databases, which takes half a second; here only touched records are compared.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from agentic_gym.messages import GiveAnswer, SayToUser
from agentic_gym.trajectories.records import Trajectory
from agentic_gym_envs.tau2.desk import Desk
from agentic_gym_envs.tau2.tables import same
from agentic_gym_envs.tau2.wheel import Domain

Judge: TypeAlias = Callable[[str, str], bool]
"""From an assertion in natural language and the episode's conversation to whether it holds."""


def measures(
    domain: Domain, task: Any, trajectory: Trajectory, judge: Judge | None = None
) -> Mapping[str, float]:
    """Success and its terms, each from 0 to 1.

    `success` is the product of the terms that the task's `reward_basis` names, and 0 where a budget cut the
    episode off. `skipped` counts assertions in natural language that nobody judged.
    """
    desk = Desk(domain, task)
    calls = [(result.call.name, dict(result.call.arguments)) for result in trajectory.results]
    for name, arguments in calls:
        desk.call(name, arguments)
    criteria, said = task.evaluation_criteria, _said(trajectory)
    terms = {
        "DB": float(_same_records(desk, gold(domain, task))),
        "ENV_ASSERTION": float(desk.holds(criteria.env_assertions or ())),
        "ACTION": float(all(_was_made(action, calls) for action in criteria.actions or ())),
        "COMMUNICATE": float(all(_was_said(info, said) for info in criteria.communicate_info or ())),
    }
    assertions = criteria.nl_assertions or ()
    if judge is not None and assertions:
        conversation = "\n".join(said)
        terms["NL_ASSERTION"] = float(all(judge(assertion, conversation) for assertion in assertions))
    basis = {str(term.value) for term in criteria.reward_basis} & terms.keys()
    success = all(terms[term] == 1.0 for term in basis) and trajectory.stop_reason.terminates
    skipped = 0 if judge is not None else len(assertions)
    named = {name.lower(): value for name, value in terms.items()}
    return {"success": float(success), **named, "skipped": float(skipped)}


def gold(domain: Domain, task: Any) -> Desk:
    """The desk after the task's own actions."""
    desk = Desk(domain, task)
    for action in task.evaluation_criteria.actions or ():
        desk.call(action.name, action.arguments)
    return desk


def solved_by_nothing(domain: Domain, task: Any) -> bool:
    """Whether a policy that does and says nothing fulfils the task's criteria."""
    criteria = task.evaluation_criteria
    basis = {str(term.value) for term in criteria.reward_basis}
    if ("COMMUNICATE" in basis and criteria.communicate_info) or ("ACTION" in basis and criteria.actions):
        return False
    untouched = Desk(domain, task)
    if "ENV_ASSERTION" in basis and not untouched.holds(criteria.env_assertions or ()):
        return False
    return "DB" not in basis or _same_records(untouched, gold(domain, task))


def _same_records(one: Desk, other: Desk) -> bool:
    return all(same(mine, theirs) for mine, theirs in zip(one.databases, other.databases, strict=True))


def _was_made(action: Any, calls: Sequence[tuple[str, Mapping[str, Any]]]) -> bool:
    """The wheel's own comparison: by the arguments that the action says are to be compared."""
    for name, arguments in calls:
        compared = arguments.keys() if action.compare_args is None else action.compare_args
        wanted = {key: value for key, value in action.arguments.items() if key in compared}
        made = {key: value for key, value in arguments.items() if key in compared}
        if name == action.name and made == wanted:
            return True
    return False


def _was_said(info: str, said: Sequence[str]) -> bool:
    return any(info.lower() in text.lower().replace(",", "") for text in said)


def _said(trajectory: Trajectory) -> list[str]:
    """What the agent told the customer, its answer included."""
    return [turn.action.text for turn in trajectory.turns if isinstance(turn.action, SayToUser | GiveAnswer)]
