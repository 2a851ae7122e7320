"""Policies that must fail on DocDesk: reading without computing."""

from decimal import Decimal

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.docdesk.oracle import read_cells
from agentic_gym_envs.docdesk.task import DocDeskTask
from agentic_gym_envs.oracles.looking import Eyes


def printed_amount(task: Task, coordinates: str) -> Script:
    """Reads everything as the oracle does, and answers with the largest number that is printed."""
    if not isinstance(task, DocDeskTask):
        raise TypeError(f"this audit plays tasks of DocDesk, not {type(task).__name__}")
    eyes = Eyes(task.key, task.level.size, coordinates)
    known = yield from read_cells(task, eyes)
    numbers = [Decimal(value) for value in known.values() if not isinstance(value, str)]
    yield GiveAnswer(str(max(numbers)) if numbers else "nothing", "The largest number will be it.")
