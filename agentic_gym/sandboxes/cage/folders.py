"""Removes what a session leaves where no file system of its own vanishes with it."""

import errno
import os
from typing import Final

_FOLDER: Final = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove_folder(path: str) -> None:
    """Removes a folder and all below it, also where that was made hard.

    Folders may be nested deeper than a path is long, or than Python may recurse, and closed to their owner.
    Links are followed nowhere, also where they appear meanwhile.

    Raises:
        OSError: it is not there, the kernel refused, or somebody moves its folders.
    """
    here = _enter(path)
    try:
        top = os.fstat(here)
        left = [_remove_files(here)]  # the folders still to be removed, at each depth
        while left[-1] or len(left) > 1:
            name = left[-1][-1] if left[-1] else ".."
            if name == ".." and os.path.samestat(os.fstat(here), top):
                raise OSError(errno.ESTALE, "a folder was moved while it was being removed", path)
            there = _enter(name, here)
            os.close(here)
            here = there
            if name == "..":
                left.pop()
                os.rmdir(left[-1].pop(), dir_fd=here)
            else:
                left.append(_remove_files(here))
    finally:
        os.close(here)
    os.rmdir(path)


def _remove_files(folder: int) -> list[str]:
    """Removes all but the folders in it, and returns their names."""
    folders = []
    for name in os.listdir(folder):
        try:
            os.unlink(name, dir_fd=folder)
        except IsADirectoryError:
            folders.append(name)
    return folders


def _enter(name: str, within: int | None = None) -> int:
    """Opens a folder, and opens it up to its owner first."""
    handle = os.open(name, os.O_PATH | _FOLDER, dir_fd=within)
    try:
        os.chmod(f"/proc/self/fd/{handle}", 0o700)
        return os.open(".", os.O_RDONLY | _FOLDER, dir_fd=handle)
    finally:
        os.close(handle)
