"""Every memory block taken offline, one after the other, on a running machine; and what was said of them beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from acpitools.kernel.compare import Difference
from acpitools.verify.attempt import Attempt, Outcome, parse_attempt
from acpitools.verify.session import Session

__all__ = ["compare_sweep", "sweep"]

_LIMIT: Final = 20
_FLOOR_KIB: Final = 300 << 10
"""Free memory to keep: below it what is in use, and the out-of-memory killer, would decide."""


def sweep(session: Session, blocks: Iterable[int], *, block_size: int) -> Iterator[Attempt]:
    """Try to take each block offline, in the order given."""
    floor = _FLOOR_KIB + (block_size >> 10 if block_size > 128 << 20 else 0)
    for block in blocks:
        done = session.shell(f"offline {block} {_LIMIT} {floor}", _LIMIT + 60)
        yield parse_attempt(block, done.output)


def compare_sweep(attempts: Iterable[Attempt], removable: Mapping[int, str]) -> tuple[Difference, ...]:
    """Give the broken promises: a block called ``yes`` that stays, one called ``no`` that goes."""
    return tuple(_broken(attempts, removable))


def _broken(attempts: Iterable[Attempt], removable: Mapping[int, str]) -> Iterator[Difference]:
    for attempt in attempts:
        said = removable.get(attempt.block)
        stayed = attempt.outcome in (Outcome.REFUSED, Outcome.TIMED_OUT)
        if (said == "yes" and stayed) or (said == "no" and attempt.outcome is Outcome.OFFLINE):
            why = f": {attempt.reason}" if attempt.reason else ""
            shown = f"{attempt.outcome.value}{why}"
            yield Difference(what="removable", where=f"memory{attempt.block}", predicted=said, observed=shown)
