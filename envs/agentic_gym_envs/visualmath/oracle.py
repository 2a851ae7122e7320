"""The oracle of VisualMath, which proves that the tools suffice.

It looks at each figure that is asked about until its labels are legible, and computes from what they say.
"""

from agentic_gym.messages import GiveAnswer
from agentic_gym.tasks import Script, Task
from agentic_gym_envs.oracles.calculating import calculate
from agentic_gym_envs.oracles.looking import Course, Eyes
from agentic_gym_envs.oracles.studying import study
from agentic_gym_envs.visualmath.combining import COMBINATIONS
from agentic_gym_envs.visualmath.pages import LETTERS
from agentic_gym_envs.visualmath.task import VisualMathTask


def oracle(task: Task, coordinates: str) -> Script:
    """Plays a task with the public tools alone."""
    if not isinstance(task, VisualMathTask):
        raise TypeError(f"the oracle of VisualMath plays its tasks, not {type(task).__name__}")
    eyes = Eyes(task.key, task.level.size, coordinates)
    results = []
    for number in task.asked.numbers:
        yield from look_at(task, eyes, number)
        problem = task.problems[number]
        places = None if task.asked.combination else task.places
        results.append((yield from calculate(eyes, problem.method, problem.given, places)))
    if task.asked.combination:
        method = COMBINATIONS[task.asked.combination][0]
        results = [(yield from calculate(eyes, method, [float(result) for result in results], task.places))]
    yield GiveAnswer(results[0], eyes.say("That is it.", "Now I can answer.", "That settles it."))


def look_at(task: VisualMathTask, eyes: Eyes, number: int) -> Course[None]:
    """Makes a figure's labels legible."""
    panel = task.panels[number]
    what = f"figure {LETTERS[number]}" if len(task.problems) > 1 else "the figure"
    yield from study(eyes, what, panel.box, panel.texts(task.problems[number].figure))
