"""Whether a memory block can go offline: what speaks against it, in the kernel's order.

Kernel: drivers/base/memory.c:memory_block_offline, mm/memory_hotplug.c:offline_pages, mm/page_isolation.c.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from acpitools.core.firmware_map import E820Type
from acpitools.core.ranges import coalesce, subtract
from acpitools.core.units import PAGE_SHIFT, PFN_DOWN, PFN_UP
from acpitools.kernel.managed import freed_pages, reserved_pages
from acpitools.kernel.pages import PageSet
from acpitools.kernel.state import BootEnv, BootState

__all__ = ["Grounds", "Verdict", "boot_grounds"]

_NEAR_PAGES: Final = 256
"""Pages by which the place of a late allocation may be off."""

Verdict = tuple[str, str]
"""``yes``, ``maybe`` or ``no``, and why."""


@dataclass(slots=True)
class Grounds:
    """What decides about boot memory; page frames."""

    ram: PageSet
    """Pages of System RAM resources."""
    held: PageSet
    """Reserved for good."""
    across: PageSet
    """Parts of 1 GiB pages that lie in another zone than their head, and are set up as if in the head's."""
    unsure: PageSet
    """Where a late allocation may lie if an estimate is a little off."""

    def verdict(self, zone: str | None, nodes: Sequence[int], start: int, end: int) -> Verdict:
        """Judge the boot memory block ``[start, end)`` of a zone (None: it has no single one)."""
        if zone is None:
            return "no", "spans nodes" if len(nodes) > 1 else "spans zones"
        if self.ram.count(start, end) < end - start:
            return "no", "not all of it is RAM"
        if self.across.count(start, end):
            return "no", "a 1 GiB page reaches into it"
        if self.held.count(start, end):
            return "no", "holds memory in use from boot"
        if zone != "Movable":
            return "maybe", "in a kernel zone: use decides"
        if self.unsure.count(start, end):
            return "maybe", "allocations end close to it"
        return "yes", "Movable, no kernel memory"


def _across_zones(state: BootState) -> list[tuple[int, int]]:
    pieces = []
    for entry in state.ledger:
        if entry.owner == "1 GiB page":
            start, end = PFN_DOWN(entry.start), PFN_DOWN(entry.end)
            pieces += [(z.start_pfn, min(end, z.end_pfn)) for z in state.zones if start < z.start_pfn < end]
    return pieces


def boot_grounds(state: BootState, env: BootEnv) -> Grounds:
    """Give what decides about the memory blocks that a boot leaves."""
    gigantic = [(a.start >> PAGE_SHIFT, PFN_UP(a.end)) for a in state.ledger if a.owner == "1 GiB page"]
    given_back = [*freed_pages(state, env).ranges, *coalesce(gigantic)]
    return Grounds(
        ram=PageSet((PFN_UP(e.start), PFN_DOWN(e.end)) for e in state.e820 if e.type == E820Type.RAM),
        held=PageSet(subtract(reserved_pages(state).ranges, given_back)),
        across=PageSet(_across_zones(state) if env.policy.gigantic_tails_follow_head else ()),
        unsure=PageSet(
            (PFN_DOWN(a.start) - _NEAR_PAGES, PFN_DOWN(a.start)) for a in state.ledger if a.direction is not None
        ),
    )
