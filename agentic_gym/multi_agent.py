"""Several agents in one episode, as PettingZoo has them: Parallel, and AEC by its own conversion.

Each role plays its own episode of the one loop (`agentic_gym.core`), with its own conversation, tools and
budgets. What is said without a tag is a message to the others: it arrives in the next cycle. The empty
action says nothing.
"""

import importlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding
from pettingzoo import AECEnv, ParallelEnv
from pettingzoo.utils.conversions import parallel_to_aec

from agentic_gym.conversation import message
from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError, EpisodeEndedError, unknown_name
from agentic_gym.escaping import escape
from agentic_gym.frames import draw_frame, write_transcript
from agentic_gym.messages import GiveAnswer, Message, Pixels, SayToUser, StopReason, TextPart
from agentic_gym.tasks import Observation, Setting, Task, TaskKey, UserReply
from agentic_gym.teams import Seat, Team
from agentic_gym.trajectories.records import Trajectory, Turn

Rewards = Literal["shared", "individual"]
_REWARDS = ("shared", "individual")
_IGNORED_OPTION = "options"
"""PettingZoo's own tests reset with this key to see that options are taken."""


class _Channel:
    """Where a role's messages go: to the others, at the end of the cycle."""

    def reply(self, message: str) -> UserReply:
        return UserReply("")


class SeatTask(Task):
    """A task as one role of a team sees it."""

    def __init__(self, task: Task, role: str, seat: Seat) -> None:
        self.key: TaskKey = task.key
        self.template = task.template
        self.tags = task.tags | {role}
        self.chance = task.chance
        self.seat = seat
        self.measures: Mapping[str, float] = {}
        self._task = task

    @property
    def prompt(self) -> str:
        """The seat's prompt."""
        return self.seat.prompt

    @property
    def images(self) -> tuple[Pixels, ...]:
        """The seat's pictures."""
        return tuple(self.seat.images)

    @property
    def briefing(self) -> str:
        """The seat's part."""
        return self.seat.briefing

    @property
    def converses(self) -> bool:
        """With the team."""
        return True

    def begin(self, coordinates: str) -> Setting:
        """The seat's setting, with the team's channel for a user."""
        self.seat.setting.user = _Channel()
        self.seat.setting.may_pass = True
        return self.seat.setting

    @property
    def reference(self) -> str:
        """The truth of the task."""
        return self._task.reference

    def measure(self, trajectory: Trajectory) -> Mapping[str, float]:
        """What the team achieved, which the environment finds out before it ends the seats' episodes."""
        return self.measures


class TeamEnv(ParallelEnv[str, Observation, str]):  # type: ignore[misc] # PettingZoo ships no types
    """A team's episode as a PettingZoo Parallel environment.

    Description:
        In each cycle every role acts, with an action as in the single-agent environments. Text without a
        tag is a message to all the others, who see it with their next observation; the empty action says
        nothing. The episode ends for all when a role that may answer does, when a tool or a rule of the
        task ends it, or when a budget is used up.

    Rewards:
        0 until the end. Then each role's trajectory, which carries what the team achieved, is scored by
        the rubric: `shared` gives every role the mean of these scores, `individual` each its own.

    Args:
        team: who is given what.
        split: the split that `reset` draws from; the taskset's first if not given.
        difficulty: the level; the taskset's default if not given.
        rewards: `shared` or `individual`.
        max_cycles: how often each role may act; the team's own number if not given.
        render_mode: `ansi` (all conversations as text) or `rgb_array` (them side by side).
        env_options: further keyword arguments of `AgenticEnv`, for every role.

    Raises:
        ConfigurationError: an argument cannot be used.
    """

    metadata: dict[str, Any] = {
        "render_modes": ["ansi", "rgb_array"],
        "render_fps": 1,
        "is_parallelizable": True,
    }

    def __init__(
        self,
        team: Team,
        *,
        split: str | None = None,
        difficulty: int | None = None,
        rewards: Rewards = "shared",
        max_cycles: int | None = None,
        render_mode: str | None = None,
        **env_options: Any,
    ) -> None:
        if rewards not in _REWARDS:
            raise unknown_name("kind of rewards", rewards, _REWARDS)
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise unknown_name("render mode", render_mode, self.metadata["render_modes"])
        self.team = team
        self.rewards = rewards
        self.render_mode = render_mode
        self.metadata = {**type(self).metadata, "name": team.id}
        self.possible_agents = list(team.roles)
        self.agents: list[str] = []
        options = {
            **env_options,
            "split": split,
            "difficulty": difficulty,
            "max_turns": team.max_cycles if max_cycles is None else max_cycles,
        }
        self._seats = {role: AgenticEnv(team.taskset, **options) for role in team.roles}
        self._rng: np.random.Generator | None = None
        self._task: Task | None = None
        self._tasks: dict[str, SeatTask] = {}

    # Spaces.

    def observation_space(self, agent: str) -> gym.Space[Any]:
        """The observation space of a role; always the same object."""
        return self.seat(agent).observation_space

    def action_space(self, agent: str) -> gym.Space[Any]:
        """The action space of a role; always the same object."""
        return self.seat(agent).action_space

    def seat(self, role: str) -> AgenticEnv:
        """A role's own episode: its `messages`, `system_prompt`, `tool_schemas`, `trajectory`.

        Raises:
            ConfigurationError: there is no such role.
        """
        if role not in self._seats:
            raise unknown_name("role", role, self._seats)
        return self._seats[role]

    @property
    def task(self) -> Task:
        """What the episode is about.

        Raises:
            EpisodeEndedError: none has begun.
        """
        if self._task is None:
            raise EpisodeEndedError("no episode has begun: call reset() first")
        return self._task

    # The episode.

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Observation], dict[str, dict[str, Any]]]:
        """Begins an episode for every role.

        Args:
            seed: draws the task, as in the single-agent environments.
            options: `split`, `difficulty` and `index`.

        Raises:
            ConfigurationError: an option is unknown, or there is no such split, level or index.
        """
        if seed is not None or self._rng is None:
            self._rng, _ = seeding.np_random(seed)
        lead = next(iter(self._seats.values()))
        lead.np_random = self._rng
        chosen = {name: value for name, value in (options or {}).items() if name != _IGNORED_OPTION}
        self._task = task = self.team.taskset.make(lead.choose_key(chosen))
        seats = self.team.seats(task, lead.coordinates)
        self._tasks = {role: SeatTask(task, role, seats[role]) for role in self.possible_agents}
        begun = {role: env.begin(self._tasks[role]) for role, env in self._seats.items()}
        self.agents = list(self.possible_agents)
        return (
            {role: observation for role, (observation, _) in begun.items()},
            {role: info for role, (_, info) in begun.items()},
        )

    def step(
        self, actions: dict[str, str]
    ) -> tuple[
        dict[str, Observation],
        dict[str, float],
        dict[str, bool],
        dict[str, bool],
        dict[str, dict[str, Any]],
    ]:
        """One cycle: every role acts, then messages arrive.

        Args:
            actions: one for each live role; the empty string says nothing.

        Raises:
            EpisodeEndedError: no episode is running.
            ConfigurationError: a role's action is missing, or is no string; an action of no role.
        """
        self._check(actions)
        acted = {role: self._act(role, actions[role]) for role in self.agents}
        turns = self._exchange({role: turn for role, (turn, _) in acted.items()})
        stops = _agree({role: stop for role, (_, stop) in acted.items()})
        if any(stops.values()):
            self._measure(turns, stops)
        steps = {role: self._seats[role].conclude(turns[role], stops[role]) for role in self.agents}
        rewards = {role: step[1] for role, step in steps.items()}
        if self.rewards == "shared":
            rewards = dict.fromkeys(rewards, sum(rewards.values()) / len(rewards))
        if any(stops.values()):
            self.agents = []
        return (
            {role: step[0] for role, step in steps.items()},
            rewards,
            {role: step[2] for role, step in steps.items()},
            {role: step[3] for role, step in steps.items()},
            {role: step[4] for role, step in steps.items()},
        )

    def _check(self, actions: Mapping[str, str]) -> None:
        if not self.agents:
            raise EpisodeEndedError("the episode has ended, or none has begun: call reset() first")
        for role in actions:
            if role not in self.agents:
                raise unknown_name("role", role, self.agents)
        if missing := [role for role in self.agents if role not in actions]:
            raise ConfigurationError(
                f"an action is missing for {', '.join(missing)}: give each role one, the empty string to say "
                "nothing"
            )

    def _act(self, role: str, action: str) -> tuple[Turn, StopReason | None]:
        """A role's action, with an answer taken only from a role that may give it."""
        turn, stop = self._seats[role].act(action)
        if not isinstance(turn.action, GiveAnswer) or self._tasks[role].seat.answers:
            return turn, stop
        answering = [name for name, task in self._tasks.items() if task.seat.answers]
        who = f"the {' or the '.join(answering)}" if answering else "nobody"
        complaint = f"In this team {who} answers. Tell the others what you found out in a message."
        env = self._seats[role]
        over = len(env.conversation) // 2 >= env.budgets.max_turns
        return replace(turn, observation=message("user", complaint)), StopReason.MAX_TURNS if over else None

    def _exchange(self, turns: Mapping[str, Turn]) -> dict[str, Turn]:
        """The turns, with what the others said in the observation of each."""
        said = {role: turn.action.text for role, turn in turns.items() if isinstance(turn.action, SayToUser)}
        heard = {}
        for role, turn in turns.items():
            news = [
                f"Message from the {other}:\n{escape(text)}" for other, text in said.items() if other != role
            ]
            heard[role] = replace(turn, observation=_with(turn.observation, news)) if news else turn
        return heard

    def _measure(self, turns: Mapping[str, Turn], stops: Mapping[str, StopReason | None]) -> None:
        trajectories = {
            role: env.preview(turns[role], stop)
            for role, env in self._seats.items()
            if (stop := stops[role]) is not None
        }
        if StopReason.INFRASTRUCTURE in stops.values():
            return
        measures = self.team.measure(self.task, trajectories)
        for task in self._tasks.values():
            task.measures = measures

    @property
    def trajectories(self) -> dict[str, Trajectory]:
        """The finished episode of each role.

        Raises:
            EpisodeEndedError: it is still running, or none has begun.
        """
        return {role: env.trajectory for role, env in self._seats.items()}

    def render(self) -> Any:
        """The conversations so far.

        Returns:
            a string in mode `ansi`; uint8, 720 × (960 × roles) × 3 in mode `rgb_array`.
        """
        if self.render_mode is None:
            gym.logger.warn("render() was called on an environment made without a render_mode; pass one")
            return None
        if self.render_mode == "ansi":
            return "\n\n".join(
                f"=== {role}\n{write_transcript(env.conversation)}" for role, env in self._seats.items()
            )
        return np.concatenate([draw_frame(env.conversation) for env in self._seats.values()], axis=1)

    def close(self) -> None:
        """Ends the sandbox sessions. May be called again."""
        for env in self._seats.values():
            env.close()


def _agree(stops: Mapping[str, StopReason | None]) -> dict[str, StopReason | None]:
    """One end for all: infrastructure before everything, then an end of the task, then a budget."""
    reasons = [stop for stop in stops.values() if stop is not None]
    if not reasons:
        return dict(stops)
    if StopReason.INFRASTRUCTURE in reasons:
        return dict.fromkeys(stops, StopReason.INFRASTRUCTURE)
    if any(reason.terminates for reason in reasons):
        return {
            role: stop if stop is not None and stop.terminates else StopReason.TEAM_DONE
            for role, stop in stops.items()
        }
    return {role: stop or reasons[0] for role, stop in stops.items()}


def _with(shown: Message | None, news: list[str]) -> Message:
    """A message with news after it."""
    parts = shown.parts if shown is not None else ()
    lead = "\n\n" if parts and shown is not None and shown.text.strip() else ""
    return Message("user", (*parts, TextPart(lead + "\n\n".join(news))))


def make_parallel(team: str | Team, **options: Any) -> TeamEnv:
    """The Parallel entry point of every registered team; `options` are those of `TeamEnv`."""
    return TeamEnv(_load(team) if isinstance(team, str) else team, **options)


def make_aec(team: str | Team, **options: Any) -> AECEnv[str, Observation, str | None]:
    """The AEC entry point: roles act one after another, and the cycle is run when all have acted."""
    return parallel_to_aec(make_parallel(team, **options))


def _load(path: str) -> Team:
    module, _, attribute = path.partition(":")
    made = getattr(importlib.import_module(module), attribute)()
    if not isinstance(made, Team):
        raise ConfigurationError(f"{path!r} is to name a Team class; calling it gave {type(made).__name__}")
    return made
