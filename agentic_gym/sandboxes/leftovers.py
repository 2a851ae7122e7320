"""What a run that was killed together with its helpers may leave on this machine, and its removal.

All processes end by themselves. The one thing that can stay is the folder of a fork server at the level
`landlock`, where fork server and launcher were both killed.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from agentic_gym.sandboxes.cage.folders import remove_folder
from agentic_gym.sandboxes.plan import FOLDER_PREFIX, FOLDERS

_STARTING_SECONDS: Final = 120
"""A younger folder may belong to a fork server that is about to start."""


def remove_folders() -> list[str]:
    """Removes this user's folders that no process works with any more; returns their paths."""
    used = " ".join(_command_lines())
    orphans = [folder for folder in _folders() if str(folder) not in used]
    for folder in orphans:
        with suppress(OSError):
            remove_folder(str(folder))
    return [str(folder) for folder in orphans if not folder.exists()]


def _folders() -> Iterator[Path]:
    """Those that are ours by name, owner and content, and not about to be used."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):  # its owner removes it at this moment
            found = folder.lstat()
            ours = found.st_uid == os.geteuid() and {entry.name for entry in folder.iterdir()} == FOLDERS
            if ours and time.time() - found.st_mtime > _STARTING_SECONDS:
                yield folder


def _command_lines() -> Iterator[str]:
    """Of all processes: a fork server is started with the path of its folder."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield process.read_bytes().decode("utf-8", "replace")
