"""The code that runs in a container, as it is sent there: an image holds libraries, and none of it.

So an image and a library of different versions cannot drift apart, and an agent finds no source to read.
"""

import functools
import json
from importlib import resources
from typing import Any, Final

from agentic_gym.sandboxes.cage.frames import LENGTH

_PACKAGES: Final = ("agentic_gym.sandboxes.cage", "agentic_gym.sandboxes.docker.inside")
_SHELLS: Final = ("agentic_gym", "agentic_gym.sandboxes", "agentic_gym.sandboxes.docker")
_MAIN: Final = "agentic_gym.sandboxes.docker.inside.supervisor"

FLAGS: Final = ("-s", "-P", "-B", "-u")

LOADER: Final = """
import importlib.util, json, os, sys

def read(count):
    data = b""
    while len(data) < count:
        chunk = os.read(0, count - len(data))
        if not chunk:
            sys.exit("the stream ended before the worker's code was complete")
        data += chunk
    return data

start = json.loads(read(int.from_bytes(read(4), "little")))

class Sources:
    def find_spec(self, name, path=None, target=None):
        if name in start["sources"]:
            return importlib.util.spec_from_loader(name, self, is_package=start["sources"][name][0])

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        exec(compile(start["sources"][name][1], f"<{name}>", "exec"), module.__dict__)

sources = Sources()
sys.meta_path.insert(0, sources)
importlib.import_module(start["main"]).main(start["settings"], lambda: sys.meta_path.remove(sources))
"""
"""What the container's Python is started with: takes one message from its input, and runs it."""


def start_message(settings: dict[str, Any]) -> bytes:
    """The message that `LOADER` waits for: the sources, and the supervisor's settings."""
    body = json.dumps({"sources": _sources(), "main": _MAIN, "settings": settings}).encode()
    return LENGTH.pack(len(body)) + body


@functools.cache
def _sources() -> dict[str, tuple[bool, str]]:
    """Whether it is a package, and its source, for each module."""
    sources: dict[str, tuple[bool, str]] = {name: (True, "") for name in _SHELLS}
    for package in _PACKAGES:
        for file in resources.files(package).iterdir():
            stem, _, suffix = file.name.partition(".")
            if suffix == "py":
                is_package = stem == "__init__"
                name = package if is_package else f"{package}.{stem}"
                sources[name] = is_package, file.read_text()
    return sources
