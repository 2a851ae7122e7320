"""Writes the report: one HTML file that loads nothing from anywhere.

What agents wrote is hostile until shown otherwise. The template escapes everything, and a content
security policy allows one script and one style sheet, both ours, by their hashes.
"""

import base64
import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from agentic_gym.errors import RecordError
from agentic_gym.evaluation.runs import RUN, RunConfiguration, read_configuration, read_results
from agentic_gym.evaluation.statistics import EpisodeResult, Group, Summary, summarize
from agentic_gym.messages import JSONObject
from agentic_gym.trajectories.store import read_episodes
from agentic_gym.version import __version__
from agentic_gym.viewer.episodes import Episode, read_episode
from agentic_gym.viewer.pictures import MOST_EMBEDDED, Gallery

SHOWN = 100
"""Episodes on one page, over all runs."""
LEAST_SHOWN = 10
"""Episodes of each run, however many runs there are."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the page.

    Attributes:
        total: number of stored episodes; those not among `episodes` are left out of the page.
    """

    anchor: str
    configuration: RunConfiguration
    surroundings: JSONObject
    summary: Summary
    episodes: Sequence[Episode]
    total: int


def write_report(
    folders: Sequence[Path], out_file: Path, *, shown: int = SHOWN, most_embedded: int = MOST_EMBEDDED
) -> Path:
    """Writes a page about one run, or about several to compare.

    Args:
        folders: of the runs, each with its `run.json` and `episodes.jsonl`.
        out_file: the page; its folder is made if it is not there.
        shown: how many episodes the page shows over all runs, successes and failures alike; the score
            tables count every one.
        most_embedded: characters of pictures within the page. Pictures beyond that are links to the
            runs' folders, relative to the page.

    Returns:
        `out_file`.

    Raises:
        RecordError: a folder holds no run, or one that cannot be read.
    """
    if not folders:
        raise RecordError("a report is about at least one run; got no folder")
    gallery = Gallery(out_file, most_embedded)
    each = max(LEAST_SHOWN, shown // len(folders))
    runs = [_read_run(folder, f"run{number}", each, gallery) for number, folder in enumerate(folders, 1)]
    runs.sort(key=lambda run: (run.summary.n > 0, run.summary.success.estimate), reverse=True)
    page = (
        _environment()
        .get_template("report.html")
        .render(
            runs=runs,
            title=_title(runs),
            linked=gallery.linked,
            tags=_rows(runs, lambda summary: summary.by_tag),
            templates=_rows(runs, lambda summary: summary.by_template),
            stop_reasons=sorted({reason for run in runs for reason in run.summary.stop_reasons}),
            version=__version__,
            policy=_policy(linked=bool(gallery.linked)),
        )
    )
    out_file.parent.mkdir(parents=True, exist_ok=True)
    out_file.write_text(page, "utf-8", errors="replace")
    return out_file


def _read_run(folder: Path, anchor: str, most: int, gallery: Gallery) -> Run:
    results = list(read_results(folder))
    chosen = choose(results, most)
    episodes = [
        read_episode(record, f"{anchor}-episode{position}", folder, gallery)
        for position, record in enumerate(read_episodes(folder))
        if position in chosen
    ]
    surroundings = json.loads((folder / RUN).read_text("utf-8"))
    return Run(anchor, read_configuration(folder), surroundings, summarize(results), episodes, len(results))


def choose(results: Sequence[EpisodeResult], most: int) -> set[int]:
    """Positions of the episodes to show: the first ones, half of them successes where there are enough."""
    good = [position for position, result in enumerate(results) if result.success]
    other = [position for position, result in enumerate(results) if not result.success]
    half = max(most // 2, most - len(other))
    kept = good[:half]
    return {*kept, *other[: most - len(kept)]}


def _rows(
    runs: Sequence[Run], groups: Callable[[Summary], Sequence[Group]]
) -> Mapping[str, Sequence[Group | None]]:
    """For each group's name its part in every run; none where a run has no such episode."""
    tables = [{group.name: group for group in groups(run.summary)} for run in runs]
    names = sorted({name for table in tables for name in table})
    return {name: [table.get(name) for table in tables] for name in names}


def _title(runs: Sequence[Run]) -> str:
    ids = dict.fromkeys(run.configuration.env_id for run in runs)
    return ", ".join(ids)


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f}%"


def _number(value: float) -> str:
    return "–" if math.isnan(value) else f"{value:.3f}".rstrip("0").rstrip(".")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("agentic_gym.viewer"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=_percent, number=_number)
    environment.globals.update(style=Markup(_source("report.css")), script=Markup(_source("report.js")))
    return environment


def _source(name: str) -> str:
    return (Path(__file__).parent / "templates" / name).read_text("utf-8").strip()


def _policy(*, linked: bool) -> str:
    """The page's content security policy.

    Args:
        linked: whether pictures lie beside the page.
    """

    def by_hash(name: str) -> str:
        digest = hashlib.sha256(_source(name).encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"

    pictures = "data: 'self' file:" if linked else "data:"
    return (
        f"default-src 'none'; img-src {pictures}; style-src {by_hash('report.css')}; "
        f"script-src {by_hash('report.js')}; base-uri 'none'; form-action 'none'"
    )
