"""How much kernel memory a machine has left for the memory map of added memory.

Kernel: mm/sparse-vmemmap.c:vmemmap_alloc_block takes it down to the low watermark of each zone and, without that, fails
rather than calling the out-of-memory killer; other allocations of that moment do call it.
"""

from __future__ import annotations

from math import isqrt
from typing import Final

from acpitools.core.units import KIB, MIB, PAGE_SHIFT
from acpitools.core.value import value
from acpitools.hotplug.costs import kernel_pages
from acpitools.hotplug.machine import KERNEL_ZONES, Machine

__all__ = ["Spare", "spare_pages"]

_LEAST_SHARE: Final = 0.7
"""Of what a kernel takes until it runs its first program, what it still has then: the rest was needed to start."""
_GROWTH: Final = 96
"""An idle kernel uses about one page more for each so many that it has."""
_CPU: Final = 512 * KIB
_THP_PAGES: Final = 512 * 11
"""Pages for each kernel zone that are kept free against fragmentation.  Kernel: set_recommended_min_free_kbytes."""
_THP_RAM: Final = 512 * MIB
"""Smaller machines have no transparent huge pages.  Kernel: hugepage_init."""


@value
class Spare:
    """Pages that are left for a memory map."""

    expected: int
    """On an idle machine."""
    most: int
    """On any: a kernel that runs uses more than the rest."""


def spare_pages(machine: Machine) -> Spare:
    """Give the kernel memory that is left on all nodes together, for a memory map."""
    zones = [zone for (_, name), zone in machine.zones.items() if name in KERNEL_ZONES and zone.present]
    managed = sum(zone.managed for zone in zones)
    have = sum(kernel_pages(machine, nid) for nid in machine.online_nodes)
    started = machine.env.policy.kernel_memory_needed + _CPU * len(machine.env.inputs.apic_ids)
    least = int(_LEAST_SHARE * started) >> PAGE_SHIFT
    # Kernel: calculate_min_free_kbytes: the root of 16 times the KiB; 4 KiB are a page.
    low = max(128, min(isqrt(managed * 4 * 16), 262144)) // 4
    everything = sum(zone.managed for zone in machine.zones.values()) << PAGE_SHIFT
    raised = min(_THP_PAGES * len(zones), managed // 20) if everything >= _THP_RAM else 0
    return Spare(
        expected=max(0, have - least - managed // _GROWTH - max(low, raised)),
        most=max(0, have - least - low),
    )
