"""What the fork server may see of this machine: the interpreter, its standard library, a few packages."""

import glob
import os
import re
import struct
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from agentic_gym.errors import SandboxUnavailable

SOURCE: Final = os.path.dirname(os.path.abspath(__file__))
"""The folder of this very sub-package: the cage's own code lies below it."""

BASE_PACKAGES: Final = ("numpy", "pillow", "matplotlib", "sympy", "msgpack")
"""Distributions every session finds, with what they depend on. msgpack serves the worker."""

BOOTSTRAP: Final = """
import sys, types
source, module, *path = sys.argv[1:]
sys.path += path
for name, folders in ("agentic_gym", []), ("agentic_gym.sandboxes", [source]):
    sys.modules[name] = package = types.ModuleType(name)
    package.__path__ = folders
__import__(module)
sys.modules[module].main()
"""
"""Runs a module of `cage` without running this package's `__init__` files, which import the whole library."""

_REQUIREMENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Packages:
    """Where the wanted distributions lie.

    Attributes:
        entries: files and folders in site-packages folders, each by its path on this machine.
        folders: the site-packages folders themselves, and every other place this process imports from.
    """

    entries: tuple[str, ...]
    folders: tuple[str, ...]


def find_packages(names: Iterable[str]) -> Packages:
    """Finds distributions and all that they depend on.

    Raises:
        SandboxUnavailable: one of `names` is not installed.
    """
    entries: set[str] = set()
    wanted, seen = list(names), set[str]()
    required = set(wanted)
    while wanted:
        name = wanted.pop()
        key = re.sub(r"[-_.]+", "-", name).lower()
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            if name not in required:
                continue  # its marker does not hold here, or the package does without
            raise SandboxUnavailable(
                f"the sandbox wants the distribution {name!r}, which is not installed: pip install {name}"
            ) from None
        entries.update(_entries(found))
        wanted += _requirements(found)
    return Packages(tuple(sorted(entries)), tuple(_import_folders()))


def interpreter() -> str:
    """The interpreter's real path, through all links."""
    if not sys.executable:
        raise SandboxUnavailable(
            "this Python is embedded in another program: there is no interpreter to start"
        )
    return os.path.realpath(sys.executable)


def loader(executable: str) -> str:
    """The dynamic loader that an ELF executable names (PT_INTERP)."""
    with open(executable, "rb") as file:
        data = file.read(1 << 16)
    table, size, count = struct.unpack_from("<Q14xHH", data, 32)
    for index in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", data, table + index * size)
        if kind == 3:
            return data[offset : offset + length].rstrip(b"\0").decode()
    raise SandboxUnavailable(f"{executable} names no dynamic loader: a static Python cannot be sandboxed")


def system_libraries() -> str:
    """The folder that holds the C library, found among this process's own mappings."""
    with open("/proc/self/maps") as file:
        for line in file:
            path = line.rstrip("\n").split(maxsplit=5)[-1]
            if re.fullmatch(r"libc([.-].*)?\.so(\.\d+)?|ld-musl-.*", os.path.basename(path)):
                return os.path.dirname(path)
    raise SandboxUnavailable("no C library is mapped into this process: a static Python cannot be sandboxed")


def prefix_libraries() -> list[str]:
    """Shared libraries that lie beside the standard library, libpython first of all."""
    folder = os.path.join(sys.base_prefix, sys.platlibdir)
    extra = sysconfig.get_config_var("LIBDIR") or folder
    files = {os.path.realpath(file) for place in (folder, extra) for file in glob.glob(f"{place}/*.so*")}
    return sorted(file for file in files if os.path.isfile(file))


def standard_library() -> str:
    """The folder of the standard library."""
    return os.path.dirname(os.path.abspath(os.__file__))


def dynamic_modules() -> str:
    """The folder of the standard library's compiled modules."""
    return os.path.join(
        sysconfig.get_path("platstdlib", vars={"platbase": sys.base_exec_prefix}), "lib-dynload"
    )


def below(paths: Sequence[str], folder: str) -> list[str]:
    """Those of `paths` that lie below `folder`, relative to it."""
    return [os.path.relpath(path, folder) for path in paths if path.startswith(folder.rstrip("/") + "/")]


def devices() -> list[str]:
    """Devices that hold nothing and lead nowhere. A container may lack some."""
    return [
        path
        for name in ("null", "zero", "full", "random", "urandom")
        if os.path.exists(path := f"/dev/{name}")
    ]


def _entries(found: Distribution) -> set[str]:
    """The top-level files and folders of a distribution."""
    record = found.read_text("RECORD")
    if record is None:
        raise SandboxUnavailable(
            f"{found.name!r} has no list of its files (RECORD): install it with pip, for the sandbox to find"
        )
    heads = {re.split("[/,]", line, maxsplit=1)[0] for line in record.splitlines() if line}
    base = Path(str(found.locate_file("")))
    return {
        str(base / head) for head in heads if head not in ("..", "__pycache__") and (base / head).exists()
    }


def _requirements(found: Distribution) -> list[str]:
    """Names of what a distribution depends on, without its extras."""
    lines = [line for line in found.requires or [] if "extra ==" not in line.partition(";")[2]]
    return [match.group() for line in lines if (match := _REQUIREMENT.match(line))]


def _import_folders() -> list[str]:
    """Every folder this process imports from, but for the standard library's own."""
    own = {standard_library(), dynamic_modules()}
    extra = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    extra += [os.path.join(standard_library(), name) for name in ("site-packages", "dist-packages")]
    extra.append(os.path.dirname(os.path.dirname(SOURCE)))
    folders = {os.path.realpath(folder) for folder in [*sys.path, *extra] if folder}
    return sorted(folder for folder in folders if os.path.isdir(folder) and folder not in own)
