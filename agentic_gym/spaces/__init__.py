"""Gymnasium spaces for text of any language and for lists of pictures of different sizes.

Gymnasium's own `Text` needs its alphabet listed: over all of Unicode it takes seconds to build and
pickles to tens of megabytes. Its `Sequence(Box)` wants pictures of one size. These two hold what an
agent reads and writes, and work with everything gymnasium does to a space: vector environments
(synchronous, and asynchronous with or without shared memory), `check_env`, JSON, pickling, seeds.
"""

from agentic_gym.spaces import gymnasium_support as gymnasium_support  # registers the spaces with gymnasium
from agentic_gym.spaces.image_list import ImageList
from agentic_gym.spaces.unicode_text import UnicodeText

__all__ = ["ImageList", "UnicodeText"]
