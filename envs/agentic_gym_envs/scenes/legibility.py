"""The OCR certificate: clues of levels 3 to 5 are read in a crop, and cannot be read in the picture as shown.

Scenes are verified on their manifests, which say how large a text is, not whether it can be read. So a
reader that knows nothing of scenes (RapidOCR) is given both views of each clue. The views are chosen
against us: the crop is a whole anchor with a random margin, in which the clue has yet to be found; of
the shown picture the reader gets just the clue's own line, enlarged three times.

`python -m agentic_gym_envs.scenes.legibility` prints a table and exits with 1 where a template fails. It
takes minutes, needs the extra `ocr`, and is meant to run on a schedule, never while tasks are made.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agentic_gym.errors import ConfigurationError
from agentic_gym.tools.image_operations import MAX_ENLARGEMENT
from agentic_gym.tools.images import shrink
from agentic_gym_envs.scenes import (
    TEMPLATES,
    Box,
    Placed,
    Scene,
    SceneTemplate,
    Size,
    most_items,
    scene_template,
)
from agentic_gym_envs.scenes.base import SHOWN_LONG_SIDE, shown_px
from agentic_gym_envs.scenes.samples import sample_items

Pixels = NDArray[np.uint8]

SETTINGS: tuple[tuple[Size, float], ...] = (((3840, 2160), 12), ((3840, 2160), 10), ((7680, 4320), 9))
"""Picture and clue size of levels 3, 4 and 5."""
LEAST_CLOSE = 0.95
"""Share of the clues that has to be read in the crop."""
MOST_FAR = 0.05
"""Share of the clues that may be read in the picture as shown."""
MARGIN = (0.03, 0.25)
"""How much farther than the anchor a crop reaches on each side, in shares of its size."""
_ENLARGED = 3
_FIELD = "code"
_QUIET = MappingProxyType(
    {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
)
"""One thread: on pictures this small more of them mostly wait for each other."""


class Reader(Protocol):
    """Reads a picture, uint8 of shape (height, width, 3)."""

    def lines(self, pixels: Pixels) -> list[str]:
        """Every line of text that it finds in the picture."""
        ...

    def line(self, pixels: Pixels) -> str:
        """What it makes of a picture that is known to hold one line."""
        ...


class RapidReader:
    """RapidOCR, whose models come inside its wheel.

    Raises:
        ConfigurationError: it is not installed.
    """

    def __init__(self) -> None:
        try:
            rapidocr = import_module("rapidocr")
        except ImportError as error:
            raise ConfigurationError(
                "the OCR certificate reads with RapidOCR, which is not installed: "
                "pip install 'agentic-gym[ocr]'"
            ) from error
        self._read: Callable[..., object] = rapidocr.RapidOCR(params=dict(_QUIET))

    def lines(self, pixels: Pixels) -> list[str]:
        """Every line of text that it finds in the picture."""
        return self._texts(pixels, find=True)

    def line(self, pixels: Pixels) -> str:
        """What it makes of a picture that is known to hold one line."""
        return "".join(self._texts(pixels, find=False))

    def _texts(self, pixels: Pixels, *, find: bool) -> list[str]:
        # Channels in the order of OpenCV. Each switch is named at every call, for the reader keeps the last.
        found = self._read(pixels[:, :, ::-1], use_det=find, use_cls=False, use_rec=True)
        return list(getattr(found, "txts", None) or ())


@dataclass(frozen=True, slots=True)
class Clue:
    """One instance: a text of a scene, and the thing it stands on."""

    scene: Scene
    size: Size
    placed: Placed
    anchor: Box


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reader made of the clues of a template.

    Attributes:
        template: its name.
        instances: how many clues there were.
        close: how many were read in the crop.
        far: how many were read in the picture as shown.
    """

    template: str
    instances: int
    close: int
    far: int

    @property
    def passed(self) -> bool:
        """Whether the template keeps its promise."""
        return self.close >= LEAST_CLOSE * self.instances and self.far <= MOST_FAR * self.instances

    def __str__(self) -> str:
        verdict = "" if self.passed else "  FAILS"
        return (
            f"{self.template:12}{self.instances:10}{self.close / self.instances:9.0%}"
            f"{self.far / self.instances:9.0%}{verdict}"
        )


def draw_clue(template: SceneTemplate, rng: np.random.Generator, size: Size, clue_px: float) -> Clue:
    """A scene of at least as many items as the template holds at any size, and one of its clues."""
    count = int(rng.integers(template.capacity[1], most_items(template, clue_px) + 1))
    items = sample_items(template, count, rng, emblems=False)
    scene = template.draw(items, size=size, clue_px=clue_px, small=frozenset(template.fields), rng=rng)
    item = items[int(rng.integers(count))].key
    placed = next(each for each in scene.placed if each.item == item and each.field == _FIELD)
    return Clue(scene, size, placed, next(each.box for each in scene.anchors if each.item == item))


def close_view(clue: Clue, rng: np.random.Generator) -> Pixels:
    """The anchor with a random margin, enlarged and shown as the tool `crop` does."""
    left, top, right, bottom = clue.anchor
    shares = rng.uniform(*MARGIN, size=4)
    wide, tall = right - left, bottom - top
    part = _cut(
        clue.scene.pixels,
        (
            round(left - shares[0] * wide),
            round(top - shares[1] * tall),
            round(right + shares[2] * wide),
            round(bottom + shares[3] * tall),
        ),
    )
    factor = min(MAX_ENLARGEMENT, max(1.0, SHOWN_LONG_SIDE / max(part.shape)))
    return shrink(_enlarged(part, factor), SHOWN_LONG_SIDE)


def far_view(clue: Clue) -> Pixels:
    """The clue's line, cut out of the picture as it is shown, and enlarged."""
    shown = shrink(clue.scene.pixels, SHOWN_LONG_SIDE)
    left, top, right, bottom = (shown_px(edge, clue.size) for edge in clue.placed.box)
    pad = 0.5 * (bottom - top) + 1
    line = (round(left - pad), round(top - pad), round(right + pad) + 1, round(bottom + pad) + 1)
    return _enlarged(_cut(shown, line), _ENLARGED)


def _cut(pixels: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = box
    return pixels[max(0, top) : bottom, max(0, left) : right]


def _enlarged(pixels: Pixels, factor: float) -> Pixels:
    size = round(pixels.shape[1] * factor), round(pixels.shape[0] * factor)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def is_read(text: str, lines: Sequence[str]) -> bool:
    """Whether a code stands among the words of some lines, each character as it is.

    No code holds the letter O, so one that is read is the digit.

    >>> is_read("AX3071", ["SPELT BREAD", "AX3O71"])
    True
    >>> is_read("AX3071", ["AX3O711"])
    False
    """
    words = {word for line in lines for word in re.split(r"[^A-Z0-9]+", line.upper().replace("O", "0"))}
    return text in words


def examine(template: SceneTemplate, instances: int, reader: Reader, *, seed: int = 0) -> Verdict:
    """Have a reader read the clues of as many scenes, the levels in turn."""
    close = far = 0
    for number in range(instances):
        rng = np.random.default_rng((seed, number))
        clue = draw_clue(template, rng, *SETTINGS[number % len(SETTINGS)])
        close += is_read(clue.placed.text, reader.lines(close_view(clue, rng)))
        far += is_read(clue.placed.text, [reader.line(far_view(clue))])
    return Verdict(template.name, instances, close, far)


def report(
    templates: Sequence[SceneTemplate], instances: int, reader: Reader, *, seed: int = 0
) -> Iterator[Verdict]:
    """Examine templates one after the other, and print a line for each as it is done."""
    sys.stdout.write(f"{'template':12}{'instances':>10}{'crop':>9}{'shown':>9}\n")
    for template in templates:
        verdict = examine(template, instances, reader, seed=seed)
        sys.stdout.write(f"{verdict}\n")
        sys.stdout.flush()
        yield verdict


def main(arguments: Sequence[str] | None = None, *, reader: Reader | None = None) -> int:
    """Print the table for every template, or for those named; the exit code says whether all passed."""
    parser = argparse.ArgumentParser(
        prog="python -m agentic_gym_envs.scenes.legibility",
        description="Check with an OCR that clues are read in a crop and not in the picture as shown.",
    )
    parser.add_argument("templates", nargs="*", help=f"some of {', '.join(TEMPLATES)}; default: all")
    parser.add_argument("--instances", type=int, default=100, help="scenes a template (default: 100)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    chosen = [scene_template(name) for name in options.templates or TEMPLATES]
    if options.instances < 1:
        raise ConfigurationError(f"--instances is at least 1, got {options.instances}")
    verdicts = list(report(chosen, options.instances, reader or RapidReader(), seed=options.seed))
    return 0 if all(verdict.passed for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
