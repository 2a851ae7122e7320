"""Customers who are played by a function."""

from contextlib import closing

import pytest

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, ContractError
from agentic_gym.messages import StopReason
from agentic_gym_envs.customerdesk.taskset import CustomerDesk
from agentic_gym_envs.speaking import GOODBYE, SpokenCustomer, load_function


def greet(conversation):
    """A speaker for the tests: says how long the conversation is, and leaves at the seventh message."""
    return f"{len(conversation)} {GOODBYE if len(conversation) > 6 else ''}"


def test_a_function_plays_the_customer():
    customer = SpokenCustomer("You want tea.", load_function("customer", f"{__name__}:greet"), "Hello.")
    replies = [customer.reply("Hello?") for _ in range(3)]
    assert [(reply.text, reply.done) for reply in replies] == [("3", False), ("5", False), ("7", True)]


def test_a_function_plays_the_customer_of_a_desk():
    heard = []
    with closing(AgenticEnv(CustomerDesk(customer=lambda lines: heard.append(lines) or greet(lines)))) as env:
        env.reset(seed=0)
        assert env.step("Good day.")[0]["text"] == "3"
        env.step("Yes?")
        _, reward, terminated, _, info = env.step("Anything else?")
        assert (reward, terminated, info["stop_reason"]) == (0.0, True, StopReason.USER_DONE)
        assert env.task.visit.customer["name"] in heard[0][0]["content"]
        assert [line["role"] for line in heard[0]] == ["system", "assistant", "user"]
        assert env.task.measure(env.trajectory) == env.trajectory.measures


@pytest.mark.parametrize("customer", ["nowhere:at_all", "json:nothing", "json", "", 3])
def test_what_is_no_function_is_refused(customer):
    with pytest.raises(ConfigurationError, match="customer="):
        CustomerDesk(customer=customer)


def test_a_function_that_says_no_text_breaks_its_contract():
    with pytest.raises(ContractError, match="a customer says a str"):
        SpokenCustomer("You want tea.", lambda conversation: 3).reply("Hello?")
