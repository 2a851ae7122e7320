"""What a check is: a callable that returns what it saw, and raises where a contract is broken."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from agentic_gym.errors import ContractError


@dataclass(frozen=True, slots=True)
class Check:
    """What became of one check: its name, whether it held, and what was seen."""

    name: str
    ok: bool
    detail: str


def require(holds: bool, complaint: str) -> None:
    """Raises `ContractError` with the complaint unless `holds`."""
    if not holds:
        raise ContractError(complaint)


def run_checks(checks: Mapping[str, Callable[[], str]]) -> Iterator[Check]:
    """Runs every check and yields its result as it comes."""
    for name, check in checks.items():
        try:
            yield Check(name, True, check())
        except ContractError as broken:
            yield Check(name, False, str(broken))
