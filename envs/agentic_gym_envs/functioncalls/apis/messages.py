"""Messages to contacts."""

from agentic_gym_envs.functioncalls.api import Api, Draw, refuse, shown
from agentic_gym_envs.functioncalls.errands import Errand, Ref, Step, at, first_by

_HOURS = ("nine", "ten", "noon", "three", "four")


class Messages(Api):
    """A mailbox with contacts.

    Attributes:
        contacts: names, by id.
        inbox: messages received, by id, each with sender, day and text.
        sent: messages sent, by id, each with contact and text.
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__(draw)
        self.contacts: dict[str, str] = {}
        people = draw.people(draw.many(6, 120))
        for name in people:
            self._add(name)
        self.inbox: dict[str, dict[str, object]] = {}
        days = draw.numbers(draw.many(5, 110), 1, 360)
        for day, place in zip(days, draw.words(len(days)), strict=True):
            sender, text = draw.one(people), f"See you at {draw.one(_HOURS)} in {place}."
            self.inbox[self._id("message", sender, day, taken=self.inbox)] = {
                "sender": sender,
                "day": day,
                "text": text,
            }
        self.sent: dict[str, dict[str, str]] = {}

    def _add(self, name: str) -> str:
        contact_id = self._id("contact", name, taken=self.contacts)
        self.contacts[contact_id] = name
        return contact_id

    def find_contact(self, name: str) -> str:
        """Finds the id of a contact.

        Args:
            name: first and last name.
        """
        for contact_id, known in self.contacts.items():
            if known == name:
                return shown(name=name, contact_id=contact_id)
        refuse(f"there is no contact {name!r}")

    def add_contact(self, name: str) -> str:
        """Adds a contact.

        Args:
            name: first and last name.
        """
        if name in self.contacts.values():
            refuse(f"there is a contact {name!r} already")
        if len(name.split()) < 2:
            refuse(f"the name {name!r} needs a first and a last name")
        return shown(name=name, contact_id=self._add(name))

    def send_message(self, contact_id: str, text: str) -> str:
        """Sends a message to a contact.

        Args:
            contact_id: the contact's id.
            text: the message.
        """
        if contact_id not in self.contacts:
            refuse(f"there is no contact with the id {contact_id!r}")
        if not text.strip():
            refuse("the text is empty")
        message_id = self._id("message", contact_id, text, taken=self.sent)
        self.sent[message_id] = {"contact_id": contact_id, "text": text}
        return shown(message_id=message_id, status="sent")

    def list_inbox(self) -> str:
        """Lists the messages received, with the day of each."""
        rows = sorted(self.inbox.items())
        return shown(messages=[{"message_id": key, **received} for key, received in rows])

    def delete_message(self, message_id: str) -> str:
        """Deletes a message received.

        Args:
            message_id: the message's id.
        """
        if message_id not in self.inbox:
            refuse(f"there is no message {message_id!r} in the inbox")
        del self.inbox[message_id]
        return shown(deleted=message_id)


def send(mail: Messages, draw: Draw) -> Errand:
    """A text is sent to a contact."""
    name, text = draw.one(list(mail.contacts.values())), f"Meet {draw.word()} at {draw.one(_HOURS)}."
    return Errand(
        phrases=("Send {name} the message “{text}”", "Write to {name}, in exactly these words: “{text}”"),
        vague=("Send {name} a message from me.", "Write to {name} for me, in exactly my words."),
        told="The message is “{text}”",
        words={"name": name, "text": text},
        steps=(
            Step("find_contact", {"name": name}),
            Step("send_message", {"contact_id": Ref(0, at("contact_id")), "text": text}),
        ),
    )


def add(mail: Messages, draw: Draw) -> Errand:
    """Somebody new becomes a contact."""
    (name,) = draw.people(1)
    return Errand(
        phrases=("Make {name} a contact of mine.", "{name} is new. Add them to my contacts."),
        vague=("Make somebody new a contact of mine.", "We have a new colleague. Add them to my contacts."),
        told="The name is {name}.",
        words={"name": name},
        steps=(Step("add_contact", {"name": name}),),
        question="Which id did they get?",
        fact=Ref(0, at("contact_id")),
    )


def delete_oldest(mail: Messages, draw: Draw) -> Errand:
    """The oldest message received is deleted."""
    return Errand(
        phrases=(
            "Delete the oldest message that I have received.",
            "My inbox is full: remove its oldest message.",
        ),
        vague=("Delete one of the messages that I have received.", "My inbox is full: remove a message."),
        told="The oldest one.",
        words={},
        steps=(
            Step("list_inbox"),
            Step("delete_message", {"message_id": Ref(0, first_by("messages", "day", "message_id"))}),
        ),
        question="Who had sent it?",
        fact=Ref(0, first_by("messages", "day", "sender")),
    )


def pass_on(mail: Messages, draw: Draw, noun: str, value: Ref) -> Errand:
    """The id of what an earlier errand made is sent to a contact.

    Args:
        mail: the mailbox.
        draw: where names are drawn from.
        noun: what was made, such as `order`.
        value: its id.
    """
    name = draw.one(list(mail.contacts.values()))
    return Errand(
        phrases=(
            "Send {name} the id of the {noun} that you have just made, as it is and nothing else.",
            "{name} should know which {noun} it was. Send them its id, and not a word more.",
        ),
        vague=(
            "Send a contact of mine the id of the {noun} that you have just made, and nothing else.",
            "Somebody should know which {noun} it was. Send them its id, and not a word more.",
        ),
        told="To {name}.",
        words={"name": name, "noun": noun},
        steps=(
            Step("find_contact", {"name": name}),
            Step("send_message", {"contact_id": Ref(0, at("contact_id")), "text": value}),
        ),
    )


ERRANDS = (send, add, delete_oldest)
