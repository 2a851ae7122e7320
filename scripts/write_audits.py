"""Plays every audit and the oracle in every environment at every level, and writes docs/audits.md.

Run as `python scripts/write_audits.py` in a checkout. It takes hours, prints how far it is, and goes on
where it was stopped: what was played is kept in runs/audits.jsonl, a line for some twenty seeds of a level.
So `--episodes 20` first and `--episodes 300` later gives a page early, and plays nothing twice. Whoever
changes an environment deletes its lines.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from agentic_gym.cli.tables import progress_bar
from agentic_gym.core import AgenticEnv
from agentic_gym.evaluation.auditing import (
    ORACLE,
    AuditScore,
    audit_level,
    audit_names,
    most_episodes,
    pooled,
)
from agentic_gym.evaluation.runner import make_environment
from agentic_gym.messages import JSONObject
from agentic_gym_envs import ENVIRONMENTS

ROOT = Path(__file__).parents[1]
STRETCH = 20
"""Seeds that are played and kept together."""

Stretch: TypeAlias = tuple[str, int, int]
"""An environment, a level and the first of so many seeds."""
Played: TypeAlias = dict[Stretch, list[AuditScore]]
Table: TypeAlias = Mapping[tuple[str, int], Mapping[str, AuditScore]]
"""For an environment and a level, each audit's score by name."""


def read_played(file: Path) -> Played:
    """What was played before; a half-written last line is left out."""
    played: Played = {}
    for line in file.read_text("utf-8").splitlines() if file.exists() else []:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        played[record["env_id"], record["level"], record["start"]] = [
            AuditScore(**score) for score in record["scores"]
        ]
    return played


def play_all(env_ids: Sequence[str], episodes: int, played: Played, file: Path) -> Iterator[None]:
    """Plays what is still to be played, and stops for a moment where a stretch was kept."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with progress_bar() as bar, file.open("a", encoding="utf-8") as kept:
        # The last line may be a half.
        kept.write("\n" if kept.tell() else "")
        for env_id in env_ids:
            with closing(make_environment(env_id)) as env:
                levels = env.taskset.difficulties
                wanted = [(env_id, level, start) for level in levels for start in range(0, episodes, STRETCH)]
                wanted = [stretch for stretch in wanted if stretch not in played]
                row = bar.add_task(env_id, total=len(wanted) * STRETCH, note="")
                for stretch in wanted:
                    bar.update(row, note=f"level {stretch[1]}")
                    played[stretch] = _play(env, stretch, partial(bar.advance, row))
                    kept.write(json.dumps(_record(stretch, played[stretch])) + "\n")
                    kept.flush()
                    yield


def _play(env: AgenticEnv, stretch: Stretch, progress: Callable[[], None]) -> list[AuditScore]:
    _, level, start = stretch
    names = [name for name in (ORACLE, *audit_names(env.taskset)) if start < most_episodes(name)]
    return audit_level(env, level, range(start, start + STRETCH), names=names, progress=progress)


def _record(stretch: Stretch, scores: Sequence[AuditScore]) -> JSONObject:
    env_id, level, start = stretch
    return {"env_id": env_id, "level": level, "start": start, "scores": [asdict(score) for score in scores]}


def tabulate(played: Played) -> Table:
    """What was played, all seeds of a level together."""
    found: defaultdict[tuple[str, int], defaultdict[str, list[AuditScore]]]
    found = defaultdict(lambda: defaultdict(list))
    for (env_id, level, _), scores in played.items():
        for score in scores:
            found[env_id, level][score.name].append(score)
    return {key: {name: pooled(scores) for name, scores in by_name.items()} for key, by_name in found.items()}


def write_page(table: Table) -> str:
    """The page."""
    lines = [
        "# Audits",
        "",
        "Agents that lack the abilities a task asks for, how often they succeed all the same, and the",
        "oracle, which always has to, as `python scripts/write_audits.py` played them over seeds from 0 on.",
        "A cell says how many episodes were solved of how many. `oracle` and `thumbnail` stop at 100; any",
        "other that has fewer than 300 has not been played to its end. The ceiling is 5%, or where answers",
        "are closed the chance of a guess and 3 points more. From 300 episodes on it holds as it stands;",
        "of fewer an audit passes unless one that lies at the ceiling would do as well in less than one of a",
        "hundred such counts.",
    ]
    for env_id in sorted({*ENVIRONMENTS, *(env_id for env_id, _ in table)}):
        lines += ["", f"## {env_id}", "", *_rows(env_id, table)]
    return "\n".join(lines) + "\n"


def _rows(env_id: str, table: Table) -> Iterator[str]:
    levels = sorted(level for known, level in table if known == env_id)
    if not levels:
        yield "Not played."
        return
    yield "| agent | " + " | ".join(f"level {level}" for level in levels) + " | ceiling | why |"
    yield "|---" * (len(levels) + 3) + "|"
    for name in dict.fromkeys(name for level in levels for name in table[env_id, level]):
        cells = [table[env_id, level].get(name) for level in levels]
        scores = [score for score in cells if score is not None]
        ceilings = sorted({f"{score.ceiling:.3f}" for score in scores if not score.not_run})
        ceiling = " to ".join(ceilings[:: max(1, len(ceilings) - 1)])
        why = "; ".join(dict.fromkeys(score.not_run or score.reason for score in scores))
        yield f"| `{name}` | {' | '.join(map(_cell, cells))} | {ceiling} | {why} |"


def _cell(score: AuditScore | None) -> str:
    if score is None or score.not_run:
        return "–"
    return f"{score.successes}/{score.episodes}{'' if score.holds else ' **fails**'}"


def main(
    env_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="All if none is given, in this order.")
    ] = None,
    episodes: Annotated[
        int, typer.Option(min=0, help="Of each audit, a level, in twenties; 0 only writes.")
    ] = 300,
    kept: Annotated[Path, typer.Option(help="Where what was played is kept.")] = ROOT
    / "runs"
    / "audits.jsonl",
    out: Annotated[Path, typer.Option(help="The page.")] = ROOT / "docs" / "audits.md",
) -> None:
    """Plays and writes; the exit code is 1 where anything fails."""
    wanted, played = list(env_ids or ENVIRONMENTS), read_played(kept)
    for _ in play_all(wanted, episodes, played, kept):
        out.write_text(write_page(tabulate(played)), "utf-8")
    table = tabulate(played)
    out.write_text(write_page(table), "utf-8")
    failing = [
        f"{env_id}: {score}"
        for (env_id, _), by_name in table.items()
        for score in by_name.values()
        if not score.holds
    ]
    typer.echo("\n".join([f"wrote {out}", *failing]))
    raise typer.Exit(bool(failing))


if __name__ == "__main__":
    typer.run(main)
