"""Signs that a run is going wrong, read off a step's numbers."""

from collections.abc import Mapping
from typing import Any

FEW_CALLS = 0.02
"""Share of episodes with a call, below which the tools are as good as forgotten."""
ONE_CALL = 1.5
"""Calls an episode, up to which they may be one and the same each time."""
PLACEHOLDERS = 0.5
"""Share of calls that were also made in another task's episode."""
NO_ENTROPY = 0.01
"""Nats a token, below which there is nothing left to explore."""
MANY_MASKED = 0.1
"""Share of episodes that infrastructure or a full context ended."""


def alarms(values: Mapping[str, Any], *, tools: bool = True) -> list[str]:
    """What is wrong with a step, in sentences.

    Args:
        values: the log's, as `rollout.describe` and the trainer name them; none where unknown.
        tools: whether the environment offers any.
    """

    def below(name: str, bound: float) -> bool:
        value = values.get(name)
        return value is not None and value < bound

    called, identical = values.get("called") or 0.0, values.get("identical_calls") or 0.0
    found = []
    if tools and below("called", FEW_CALLS):
        found.append(f"tool use near zero: {called:.1%} of the episodes call one")
    if called > 0.5 and below("calls", ONE_CALL) and identical > PLACEHOLDERS:
        found.append(f"one fixed call an episode: {identical:.0%} of the calls are made whatever is asked")
    if values["groups"] and values["flat_groups"] == values["groups"]:
        found.append("reward without variance: in no group do two episodes differ, nothing was learned")
    if below("entropy", NO_ENTROPY):
        found.append(f"entropy gone: {values['entropy']:.4f} nats a token")
    if values["episodes"] and values["masked"] / values["episodes"] > MANY_MASKED:
        found.append(
            f"{values['masked']} of {values['episodes']} episodes are masked: infrastructure failed, or the "
            "context was full"
        )
    return found
