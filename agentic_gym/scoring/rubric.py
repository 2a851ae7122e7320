"""A rubric: named components with weights, each a pure function of the finished trajectory."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agentic_gym.errors import ConfigurationError
from agentic_gym.trajectories.records import Trajectory

ComponentFunction: TypeAlias = Callable[[Trajectory], float]


@dataclass(frozen=True, slots=True)
class Component:
    """One named term of a reward. A weight of 0 makes it a metric: reported, never rewarded."""

    name: str
    function: ComponentFunction
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """A trajectory's reward, and the unweighted value of every component by name."""

    reward: float
    components: Mapping[str, float]


class Rubric:
    """A weighted sum of components.

    Args:
        components: each name once.

    Raises:
        ConfigurationError: a name is there twice, or no component has a weight.
    """

    def __init__(self, components: Iterable[Component]) -> None:
        self.components = tuple(components)
        names = [component.name for component in self.components]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ConfigurationError(
                f"components of a rubric need names of their own; twice: {sorted(twice)}"
            )
        if not any(component.weight for component in self.components):
            raise ConfigurationError(f"a rubric needs a component with a weight; got only metrics: {names}")

    def score(self, trajectory: Trajectory) -> Score:
        """The weighted sum over the components, and each component's own value."""
        values = {component.name: float(component.function(trajectory)) for component in self.components}
        reward = sum(component.weight * values[component.name] for component in self.components)
        return Score(float(reward), values)

    def __repr__(self) -> str:
        """The components with their weights."""
        terms = ", ".join(f"{component.name}: {component.weight:g}" for component in self.components)
        return f"Rubric({terms})"
