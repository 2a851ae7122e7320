"""Counts the distinct questions of one world of RealX-v0, and how common an answer is, without a picture.

Run as `python benchmarks/questions.py [LEVEL] [CANDIDATES]`, with the three import roots on the path. It
draws candidates, keeps those that have one answer and are open (the certificates that search for words are
left out), and estimates from the repetitions among them how many there are at least (Chao 1984: the number
seen, plus that of those seen once squared over twice that of those seen twice).
"""

import sys
from collections import Counter, defaultdict

import numpy as np

from agentic_gym_envs.questions.evidence import RejectedError
from agentic_gym_envs.questions.operations import NoFactError
from agentic_gym_envs.questions.programs import Ability, operations, summary
from agentic_gym_envs.questions.proofs import prove_unique
from agentic_gym_envs.realx.casts import draw_cast
from agentic_gym_envs.realx.certificates import certify_open, certify_straight, needed
from agentic_gym_envs.realx.facts import TableFacts
from agentic_gym_envs.realx.levels import LEVELS
from agentic_gym_envs.realx.recipes import draw_casting, draw_draft
from agentic_gym_envs.world.library import get_library
from agentic_gym_envs.world.values import Choice, Value
from agentic_gym_envs.world.world import Entity

ITEMS = 24
"""Who else stands in a picture makes no other question."""


def candidate(level: int, number: int) -> tuple[tuple[object, ...], str, Value] | None:
    """What identifies a question, its template and its answer."""
    asked = LEVELS[level]
    world = get_library("train", 0, asked.pages, asked.is_tangled).world
    rng = np.random.default_rng((level, number))
    flags = asked.draw_flags(rng)
    if Ability.SEARCH not in flags:
        return None
    casting = draw_casting(flags, rng)
    draft = draw_draft(casting, asked, flags, rng)
    if draft is None or operations(draft.program) < asked.operations * (Ability.REASONING in flags):
        return None
    casts = [draw_cast(each.casting, each.staging, world, rng, ITEMS) for each in draft.stages]
    whole = [cast for cast in casts if cast is not None]
    if len(whole) < len(casts) or needed(draft.program, whole) != flags:
        return None
    facts = TableFacts(whole)
    try:
        answer = prove_unique(draft.program, facts)
        certify_straight(draft.program, facts)
        certify_open(draft.program, whole, answer)
    except (RejectedError, NoFactError):
        return None
    pointed: list[Entity] = [cast.entities[place] for cast in whole for place in cast.pointed]
    return (draft.program, *pointed), f"{casting.scene}: {summary(draft.program)}", answer


def main(level: int = 3, candidates: int = 30_000) -> None:
    seen: Counter[tuple[object, ...]] = Counter()
    given: defaultdict[str, Counter[Value]] = defaultdict(Counter)
    for number in range(candidates):
        found = candidate(level, number)
        if found is not None:
            question, template, answer = found
            seen[question] += 1
            if not isinstance(answer, Choice) and seen[question] == 1:
                given[template][answer] += 1
    once, twice = (sum(count == times for count in seen.values()) for times in (1, 2))
    estimate = len(seen) + once * once / (2 * max(1, twice))
    print(f"level {level}: {candidates} candidates, {sum(seen.values())} questions, {len(seen)} distinct")
    print(f"estimated distinct questions of the world: {estimate:,.0f} (seen once {once}, twice {twice})")
    large = {name: counts for name, counts in given.items() if sum(counts.values()) >= 100}
    for name, counts in sorted(large.items(), key=lambda each: -max(each[1].values())):
        total = sum(counts.values())
        print(f"{max(counts.values()) / total:.3f} most common of {total} answers: {name}")
    everything = sum(given.values(), Counter[Value]())
    print(f"most common open answer of all templates: {max(everything.values()) / everything.total():.4f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
