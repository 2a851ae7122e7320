"""An episode as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agentic_gym.messages import Action, GiveAnswer, Malformed, Message, StopReason, ToolCall, ToolResult
from agentic_gym.trajectories.tokens import TurnTokens


@dataclass(frozen=True, slots=True)
class Turn:
    """One action and what came of it.

    Attributes:
        text: the action as the agent wrote it.
        action: what the protocol read in it.
        results: of its tool calls, in order.
        observation: what the agent was shown next; empty after the last turn.
        seconds: wall time of `step`, tools included. Not part of what makes two trajectories equal.
        policy_seconds: wall time in which the policy wrote the action; likewise.
        tokens: what the model was shown and what it sampled, where a policy says so.
        reward: what the turn itself earned, where an environment says so.
    """

    text: str
    action: Action
    results: tuple[ToolResult, ...] = ()
    observation: Message | None = None
    seconds: float = field(default=0.0, compare=False)
    policy_seconds: float = field(default=0.0, compare=False)
    tokens: TurnTokens | None = None
    reward: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """A finished episode. Every reward component is a pure function of one.

    Attributes:
        task_id: `RealX-v0/train/1/17`.
        tags: what the task says of itself, such as `perception` or `search`.
        protocol: name of the protocol in which the actions are written.
        system_prompt: the system text.
        prompt: the first observation.
        turns: one for each action.
        stop_reason: why it ended.
        measures: what the task measured, by name; `success` from 0 to 1 is always among them once scored.
        isolation: the level at which its code ran; empty where no code ran.
        isolation_layers: the layers that held there, by name.
        reward_components: the rubric's, by name; empty until the episode was scored.
        episode_id: differs between any two episodes; empty where nobody numbers them. Like `group_id` not
            part of what makes two trajectories equal.
        group_id: the same for all rollouts of one group, which play the same task.
    """

    task_id: str
    tags: frozenset[str]
    protocol: str
    system_prompt: str
    prompt: Message
    turns: tuple[Turn, ...]
    stop_reason: StopReason
    measures: Mapping[str, float] = field(default_factory=dict)
    isolation: str = ""
    isolation_layers: tuple[str, ...] = ()
    reward_components: Mapping[str, float] = field(default_factory=dict)
    episode_id: str = field(default="", compare=False)
    group_id: str = field(default="", compare=False)

    @property
    def answer(self) -> str | None:
        """The answer's text, where the episode ended with one."""
        last = self.turns[-1].action if self.turns else None
        return last.text if isinstance(last, GiveAnswer) else None

    @property
    def results(self) -> tuple[ToolResult, ...]:
        """The results of all turns, in order."""
        return tuple(result for turn in self.turns for result in turn.results)

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls that were run, in order."""
        return tuple(result.call for result in self.results)

    @property
    def tokens(self) -> tuple[TurnTokens, ...]:
        """The tokens of the turns that have them, in order; `join` makes a sequence of them."""
        return tuple(turn.tokens for turn in self.turns if turn.tokens is not None)

    @property
    def malformed_turns(self) -> int:
        """How many actions could not be read."""
        return sum(isinstance(turn.action, Malformed) for turn in self.turns)
