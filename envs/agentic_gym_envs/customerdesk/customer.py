"""The scripted customer, and their part in words for one who is played."""

from collections.abc import Sequence

import numpy as np

from agentic_gym.tasks import UserReply
from agentic_gym_envs.customerdesk.hearing import CONSENT, IDENTITY, MORE, NUMBER, TOPICS, Heard, hear
from agentic_gym_envs.customerdesk.requests import Request, Wish
from agentic_gym_envs.customerdesk.visits import Visit

_AGREES = ("Yes, please go ahead.", "Yes, please do.", "Yes, that is correct.")
_CHANGES = (
    "Wait, I changed my mind.",
    "Hold on. On second thought, I want it otherwise.",
    "Wait, no, something else would be better.",
)
OBJECTIONS = (
    "Can you not make an exception for me?",
    "That is hard to accept. Surely there is a way?",
    "I have been a customer for years. Please do it all the same.",
)
"""What a customer says to a refusal before they accept it."""
_MISSES = ("I am not sure what you mean.", "I did not get that.", "Sorry, what do you mean?")
_NEXT = ("Thank you. There is something else.", "All right. One more thing.", "Good. And another matter.")
_LEAVES = (
    "Thank you, that was all. Goodbye.",
    "That is all I wanted. Thanks.",
    "All right, thank you. Goodbye.",
)


class ScriptedCustomer:
    """A customer who answers by rule, from what they know; the same words for the same messages.

    Args:
        visit: what they want and know.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._rng = np.random.default_rng((visit.seed, 0))
        self._place = 0
        self._reconsidered = False
        self._objections = 0
        self._patience = visit.level.patience

    @property
    def request(self) -> Request:
        """What is talked about."""
        return self._visit.requests[self._place]

    @property
    def _wish(self) -> Wish:
        return self.request.wish if self._reconsidered else self.request.first

    def reply(self, message: str) -> UserReply:
        """What the customer answers."""
        heard = hear(message)
        asked = heard.asks - {MORE}
        if (heard.done or heard.refused) and (MORE in heard.asks or not asked):
            return self._move_on(heard)
        if CONSENT in asked and not asked & {IDENTITY, NUMBER}:
            return UserReply(self._decide(message))
        answers = self._answers(asked)
        return UserReply(" ".join(answers)) if answers else self._lost()

    def _pick(self, phrases: Sequence[str]) -> str:
        return phrases[int(self._rng.integers(len(phrases)))]

    def _move_on(self, heard: Heard) -> UserReply:
        """The request has been dealt with; a refusal is first objected to."""
        if heard.refused and not heard.done and self._objections < self._visit.level.insists:
            self._objections += 1
            return UserReply(self._pick(OBJECTIONS))
        if self._place + 1 == len(self._visit.requests):
            return UserReply(self._pick(_LEAVES), done=True)
        self._place += 1
        self._objections, self._reconsidered = 0, False
        return UserReply(f"{self._pick(_NEXT)} {self.request.opening}")

    def _decide(self, message: str) -> str:
        """Whether the customer agrees to what the agent proposes."""
        for detail in self._wish.details:
            named = any(other in message for other in detail.others)
            if named and detail.wanted not in message:
                return f"No, that is not what I want. {detail.answer}"
            if named and " or " in message:
                return detail.answer
        if self.request.wavers and not self._reconsidered:
            before, self._reconsidered = self._wish, True
            news = [detail.answer for detail in self._wish.details if detail not in before.details]
            return " ".join([self._pick(_CHANGES), *news])
        return self._pick(_AGREES)

    def _answers(self, asked: frozenset[str]) -> list[str]:
        answers = [self._visit.identity] if IDENTITY in asked else []
        if NUMBER in asked and not self.request.is_transfer:
            answers.append(self._number())
        about = asked & TOPICS.keys()
        return answers + [detail.answer for detail in self._wish.details if detail.topic in about]

    def _number(self) -> str:
        request, word = self.request, self._visit.desk.record_word
        if request.knows_number:
            return f"The {word} number is {request.record_id}."
        return f"I do not have the number at hand. It is {request.described}."

    def _lost(self) -> UserReply:
        """Nothing that the customer could answer: they say again what they want, or give up."""
        self._patience -= 1
        if self._patience <= 0:
            return UserReply("This leads nowhere. I will try another day.", done=True)
        answers = " ".join(detail.answer for detail in self._wish.details)
        return UserReply(f"{self._pick(_MISSES)} {self.request.opening} {answers}".rstrip())


def part_of(visit: Visit) -> str:
    """A customer's part in words: who they are, what they want, in which order."""
    wants = []
    for number, request in enumerate(visit.requests, 1):
        wants.append(f"{number}. {request.opening} {_particulars(request, visit)}".rstrip())
    article = "an" if visit.desk.name[0] in "aeiou" else "a"
    return (
        f"You are a customer at the desk of {article} {visit.desk.name}. "
        f"{visit.identity} You come with this, one after another:\n" + "\n".join(wants) + "\n"
        "Say what you are asked for and no more. Agree only to what you want. When something cannot be "
        "done, accept it after an objection. You began the conversation with the first of these."
    )


def _particulars(request: Request, visit: Visit) -> str:
    """What the customer knows about a request, and how they change their mind."""
    if request.is_transfer:
        return ""
    word = visit.desk.record_word
    record = (
        f"The {word} number is {request.record_id}."
        if request.knows_number
        else f"It is {request.described}."
    )
    told = [record, *(detail.answer for detail in request.first.details)]
    if request.wavers:
        news = (detail.answer for detail in request.wish.details if detail not in request.first.details)
        told.append("When the agent asks whether to go ahead, you change your mind: " + " ".join(news))
    return " ".join(told)
