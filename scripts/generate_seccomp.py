"""Writes `agentic_gym/sandboxes/cage/syscalls.py`: the numbers of the system calls that the sandbox names.

    python scripts/generate_seccomp.py           # writes
    python scripts/generate_seccomp.py --check   # exits with 1 where the file differs

Needs `pyseccomp` and the system's libseccomp (Debian: libseccomp2). The library needs neither: it assembles
its filter itself from these numbers and the table in `seccomp.py`.
"""

import sys
from pathlib import Path

import pyseccomp

from agentic_gym.sandboxes.cage.seccomp import named_calls

TARGET = Path(__file__).parents[1] / "agentic_gym/sandboxes/cage/syscalls.py"
ARCHITECTURES = {"x86_64": pyseccomp.Arch.X86_64, "aarch64": pyseccomp.Arch.AARCH64}
SETUP = {"capset", "mount_setattr", "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"}
"""What building the cage itself calls, beside the calls of the filter's table."""


def numbers(architecture: pyseccomp.Arch) -> dict[str, int]:
    """Number by name; a call that this architecture has not is left out."""
    found = {name: pyseccomp.resolve_syscall(architecture, name) for name in sorted(named_calls() | SETUP)}
    return {name: number for name, number in found.items() if number >= 0}


def render() -> str:
    """The module's source."""
    lines = [
        '"""Numbers of system calls by machine and name. Written by `scripts/generate_seccomp.py`."""',
        "",
    ]
    lines += ["from typing import Final", "", "NUMBERS: Final[dict[str, dict[str, int]]] = {"]
    for machine, architecture in ARCHITECTURES.items():
        lines.append(f'    "{machine}": {{')
        lines += [f'        "{name}": {number},' for name, number in numbers(architecture).items()]
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


def main() -> int:
    """Writes the file, or with `--check` says whether it is up to date."""
    source = render()
    if "--check" in sys.argv[1:]:
        return int(TARGET.read_text() != source)
    TARGET.write_text(source)
    return 0


if __name__ == "__main__":
    sys.exit(main())
