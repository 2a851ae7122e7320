"""`eval` and `demo`: play agents and score them."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from agentic_gym.cli.tables import (
    ScoreRow,
    console,
    error_console,
    progress_bar,
    rollout_lines,
    score_table,
)
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.agents import Player, check_agent
from agentic_gym.evaluation.runner import evaluate, make_environment
from agentic_gym.evaluation.statistics import Summary
from agentic_gym.policies.agent import PolicyAgents
from agentic_gym.policies.openai import OpenAIPolicy
from agentic_gym.policies.server import ModelServer
from agentic_gym.viewer import write_report

SERVED = "openai"
DEMO_ENVIRONMENT = "RealX-v0"
DEMO_AGENTS = ("oracle", "question-search", "most-common", "random", "silent")
INTERRUPTED = 130
"""What a shell gives for a program that Ctrl-C ended."""

Environment = Annotated[str, typer.Argument(metavar="ID", help="An environment, such as RealX-v0.")]
MoreOptions = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE", help="Any other keyword of gym.make, such as path=DIR. May be repeated."
    ),
]


def evaluate_agents(
    env_id: Environment,
    agent: Annotated[
        list[str],
        typer.Option(
            help="oracle, random, silent, an audit, your own as module:attribute, or openai for a served "
            "model. May be repeated."
        ),
    ],
    difficulty: Annotated[
        int | None, typer.Option(help="Level; the environment's default if not given.")
    ] = None,
    split: Annotated[str, typer.Option(help="Where the tasks are drawn from.")] = "test",
    episodes: Annotated[int, typer.Option(help="How many different tasks.")] = 100,
    rollouts: Annotated[int, typer.Option(help="How often each task is played, for pass@k and pass^k.")] = 1,
    seed: Annotated[int, typer.Option(help="Draws which tasks.")] = 0,
    out: Annotated[Path | None, typer.Option(help="The run's folder; runs/ID if not given.")] = None,
    workers: Annotated[int, typer.Option(help="Episodes played at the same time.")] = 4,
    protocol: Annotated[str | None, typer.Option(help="How actions are written.")] = None,
    rubric: Annotated[str | None, typer.Option(help="How episodes are rewarded.")] = None,
    coordinates: Annotated[str | None, typer.Option(help="How image tools take boxes.")] = None,
    max_turns: Annotated[int | None, typer.Option(help="Actions an episode may take.")] = None,
    option: MoreOptions = None,
    model: Annotated[str | None, typer.Option(help="The served model, for --agent openai.")] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Its OpenAI-compatible server, such as http://127.0.0.1:8000/v1.")
    ] = None,
    sampling: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A field of its requests, such as temperature=0.7."),
    ] = None,
) -> None:
    """Score agents on an environment and keep every episode.

    A run that was stopped or killed goes on where it was: give the same command again.

    [bold]Examples[/bold]

      agentic-gym eval RealX-v0 --agent oracle --agent silent --episodes 50

      agentic-gym eval RealX-v0 --agent my_module:my_agent --out runs/mine

      agentic-gym eval Frozen-v0 --option path=frozen/realx --agent my_module:my_agent

      agentic-gym eval RealX-v0 --agent openai --model M --base-url http://127.0.0.1:8000/v1 --rollouts 4

    The key of a served model is read from OPENAI_API_KEY. --protocol openai uses its native tool calls.
    """
    options = {"protocol": protocol, "rubric": rubric, "coordinates": coordinates, "max_turns": max_turns}
    folder = out or Path("runs") / env_id.replace(":", ".")
    served = _serve(agent, model, base_url, read_options(sampling or (), "--sampling"))
    summaries = _play(
        env_id,
        agent,
        folder,
        served=served,
        difficulty=difficulty,
        split=split,
        episodes=episodes,
        rollouts=rollouts,
        seed=seed,
        workers=workers,
        env_options={
            **{name: value for name, value in options.items() if value is not None},
            **read_options(option or ()),
        },
    )
    console().print(score_table(f"{env_id}, split {split}", summaries))
    for name, summary in summaries.items():
        for line in rollout_lines(summary):
            console().print(f"{escape(name)}: {line}", soft_wrap=True)
    console().print(f"Episodes are in {folder}; look at them: agentic-gym view {folder}", soft_wrap=True)


def demonstrate(
    out: Annotated[Path, typer.Option(help="Where the runs and the report go.")] = Path("agentic-gym-demo"),
    episodes: Annotated[int, typer.Option(help="Tasks an agent.")] = 10,
    difficulty: Annotated[
        int | None, typer.Option(help="Level; the environment's default if not given.")
    ] = None,
) -> None:
    """Play RealX-v0 with five agents that need no model, print the scores and write the report.

    The oracle uses only the public tools; the others show that the questions cannot be answered
    without looking, searching and computing.

    [bold]Example[/bold]

      agentic-gym demo --episodes 5
    """
    summaries = _play(DEMO_ENVIRONMENT, DEMO_AGENTS, out, difficulty=difficulty, episodes=episodes, workers=2)
    console().print(score_table(f"{DEMO_ENVIRONMENT}, {episodes} tasks", summaries))
    report = write_report([out / run_name(agent) for agent in DEMO_AGENTS], out / "report.html")
    console().print(f"Open {report.resolve()} in a browser to see the episodes.", soft_wrap=True)


def read_options(options: Sequence[str], option_name: str = "--option") -> dict[str, Any]:
    """Keywords as they are written on the command line; a value that is JSON is read as such.

    >>> read_options(["path=data/bench", "max_tool_calls=8"])
    {'path': 'data/bench', 'max_tool_calls': 8}

    Raises:
        ConfigurationError: one is not written as NAME=VALUE.
    """
    read: dict[str, Any] = {}
    for option in options:
        name, written, value = option.partition("=")
        if not written or not name.isidentifier():
            raise ConfigurationError(f"{option_name} is written NAME=VALUE, such as path=DIR; got {option!r}")
        try:
            read[name] = json.loads(value)
        except ValueError:
            read[name] = value
    return read


def run_name(agent: str) -> str:
    """The folder of an agent's run where a command plays several.

    >>> run_name("my_module:agents.Best")
    'my_module.agents.Best'
    """
    return re.sub(r"[^\w.-]+", ".", agent)


def _serve(
    agents: Sequence[str], model: str | None, base_url: str | None, sampling: Mapping[str, Any]
) -> PolicyAgents | None:
    """The served model that `--agent openai` plays; none where it is not among the agents."""
    if SERVED not in agents:
        if model or base_url or sampling:
            raise ConfigurationError("--model, --base-url and --sampling go with --agent openai")
        return None
    if not model or not base_url:
        raise ConfigurationError("--agent openai plays a served model: give --model and --base-url")
    return PolicyAgents(OpenAIPolicy(model, ModelServer(base_url), sampling=sampling))


def _play(
    env_id: str,
    agents: Sequence[str],
    out: Path,
    served: PolicyAgents | None = None,
    **settings: Any,
) -> Mapping[str, Summary]:
    """Plays the agents one after another, each in a folder of its own where they are several."""
    players: dict[str, Player] = {agent: agent for agent in agents}
    if served is not None:
        players[SERVED] = served
    folders = {agent: out / run_name(agent) if len(agents) > 1 else out for agent in agents}
    if len(set(folders.values())) < len(agents):
        raise ConfigurationError(f"each agent is played once; got {', '.join(agents)}")
    env = make_environment(env_id, **settings.get("env_options", {}))
    for player in players.values():
        check_agent(player, env.taskset)
    summaries: dict[str, Summary] = {}
    with progress_bar() as bar:
        for agent, folder in folders.items():
            try:
                summaries[agent] = evaluate(
                    env_id, players[agent], out=folder, progress=ScoreRow(bar, agent), **settings
                )
            except KeyboardInterrupt:
                bar.stop()
                error_console().print(
                    f"Stopped. What was finished is in {out}; the same command goes on from there.",
                    soft_wrap=True,
                )
                raise typer.Exit(INTERRUPTED) from None
    return summaries
