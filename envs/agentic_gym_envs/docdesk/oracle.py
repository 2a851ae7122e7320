"""The oracle of DocDesk, which proves that the tools suffice.

It knows which cells a question takes and where they are, looks at each paper as a whole and then part by
part until they are legible, and computes from what is printed there.
"""

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.docdesk.cases import Cell
from agentic_gym_envs.docdesk.task import DocDeskTask
from agentic_gym_envs.docdesk.values import Value, read
from agentic_gym_envs.oracles.calculating import calculate
from agentic_gym_envs.oracles.looking import Course, Eyes
from agentic_gym_envs.oracles.studying import study


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task with the public tools alone."""
    if not isinstance(task, DocDeskTask):
        raise TypeError(f"the oracle of DocDesk plays its tasks, not {type(task).__name__}")
    eyes = Eyes(task.key, task.level.size, coordinates)
    known = yield from read_cells(task, eyes)
    result = yield from calculate(eyes, task.case.method, task.case.bound(known))
    thought = eyes.say("That is what was asked for.", "Now I can answer.", "That settles it.")
    yield GiveAnswer(result, thought)


def read_cells(task: DocDeskTask, eyes: Eyes) -> Course[dict[Cell, Value]]:
    """What the cells of the question say, once looks make them legible."""
    printed = task.case.printed()
    known: dict[Cell, Value] = {}
    for number, paper in enumerate(task.case.papers):
        lying = task.lying[number]
        cells = [cell for cell in task.case.cells if cell.paper == number]
        name = f"the {paper.kind} from {paper.title}" if paper.title else f"the {paper.kind}"
        yield from study(eyes, name, lying.box, [lying.cell(cell.name) for cell in cells])
        known.update({cell: read(printed[cell]) for cell in cells})
    return known
