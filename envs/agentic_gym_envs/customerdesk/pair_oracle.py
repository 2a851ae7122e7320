"""Both sides of the desk for two, played by script: the clerk of the oracle, and the scripted customer."""

from collections.abc import Generator, Mapping
from typing import TypeAlias

from agentic_gym.messages import CallTools, SayToUser, ToolCall, WellFormed
from agentic_gym.tasks import Observation, Task
from agentic_gym_envs.customerdesk.customer import ScriptedCustomer
from agentic_gym_envs.customerdesk.oracle import oracle
from agentic_gym_envs.customerdesk.policy import agrees
from agentic_gym_envs.customerdesk.task import DeskTask
from agentic_gym_envs.customerdesk.team import AGENT, CUSTOMER

PairScript: TypeAlias = Generator[Mapping[str, WellFormed], Mapping[str, Observation], None]
"""Yields who does what in a cycle, where a role that is left out waits; is sent what each is shown."""

_HEADING = "Message from the {}:\n"


def pair_oracle(task: Task, coordinates: str) -> PairScript:
    """Plays a visit with both: the customer approves in the app before they say yes."""
    if not isinstance(task, DeskTask):
        raise TypeError(f"the pair plays visits to a desk, not {type(task).__name__}")
    clerk, customer = oracle(task, coordinates), ScriptedCustomer(task.visit)
    action = next(clerk)
    while True:
        shown = yield {AGENT: action}
        if isinstance(action, CallTools):
            action = clerk.send(shown[AGENT])
            continue
        record_id = customer.request.record_id
        reply = customer.reply(_message(shown[CUSTOMER], AGENT))
        if agrees(reply.text) and record_id:
            yield {CUSTOMER: _call("approve", record_id=record_id)}
        shown = yield {CUSTOMER: SayToUser(reply.text)}
        if reply.done:
            yield {CUSTOMER: _call("leave")}
        action = clerk.send({"text": _message(shown[AGENT], CUSTOMER), "images": ()})


def _call(name: str, **arguments: str) -> CallTools:
    return CallTools((ToolCall(name, arguments),))


def _message(observation: Observation, sender: str) -> str:
    return observation["text"].rpartition(_HEADING.format(sender))[2]
