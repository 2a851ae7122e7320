"""What the scripted customer understands, knows and says."""

import copy

import pytest

from agentic_gym_envs.customerdesk.customer import OBJECTIONS, ScriptedCustomer, part_of
from agentic_gym_envs.customerdesk.hearing import hear
from agentic_gym_envs.customerdesk.policy import agrees
from agentic_gym_envs.customerdesk.taskset import CustomerDesk

_REFUSAL = "I am sorry, this is not possible. Is there anything else?"
_DONE = "It has been changed. Can I help you with anything else?"


def visits(level, count=40):
    taskset = CustomerDesk()
    return [taskset.make(taskset.key(index=index, difficulty=level)).visit for index in range(count)]


def first(level, wanted):
    """The first visit of a level whose first request is as wanted."""
    return next(visit for visit in visits(level, 200) if wanted(visit.requests[0]))


@pytest.mark.parametrize(
    ("message", "asks"),
    [
        ("May I have your full name and e-mail address, please?", {"identity"}),
        ("Please tell me your booking reference.", {"number"}),
        ("What's the order number? And why do you want to cancel?", {"number", "reason"}),
        ("I will cancel order W12345 (no longer needed). Shall I proceed?", {"consent"}),
        ("Do you want me to add two bags to B12345?", {"bags", "consent"}),
        ("Where should we send the parcel? Please give me the new address.", {"address"}),
        ("Which booking is it about?", {"number"}),
        ("Is there anything else I can help you with?", {"more"}),
        ("Good morning.", set()),
    ],
)
def test_what_a_message_asks(message, asks):
    assert hear(message).asks == asks


@pytest.mark.parametrize(
    ("message", "done", "refused"),
    [
        ("Your order W12345 has been cancelled. You get 12.50 back. Anything else?", True, False),
        ("I have added two bags.", True, False),
        ("Unfortunately we cannot cancel light fares. Can I help you with something else?", False, True),
        ("I will cancel it now.", False, False),
        ("Your account has been found.", False, False),
        ("Has it been cancelled before?", False, False),
    ],
)
def test_what_a_message_states(message, done, refused):
    heard = hear(message)
    assert (heard.done, heard.refused) == (done, refused)


@pytest.mark.parametrize(
    ("answer", "clear"),
    [
        ("Yes, please go ahead.", True),
        ("Yes, no problem, go ahead.", True),
        ("No, that is not what I want. It is the rug.", False),
        ("Wait, I changed my mind. Yes to the other one.", False),
        ("Hm.", False),
    ],
)
def test_a_clear_yes(answer, clear):
    assert agrees(answer) == clear


def test_customers_say_only_what_they_know():
    (visit, *_) = visits(3)
    customer = ScriptedCustomer(visit)
    said = customer.reply("Please give me your name and e-mail address, and the number of your order.").text
    said += customer.reply("What is the order number?").text
    assert visit.customer["email"] not in said
    assert visit.customer["name"] in said
    assert visit.customer["postcode"] in said
    assert visit.requests[0].record_id not in said
    assert visit.requests[0].described in said


def test_at_level_0_everything_is_said_at_once():
    for visit in visits(0):
        assert visit.customer["email"] in visit.opening
        assert visit.requests[0].record_id in visit.opening
        assert all(detail.answer in visit.opening for detail in visit.requests[0].wish.details)


def test_a_customer_changes_their_mind_when_asked_to_confirm_and_sticks_to_it():
    visit = first(2, lambda request: request.wavers)
    customer, question = ScriptedCustomer(visit), f"Shall I go ahead with {visit.requests[0].record_id}?"
    changed = customer.reply(question).text
    assert not agrees(changed)
    news = [each for each in visit.requests[0].wish.details if each not in visit.requests[0].first.details]
    assert news
    assert all(detail.answer in changed for detail in news)
    assert agrees(customer.reply(question).text)


def test_a_customer_does_not_agree_to_something_else():
    visit = first(1, lambda request: request.tool in ("return_item", "cancel_order", "cancel_booking"))
    detail = visit.requests[0].wish.details[-1]
    reply = ScriptedCustomer(visit).reply(f"I will do it: {detail.others[0]}. Is that correct?")
    assert detail.answer in reply.text
    assert not agrees(reply.text)


def test_a_customer_who_is_given_a_choice_chooses():
    visit = first(1, lambda request: request.tool == "return_item" and not request.forbidden)
    detail = visit.requests[0].wish.details[-1]
    question = f"Shall I refund it to {detail.wanted} or {detail.others[0]}?"
    assert ScriptedCustomer(visit).reply(question).text == detail.answer


def test_a_refusal_is_objected_to_as_often_as_the_level_says():
    (visit, *_) = visits(4)
    customer = ScriptedCustomer(visit)
    replies = [customer.reply(_REFUSAL).text for _ in range(3)]
    assert [reply in OBJECTIONS for reply in replies] == [True, True, False]
    assert visit.requests[1].opening in replies[2]


def test_the_last_request_ends_the_conversation():
    (visit, *_) = visits(3)
    customer = ScriptedCustomer(visit)
    assert [customer.reply(_DONE).done for _ in visit.requests] == [False, True]


def test_patience_ends():
    (visit, *_) = visits(4)
    customer = ScriptedCustomer(visit)
    ends = [customer.reply("Nice weather.").done for _ in range(visit.level.patience)]
    assert ends == [False] * (visit.level.patience - 1) + [True]


def test_a_copy_of_a_customer_goes_on_from_the_same_words():
    (visit, *_) = visits(3)
    customer = ScriptedCustomer(visit)
    customer.reply("Hello.")
    other = copy.deepcopy(customer)
    for message in ("Hello?", _DONE, "What is the order number?", _REFUSAL):
        assert customer.reply(message) == other.reply(message)


def test_a_part_in_words_says_what_the_customer_knows_and_no_more():
    visit = first(2, lambda request: request.wavers)
    part = part_of(visit)
    assert visit.customer["email"] in part
    assert visit.requests[0].opening in part
    assert "change your mind" in part
    assert visit.requests[0].record_id not in part
