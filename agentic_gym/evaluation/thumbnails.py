"""The audit `thumbnail`: what OCR reads in the pictures as they are shown, without a crop."""

import importlib
import importlib.util
import logging
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from agentic_gym.core import AgenticEnv
from agentic_gym.errors import ConfigurationError
from agentic_gym.messages import GiveAnswer, Pixels, SayToUser
from agentic_gym.scoring.answers import AnswerType, canonical
from agentic_gym.tasks import QuestionTask, Script, Task

_PACKAGE = "rapidocr"
_SETTINGS = MappingProxyType(
    {
        "Global.log_level": "error",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
)
"""One thread: on pictures this small more of them mostly wait for each other."""
_STREAM = 2
_MOST_THIN = 3
"""Times that a picture may be longer than wide to be read as it is."""


def missing_reader() -> str:
    """Why nothing can be read on this machine; empty where OCR is installed."""
    found = importlib.util.find_spec(_PACKAGE) is not None
    return "" if found else "not run: pip install 'agentic-gym[ocr]'"


def read_texts(pixels: Pixels) -> Sequence[str]:
    """The lines of text that OCR makes out in a picture (uint8, height × width × 3)."""
    height, width = pixels.shape[:2]
    # A thin picture would be enlarged until its short side is as long as a page's.
    least = max(height, width) // _MOST_THIN
    padded = np.pad(pixels, ((0, max(0, least - height)), (0, max(0, least - width)), (0, 0)))
    return tuple(_reader()(padded).txts or ())


def thumbnail_script(env: AgenticEnv) -> Script:
    """Answers with one of the lines or words that can be read, of the type that the question asks for."""
    lines = [line for image in env.conversation[1].images for line in read_texts(image.pixels)]
    fitting = sorted(set(_candidates(env.task, lines)))
    rng = np.random.default_rng((env.task.key.seed, _STREAM))
    text = fitting[int(rng.integers(len(fitting)))] if fitting else "unreadable"
    yield SayToUser(text) if env.task.converses else GiveAnswer(text)


def _candidates(task: Task, lines: Sequence[str]) -> Iterator[str]:
    type = task.truth.type if isinstance(task, QuestionTask) else AnswerType.NAME
    for line in lines:
        for text in (line, *line.split()):
            try:
                canonical(type, text)
            except ConfigurationError:
                continue
            yield text


@lru_cache(maxsize=1)
def _reader() -> Any:
    # Only here, since the extra is large and no environment needs it to be played.
    module = importlib.import_module(_PACKAGE)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return module.RapidOCR(params=dict(_SETTINGS))
