"""Where papers lie on the desk: in rows side by side, each turned, all seen at an angle."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agentic_gym_envs.docdesk.homography import Homography, Points, rectangle
from agentic_gym_envs.docdesk.levels import Level
from agentic_gym_envs.docdesk.sheets import Paper, Sheet
from agentic_gym_envs.scenes import Box

_CURL = 0.012
"""By what share of its size a corner of a paper is off, since paper is not flat."""
_ROOM = 0.95
"""How much of the desk papers may take, in either direction."""
_SMALLER = 0.95
_STEADY = 12.0
"""Degrees below which papers are made smaller rather than straighter."""


@dataclass(frozen=True, slots=True, eq=False)
class Lying:
    """A paper on the desk.

    Attributes:
        paper: what it is.
        place: from the sheet's units to pixels of the photo.
        degrees: by how much it is turned clockwise.
    """

    paper: Paper
    place: Homography
    degrees: float

    @property
    def box(self) -> Box:
        """The smallest box around the sheet."""
        return self.place.box(rectangle(0, 0, self.paper.sheet.width, self.paper.sheet.height))

    @property
    def print_px(self) -> float:
        """Font size of the sheet's rows at its middle, in pixels of the photo."""
        return self.place.shrinkage((self.paper.sheet.width / 2, self.paper.sheet.height / 2))

    def cell(self, name: str) -> tuple[Box, float]:
        """Where a cell's text is, and its font size in pixels of the photo."""
        writing = next(writing for writing in self.paper.sheet.writings if writing.cell == name)
        corners = writing.corners()
        middle = corners.mean(axis=0)
        return self.place.box(corners), writing.size * self.place.shrinkage((middle[0], middle[1]))


def lay(papers: Sequence[Paper], level: Level, rng: np.random.Generator) -> list[Lying]:
    """Puts papers on the desk such that none covers another, in their order.

    Print is a little smaller than the level says where the papers would not fit otherwise.
    """
    order = [int(place) for place in rng.permutation(len(papers))]
    rows = [order] if len(order) <= 4 else [order[: len(order) // 2], order[len(order) // 2 :]]
    turns = rng.uniform(-level.turn, level.turn, len(papers))
    view = _view(level, rng)
    px = level.print_px
    while True:
        extents = [_extent(paper.sheet, turn) * px for paper, turn in zip(papers, turns, strict=True)]
        slack = _slack(rows, extents, level)
        if slack.min() >= 0:
            break
        if np.abs(turns).max() > _STEADY and level.turn < 90:
            turns *= _SMALLER
        px *= _SMALLER
    middles = _middles(rows, extents, level, rng)
    return [
        _lying(paper, px, turn, middle, view, rng)
        for paper, turn, middle in zip(papers, turns, middles, strict=True)
    ]


def _view(level: Level, rng: np.random.Generator) -> Homography:
    """The desk as the camera sees it: its far edge is shorter. The frame stays within the desk."""
    width, height = level.size
    frame = rectangle(0, 0, width, height)
    squeeze = rng.uniform(0.4, 1.0) * level.tilt * width / 2
    lean = rng.uniform(-0.3, 0.3) * squeeze
    seen = frame + np.array([[squeeze + lean, 0], [-squeeze + lean, 0], [0, 0], [0, 0]])
    return Homography.between(frame, seen)


def _corners(sheet: Sheet, degrees: float) -> Points:
    """The sheet's corners around its middle, turned clockwise."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = rectangle(-sheet.width / 2, -sheet.height / 2, sheet.width / 2, sheet.height / 2)
    return np.asarray(flat @ turn)


def _extent(sheet: Sheet, degrees: float) -> Points:
    corners = _corners(sheet, degrees)
    return np.asarray((corners.max(axis=0) - corners.min(axis=0)) * (1 + 2 * _CURL))


def _slack(rows: list[list[int]], extents: list[Points], level: Level) -> Points:
    """The room that is left: down the desk, then across it in each row."""
    width, height = _ROOM * level.size[0], _ROOM * level.size[1]
    heights = [max(extents[k][1] for k in row) for row in rows]
    return np.array([height - sum(heights), *(width - sum(extents[k][0] for k in row) for row in rows)])


def _middles(
    rows: list[list[int]], extents: list[Points], level: Level, rng: np.random.Generator
) -> list[Points]:
    """Where the papers' middles are, by number."""
    slack = _slack(rows, extents, level)
    down = _gaps(slack[0], len(rows), rng)
    middles: dict[int, Points] = {}
    top = (1 - _ROOM) / 2 * level.size[1]
    for number, row in enumerate(rows):
        tall = max(extents[k][1] for k in row)
        top += down[number]
        left = (1 - _ROOM) / 2 * level.size[0]
        across = _gaps(slack[number + 1], len(row), rng)
        for place, k in enumerate(row):
            left += across[place]
            free = tall - extents[k][1]
            y = top + extents[k][1] / 2 + rng.uniform(0.2, 0.8) * free
            middles[k] = np.array([left + extents[k][0] / 2, y])
            left += extents[k][0]
        top += tall
    return [middles[k] for k in range(len(middles))]


def _gaps(slack: float, count: int, rng: np.random.Generator) -> Points:
    """The slack, dealt to the gaps before each of `count` things and after the last."""
    shares = rng.uniform(0.7, 1.3, count + 1)
    return np.asarray(slack * shares / shares.sum())


def _lying(
    paper: Paper, px: float, degrees: float, middle: Points, view: Homography, rng: np.random.Generator
) -> Lying:
    sheet = paper.sheet
    size = px * min(sheet.width, sheet.height)
    corners = _corners(sheet, degrees) * px + middle + rng.uniform(-_CURL, _CURL, (4, 2)) * size
    flat = rectangle(0, 0, sheet.width, sheet.height)
    return Lying(paper, Homography.between(flat, view.apply(corners)), degrees)
