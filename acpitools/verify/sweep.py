"""Every memory block taken offline, one after the other, on a running machine; and what was said of them beside it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from acpitools.core.errors import MachineError
from acpitools.kernel.compare import Difference
from acpitools.verify.attempt import Attempt, Outcome, parse_attempt
from acpitools.verify.session import Session

__all__ = ["compare_sweep", "sweep"]

_LIMIT: Final = 20
"""Seconds for one block: the kernel goes on for as long as pages can be moved, one after the other."""
_GRACE: Final = 15
"""Seconds more that a write may take to heed the signal that ends it."""
_SLACK: Final = 30
"""Seconds more that a slow guest may take to answer."""
_FLOOR_KIB: Final = 300 << 10
"""Free memory to keep: below it what is in use, and the out-of-memory killer, would decide."""


_PATIENCE: Final = 3
"""Attempts for a block that is to go: pages that an attempt moved stay away, so the next one has less to do."""


def sweep(session: Session, removable: Mapping[int, str], *, block_size: int, seconds: float) -> Iterator[Attempt]:
    """Try to take each block offline, from the top, for about so many seconds; give what became of each.

    ``removable`` gives the blocks, and ``yes``, ``maybe`` or ``no`` of each: those of ``yes`` are given more time.
    After an attempt without an answer no more are made: the kernel holds the locks of hot-plug, or the machine is lost.
    """
    floor = _FLOOR_KIB + (block_size >> 10 if block_size > 128 << 20 else 0)
    deadline = time.monotonic() + seconds
    over: str | None = None
    for block in sorted(removable, reverse=True):
        attempt: Attempt | None = None
        for _ in range(_PATIENCE if removable[block] == "yes" else 1):
            left = deadline - time.monotonic()
            if over is None and left <= 0:
                over = f"the sweep took longer than {seconds:.0f} s"
            if over is None:
                attempt = _tried(session, block, max(1, min(_LIMIT, int(left))), floor)
            if attempt is None or attempt.outcome is not Outcome.TIMED_OUT:
                break
        if attempt is not None and attempt.outcome is Outcome.NO_ANSWER:
            over = f"no answer from memory{block}"
        yield attempt or Attempt(block=block, outcome=Outcome.NOT_TRIED, reason=over)


def _tried(session: Session, block: int, limit: int, floor: int) -> Attempt:
    try:
        done = session.shell(f"offline {block} {limit} {_GRACE} {floor}", limit + _GRACE + _SLACK)
    except MachineError as error:
        return Attempt(block=block, outcome=Outcome.NO_ANSWER, reason=f"{error.what}: {error.why}")
    return parse_attempt(block, done.output)


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
