"""Who of the three is given what."""

from collections.abc import Mapping
from typing import ClassVar

from agentic_gym.tasks import Setting, Task
from agentic_gym.teams import Seat, Team
from agentic_gym_envs.realx.taskset import RealX

OBSERVER, RESEARCHER, ANALYST = "observer", "researcher", "analyst"

_TOOLS: Mapping[str, frozenset[str]] = {
    OBSERVER: frozenset({"image_search"}),
    RESEARCHER: frozenset({"search", "open_page"}),
    ANALYST: frozenset({"python"}),
}
"""Who calls what; all that is left are image tools, for those two who are shown pictures."""

_PARTS = {
    OBSERVER: "You are the observer: you alone see the picture, and can search the web with a part of it.",
    RESEARCHER: "You are the researcher: you alone search the web in words and open pages.",
    ANALYST: "You are the analyst: you alone can compute, and you give the team's answer.",
}
_TOGETHER = (
    "You solve one question with {others}. A turn without a tag is a message to both, who read it before "
    "their next turn; an empty turn says nothing. Nobody sees what the others' tools give back unless told."
)


class RealXTeam(Team):
    """RealX-v0's questions, shared out: one agent sees the picture, one searches, one computes and answers.

    All three know the question. Whatever else one of them needs has to be said in a message.
    """

    id: ClassVar[str] = "RealXTeam-v0"
    roles: ClassVar[tuple[str, ...]] = (OBSERVER, RESEARCHER, ANALYST)
    max_cycles: ClassVar[int] = 200

    def __init__(self) -> None:
        self.taskset = RealX()

    def seats(self, task: Task, coordinates: str) -> Mapping[str, Seat]:
        """The three seats, each with its own tools; the pictures are the observer's."""
        return {role: self._seat(role, task, coordinates) for role in self.roles}

    def _seat(self, role: str, task: Task, coordinates: str) -> Seat:
        others = " and ".join(f"the {other}" for other in self.roles if other != role)
        tools = [tool for tool in task.tools(coordinates) if role in owners(tool.schema.name)]
        return Seat(
            prompt=task.prompt,
            setting=Setting(tools),
            images=task.images if role == OBSERVER else (),
            briefing=f"{_PARTS[role]} {_TOGETHER.format(others=others)}",
            answers=role == ANALYST,
        )


def owners(tool: str) -> tuple[str, ...]:
    """The roles that have a tool, the one first who has it for the question's own picture.

    >>> owners("python"), owners("crop")
    (('analyst',), ('observer', 'researcher'))
    """
    having = tuple(role for role, names in _TOOLS.items() if tool in names)
    return having or (OBSERVER, RESEARCHER)
