"""Whether an answer equals the truth as mathematics: math-verify, from any thread, never for long."""

import importlib.util
import json
import re
import subprocess
import sys
import threading
import weakref
from queue import Empty, SimpleQueue

from agentic_gym.errors import ConfigurationError
from agentic_gym.scoring.answers import MAX_ANSWER_CHARACTERS

PATIENCE = 30.0
"""Seconds after which a comparison counts as failed; math-verify's own limits are shorter."""
_MARKUP = re.compile(r"\\left|\\right|\\boxed|\\!|\\,|\\;|[$\s]")
_LEAD_IN = re.compile(r"^(?:the\s+)?(?:final\s+)?answer\s*(?:is|:|=)\s*", re.IGNORECASE)


class Verifier:
    """Compares expressions in a process of its own, started at the first comparison, ended with the object.

    Raises:
        ConfigurationError: math-verify is not installed.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("math_verify") is None:
            raise ConfigurationError("grading mathematics needs math-verify: pip install 'agentic-gym[math]'")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._end: weakref.finalize[[subprocess.Popen[str]], Verifier] | None = None

    def equal(self, truth: str, answer: str) -> bool:
        """Whether `answer` says what `truth` says. Never raises for what an answer holds.

        Sets, intervals and tuples are told apart by their brackets, which math-verify does not do.
        """
        said = _LEAD_IN.sub("", answer.strip()).rstrip(". ")
        if not said or len(said) >= MAX_ANSWER_CHARACTERS:
            return False
        plain, wanted = _MARKUP.sub("", said), _MARKUP.sub("", truth)
        if plain == wanted:
            return True
        if _brackets(plain) != _brackets(wanted):
            return False
        with self._lock:
            return self._ask(truth, said)

    def close(self) -> None:
        """Ends the process. May be called again."""
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _ask(self, truth: str, answer: str) -> bool:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("the process was started with pipes")
        process.stdin.write(json.dumps([truth, answer]) + "\n")
        process.stdin.flush()
        lines: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=lambda: lines.put(_line(process)), daemon=True).start()
        try:
            line = lines.get(timeout=PATIENCE)
        except Empty:
            line = ""
        if not line:
            self.close()
            return False
        return bool(json.loads(line))

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "agentic_gym_envs.mathfile.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self._end = weakref.finalize(self, _kill, self._process)
        return self._process


def _kill(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def _line(process: "subprocess.Popen[str]") -> str:
    try:
        return process.stdout.readline() if process.stdout is not None else ""
    except ValueError:  # closed meanwhile
        return ""


def _brackets(text: str) -> str:
    r"""The outer brackets of a list of things; empty where there is no list.

    >>> _brackets(r"\{3,4\}"), _brackets("(3,4)"), _brackets("(x+1)")
    ('{}', '()', '')
    """
    found = re.fullmatch(r"(\\?[\[({]).*,.*(\\?[\])}])", text)
    return (found[1] + found[2]).replace("\\", "") if found else ""
