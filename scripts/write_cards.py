"""Writes the card of each environment: docs/environments/ID.md with sample pictures.

Run as `python scripts/write_cards.py` in a checkout, or with ids; prints each file as it is written.
"""

from pathlib import Path
from typing import Annotated

import typer

from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.cards import describe, measure_effort, write_efforts
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.viewer.samples import sample, save_sample
from agentic_gym_envs import ENVIRONMENTS

FOLDER = Path(__file__).parents[1] / "docs" / "environments"


def write_card(env: AgenticEnv, env_id: str, folder: Path, episodes: int) -> Path:
    """Writes the page and its pictures, one of the lowest, the default and the highest level each."""
    taskset = env.taskset
    efforts = [measure_effort(env, level, episodes) for level in taskset.difficulties]
    levels = sorted({min(taskset.difficulties), taskset.default_difficulty, max(taskset.difficulties)})
    pictures = []
    for level in levels:
        name = f"{env_id.lower()}-{level}.jpg"
        save_sample(sample(env, level), folder / name)
        pictures.append(
            f"Level {level}:\n\n![A task of level {level}, its first look, question, answer]({name})"
        )
    page = "\n\n".join(
        [
            describe(env, env_id),
            "## What the oracle needs\n\nMeans over seeds from 0 on, as `python scripts/write_cards.py "
            f"{env_id} --episodes {episodes}` measured them.\n\n{write_efforts(efforts)}",
            "## Samples\n\nThe first test task of the level: what the agent is shown, where the oracle first "
            "looked, question and answer.\n\n" + "\n\n".join(pictures),
        ]
    )
    file = folder / f"{env_id}.md"
    file.write_text(page + "\n", "utf-8")
    return file


def main(
    env_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="All if none is given.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Of the oracle, a level.")] = 20,
    out: Annotated[Path, typer.Option(help="The folder.")] = FOLDER,
) -> None:
    """Writes a page for each environment."""
    out.mkdir(parents=True, exist_ok=True)
    for env_id in env_ids or ENVIRONMENTS:
        env = make_environment(env_id)
        typer.echo(f"{write_card(env, env_id, out, episodes)}")
        env.close()


if __name__ == "__main__":
    typer.run(main)
