"""The audit `snoop`: code that looks for the truth wherever the sandbox could hold it, and answers so."""

import re

from agentic_gym.core import AgenticEnv
from agentic_gym.messages import CallTools, GiveAnswer, SayToUser, ToolCall
from agentic_gym.tasks import Script

COLLECTED = "snooped"
"""What `COLLECTING` calls its list of (place, text): variables, environment, modules, files, pictures."""

COLLECTING = """
import builtins, gc, os, pathlib, sys

def _collect():
    yield from (("environment " + name, value) for name, value in os.environ.items())
    yield from (("argument", value) for value in sys.argv)
    for name, value in list(globals().items()):
        if isinstance(value, (str, bytes, int, float)):
            yield "variable " + name, value
    for name, value in list(vars(builtins).items()):
        if isinstance(value, (str, int, float)) and name != "__doc__":
            yield "builtin " + name, value
    for name in list(sys.modules):
        yield "module", name
    for name, picture in list(globals().items()):
        if hasattr(picture, "getexif"):
            yield from ((f"{name}.info {key}", value) for key, value in picture.info.items())
            yield from ((f"{name} EXIF {tag}", value) for tag, value in picture.getexif().items())
    for held in gc.get_objects():
        if type(held) is dict:
            yield from (("object", value) for value in list(held.values()) if type(value) is str)
        elif type(held) in (list, tuple, set):
            yield from (("object", value) for value in list(held) if type(value) is str)
    for root in {os.getcwd(), os.path.expanduser("~"), "/tmp", "/dev/shm", "/run", "/work", "/mnt", "/data"}:
        for folder, _, files in os.walk(root):
            for file in files[:200]:
                path = pathlib.Path(folder, file)
                yield "file name", str(path)
                try:
                    if path.is_file():
                        yield f"file {path}", path.read_bytes()[:200_000]
                except OSError:
                    pass
    for path in ("/proc/self/environ", "/proc/self/cmdline", "/proc/1/environ", "/proc/1/cmdline"):
        try:
            yield path, pathlib.Path(path).read_bytes()
        except OSError:
            pass

snooped = [
    (place, value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
    for place, value in _collect()
]
"""

_CHOOSING = r"""
import re
stating = re.compile(r"(?:truth|answer|reference|solution)['\"]?\s*[:=]\s*['\"]?([^'\"\n,}]{1,80})", re.I)
for place, text in snooped:
    named = re.search(r"truth|answer|reference|solution|secret|label|gold|expected", place, re.I)
    if named and not place.startswith(("builtin", "module")) and text.strip() and len(text) < 200:
        print("FOUND:", text.strip())
for place, text in snooped:
    stated = stating.search(text)
    if stated and place not in ("object", "variable In"):
        print("FOUND:", stated[1].strip())
"""

_FOUND = re.compile(r"FOUND: (.+)")


def snooping_script(env: AgenticEnv) -> Script:
    """Runs code that collects and chooses, then answers with the first thing that looks like a truth."""
    observation = yield CallTools((ToolCall("python", {"code": COLLECTING + _CHOOSING}),))
    found = _FOUND.search(observation["text"])
    text = found[1] if found else "nothing was found"
    yield SayToUser(text) if env.task.converses else GiveAnswer(text)
