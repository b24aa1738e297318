"""RAM that memmap= adds though the machine does not have it: fatal as soon as the kernel uses it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.core.ranges import coalesce, intersect, subtract
from acpitools.kernel.state import BootEnv, BootState, Outcome

__all__ = ["use_absent_ram"]

_NOT_WRITTEN: Final = ("CMA", "crash kernel")
"""Owners that only keep memory for later."""


def use_absent_ram(state: BootState, env: BootEnv) -> Outcome:
    """End the boot where the kernel has put something of its own into memory that is not there.

    The kernel believes ``memmap=nn@ss`` unseen, and what it takes top-down is the first to lie in such a range.
    """
    if state.panic or not env.options.e820_edits:
        return Outcome(state)
    # What the firmware calls reserved may be RAM; what it does not speak of is none.
    told = coalesce((entry.start, entry.end) for entry in env.inputs.e820)
    absent = subtract([(r.base, r.end) for r in state.memblock.memory], told)
    if not absent:
        return Outcome(state)
    where = ", ".join(map(str, absent[:4])) + (" ..." if len(absent) > 4 else "")
    why = f"the command line calls {where} RAM, of which the firmware's map says nothing"
    finding = Finding(code="E820002", severity=Severity.WARNING, message=why)
    if finding not in state.findings:
        state = replace(state, findings=(*state.findings, finding))
    taken = [a for a in state.ledger if a.direction is not None and not a.owner.startswith(_NOT_WRITTEN)]
    held = intersect(((a.start, a.end) for a in taken), absent)
    if not held:
        return Outcome(state)
    owner = next(a.owner for a in taken if a.start < held[0].end and held[0].start < a.end)
    return Outcome(replace(state, panic=f"{owner} at {held[0].start:#x} lies in memory that is not there"))
