"""Networks with weights, and trees of chances."""

import itertools
import math

from agentic_gym_envs.visualmath.figures import Figure, Point, between
from agentic_gym_envs.visualmath.problems import Dice, Family, Problem

_PLACES: tuple[Point, ...] = (
    (0.0, 4.0),
    (4.0, 7.6),
    (4.4, 4.2),
    (3.8, 0.4),
    (8.6, 7.8),
    (8.8, 3.6),
    (8.4, 0.0),
    (12.8, 4.4),
)
_ROADS = (
    *((0, 1), (0, 2), (0, 3), (1, 2), (2, 3), (1, 4), (2, 4), (2, 5), (3, 5), (3, 6), (4, 5), (5, 6)),
    *((4, 7), (5, 7), (6, 7)),
)
_LETTERS = "ABCDEFGH"


def shortest_way(roads: list[tuple[str, str, int]], start: str, end: str) -> int:
    """Dijkstra's algorithm."""
    reached, done = {start: 0}, set()
    while end not in done:
        place = min((p for p in reached if p not in done), key=lambda p: reached[p])
        done.add(place)
        for one, two, length in roads:
            if place in (one, two):
                other = two if place == one else one
                reached[other] = min(reached.get(other, length + reached[place]), length + reached[place])
    return reached[end]


def road_map(dice: Dice) -> Problem:
    """The shortest way through a network."""
    places = [(x + dice.rng.uniform(-0.5, 0.5), y + dice.rng.uniform(-0.5, 0.5)) for x, y in _PLACES]
    left_out = {int(k) for k in dice.rng.choice(len(_ROADS), size=2, replace=False)}
    kept = [road for k, road in enumerate(_ROADS) if k not in left_out]
    roads = [(_LETTERS[a], _LETTERS[b], dice.between(21, 199)) for a, b in kept]
    figure = Figure()
    for (a, b), (_, _, length) in zip(kept, roads, strict=True):
        figure.line(places[a], places[b], colour="second")
        figure.label(str(length), between(places[a], places[b], 0.5), ground=True)
    for letter, place in zip(_LETTERS, places, strict=True):
        figure.arc(place, 0.62, fill="fill")
        figure.label(letter, place, needed=False)
    question = dice.said(
        "The numbers are lengths of roads in kilometres; the drawing is not to scale. How long is the "
        "shortest way from A to H?",
        "What is the smallest number of kilometres for a trip from A to H? Numbers give the roads' lengths, "
        "which are not drawn to scale.",
    )

    def check() -> float:
        """Every way without a loop."""
        lengths = {frozenset(road[:2]): road[2] for road in roads}
        inner = _LETTERS[1:-1]
        ways = (("A", *way, "H") for n in range(1, 7) for way in itertools.permutations(inner, n))
        sums = (_length(way, lengths) for way in ways)
        return min(sums)

    return Problem(figure, shortest_way, (roads, "A", "H"), check, question, 0)


def _length(way: tuple[str, ...], lengths: dict[frozenset[str], int]) -> float:
    total = 0.0
    for pair in itertools.pairwise(way):
        if frozenset(pair) not in lengths:
            return math.inf
        total += lengths[frozenset(pair)]
    return total


def leaf_chance(paths: list[tuple[int, int]]) -> float:
    """The chance of ending at one of several leaves, each by two branches, in per cent."""
    return sum(first * second for first, second in paths) / 100


def chance_tree(dice: Dice) -> Problem:
    """The chance of reaching marked leaves of a tree, in per cent."""
    first = dice.between(8, 92)
    second = [dice.between(8, 92) for _ in range(2)]
    branches = [
        (first, second[0]),
        (first, 100 - second[0]),
        (100 - first, second[1]),
        (100 - first, 100 - second[1]),
    ]
    marked = sorted(dice.several(2, 0, 3))
    if marked in ([0, 1], [2, 3]):
        return chance_tree(dice)
    figure = Figure()
    root: Point = (0.0, 0.0)
    for side, chance in ((3.2, first), (-3.2, 100 - first)):
        figure.line(root, (6.0, side))
        figure.length(f"{chance}%", root, (6.0, side), (6.0, 0.0))
    for leaf, (_, chance) in enumerate(branches):
        start, end = (6.0, 3.2 if leaf < 2 else -3.2), (12.0, 4.9 - 3.3 * leaf)
        figure.line(start, end)
        figure.length(f"{chance}%", start, end, (end[0], start[1]))
        figure.arc(end, 0.55, fill="accent" if leaf in marked else "paper")
    for node in (root, (6.0, 3.2), (6.0, -3.2)):
        figure.dot(node, 0.22)
    question = dice.said(
        "A ball rolls from left to right and takes each branch with the chance written there. With what "
        "chance, in per cent, does it end in a filled circle?",
        "The branches show chances. How likely, in per cent, is it to end at one of the filled circles?",
    )

    def check() -> float:
        """Counts among ten thousand balls."""
        return sum(branches[leaf][0] * branches[leaf][1] for leaf in marked) / 10_000 * 100

    return Problem(figure, leaf_chance, ([branches[leaf] for leaf in marked],), check, question, 2)


NETWORKS: tuple[Family, ...] = (road_map, chance_tree)
"""Families of this file."""
