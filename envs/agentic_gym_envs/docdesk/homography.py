"""How a flat sheet comes to lie in a photo: a homography from its own units to the picture's pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agentic_gym_envs.scenes import Box

Points = NDArray[np.float64]
"""Shape (n, 2): x to the right, y downwards."""


@dataclass(frozen=True, slots=True, eq=False)
class Homography:
    """A map of the plane that keeps lines straight; `matrix` is 3 × 3, acting on columns (x, y, 1)."""

    matrix: NDArray[np.float64]

    @classmethod
    def between(cls, source: Points, target: Points) -> "Homography":
        """The one that takes four points to four points (direct linear transform, last entry 1)."""
        rows, sides = [], []
        for (x, y), (u, v) in zip(source, target, strict=True):
            rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
            sides += [u, v]
        solved = np.linalg.solve(np.array(rows, float), np.array(sides, float))
        return cls(np.append(solved, 1.0).reshape(3, 3))

    def apply(self, points: Points) -> Points:
        """Where points go."""
        lifted = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return np.asarray(lifted[:, :2] / lifted[:, 2:])

    def in_units(self, length: float) -> "Homography":
        """The map for a sheet that is measured in units of this length."""
        return Homography(self.matrix @ np.diag([length, length, 1.0]))

    def reduced(self, divisor: float) -> "Homography":
        """The map into a picture so many times smaller."""
        return Homography(np.diag([1 / divisor, 1 / divisor, 1.0]) @ self.matrix)

    def box(self, corners: Points) -> Box:
        """The smallest box around where a convex shape goes."""
        placed = self.apply(corners)
        (left, top), (right, bottom) = np.floor(placed.min(axis=0)), np.ceil(placed.max(axis=0))
        return int(left), int(top), int(right), int(bottom)

    def shrinkage(self, point: Sequence[float]) -> float:
        """How many pixels a unit of length takes at a point, in the direction in which it takes fewest."""
        x, y = point
        near = self.apply(np.array([[x, y], [x + 1e-3, y], [x, y + 1e-3]]))
        jacobian = np.column_stack([near[1] - near[0], near[2] - near[0]]) / 1e-3
        return float(np.linalg.svd(jacobian, compute_uv=False)[-1])

    def coefficients(self, corner: tuple[float, float]) -> tuple[float, ...]:
        """What `Image.transform` takes: from a picture that begins at `corner` to the sheet."""
        shift = np.array([[1, 0, corner[0]], [0, 1, corner[1]], [0, 0, 1]], float)
        inverse = np.linalg.inv(self.matrix) @ shift
        return tuple((inverse / inverse[2, 2]).ravel()[:8].tolist())


def rectangle(left: float, top: float, right: float, bottom: float) -> Points:
    """The corners of a rectangle, clockwise from the top left."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], float)
