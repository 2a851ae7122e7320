"""The sandbox's contract as a test: hold one against it, of this package or of your own.

What an agent may rely on is checked here, what code may not do is the hostile corpus. A test suite is best
parametrised over `sandbox_checks(factory)`, so that each check fails by its own name.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial

import numpy as np

from agentic_gym.errors import AgenticGymError, ContractError, SandboxError
from agentic_gym.sandboxes import Execution, Limits, Outcome, Sandbox, SandboxSession
from agentic_gym.testing.checks import Check, require, run_checks
from agentic_gym.testing.corpus import Snippet, hostile_corpus
from agentic_gym.testing.trial import Trial

_SHORT: float = 0.5


@dataclass(frozen=True, slots=True)
class SandboxSubject:
    """The sandbox under test.

    Attributes:
        factory: makes one.
        limits: what its sessions are limited to.
        patience: by which the time that a reply and the cleaning up may take is multiplied.
    """

    factory: Callable[[], Sandbox]
    limits: Limits
    patience: float = 1.0


def isolation(sandbox: Sandbox, limits: Limits) -> str:
    """It says at which level it isolates; every layer was tried, and a gap has a remedy."""
    found = sandbox.isolation()
    require(bool(found.layers), f"level {found.level!r} names no layer: nothing isolates")
    active = [layer for layer in found.layers if layer.active]
    require(bool(active), "no layer is active")
    for layer in found.layers:
        require(bool(layer.probe), f"layer {layer.name!r} does not say how it was tried")
        require(layer.active or bool(layer.remedy), f"layer {layer.name!r} is missing and names no remedy")
    return f"{found.level}: {len(active)} of {len(found.layers)} layers"


def notebook(sandbox: Sandbox, limits: Limits) -> str:
    """Variables live on, a last expression is shown, output keeps its order."""
    with closing(sandbox.open(seed=0)) as session:
        _expect(session, "import math\nx = math.factorial(5)", "")
        _expect(session, "x + 1", "121\n")
        _expect(session, "'a'\n'b'", "'b'\n")
        _expect(session, "None", "")
        _expect(session, "x;", "")
        _expect(session, "import sys\nprint(1)\nprint(2, file=sys.stderr)\nprint(3)", "1\n2\n3\n")
    return "variables, last expressions, order of output"


def mistakes(sandbox: Sandbox, limits: Limits) -> str:
    """What the code raises is told with the code's own line, and the session lives on."""
    with closing(sandbox.open(seed=0)) as session:
        for code, told in (
            ("kept = 5\n1 / 0", "ZeroDivisionError"),
            ("1 +", "SyntaxError"),
            ("import sys\nsys.exit(1)", "SystemExit"),
            ("import no_such_module", "ModuleNotFoundError"),
        ):
            execution = _run(session, code, Outcome.PYTHON_ERROR)
            require(told in execution.error, f"{code!r} does not tell {told}: {execution.error!r}")
        _expect(session, "kept", "5\n")
    return "four mistakes told, the session lives on"


def time_limit(sandbox: Sandbox, limits: Limits) -> str:
    """A cell over its limit is interrupted and keeps its variables; a deaf one is killed."""
    with closing(sandbox.open(seed=0)) as session:
        code = "kept = 5\nprint('before')\nwhile True: pass"
        execution = _run(session, code, Outcome.INTERRUPTED, seconds=_SHORT)
        require(execution.output == "before\n", f"what was printed before is {execution.output!r}")
        require(execution.seconds >= _SHORT, f"it ran {execution.seconds:g} s of {_SHORT:g} s")
        _expect(session, "kept", "5\n")
        deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
        _run(session, deaf, Outcome.KILLED_TIMEOUT, seconds=_SHORT)
        _require_over(session)
    return "interrupted with its variables kept; a deaf one killed"


def memory_limit(sandbox: Sandbox, limits: Limits) -> str:
    """More memory than allowed is a MemoryError, or ends the session as out of memory."""
    with closing(sandbox.open(seed=0)) as session:
        execution = session.run(f"x = bytearray({limits.memory_mb + 64} << 20)")
        outcomes = (Outcome.PYTHON_ERROR, Outcome.KILLED_MEMORY)
        require(execution.outcome in outcomes, f"{limits.memory_mb + 64} MB gave {execution.outcome.value}")
    with closing(sandbox.open(seed=0)) as session:
        _expect(session, f"x = bytearray({limits.memory_mb // 2} << 20)\nlen(x) > 0", "True\n")
    return f"half of {limits.memory_mb} MB can be had, 64 MB more than that cannot"


def output_limit(sandbox: Sandbox, limits: Limits) -> str:
    """Output is cut at the limit, and the text says so."""
    with closing(sandbox.open(seed=0)) as session:
        execution = _run(session, f"print('x' * {10 * limits.output_chars})", Outcome.OK)
        length = len(execution.output)
        require(limits.output_chars <= length <= limits.output_chars + 200, f"{length} characters were kept")
        require(not execution.output.endswith("x"), "the output does not say that it was cut")
    return f"cut at {limits.output_chars:,} characters"


def pictures(sandbox: Sandbox, limits: Limits) -> str:
    """A picture comes back pixel by pixel, and no more come than allowed."""
    sent = np.random.default_rng(0).integers(0, 256, (61, 127, 3), dtype=np.uint8)
    with closing(sandbox.open(seed=0)) as session:
        session.put_images({"image_1": sent})
        execution = _run(session, "print(image_1.size, image_1.mode)\nimage_1", Outcome.OK)
        require(execution.output == "(127, 61) RGB\n", f"the code sees a picture of {execution.output!r}")
        require(len(execution.images) == 1, f"{len(execution.images)} pictures came back")
        require(np.array_equal(execution.images[0], sent), "another picture came back")
        code = f"for _ in range({limits.images} + 1): display(image_1)"
        execution = _run(session, code, Outcome.OK)
        require(len(execution.images) == limits.images, f"{len(execution.images)} pictures were taken")
        require(bool(execution.output), "the output does not say that a picture is missing")
    return f"there and back; {limits.images} a cell"


def seeds(sandbox: Sandbox, limits: Limits) -> str:
    """`random` and `numpy.random` follow the seed."""
    code = "import random, numpy\nprint(random.random(), numpy.random.rand())"
    drawn = []
    for seed in (1, 1, 2, 2**70):
        with closing(sandbox.open(seed=seed)) as session:
            drawn.append(_run(session, code, Outcome.OK).output)
    require(drawn[0] == drawn[1], "the same seed gave other numbers")
    require(len(set(drawn)) == 3, "another seed gave the same numbers")
    return "the same for the same seed"


def separation(sandbox: Sandbox, limits: Limits) -> str:
    """Sessions share neither variables nor files nor changed modules."""
    with closing(sandbox.open(seed=0)) as one, closing(sandbox.open(seed=0)) as other:
        _expect(one, "secret = 1\nopen('secret.txt', 'w').close()\nimport math\nmath.pi = 3", "")
        _expect(
            other, "import math, os\n'secret' in globals(), os.listdir(), math.pi > 3", "(False, [], True)\n"
        )
    return "variables, files, modules"


def endings(sandbox: Sandbox, limits: Limits) -> str:
    """A session that left or crashed says so and is over; the sandbox opens the next one."""
    for code, outcome in (
        ("import os\nos._exit(3)", Outcome.EXITED),
        ("import ctypes\nctypes.string_at(0)", Outcome.CRASHED),
    ):
        with closing(sandbox.open(seed=0)) as session:
            _run(session, code, outcome)
            _require_over(session)
    with closing(sandbox.open(seed=0)) as session:
        _expect(session, "1", "1\n")
    return "exited, crashed, and the next one opens"


def closing_twice(sandbox: Sandbox, limits: Limits) -> str:
    """`close` may be called again, also while a cell runs; afterwards the session is over."""
    session = sandbox.open(seed=0)
    failures: list[str] = []

    def run() -> None:
        try:
            failures.append(f"the cell ended as {session.run('while True: pass').outcome.value}")
        except SandboxError:
            failures.append("")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(_SHORT)
    session.close()
    thread.join(limits.seconds + limits.grace_seconds + 10)
    require(failures == [""], f"closed while a cell ran: {failures or 'the cell runs on'}")
    session.close()
    _require_over(session)
    return "twice, and while a cell runs"


def closing_all(sandbox: Sandbox, limits: Limits) -> str:
    """Closing the sandbox ends its sessions, and may be done again."""
    session = sandbox.open(seed=0)
    sandbox.close()
    sandbox.close()
    _require_over(session)
    return "ends its sessions"


def threads(sandbox: Sandbox, limits: Limits) -> str:
    """Threads may share a sandbox, and a session, whose cells run one after the other."""
    seen: dict[int, str] = {}
    shared = sandbox.open(seed=0)
    _expect(shared, "n = 0", "")

    def play(number: int) -> None:
        with closing(sandbox.open(seed=number)) as session:
            session.run(f"x = {number}")
            seen[number] = session.run("x").output
            shared.run("n += 1")

    players = [threading.Thread(target=play, args=(number,)) for number in range(8)]
    for player in players:
        player.start()
    for player in players:
        player.join()
    require(seen == {number: f"{number}\n" for number in range(8)}, f"eight threads saw {seen}")
    _expect(shared, "n", "8\n")
    shared.close()
    return "eight at once"


CHECKS: tuple[Callable[[Sandbox, Limits], str], ...] = (
    isolation,
    notebook,
    mistakes,
    time_limit,
    memory_limit,
    output_limit,
    pictures,
    seeds,
    separation,
    endings,
    closing_twice,
    closing_all,
    threads,
)
"""Every check of the contract: takes a fresh sandbox and its limits, raises where the contract is broken."""


def sandbox_checks(
    factory: Callable[[], Sandbox],
    limits: Limits | None = None,
    *,
    snippets: Iterable[Snippet] | None = None,
    patience: float = 1.0,
) -> Mapping[str, Callable[[], str]]:
    """Every check by name, bound to a sandbox: the contract, and the hostile corpus by groups.

    Each makes a sandbox and closes it. The corpus takes about a minute at the `namespaces` level.

    Args:
        factory: makes the sandbox: `EmbeddedSandbox`, say.
        limits: what the factory limits sessions to; `Limits()` where not given.
        snippets: of the corpus; all of them where not given.
        patience: see `Trial`.
    """
    subject = SandboxSubject(factory, limits or Limits(), patience)
    named = {check.__name__.replace("_", " "): partial(_check, subject, check) for check in CHECKS}
    groups: dict[str, list[Snippet]] = {}
    for snippet in hostile_corpus() if snippets is None else snippets:
        groups.setdefault(snippet.group, []).append(snippet)
    hostile = {f"hostile {group}": partial(_try, subject, members) for group, members in groups.items()}
    return {**named, **hostile}


def check_sandbox(
    factory: Callable[[], Sandbox],
    limits: Limits | None = None,
    *,
    snippets: Iterable[Snippet] | None = None,
    patience: float = 1.0,
) -> Iterator[Check]:
    """Runs every check and yields its result as it comes; arguments as for `sandbox_checks`."""
    return run_checks(sandbox_checks(factory, limits, snippets=snippets, patience=patience))


def _check(subject: SandboxSubject, check: Callable[[Sandbox, Limits], str]) -> str:
    """Runs a check against a sandbox of its own; an error of the sandbox's breaks the contract."""
    try:
        with closing(subject.factory()) as sandbox:
            return check(sandbox, subject.limits)
    except ContractError:
        raise
    except AgenticGymError as error:
        raise ContractError(f"{type(error).__name__}: {error}") from error


def _try(subject: SandboxSubject, snippets: list[Snippet]) -> str:
    """Runs snippets of the corpus one after the other, and complains of all that failed at once."""
    complaints = []
    try:
        with Trial(subject.factory, subject.limits, patience=subject.patience) as trial:
            for snippet in snippets:
                try:
                    trial.run(snippet)
                except ContractError as broken:
                    complaints.append(f"{snippet.name}: {broken}")
    except ContractError as broken:
        complaints.append(str(broken))
    except AgenticGymError as error:
        complaints.append(f"{type(error).__name__}: {error}")
    require(not complaints, "\n".join(complaints))
    return f"{len(snippets)} snippets"


def _run(session: SandboxSession, code: str, outcome: Outcome, *, seconds: float | None = None) -> Execution:
    execution = session.run(code, seconds=seconds)
    seen = f"{execution.outcome.value} {execution.error[-500:]}"
    require(execution.outcome is outcome, f"{code!r} should end as {outcome.value}; it ended as {seen}")
    return execution


def _expect(session: SandboxSession, code: str, output: str) -> None:
    seen = _run(session, code, Outcome.OK).output
    require(seen == output, f"{code!r} should print {output!r}; it printed {seen!r}")


def _require_over(session: SandboxSession) -> None:
    require(not session.alive, "the session is over, but says that it lives")
    try:
        session.run("1")
    except SandboxError:
        return
    raise ContractError("a session that is over ran a cell")
