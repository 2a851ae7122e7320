"""Runs the hostile corpus against a sandbox: after every snippet the same six things have to hold."""

import gc
import time
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Final, Self

from agentic_gym.errors import ContractError, SandboxError
from agentic_gym.sandboxes import Execution, Limits, Outcome, Sandbox, SandboxSession
from agentic_gym.sandboxes.cage.linux import machine
from agentic_gym.sandboxes.cage.syscalls import NUMBERS
from agentic_gym.testing.checks import require
from agentic_gym.testing.corpus import Expectation, Snippet
from agentic_gym.testing.host import Host, PeakMemory, Traces, eventually

REPLY_SECONDS: Final = 1.0
"""By which a reply may come later than time-out and grace together."""
TRACES_SECONDS: Final = 2.0
"""Within which a closed session has left nothing behind."""
GROWTH_MB: Final = 64.0
"""By which the trainer's memory may rise."""

_CALL: Final = """
def call(name, *arguments):
    import ctypes, os
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in (numbers[name], *arguments)]
    result = libc.syscall(*words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), name)
    return result
"""
_KEPT: Final = "kept = 12345"


class Trial:
    """A sandbox, a host with canaries around it, and a sibling session that must notice nothing.

    Entering starts the sandbox; leaving closes it and checks that nothing is left of it at all.

    Attributes:
        level: whose expectations hold: the sandbox's, as it says itself, or what was asked for.
    """

    def __init__(
        self,
        factory: Callable[[], Sandbox],
        limits: Limits | None = None,
        *,
        patience: float = 1.0,
        elsewhere: Callable[[], int] = lambda: 0,
        level: str = "",
    ) -> None:
        """Starts nothing yet.

        Args:
            factory: makes the sandbox.
            limits: what its sessions are limited to; `Limits()` where not given.
            patience: by which `REPLY_SECONDS` and `TRACES_SECONDS` are multiplied, for a loaded machine.
            elsewhere: counts what else a session must not leave behind: an engine's containers, say.
            level: whose expectations hold instead of those of the sandbox's own level: `podman`.
        """
        self._factory = factory
        self._limits = limits or Limits()
        self._patience = patience
        self._elsewhere = elsewhere
        self._host = Host()
        self._stack = ExitStack()
        self._sibling: SandboxSession | None = None
        self.level = level

    def __enter__(self) -> Self:
        """Starts the sandbox."""
        with ExitStack() as stack:
            stack.enter_context(self._host)
            gc.collect()  # what goes later would hide what is left
            self._untouched = self._traces()
            self._sandbox = self._factory()
            stack.callback(self._sandbox.close)
            self.level = self.level or self._sandbox.isolation().level
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it.

        Raises:
            ContractError: something of it is left. Only where no other error is on its way.
        """
        with self._stack:
            self._sandbox.close()
            if error is None:
                self._require_nothing_left(self._untouched)

    def run(self, snippet: Snippet) -> str:
        """Runs a snippet in a session of its own; returns how it ended.

        Raises:
            ContractError: it ended otherwise than expected, or did what no snippet may.
        """
        expected = snippet.expected(self.level)
        sibling = self._living_sibling()
        memory = PeakMemory()
        session = self._open()
        try:
            self._timed(session, self._facts(), 10.0)
            for _ in range(snippet.times):
                execution = self._timed(session, snippet.code, snippet.seconds)
            self._require_expected(execution, expected)
            if session.alive:
                self._require_then(session, expected)
            self._host.require_untouched()
            self._require_kept(sibling)
            self._require_opens()
        finally:
            session.close()
        self._require_nothing_left(self._at_rest)
        require(memory.growth_mb < GROWTH_MB, f"the trainer grew by {memory.growth_mb:.0f} MB")
        return execution.outcome.value

    def _facts(self) -> str:
        """The cell that gives a snippet its variables, and system calls by their names."""
        limits = self._limits
        facts = self._host.facts() | {
            "memory_mb": limits.memory_mb,
            "disk_mb": limits.disk_mb,
            "files": limits.files,
            "numbers": NUMBERS.get(machine(), {}),
        }
        return "".join(f"{name} = {value!r}\n" for name, value in facts.items()) + _CALL

    def _timed(self, session: SandboxSession, code: str, seconds: float) -> Execution:
        """Runs a cell; whatever it does, the reply is there in time and tells no secret."""
        started = time.monotonic()
        try:
            execution = session.run(code, seconds=seconds)
        except SandboxError as error:
            raise ContractError(
                f"the code could make the session fail as if by our fault: {error}"
            ) from error
        took = time.monotonic() - started
        most = seconds + self._limits.grace_seconds + self._patience * REPLY_SECONDS
        require(took <= most, f"the reply came after {took:.1f} s; at most {most:.1f} s were allowed")
        require(
            self._host.secret not in execution.output + execution.error, "the code read the host's secret"
        )
        require(
            session.alive == execution.outcome.session_lives,
            f"outcome {execution.outcome.value}, but alive is {session.alive}",
        )
        return execution

    def _require_expected(self, execution: Execution, expected: Expectation) -> None:
        text = execution.output + execution.error
        seen = f"got {execution.outcome.value} {execution.detail}\n{text[-1000:]}"
        require(execution.outcome in expected.outcomes, f"expected {_names(expected.outcomes)}; {seen}")
        if expected.shows:
            require(any(piece in text for piece in expected.shows), f"expected {expected.shows}; {seen}")
        images = self._limits.images if expected.images < 0 else expected.images
        require(len(execution.images) == images, f"expected {images} images; got {len(execution.images)}")
        text.encode()

    def _require_then(self, session: SandboxSession, expected: Expectation) -> None:
        execution = self._timed(session, "print(6 * 7)", 3.0)
        seen = f"got {execution.outcome.value} {execution.detail}\n{execution.error[-1000:]}"
        require(execution.outcome in expected.then, f"then expected {_names(expected.then)}; {seen}")
        if expected.then == {Outcome.OK}:
            require("42\n" in execution.output, f"then expected 42; got {execution.output!r}")

    def _living_sibling(self) -> SandboxSession:
        """The sibling; another one where the snippet before has harmed it, so that one failure stays one."""
        if self._sibling is None or not self._sibling.alive:
            self._sibling = self._open()
            self._timed(self._sibling, _KEPT, 10.0)
            self._at_rest = self._settled()
        return self._sibling

    def _require_kept(self, sibling: SandboxSession) -> None:
        execution = self._timed(sibling, "print(kept)", 10.0)
        require(execution.output == "12345\n", f"the sibling session lost its variable: {execution.error}")

    def _require_opens(self) -> None:
        fresh = self._open()
        try:
            execution = self._timed(fresh, "print('fresh', 'kept' in globals())", 10.0)
            require(execution.output == "fresh False\n", f"a new session answers {execution.output!r}")
        finally:
            fresh.close()

    def _open(self) -> SandboxSession:
        try:
            return self._sandbox.open(seed=0)
        except SandboxError as error:
            raise ContractError(f"the sandbox opens no new session: {error}") from error

    def _traces(self) -> tuple[Traces, int]:
        return self._host.traces(), self._elsewhere()

    def _settled(self) -> tuple[Traces, int]:
        """What there is once that no longer changes: a sandbox may keep sessions ready."""
        gc.collect()
        traces = self._traces()
        for _ in range(100):
            time.sleep(0.1)
            before, traces = traces, self._traces()
            if traces == before:
                break
        return traces

    def _require_nothing_left(self, before: tuple[Traces, int]) -> None:
        def is_clean() -> bool:
            traces, elsewhere = self._traces()
            return traces.within(before[0]) and elsewhere <= before[1]

        seconds = self._patience * TRACES_SECONDS
        if not eventually(is_clean, seconds):
            raise ContractError(f"left behind after {seconds:g} s: {self._traces()}; before: {before}")


def _names(outcomes: frozenset[Outcome]) -> str:
    return " or ".join(sorted(outcomes))
