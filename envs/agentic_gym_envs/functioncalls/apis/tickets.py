"""A help desk's tickets."""

from typing import Literal

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, at, first_by, only

_TROUBLES = (
    "{} does not start",
    "{} prints in red",
    "no sound in {}",
    "{} asks for a password",
    "{} is too slow",
)
_REMEDIES = ("replaced the cable", "cleared the cache", "changed the setting", "repaired on site")


class Tickets(Api):
    """Tickets of a help desk.

    Attributes:
        tickets: by id, each with title, day, priority, status, assignee and resolution.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self.tickets: dict[str, dict[str, object]] = {}
        count = draw.many(6, 75)
        for word, day in zip(draw.words(count), draw.numbers(count, 1, 300), strict=True):
            self._enter(draw.one(_TROUBLES).format(word), day, draw.number(1, 4))
        self._today = 301

    def _enter(self, title: str, day: int, priority: int) -> str:
        ticket_id = self._id("ticket", title, priority, taken=self.tickets)
        self.tickets[ticket_id] = {
            "title": title,
            "day": day,
            "priority": priority,
            "status": "open",
            "assignee": "",
            "resolution": "",
        }
        return ticket_id

    def search_tickets(self, text: str) -> str:
        """Finds the tickets in whose title a text stands.

        Args:
            text: what to look for; capitals count.
        """
        if not text:
            refuse("text is empty")
        return shown(
            tickets=[
                {"ticket_id": key, "title": ticket["title"], "status": ticket["status"]}
                for key, ticket in sorted(self.tickets.items())
                if text in str(ticket["title"])
            ]
        )

    def list_tickets(self, status: Literal["open", "closed"]) -> str:
        """Lists the tickets of a status with the day on which each was opened.

        Args:
            status: open or closed.
        """
        return shown(
            tickets=[
                {
                    "ticket_id": key,
                    "title": ticket["title"],
                    "day": ticket["day"],
                    "priority": ticket["priority"],
                }
                for key, ticket in sorted(self.tickets.items())
                if ticket["status"] == status
            ]
        )

    def open_ticket(self, title: str, priority: int) -> str:
        """Opens a ticket.

        Args:
            title: the trouble in a few words.
            priority: from 1 (can wait) to 5 (now).
        """
        if not title.strip() or not 1 <= priority <= 5:
            refuse("a ticket needs a title, and a priority from 1 to 5")
        return shown(ticket_id=self._enter(title, self._today, priority), status="open")

    def assign_ticket(self, ticket_id: str, person: str) -> str:
        """Gives an open ticket to somebody.

        Args:
            ticket_id: the ticket's id.
            person: who is to work on it.
        """
        self._check_open(ticket_id)
        self.tickets[ticket_id]["assignee"] = person
        return shown(ticket_id=ticket_id, assignee=person)

    def close_ticket(self, ticket_id: str, resolution: str) -> str:
        """Closes an open ticket.

        Args:
            ticket_id: the ticket's id.
            resolution: what was done.
        """
        self._check_open(ticket_id)
        self.tickets[ticket_id] |= {"status": "closed", "resolution": resolution}
        return shown(ticket_id=ticket_id, status="closed")

    def _check_open(self, ticket_id: str) -> None:
        if ticket_id not in self.tickets:
            refuse(f"there is no ticket {ticket_id!r}")
        if self.tickets[ticket_id]["status"] != "open":
            refuse(f"the ticket {ticket_id} is closed")

    def _open_titles(self) -> list[str]:
        """The titles of the open tickets."""
        return [str(ticket["title"]) for ticket in self.tickets.values() if ticket["status"] == "open"]


def close(desk: Tickets, draw: Draw) -> Errand:
    """The ticket with a title is closed."""
    title, remedy = draw.one(desk._open_titles()), draw.one(_REMEDIES)
    return Errand(
        phrases=(
            "The ticket “{title}” is done. Close it with the resolution “{remedy}”.",
            "Please close “{title}”; as the resolution write “{remedy}”.",
        ),
        vague=(
            "The ticket “{title}” is done. Close it and write my resolution into it.",
            "Please close “{title}”.",
        ),
        told="The resolution is “{remedy}”.",
        words={"title": title, "remedy": remedy},
        steps=(
            Step("search_tickets", {"text": title}),
            Step("close_ticket", {"ticket_id": Ref(0, only("tickets", "ticket_id")), "resolution": remedy}),
        ),
    )


def assign(desk: Tickets, draw: Draw) -> Errand:
    """The oldest open ticket is given to somebody."""
    (person,) = draw.people(1)
    return Errand(
        phrases=(
            "Give the oldest open ticket to {person}.",
            "{person} is free: assign to them the ticket that has been open for longest.",
        ),
        vague=(
            "Give the oldest open ticket to one of my colleagues.",
            "Somebody is free: assign to them the ticket that has been open for longest.",
        ),
        told="To {person}.",
        words={"person": person},
        steps=(
            Step("list_tickets", {"status": "open"}),
            Step(
                "assign_ticket",
                {"ticket_id": Ref(0, first_by("tickets", "day", "ticket_id")), "person": person},
            ),
        ),
        question="What is its title?",
        fact=Ref(0, first_by("tickets", "day", "title")),
    )


def report(desk: Tickets, draw: Draw) -> Errand:
    """A ticket is opened."""
    title, priority = draw.one(_TROUBLES).format(draw.word()), draw.number(1, 5)
    return Errand(
        phrases=(
            "Open a ticket “{title}” with priority {priority}.",
            "There is new trouble: “{title}”. Make a ticket of exactly this title, with priority {priority}.",
        ),
        vague=(
            "Open a ticket “{title}” with the priority that it deserves.",
            "There is new trouble: “{title}”. Make a ticket of exactly this title; I decide on the priority.",
        ),
        told="Priority {priority}.",
        words={"title": title, "priority": priority},
        steps=(Step("open_ticket", {"title": title, "priority": priority}),),
        question="What is the ticket's id?",
        fact=Ref(0, at("ticket_id")),
        made=("ticket", Ref(0, at("ticket_id"))),
    )


ERRANDS = (close, assign, report)
