"""Draws sample tasks of an environment: what an agent is shown, the oracle's first look, question and answer.

Run as `python scripts/draw_samples.py RealX-v0 --level 2 --template shirts --template shelf` in a checkout;
the same tasks every time. Files are JPEGs of at most 120 KB in docs/images.
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from agentic_gym.evaluation.runner import make_environment
from agentic_gym.viewer.samples import sample, save_sample

FOLDER = Path(__file__).parents[1] / "docs" / "images"


def sample_name(env_id: str, level: int, template: str) -> str:
    """The file's name: `realx-2-shirts.jpg`; without a template `realx-2.jpg`."""
    family = re.sub(r"-v\d+$", "", env_id.rpartition(":")[2])
    words = re.sub(r"[^a-z0-9]+", "-", f"{family} {level} {template}".lower()).strip("-")
    return f"{words}.jpg"


def main(
    env_id: Annotated[str, typer.Argument(metavar="ENV_ID", help="An environment, such as RealX-v0.")],
    level: Annotated[list[int] | None, typer.Option(help="May be repeated; all if not given.")] = None,
    template: Annotated[
        list[str] | None, typer.Option(help="Beginning of a template; may be repeated; one picture each.")
    ] = None,
    split: Annotated[str, typer.Option(help="Where the tasks are taken from.")] = "test",
    out: Annotated[Path, typer.Option(help="The folder.")] = FOLDER,
) -> None:
    """Writes a picture for each level and template."""
    env = make_environment(env_id)
    out.mkdir(parents=True, exist_ok=True)
    for number in level or env.taskset.difficulties:
        for beginning in template or [""]:
            picture = sample(env, env.taskset.check_difficulty(number), split=split, beginning=beginning)
            file = out / sample_name(env_id, number, beginning)
            typer.echo(f"{file.name}: {save_sample(picture, file) / 1000:.0f} KB")
    env.close()


if __name__ == "__main__":
    typer.run(main)
