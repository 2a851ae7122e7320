"""What is claimed of every task: it cannot be done by doing nothing, nor without looking things up."""

import re

from agentic_gym.errors import ContractError
from agentic_gym.tasks import Task
from agentic_gym_envs.functioncalls.errands import Ref
from agentic_gym_envs.functioncalls.programs import Program
from agentic_gym_envs.functioncalls.states import public_state
from agentic_gym_envs.functioncalls.task import FunctionCallsTask

_ID = re.compile(r".*[\d/].*")
"""Ids, symbols, codes of airports and paths; wheels and the words of errands are none."""


def program_of(task: Task) -> Program:
    """The program of a task of this family.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(task, FunctionCallsTask):
        raise TypeError(f"FunctionCalls certifies and plays its own tasks, not {type(task).__name__}")
    return task.program


def something_changes(task: Task) -> None:
    """Every request that can be carried out changes something, and one that cannot nothing."""
    program = program_of(task)
    state = public_state(program.start)
    for request in program.requests:
        if bool(request.calls) != (request.state != state):
            raise ContractError(
                f"{request.text!r} has {len(request.calls)} calls, and the state says otherwise"
            )
        state = request.state


def ids_by_calls(task: Task) -> None:
    """No id that a call needs is said by the user: another call gives it."""
    said = ""
    for request in program_of(task).requests:
        said += f"{request.text}\n"
        for step, call in zip(request.steps, request.calls, strict=True):
            for name, value in call.arguments.items():
                looked_up = isinstance(step.arguments[name], Ref) and isinstance(value, str)
                if looked_up and _ID.match(value) and value in said:
                    raise ContractError(f"the user says {name}={value!r}, which {call.name} needs")


CERTIFICATES = {"something changes": something_changes, "ids by calls": ids_by_calls}
