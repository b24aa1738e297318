"""Stages that only the first design of 2013 has: hot-pluggable memory is known before memblock allocates anything.

Source: the slides "Introduction to ACPI Based Memory Hot-Plug" (Tang Chen, Zhang Yanfei), bootmem handling.
"""

from __future__ import annotations

from dataclasses import replace

from acpitools.core.ranges import AddrRange
from acpitools.kernel import memblock
from acpitools.kernel.inputs import Affinity, AffinityType
from acpitools.kernel.memblock import HOTPLUG
from acpitools.kernel.state import BootEnv, BootState, Event, Outcome

__all__ = ["mark_early", "skip_hotpluggable"]


def skip_hotpluggable(state: BootState, env: BootEnv) -> Outcome:
    """Let memblock pass over marked memory from the start; the direction of its search stays top-down."""
    if not env.options.movable_node:
        return Outcome(state)
    mb = state.memblock._replace(movable_node=True)
    why = "allocations go top-down, and never into hot-pluggable memory"
    return Outcome(replace(state, memblock=mb), (Event("direction", why, cause="cmdline: movable_node"),))


def _memory(env: BootEnv) -> list[Affinity]:
    srat, options = env.inputs.srat, env.options
    if srat is None or options.numa_off or options.numa_noacpi or options.acpi_off or not env.policy.acpi_numa:
        return []
    return [e for e in srat.entries if e.type == AffinityType.MEMORY and e.flags & 1 and e.size]


def _holders(state: BootState, entries: list[Affinity]) -> dict[int, list[str]]:
    # Domains in which something is reserved already, and what that is.
    held: dict[int, list[str]] = {}
    for e in entries:
        owners = [a.owner for a in state.ledger if a.start < e.base + e.size and e.base < a.end]
        if owners:
            held.setdefault(e.pxm, []).extend(owners)
    return held


def mark_early(state: BootState, env: BootEnv) -> Outcome:
    """Mark what the SRAT calls hot-pluggable, save in domains that hold the kernel or what it was given."""
    if not env.options.movable_node:
        return Outcome(state)
    entries = _memory(env)
    held = _holders(state, entries)
    mb, events = memblock.thawed(state.memblock, memory=True), []
    for e in entries:
        place = AddrRange(e.base, e.base + e.size)
        if not e.flags & 2:
            continue
        if e.pxm in held:
            owners = ", ".join(dict.fromkeys(held[e.pxm]))
            text = f"domain {e.pxm} is in use by {owners}: not marked"
        else:
            mb = memblock.mark(mb, place.start, place.end, HOTPLUG)
            text = f"domain {e.pxm}: hot-pluggable, marked"
        events.append(Event("mark", text, (place,), cause=e.source))
    return Outcome(replace(state, memblock=memblock.frozen(mb)), tuple(events))
