"""The two ways to lay out the fork server's world, as data that `cage.launch` carries out."""

import os
import secrets
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from agentic_gym.sandboxes import tree

_VERSION: Final = f"python{sys.version_info.major}.{sys.version_info.minor}"
_PREFIX: Final = "/python"
_LIBRARY: Final = f"{_PREFIX}/{sys.platlibdir}"
_SITE: Final = f"{_PREFIX}/packages"
_CAGE_SOURCE: Final = "/sandbox"
_WORKSPACE: Final = "/workspace"
_CACHE: Final = "/cache"
FOLDER_PREFIX: Final = "agentic-gym-"
FOLDERS: Final = frozenset({"packages", "sessions", "cache"})
"""What is in the folder of a fork server at the level `landlock`."""

READ_AT_START: Final = {"PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "1"}
"""What an interpreter, or the C library below it, reads before a line of Python runs.

The order of a set can be replayed; and there is one heap. For the heap of a thread the C library reserves
64 MB of addresses. matplotlib starts a thread while it looks for fonts, and what that had reserved would be
memory beyond a session's limit.
"""

_WRITABLE_DEVICES: Final = ["/dev/null"]

_FLAGS: Final = ("-s", "-S", "-P", "-B", "-c", tree.BOOTSTRAP)
_ZYGOTE: Final = "agentic_gym.sandboxes.cage.zygote"


@dataclass(frozen=True, slots=True)
class Plan:
    """How to start a fork server, and what its sessions share.

    Attributes:
        level: `namespaces` or `landlock`.
        launch: for `cage.launch`: the tree, the command and its environment.
        settings: for `cage.zygote`: what Landlock leaves readable, and where things are.
        folder: on this machine, removed at the end; empty where the level needs none.
    """

    level: str
    launch: dict[str, Any]
    settings: dict[str, Any]
    folder: str = field(default="")


def plan_namespaces(packages: Sequence[str]) -> Plan:
    """A new root with a tree of our own; paths within it say nothing of this machine."""
    found = tree.find_packages(packages)
    executable, libraries = tree.interpreter(), tree.system_libraries()
    linker = tree.loader(executable)
    python = f"{_PREFIX}/bin/{_VERSION}"
    library = f"{_LIBRARY}/{_VERSION}"
    binds = [
        (libraries, libraries),
        (tree.standard_library(), library),
        (tree.dynamic_modules(), f"{library}/lib-dynload"),
        (executable, python),
        *((file, f"{_LIBRARY}/{os.path.basename(file)}") for file in tree.prefix_libraries()),
        *((device, device) for device in tree.devices()),
    ]
    hidden = [f"{target}/{path}" for source, target in binds for path in tree.below(found.folders, source)]
    if not linker.startswith(f"{libraries}/"):
        binds.append((os.path.realpath(linker), linker))
    if tree.below([tree.dynamic_modules()], tree.standard_library()):
        binds.remove((tree.dynamic_modules(), f"{library}/lib-dynload"))
    binds += [(entry, f"{_SITE}/{os.path.basename(entry)}") for entry in found.entries]
    binds.append((tree.SOURCE, _CAGE_SOURCE))
    launch = {
        "namespaces": True,
        "binds": [(os.path.realpath(source), target) for source, target in binds],
        "hidden": hidden,
        "links": [("workspace", "/tmp")],
        "workspace": _WORKSPACE,
        "cache": _CACHE,
        "arguments": [python, *_FLAGS, _CAGE_SOURCE, _ZYGOTE, _SITE],
        "environment": environment(_CACHE, f"{_LIBRARY}:{libraries}"),
    }
    settings = {
        "namespaces": True,
        "source": _CAGE_SOURCE,
        "workspace": _WORKSPACE,
        "cache": _CACHE,
        "devices": _WRITABLE_DEVICES,
    }
    return Plan("namespaces", launch, settings)


def plan_landlock(packages: Sequence[str]) -> Plan:
    """This machine's own file system, of which sessions may read what a tree would hold.

    Site-packages folders cannot be listed by a session, so the wanted packages are linked into a folder. It
    is only named here: `cage.launch` makes it, and outlives this process to remove it.
    """
    found = tree.find_packages(packages)
    executable, libraries = tree.interpreter(), tree.system_libraries()
    standard = tree.standard_library()
    folder = f"{tempfile.gettempdir()}/{FOLDER_PREFIX}{secrets.token_hex(8)}"
    site, workspaces, cache = (f"{folder}/{name}" for name in ("packages", "sessions", "cache"))
    allowed = [tree.dynamic_modules(), libraries, site, *tree.prefix_libraries(), *found.entries]
    allowed += _children(standard, found.folders)
    launch = {
        "namespaces": False,
        "folder": folder,
        "folders": sorted(FOLDERS),
        "links": [
            (os.path.realpath(entry), f"packages/{os.path.basename(entry)}") for entry in found.entries
        ],
        "owned": ["sessions", "cache"],
        "arguments": [executable, *_FLAGS, tree.SOURCE, _ZYGOTE, site],
        "environment": environment(cache, ""),
    }
    settings = {
        "namespaces": False,
        "workspace": workspaces,
        "writable": [workspaces, *_WRITABLE_DEVICES],
        "readable": [os.path.realpath(path) for path in [*allowed, cache, *tree.devices()]],
        "devices": _WRITABLE_DEVICES,
    }
    return Plan("landlock", launch, settings, folder)


def _children(folder: str, without: Sequence[str]) -> list[str]:
    return [entry.path for entry in os.scandir(folder) if os.path.realpath(entry.path) not in without]


def environment(cache: str, library_path: str) -> dict[str, str]:
    """All that the fork server knows of an environment; the libraries compute with one thread.

    Args:
        cache: where matplotlib may write while it is loaded.
        library_path: for the dynamic loader; empty for the system's own.
    """
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")}
    fixed = {"LANG": "C.UTF-8", "MPLBACKEND": "Agg", "PATH": "/nowhere", **READ_AT_START}
    folders = {"HOME": cache, "TMPDIR": cache, "MPLCONFIGDIR": cache}
    return {**fixed, **threads, **folders, **({"LD_LIBRARY_PATH": library_path} if library_path else {})}
