"""Is there enough memory that the kernel may use for itself?  A big Movable zone can leave too little to come up."""

from __future__ import annotations

from dataclasses import replace

from acpitools.core.findings import Finding, Severity
from acpitools.core.units import KIB, PAGE_SHIFT, format_size
from acpitools.kernel.managed import kernel_pages
from acpitools.kernel.stages.early_alloc import TRAMPOLINE
from acpitools.kernel.state import BootEnv, BootState, Outcome

__all__ = ["first_allocations"]

_CPU = 512 * KIB
"""Bytes that each CPU adds to what the kernel takes, about."""


def first_allocations(state: BootState, env: BootEnv) -> Outcome:
    """End the boot where the kernel has no place for its trampoline, or less than it takes until its first program.

    How much that is was measured on machines with few devices: a little above it is a warning.
    """
    if state.panic or not state.zones:
        return Outcome(state)
    if not any(area.owner == TRAMPOLINE for area in state.ledger):
        # Kernel: arch/x86/realmode/init.c:init_real_mode.
        why = "the real-mode trampoline was not allocated: no memory below 1 MiB is free for it"
        return Outcome(replace(state, panic=why))
    needed = env.policy.kernel_memory_needed + _CPU * len(env.inputs.apic_ids)
    size = kernel_pages(state, env) << PAGE_SHIFT
    has, takes = format_size(size), format_size(needed)
    if size < needed:
        why = f"out of memory: the zones other than Movable have {has}, and this kernel takes about {takes}"
        return Outcome(replace(state, panic=why))
    if size >= needed + needed // 2:
        return Outcome(state)
    why = f"the zones other than Movable have {has}; this kernel takes about {takes}, more with many devices"
    finding = Finding(code="BOOT002", severity=Severity.WARNING, message=why)
    return Outcome(replace(state, findings=(*state.findings, finding)))
