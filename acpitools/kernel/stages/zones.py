"""Zones: where Movable starts on each node, and the extents of every zone.

Kernel: mm/mm_init.c:free_area_init (6.12), mm/page_alloc.c (6.1).  Numbers are page frames and pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from types import MappingProxyType
from typing import Final, NamedTuple

from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.units import GIB, MIB, PAGE_SHIFT, PFN_DOWN, PFN_PHYS, PFN_UP, U64_MAX, round_up
from acpitools.kernel import memblock
from acpitools.kernel.cmdline import CoreSize
from acpitools.kernel.memblock import HOTPLUG, MIRROR, NUMA_NO_NODE, UNSET_NID, Region
from acpitools.kernel.policy import Policy
from acpitools.kernel.state import BootEnv, BootState, Event, Outcome, Zone

__all__ = ["arch_zones", "free_area_init", "node_spans"]

MAX_ORDER_NR_PAGES: Final = 1024
_PAGE_BLOCK: Final = 512
"""Pages that the page allocator keeps of one kind together (pageblock_nr_pages)."""
_DMA_END: Final = 16 * MIB >> PAGE_SHIFT
_DMA32_END: Final = 4 * GIB >> PAGE_SHIFT


class ArchZone(NamedTuple):
    """What a zone may hold on this machine: page frames ``[start, end)``."""

    name: str
    start: int
    end: int


def arch_zones(state: BootState, policy: Policy) -> tuple[ArchZone, ...]:
    """Give the limits of DMA, DMA32 and Normal; an empty one starts where it ends.  Kernel: zone_sizes_init."""
    start = PFN_DOWN(state.memblock.memory[0].base)
    zones = []
    limits = (("DMA", _DMA_END), ("DMA32", _DMA32_END), ("Normal", state.max_pfn))
    for name, limit in limits:
        end = max(min(limit, state.max_pfn) if policy.zones_end_at_memory else limit, start)
        zones.append(ArchZone(name, start, end))
        start = end
    return tuple(zones)


def _page_ranges(regions: tuple[Region, ...]) -> list[tuple[int, int]]:
    # Whole pages of regions, those without any left out.
    ranges = ((PFN_UP(r.base), PFN_DOWN(r.end)) for r in regions)
    return [(start, end) for start, end in ranges if start < end]


def _ranges_of_nodes(state: BootState) -> dict[int, list[tuple[int, int]]]:
    by_nid = state.memblock.memory.by_nid
    found = {nid: _page_ranges(regions) for nid, regions in by_nid.items() if nid not in (NUMA_NO_NODE, UNSET_NID)}
    return {nid: ranges for nid, ranges in sorted(found.items()) if ranges}


def node_spans(state: BootState) -> dict[int, tuple[int, int]]:
    """Give the first and last page frame (exclusive) of each node with memory.  Kernel: get_pfn_range_for_nid."""
    return {nid: (ranges[0][0], ranges[-1][1]) for nid, ranges in _ranges_of_nodes(state).items()}


# --- where Movable starts ---------------------------------------------------------------------------------------


def _lowest(regions: list[Region]) -> dict[int, int]:
    starts: dict[int, int] = {}
    for region in regions:
        pfn = PFN_UP(region.base)
        # The kernel takes 0 for "not set yet".
        starts[region.nid] = min(pfn, starts[region.nid]) if starts.get(region.nid) else pfn
    return starts


def _pages(size: CoreSize, total: int) -> int:
    return total * 100 * size.percent // 10000 if size.percent else size.pages


def _spread(
    nodes: Mapping[int, list[tuple[int, int]]], kernelcore: CoreSize, movablecore: CoreSize, low: int
) -> dict[int, int]:
    """Spread kernelcore evenly over the nodes; give where the rest of each node starts."""
    total = sum(end - start for ranges in nodes.values() for start, end in ranges)
    usable = len(nodes)
    core, movable = _pages(kernelcore, total), _pages(movablecore, total)
    if movable:
        movable = min(total, round_up(movable, MAX_ORDER_NR_PAGES))
        core = max(core, total - movable)
    if not core or core >= total:
        return {}
    starts = dict.fromkeys(nodes, 0)
    while True:
        share = core // usable
        for nid, ranges in nodes.items():
            if core < share:
                share = core // usable
            left = share
            for range_start, end in ranges:
                start = max(range_start, starts[nid])
                if start >= end:
                    continue
                if start < low:
                    kernel = min(end, low) - start
                    left -= min(kernel, left)
                    core -= min(kernel, core)
                    if end <= low:
                        starts[nid] = end
                        continue
                    start = low
                size = min(end - start, left)
                starts[nid] = start + size
                core -= min(core, size)
                left -= size
                if not left:
                    break
        usable -= 1
        if not usable or core <= usable:
            return starts


def _movable_starts(state: BootState, env: BootEnv, limits: tuple[ArchZone, ...]) -> dict[int, int]:
    options = env.options
    regions = list(state.memblock.memory)
    if options.movable_node and env.policy.hotplug_marks:
        return _lowest([r for r in regions if r.flags & HOTPLUG])
    if options.kernelcore_mirror:
        mirrored = any(r.flags & MIRROR for r in regions)
        if env.policy.mirror_needs_mirror and not mirrored:
            return {}
        return _lowest([r for r in regions if not r.flags & MIRROR and PFN_UP(r.base) >= _DMA32_END])
    nodes = _ranges_of_nodes(state)
    return _spread(nodes, options.kernelcore, options.movablecore, _movable_zone(limits).start)


def _movable_zone(limits: tuple[ArchZone, ...]) -> ArchZone:
    # The highest zone that is not empty.  Kernel: find_usable_zone_for_movable.
    return next((zone for zone in reversed(limits) if zone.end > zone.start), limits[0])


def _settled(starts: Mapping[int, int], spans: Mapping[int, tuple[int, int]]) -> dict[int, int]:
    rounded = {nid: round_up(pfn, MAX_ORDER_NR_PAGES) for nid, pfn in starts.items()}
    return {nid: pfn for nid, pfn in sorted(rounded.items()) if pfn and nid in spans and pfn < spans[nid][1]}


# --- extents ----------------------------------------------------------------------------------------------------


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(value, high))


def _present(ranges: list[tuple[int, int]], start: int, end: int) -> int:
    return sum(max(0, min(end, high) - max(start, low)) for low, high in ranges)


def _zone(
    state: BootState, env: BootEnv, nid: int, limit: ArchZone, movable: int | None, ranges: list[tuple[int, int]]
) -> Zone | None:
    node_start, node_end = ranges[0][0], ranges[-1][1]
    start, end = _clamp(node_start, limit.start, limit.end), _clamp(node_end, limit.start, limit.end)
    if movable is not None:
        if limit.name == "Movable":
            start, end = movable, min(node_end, limit.end)
        elif not env.options.kernelcore_mirror and start < movable < end:
            end = movable
        elif start >= movable:
            start = end
    elif limit.name == "Movable":
        return None
    if end < node_start or start > node_end:
        return None
    start, end = max(start, node_start), min(end, node_end)
    if start >= end:
        return None
    present = _present(ranges, start, end)
    if env.options.kernelcore_mirror and movable is not None:
        # The count is unsigned: with pages of other nodes in the span it falls below 0, and the zone seems populated.
        present = (present - _misplaced(state, limit.name, start, end)) & U64_MAX
    return Zone(node=nid, name=limit.name, start_pfn=start, spanned_pages=end - start, present_pages=present)


def _misplaced(state: BootState, zone: str, start: int, end: int) -> int:
    # With mirrored kernelcore, Normal and Movable share a span: each counts the other's pages as absent, and those of
    # other nodes once more.  Kernel: zone_absent_pages_in_node.
    pages = 0
    for region in state.memblock.memory:
        size = _clamp(PFN_DOWN(region.end), start, end) - _clamp(PFN_UP(region.base), start, end)
        mirrored = bool(region.flags & MIRROR)
        if (zone == "Movable" and mirrored) or (zone == "Normal" and not mirrored):
            pages += size
    return pages


def free_area_init(state: BootState, env: BootEnv) -> Outcome:
    """Place the Movable zones and size every zone.

    movable_node wins over kernelcore= and movablecore=, kernelcore=mirror over sizes and per cents.
    """
    if state.panic:
        return Outcome(state)
    limits = arch_zones(state, env.policy)
    nodes = _ranges_of_nodes(state)
    spans = {nid: (ranges[0][0], ranges[-1][1]) for nid, ranges in nodes.items()}
    movable = _settled(_movable_starts(state, env, limits), spans)
    top = _movable_zone(limits)
    kinds = (*limits, ArchZone("Movable", top.start, top.end))
    zones = [
        zone
        for nid, ranges in nodes.items()
        for limit in kinds
        if (zone := _zone(state, env, nid, limit, movable.get(nid), ranges))
    ]
    events = [Event("zones", "Movable zone start for each node", dmesg="Movable zone start for each node")]
    for nid, pfn in movable.items():
        line = f"  Node {nid}: {PFN_PHYS(pfn):#018x}"
        events.append(Event("movable", line, (), nid, dmesg=line))
    findings = (*state.findings, *_ignored(env), *_wrapped(zones), *_mixed(state, zones))
    free = memblock.free_pages(state.memblock)
    done = replace(
        state, free_pages=free, movable_start=MappingProxyType(movable), zones=tuple(zones), findings=findings
    )
    return Outcome(_without_node(done), tuple(events))


def _wrapped(zones: list[Zone]) -> list[Finding]:
    return [
        Finding(
            code="ZONE001",
            severity=Severity.WARNING,
            message=f"node {zone.node} {zone.name} spans memory of other nodes, which kernelcore=mirror takes off its "
            f"present pages: their number falls below 0 and wraps to {zone.present_pages}",
        )
        for zone in zones
        if zone.present_pages > zone.spanned_pages
    ]


def _mixed(state: BootState, zones: list[Zone]) -> list[Finding]:
    # Kernel: move_freepages_block.  It moves all free pages of a block to the lists of one zone, where that spans both
    # ends of the block.
    spans: dict[int, list[tuple[int, int]]] = {}
    for zone in zones:
        spans.setdefault(zone.node, []).append((zone.start_pfn, zone.end_pfn))
    blocks: dict[int, set[int]] = {}
    for left, right in pairwise(r for r in state.memblock.memory if r.nid not in (NUMA_NO_NODE, UNSET_NID)):
        first = PFN_UP(right.base) // _PAGE_BLOCK * _PAGE_BLOCK
        if left.nid != right.nid and first < PFN_DOWN(left.end):
            around = (*spans.get(left.nid, ()), *spans.get(right.nid, ()))
            if any(start <= first and first + _PAGE_BLOCK <= end for start, end in around):
                blocks.setdefault(first, set()).update((left.nid, right.nid))
    if not blocks:
        return []
    nodes = ", ".join(map(str, sorted(set().union(*blocks.values()))))
    why = (
        f"{len(blocks)} page blocks of 2 MiB, the first at {PFN_PHYS(min(blocks)):#x}, hold pages of several nodes "
        f"({nodes}) by turns: free pages can end up in the zone of another node, and the kernel can die of that"
    )
    return [Finding(code="ZONE002", severity=Severity.WARNING, message=why, location=Location(signature="SRAT"))]


def _ignored(env: BootEnv) -> list[Finding]:
    options = env.options
    sized = options.kernelcore != CoreSize() or options.movablecore != CoreSize()
    if options.movable_node and env.policy.hotplug_marks and (sized or options.kernelcore_mirror):
        why = "movable_node is given: the kernel silently ignores kernelcore= and movablecore="
        return [Finding(code="CMD002", severity=Severity.WARNING, message=why)]
    return []


def _without_node(state: BootState) -> BootState:
    lost = [r for r in state.memblock.memory if r.nid in (NUMA_NO_NODE, UNSET_NID) and PFN_UP(r.base) < PFN_DOWN(r.end)]
    if not lost:
        return state
    pages = sum(PFN_DOWN(r.end) - PFN_UP(r.base) for r in lost)
    why = (
        f"{pages} pages of RAM from {lost[0].base:#x} on have no node: too few (at most {MIB >> 10} KiB) for the SRAT "
        "to be dropped, and the kernel dies on them before the console works"
    )
    finding = Finding(code="NUMA003", severity=Severity.ERROR, message=why, location=Location(signature="SRAT"))
    return replace(state, panic=why, findings=(*state.findings, finding))
