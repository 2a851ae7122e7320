"""Plays every audit on every environment at every level, and writes the table docs/audits.md.

Run as `python scripts/write_audits.py` in a checkout. It takes hours, prints how far it is, and goes on
where it was stopped: what was played is kept in runs/audits.jsonl, a line for each environment and level.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from agentic_gym.cli.tables import progress_bar
from agentic_gym.evaluation.auditing import AuditScore, audit_level
from agentic_gym.evaluation.runner import make_environment
from agentic_gym_envs import ENVIRONMENTS

ROOT = Path(__file__).parents[1]
Played: TypeAlias = dict[tuple[str, int], list[AuditScore]]


def read_played(file: Path, episodes: int) -> Played:
    """What was played before, over as many episodes; a half-written last line is left out."""
    played: Played = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if record["episodes"] == episodes:
            key = (record["env_id"], record["level"])
            played[key] = [AuditScore(**score) for score in record["scores"]]
    return played


def play_all(env_ids: list[str], episodes: int, file: Path) -> Played:
    """Plays what is still to be played, and keeps each level as it is finished."""
    played = read_played(file, episodes)
    file.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as bar, file.open("a", encoding="utf-8") as kept:
        for env_id in env_ids:
            env = make_environment(env_id)
            for level in env.taskset.difficulties:
                if (env_id, level) in played:
                    continue
                row = bar.add_task(f"{env_id} level {level}", total=episodes, note="")
                scores = audit_level(env, level, range(episodes), progress=lambda row=row: bar.advance(row))
                played[env_id, level] = scores
                record = {"env_id": env_id, "level": level, "episodes": episodes}
                kept.write(json.dumps({**record, "scores": [asdict(score) for score in scores]}) + "\n")
                kept.flush()
            env.close()
    return played


def write_table(played: Mapping[tuple[str, int], list[AuditScore]], env_ids: list[str], episodes: int) -> str:
    """The page."""
    lines = [
        "# Audits",
        "",
        "Agents that lack the abilities a task asks for, and how often they succeed all the same, as",
        f"`python scripts/write_audits.py --episodes {episodes}` played them over seeds from 0 on",
        "(`thumbnail` over 100 at most). The ceiling is 5%, or where answers are closed the chance of a",
        "guess and 3 points more. From 300 episodes on it is held to as it stands; of fewer an audit passes",
        "unless one that lies at the ceiling would do as well in less than one of a hundred such counts.",
    ]
    for env_id in env_ids:
        lines += ["", f"## {env_id}", "", *_rows(env_id, played)]
    return "\n".join(lines) + "\n"


def _rows(env_id: str, played: Mapping[tuple[str, int], list[AuditScore]]) -> Iterator[str]:
    levels = sorted(level for known, level in played if known == env_id)
    yield "| audit | " + " | ".join(f"level {level}" for level in levels) + " | ceiling | |"
    yield "|---" * (len(levels) + 3) + "|"
    names = dict.fromkeys(score.name for level in levels for score in played[env_id, level])
    for name in names:
        scores = [score for level in levels for score in played[env_id, level] if score.name == name]
        rates = [
            score.not_run or f"{score.rate:.3f}{'' if score.holds else ' **above**'}" for score in scores
        ]
        ceilings = sorted({f"{score.ceiling:.3f}" for score in scores})
        yield f"| `{name}` | {' | '.join(rates)} | {' to '.join(ceilings[:: max(1, len(ceilings) - 1)])} " + (
            f"| {scores[0].reason} |"
        )


def main(
    env_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="All if none is given.")
    ] = None,
    episodes: Annotated[int, typer.Option(min=1, help="Of each audit, a level.")] = 300,
    kept: Annotated[Path, typer.Option(help="Where what was played is kept.")] = ROOT
    / "runs"
    / "audits.jsonl",
    out: Annotated[Path, typer.Option(help="The page.")] = ROOT / "docs" / "audits.md",
) -> None:
    """Plays and writes."""
    wanted = list(env_ids or ENVIRONMENTS)
    played = play_all(wanted, episodes, kept)
    out.write_text(write_table(played, wanted, episodes), "utf-8")
    above = [
        f"{env_id}: {score}" for (env_id, _), scores in played.items() for score in scores if not score.holds
    ]
    typer.echo("\n".join([f"wrote {out}", *above]))
    raise typer.Exit(bool(above))


if __name__ == "__main__":
    typer.run(main)
