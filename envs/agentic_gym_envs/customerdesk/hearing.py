"""How the scripted customer understands what the agent writes: by sentences, and a few patterns.

A sentence that asks is looked through for what it asks about; one that states, for whether something was
done or refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

IDENTITY, NUMBER, CONSENT, MORE = "identity", "number", "consent", "more"

TOPICS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "reason": r"\bwhy\b|\breason",
        "item": r"\b(which|what) (item|product|one|article)|\bitems?\b",
        "refund": r"\brefund|gift card|original payment|paid back|\bmoney\b",
        "variant": r"\bvariant|colou?r|\bsize|exchange.* for|instead",
        "address": r"(?<!mail )\baddress|where .*(send|deliver)|\bstreet",
        "flight": r"\b(which|what|new|other) (flight|date|day|time)|\bwhen\b|departure",
        "bags": r"\bhow many|number of bags|\bbags?\b",
    }.items()
}
"""What can be asked about a request."""

_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\S)[^.!?\n]*)*[.!?]?")
_ASKS = re.compile(
    r"\?|\b(please (tell|give|provide|share|state|let me know|confirm|send)|could you|can you|may i have|"
    r"i (will |would |'ll )?need (your|to know|the)|what is your|let me know|would you like)\b",
    re.I,
)
_IDENTITY = re.compile(
    r"e-?mail|postcode|zip|post code|your (full )?name|identif|who (are you|am i)|verify", re.I
)
_NUMBER = re.compile(
    r"\b(order|booking|reservation|reference)('s)? (number|id|reference|code)|\breference\b|"
    r"which (order|booking|reservation)\b",
    re.I,
)
_CONSENT = re.compile(
    r"\b(confirm|proceed|shall i|should i|do you agree|go ahead|may i (do|cancel|change|return|exchange|add|"
    r"upgrade)|is (that|this) (ok|okay|right|correct|all right|fine)|do you want me|would you like me|"
    r"yes or no|\(yes/no\)|want to continue)",
    re.I,
)
_MORE = re.compile(
    r"anything else|something else|else can i|further (help|request|question)|help you with", re.I
)
_VERBS = (
    r"cancel+ed|returned|refunded|exchanged|changed|updated|added|upgraded|moved|rebooked|arranged|completed"
)
_DONE = re.compile(
    r"\b(has|have|was|were|is|are|'ve|i)( now| just| successfully)*( been)?( now| successfully)* "
    rf"({_VERBS})\b|"
    r"\b(all|it is|that is|everything is) done\b",
    re.I,
)
_REFUSED = re.compile(
    r"\b(can ?not|can't|unable|not (possible|allowed|permitted|eligible)|cannot be|must refuse|forbids?|"
    r"refused?|does not allow|against (our|the) policy)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message of the agent comes to.

    Attributes:
        asks: `identity`, `number`, `consent`, `more`, and names of `TOPICS`.
        done: whether it says that something was done.
        refused: whether it says that something cannot be done.
    """

    asks: frozenset[str]
    done: bool
    refused: bool


def hear(message: str) -> Heard:
    """What a message of the agent comes to.

    >>> sorted(hear("Could you give me your e-mail address?").asks)
    ['identity']
    >>> hear("Your order has been cancelled. Anything else?").done
    True
    """
    asks: set[str] = set()
    done = refused = False
    for sentence in _SENTENCE.findall(message):
        if _ASKS.search(sentence):
            asks |= _asked(sentence)
        else:
            done = done or bool(_DONE.search(sentence))
            refused = refused or bool(_REFUSED.search(sentence))
    return Heard(frozenset(asks), done, refused)


def _asked(sentence: str) -> set[str]:
    about = {name for name, pattern in TOPICS.items() if pattern.search(sentence)}
    patterns = {IDENTITY: _IDENTITY, NUMBER: _NUMBER, CONSENT: _CONSENT, MORE: _MORE}
    return about | {name for name, pattern in patterns.items() if pattern.search(sentence)}
