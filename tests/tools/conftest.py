import numpy as np
import pytest

from agentic_gym.tools import ImageStore, ToolContext
from scripted_python import ScriptedPython


@pytest.fixture
def scripted_python() -> ScriptedPython:
    return ScriptedPython()


@pytest.fixture
def context(scripted_python: ScriptedPython) -> ToolContext:
    """One image, `image_1`: 400 × 200 pixels, shown at 100 × 50, no two pixels alike."""
    images = ImageStore(longest_side=100)
    down, across = np.mgrid[:200, :400]
    images.add(np.stack([across % 256, down, across // 256 * 100], axis=-1).astype(np.uint8))
    return ToolContext(images, scripted_python)
