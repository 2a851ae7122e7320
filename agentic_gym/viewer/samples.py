"""A task on one picture: what the agent is shown, where the oracle first looked, the question, the answer."""

import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from PIL import Image, ImageDraw

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.evaluation.playing import play
from agentic_gym.fonts import font
from agentic_gym.messages import Pixels
from agentic_gym.tasks import Task, Taskset
from agentic_gym.trajectories.records import Trajectory
from agentic_gym.typesetting import fit_lines

MAX_BYTES = 120_000
"""Size of a sample's file, at most."""

_WIDTH, _MARGIN, _LINE, _MOST_LINES = 1024, 24, 26, 24
_LOOK = (400, 360)
_QUALITIES = range(88, 30, -6)
_SEARCHED = 2_000


def find_tasks(taskset: Taskset, level: int, *, split: str = "test", beginning: str = "") -> Iterator[Task]:
    """Tasks of a level, each of a template of its own; made without drawing a picture.

    Args:
        taskset: the family.
        level: its level.
        split: where they are taken from, from its first index on.
        beginning: of the templates that are wanted.
    """
    seen: set[str] = set()
    for index in taskset.splits[split][:_SEARCHED]:
        task = taskset.make(taskset.key(split=split, difficulty=level, index=index))
        if task.template not in seen and task.template.startswith(beginning):
            seen.add(task.template)
            yield task


def sample(env: AgenticEnv, level: int, *, split: str = "test", beginning: str = "") -> Image.Image:
    """The first task of a level whose template begins like this, played by the oracle and drawn.

    Raises:
        ConfigurationError: there is no such task, or the taskset has no oracle.
    """
    found = next(find_tasks(env.taskset, level, split=split, beginning=beginning), None)
    if found is None:
        raise ConfigurationError(
            f"none of the first {_SEARCHED} {split} tasks of level {level} has a template that begins "
            f"with {beginning!r}"
        )
    play(env, "oracle", options={"split": split, "difficulty": level, "index": found.key.index})
    return draw_sample(env.task, env.trajectory)


def draw_sample(task: Task, trajectory: Trajectory) -> Image.Image:
    """The pictures as they are shown side by side; below them the first look, the question, the answer."""
    shown = [Image.fromarray(part.pixels) for part in trajectory.prompt.images]
    look = first_look(trajectory)
    top = _side_by_side(shown) if shown else None
    above = top.height + _MARGIN if top else _MARGIN
    indent = _LOOK[0] + 2 * _MARGIN if look is not None else _MARGIN
    letters = font("DejaVuSans.ttf", 17)
    question = fit_lines(task.prompt, letters, _WIDTH - indent - _MARGIN, _MOST_LINES)
    answer = fit_lines(f"Answer: {task.reference}", letters, _WIDTH - indent - _MARGIN, 4)
    lines = [*question, "", *answer] if task.reference else list(question)
    room = max(_LINE * len(lines), _LOOK[1] if look is not None else 0)
    page = Image.new("RGB", (_WIDTH, above + room + _MARGIN), "white")
    if top is not None:
        page.paste(top, ((_WIDTH - top.width) // 2, 0))
    if look is not None:
        page.paste(_within(Image.fromarray(look), _LOOK), (_MARGIN, above))
    pen = ImageDraw.Draw(page)
    for row, line in enumerate(lines):
        pen.text((indent, above + _LINE * row), line, fill="black", font=letters)
    return page


def first_look(trajectory: Trajectory) -> Pixels | None:
    """What the first call that names a part of a picture brought back; `None` where there is none."""
    looks = (result.images for result in trajectory.results if "bbox_2d" in result.call.arguments)
    return next((images[0].pixels for images in looks if images), None)


def save_sample(picture: Image.Image, file: Path) -> int:
    """Writes a JPEG of at most `MAX_BYTES`: of less quality, then smaller, where it has to be; its size."""
    while True:
        for quality in _QUALITIES:
            buffer = io.BytesIO()
            picture.save(buffer, "JPEG", quality=quality, optimize=True)
            if buffer.tell() <= MAX_BYTES:
                file.write_bytes(buffer.getvalue())
                return buffer.tell()
        picture = picture.resize((picture.width * 4 // 5, picture.height * 4 // 5), Image.Resampling.LANCZOS)


def _side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """The pictures in rows of two, or one as wide as the page."""
    columns = min(2, len(pictures))
    room = (_WIDTH - _MARGIN * (columns - 1)) // columns
    small = [_within(picture, (room, _WIDTH)) for picture in pictures]
    rows = [list(islice(small, start, start + columns)) for start in range(0, len(small), columns)]
    heights = [max(picture.height for picture in row) for row in rows]
    page = Image.new("RGB", (_WIDTH, sum(heights) + _MARGIN * (len(rows) - 1)), "white")
    top = 0
    for row, height in zip(rows, heights, strict=True):
        width = sum(picture.width for picture in row) + _MARGIN * (len(row) - 1)
        left = (_WIDTH - width) // 2
        for picture in row:
            page.paste(picture, (left, top))
            left += picture.width + _MARGIN
        top += height + _MARGIN
    return page


def _within(picture: Image.Image, room: tuple[int, int]) -> Image.Image:
    """The picture, made smaller where it does not fit."""
    scale = min(1.0, room[0] / picture.width, room[1] / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture if scale == 1.0 else picture.resize(size, Image.Resampling.LANCZOS)
