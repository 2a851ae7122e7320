"""The one loop: an episode in which an agent thinks, calls tools and answers."""

import copy
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from agentic_gym.conversation import captioned, message
from agentic_gym.episode import MAX_TEXT, Budgets, Episode, Outcome, observation_of, tools_by_name
from agentic_gym.errors import (
    ConfigurationError,
    EpisodeEndedError,
    InfrastructureError,
    unknown_name,
)
from agentic_gym.escaping import escape, replace_surrogates
from agentic_gym.frames import draw_frame, write_transcript
from agentic_gym.messages import (
    Action,
    CallTools,
    GiveAnswer,
    JSONObject,
    Malformed,
    Message,
    Mistake,
    SayNothing,
    SayToUser,
    StopReason,
)
from agentic_gym.protocols import get_protocol
from agentic_gym.protocols.base import ActionProtocol
from agentic_gym.sandboxes import Sandbox, choose, shared_sandbox
from agentic_gym.scoring.presets import get_rubric
from agentic_gym.scoring.rubric import Rubric, Score
from agentic_gym.spaces import ImageList, UnicodeText
from agentic_gym.spaces.unicode_text import whole_number
from agentic_gym.tasks import Observation, Task, TaskKey, Taskset
from agentic_gym.tools.base import ToolContext
from agentic_gym.tools.coordinates import check_coordinates
from agentic_gym.tools.images import ImageStore
from agentic_gym.tools.python import EpisodePython
from agentic_gym.tools.runner import MAX_IMAGES, ToolRunner
from agentic_gym.trajectories.records import Trajectory, Turn

OPTIONS = ("split", "difficulty", "index")


class AgenticEnv(gym.Env[Observation, str]):
    """An environment whose actions are text and whose observations are text and pictures.

    Description:
        An episode is about one task of a taskset. The agent is shown the prompt and its pictures, and
        acts until it answers or a budget ends the episode. `env.unwrapped` has the whole conversation
        (`messages`), the system text (`system_prompt`) and the tools (`tool_schemas`).

    Action space:
        `UnicodeText`: free thought, then tool calls or an answer (or a message, where the task has a
        user), as the protocol writes them. A malformed action is answered by an observation that says
        what was wrong.

    Observation space:
        `{"text": UnicodeText, "images": ImageList}`: what is new since the agent's last turn. The
        number of `<image>` placeholders in the text equals the number of images.

    Rewards:
        0 until the end, then the rubric's score of the whole trajectory. An episode that ends for
        `StopReason.INFRASTRUCTURE` carries 0 with `info["scored"]` false: mask it.

    Args:
        taskset: what episodes are about.
        split: the split that `reset` draws from; the taskset's first if not given.
        difficulty: the level that `reset` draws from; the taskset's default if not given.
        protocol: how actions are written: `hermes`, `deepeyes`, `artist`, or a protocol of one's own.
        rubric: how a trajectory is scored: the name of a preset, or a `Rubric`; the taskset's own if not
            given.
        sandbox: where the agent's code runs, instead of the three that follow.
        isolation: `auto`, `namespaces`, `landlock` or `docker`, as `make_sandbox` takes it. Environments of
            one process that ask for the same share one sandbox.
        min_isolation: the least that will do; code never runs with less.
        runtime: of the container engine, for `docker`; `runsc` is gVisor.
        coordinates: in which image tools take boxes: `norm1000`, `shown` or `original`.
        tools: whether the task's tools are on offer; without them the agent can only think and answer.
        longest_side: in pixels, of the pictures that are shown.
        max_turns: actions an episode may take; the taskset's own number if not given.
        max_tool_calls: tool calls an episode may make; the taskset's own number if not given.
        max_characters: characters the agent may write in an episode.
        max_result_characters: characters of tool output shown in a turn.
        render_mode: `ansi` (the conversation as text) or `rgb_array` (a frame of it).

    Raises:
        ConfigurationError: an argument cannot be used; the message lists what can.
    """

    metadata: ClassVar[dict[str, Any]] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 1}  # type: ignore[misc]

    def __init__(
        self,
        taskset: Taskset,
        *,
        split: str | None = None,
        difficulty: int | None = None,
        protocol: str | ActionProtocol = "hermes",
        rubric: str | Rubric | None = None,
        sandbox: Sandbox | None = None,
        isolation: str = "auto",
        min_isolation: str | None = None,
        runtime: str | None = None,
        coordinates: str = "norm1000",
        tools: bool = True,
        longest_side: int = 1024,
        max_turns: int | None = None,
        max_tool_calls: int | None = None,
        max_characters: int = 65_536,
        max_result_characters: int = 16_000,
        render_mode: str | None = None,
    ) -> None:
        if render_mode is not None and render_mode not in self.metadata["render_modes"]:
            raise unknown_name("render mode", render_mode, self.metadata["render_modes"])
        turns = taskset.max_turns if max_turns is None else max_turns
        calls = taskset.max_tool_calls if max_tool_calls is None else max_tool_calls
        self.budgets = Budgets(turns, calls, max_characters, max_result_characters)
        self.taskset = taskset
        self.split = taskset.check_split(next(iter(taskset.splits)) if split is None else split)
        self.difficulty = taskset.check_difficulty(difficulty)
        self.protocol = get_protocol(protocol)
        self.rubric = get_rubric(taskset.rubric if rubric is None else rubric)
        self.coordinates = check_coordinates(coordinates)
        self.tools = tools
        self.longest_side = whole_number("longest_side", longest_side, at_least=1)
        self.render_mode = render_mode
        self.action_space = UnicodeText(MAX_TEXT)
        self.observation_space = gym.spaces.Dict(
            {"text": UnicodeText(MAX_TEXT), "images": ImageList(MAX_IMAGES, longest_side, longest_side)}
        )  # type: ignore[assignment]
        self._choice = choose(isolation, min_isolation=min_isolation, runtime=runtime)
        if sandbox is not None and (self._choice != choose() or min_isolation is not None):
            raise ConfigurationError(
                "give either a sandbox, which isolates as it does, or isolation=, min_isolation= and runtime="
            )
        self._sandbox = sandbox
        self._episode: Episode | None = None

    # The episode.

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begins an episode.

        Args:
            seed: seeds `np_random`, which draws the task's index.
            options: `split`, `difficulty` and `index`; an index wins over the seed.

        Raises:
            ConfigurationError: an option is unknown, or there is no such split, level or index.
        """
        super().reset(seed=seed)
        key = self.choose_key(options or {})
        return self.begin(self.taskset.make(key))

    def begin(self, task: Task) -> tuple[Observation, dict[str, Any]]:
        """Begins an episode about a task that was made elsewhere; `reset` makes one of the taskset's."""
        self.close()
        self._episode = episode = self._begin(task)
        return observation_of(episode.prompt), episode.info

    def step(self, action: str) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Takes the agent's turn.

        Raises:
            EpisodeEndedError: no episode is running.
            ConfigurationError: the action is not a string.
            SandboxUnavailable: the action runs code and no isolation can be had here.
        """
        turn, stop = self.act(action)
        return self.conclude(turn, stop)

    def act(self, action: str) -> tuple[Turn, StopReason | None]:
        """The first half of `step`: runs the action, and says why the episode would end with it.

        Raises:
            As `step` does.
        """
        episode = self._running()
        if not isinstance(action, str):
            raise ConfigurationError(f"an action is a str; got {type(action).__name__}: {action!r:.100}")
        started = time.perf_counter()
        text = replace_surrogates(action)
        parsed = self._bounded(self._parse(episode, text))
        outcome = self._within_budgets(episode, text, parsed)
        seconds = time.perf_counter() - started
        return Turn(text, parsed, outcome.results, outcome.observation, seconds), outcome.stop_reason

    def conclude(
        self, turn: Turn, stop: StopReason | None
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """The second half of `step`: keeps the turn, and ends the episode where there is a reason to.

        Between the halves a team's agents learn of each other: what `turn.observation` says by then is what
        the agent is shown.
        """
        self._running().turns.append(turn)
        return self._after(turn.observation, stop)

    def end(self, stop: StopReason) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Ends the running episode without an action: the policy has no room left for a turn, or failed.

        Returns:
            what `step` would; the observation is empty.

        Raises:
            EpisodeEndedError: no episode is running.
        """
        self._running()
        return self._after(None, stop)

    def _after(
        self, shown: Message | None, stop: StopReason | None
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        episode = self._running()
        if stop is not None:
            self._finish(episode, stop)
        terminated = stop is not None and stop.terminates
        reward = episode.score.reward if episode.score else 0.0
        truncated = stop is not None and not terminated
        return observation_of(shown), reward, terminated, truncated, episode.info

    def branch(self, count: int) -> list["AgenticEnv"]:
        """Live copies of the running episode, each independent from then on: for tree search.

        Conversation, pictures, budgets and the user are copied. A copy's Python is restored at its first
        call, by running the episode's cells again in a fresh session from the same seed; so it is faithful
        except for what a cell took from the clock, from a race of its own threads, or left half done when
        it was interrupted. The environment itself goes on as it was.

        Args:
            count: how many.

        Returns:
            environments in the midst of the episode, without gymnasium's wrappers; close each.

        Raises:
            EpisodeEndedError: no episode is running.
        """
        episode = self._running()
        branches = []
        for _ in range(count):
            env = copy.copy(self)
            env._np_random = copy.deepcopy(self._np_random)
            env._episode = episode.branch()
            branches.append(env)
        return branches

    def close(self) -> None:
        """Ends the episode's sandbox session. May be called again."""
        if self._episode is not None:
            self._episode.runner.context.python.close()

    def _running(self) -> Episode:
        episode = self._current()
        if episode.trajectory is not None:
            raise EpisodeEndedError("the episode has ended: call reset() first")
        return episode

    def choose_key(self, options: Mapping[str, Any]) -> TaskKey:
        """The key of the task that `reset(options=options)` begins; drawn where no index is given.

        Raises:
            ConfigurationError: an option is unknown, or there is no such split, level or index.
        """
        for name in options:
            if name not in OPTIONS:
                raise unknown_name("option of reset", name, OPTIONS)
        split, index = options.get("split"), options.get("index")
        if index is None:
            return self.draw_key(self.np_random, split=split, difficulty=options.get("difficulty"))
        if isinstance(index, bool) or not isinstance(index, int | np.integer):
            raise ConfigurationError(f"the option 'index' is a whole number; got {index!r}")
        difficulty = options.get("difficulty")
        level = self.difficulty if difficulty is None else difficulty
        return self.taskset.key(split=split, difficulty=level, index=int(index))

    def draw_key(
        self, rng: np.random.Generator, *, split: str | None = None, difficulty: int | None = None
    ) -> TaskKey:
        """The key of a task drawn from a split, the environment's own if not given.

        Raises:
            ConfigurationError: there is no such split or level.
        """
        split = self.split if split is None else split
        indices = self.taskset.splits[self.taskset.check_split(split)]
        level = self.difficulty if difficulty is None else difficulty
        return self.taskset.key(split=split, difficulty=level, index=indices[int(rng.integers(len(indices)))])

    def _begin(self, task: Task) -> Episode:
        images = ImageStore(self.longest_side)
        shown = [images.add(pixels) for pixels in task.images]
        sandbox = shared_sandbox(self._choice) if self._sandbox is None else self._sandbox
        python = EpisodePython(sandbox, images, seed=task.key.seed)
        setting = task.begin(self.coordinates)
        context = ToolContext(images, python)
        tools = tools_by_name(setting) if self.tools else {}
        runner = ToolRunner(tools, context, self.budgets.max_result_characters)
        prompt = captioned(image.caption for image in shown) + escape(task.prompt)
        return Episode(
            task=task,
            setting=setting,
            runner=runner,
            system_prompt=self._instruct(task, runner, converses=setting.user is not None),
            prompt=message("user", prompt, [image.part for image in shown]),
            offers_tools=self.tools,
        )

    def _instruct(self, task: Task, runner: ToolRunner, *, converses: bool) -> str:
        calls = f" and {self.budgets.max_tool_calls} tool calls" if self.tools else ""
        budget = f"You have {self.budgets.max_turns} turns{calls}."
        schemas = [tool.schema for tool in runner.tools.values()]
        parts = (task.briefing, self.protocol.instructions(schemas, converses=converses), budget)
        return "\n\n".join(filter(None, parts))

    def _parse(self, episode: Episode, text: str) -> Action:
        if episode.setting.may_pass and not text.strip():
            return SayNothing()
        return self.protocol.parse(text, converses=episode.setting.user is not None)

    def _within_budgets(self, episode: Episode, text: str, action: Action) -> Outcome:
        """What the action leads to, unless a budget ends the episode before or after it."""
        written = sum(len(turn.text) for turn in episode.turns) + len(text)
        if written > self.budgets.max_characters:
            return Outcome(stop_reason=StopReason.MAX_CHARACTERS)
        outcome = self._act(episode, action)
        if outcome.stop_reason is None and episode.setting.stop is not None:
            outcome = replace(outcome, stop_reason=episode.setting.stop)
        if outcome.stop_reason is None and len(episode.turns) + 1 >= self.budgets.max_turns:
            return replace(outcome, stop_reason=StopReason.MAX_TURNS)
        return outcome

    def _act(self, episode: Episode, action: Action) -> Outcome:
        match action:
            case CallTools():
                return self._call_tools(episode, action)
            case GiveAnswer():
                return Outcome(stop_reason=StopReason.ANSWER)
            case SayToUser():
                return self._say(episode, action)
            case SayNothing():
                return Outcome()
            case Malformed():
                complaint = f"Your last message could not be read ({action.mistake}). {action.detail}"
                return Outcome(message("user", complaint))

    def _bounded(self, action: Action) -> Action:
        """The action, unless it makes more calls than the turn's results have room for."""
        most = self.budgets.max_calls_a_turn
        if not isinstance(action, CallTools) or len(action.calls) <= most:
            return action
        detail = f"Got {len(action.calls)} calls in one turn. Make at most {most}, and the others later."
        return Malformed(Mistake.TOO_MANY_CALLS, detail)

    def _call_tools(self, episode: Episode, action: CallTools) -> Outcome:
        """Runs the calls that the budget allows; a call beyond it ends the episode."""
        made = sum(len(turn.results) for turn in episode.turns)
        allowed = action.calls[: self.budgets.max_tool_calls - made]
        over = len(allowed) < len(action.calls)
        try:
            results = episode.runner.run(allowed)
        except InfrastructureError:
            return Outcome(stop_reason=StopReason.INFRASTRUCTURE)
        images = [image for result in results for image in result.images]
        observation = message("user", self.protocol.write_results(results), images) if results else None
        return Outcome(observation, results, StopReason.MAX_TOOL_CALLS if over else None)

    def _say(self, episode: Episode, action: SayToUser) -> Outcome:
        if episode.setting.user is None:
            raise AssertionError("a protocol reads a message only where the task has a user")
        reply = episode.setting.user.reply(action.text)
        stop = StopReason.TRANSFER if reply.transferred else StopReason.USER_DONE if reply.done else None
        news = [escape(reply.text), *_refresh(episode)]
        return Outcome(message("user", "\n\n".join(filter(None, news))), stop_reason=stop)

    def _finish(self, episode: Episode, stop: StopReason) -> None:
        """Measures and scores the episode, unless infrastructure ended it, and ends its session."""
        trajectory = self._trajectory(episode, episode.turns, stop)
        if stop is not StopReason.INFRASTRUCTURE:
            trajectory = replace(trajectory, measures=episode.task.measure(trajectory))
            episode.score = self.rubric.score(trajectory)
        episode.trajectory = trajectory
        episode.runner.context.python.close()

    def preview(self, turn: Turn, stop: StopReason) -> Trajectory:
        """The trajectory that concluding this turn so would give, not yet measured."""
        episode = self._running()
        return self._trajectory(episode, [*episode.turns, turn], stop)

    def _trajectory(self, episode: Episode, turns: Sequence[Turn], stop: StopReason) -> Trajectory:
        isolation = episode.runner.context.python.isolation
        return Trajectory(
            task_id=str(episode.task.key),
            tags=episode.task.tags,
            protocol=self.protocol.name,
            system_prompt=episode.system_prompt,
            prompt=episode.prompt,
            turns=tuple(turns),
            stop_reason=stop,
            isolation=isolation.level,
            isolation_layers=isolation.active,
        )

    # What there is to see.

    def _current(self) -> Episode:
        if self._episode is None:
            raise EpisodeEndedError("no episode has begun: call reset() first")
        return self._episode

    @property
    def task(self) -> Task:
        """The current episode's task."""
        return self._current().task

    @property
    def system_prompt(self) -> str:
        """The current episode's system text: tools, how to write an action, budgets."""
        return self._current().system_prompt

    @property
    def tool_schemas(self) -> list[JSONObject]:
        """The current episode's tools in OpenAI's format."""
        return [tool.schema.to_openai() for tool in self._current().runner.tools.values()]

    @property
    def conversation(self) -> tuple[Message, ...]:
        """The current episode so far: system text, first observation, then action and observation in turn."""
        return self._current().conversation

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What the agent has done in the current episode, and what came of it."""
        return tuple(self._current().turns)

    @property
    def messages(self) -> list[JSONObject]:
        """The conversation in OpenAI's chat format, pictures as PNG data URLs."""
        return [entry.to_openai() for entry in self.conversation]

    @property
    def trajectory(self) -> Trajectory:
        """The finished episode.

        Raises:
            EpisodeEndedError: the episode is still running, or none has begun.
        """
        trajectory = self._current().trajectory
        if trajectory is None:
            raise EpisodeEndedError("the episode is still running; its trajectory is there when it has ended")
        return trajectory

    @property
    def score(self) -> Score | None:
        """The finished episode's score; none while it runs, or where infrastructure ended it."""
        return self._current().score

    def render(self) -> Any:
        """The conversation so far.

        Returns:
            a string in mode `ansi`; uint8, 720 × 960 × 3 in mode `rgb_array`.
        """
        if self.render_mode is None:
            gym.logger.warn(
                "render() was called on an environment made without a render_mode; pass one to make()"
            )
            return None
        return (write_transcript if self.render_mode == "ansi" else draw_frame)(self.conversation)


def _refresh(episode: Episode) -> list[str]:
    """Takes over the tools on offer now, and says which are new and which are gone."""
    if not episode.offers_tools:
        return []
    before, now = episode.runner.tools, tools_by_name(episode.setting)
    episode.runner.tools = now
    new = [
        json.dumps(tool.schema.to_openai(), ensure_ascii=False)
        for name, tool in now.items()
        if name not in before
    ]
    gone = [name for name in before if name not in now]
    news = ["\n".join(["You have new tools from now on:", *map(escape, new)])] if new else []
    return [*news, f"You no longer have: {', '.join(gone)}."] if gone else news


__all__ = ["AgenticEnv", "Budgets"]
