"""Memory blocks: the units of /sys/devices/system/memory, with their nodes, zone, and whether they can go offline.

Kernel: drivers/base/memory.c, drivers/base/node.c, arch/x86/mm/init_64.c:probe_memory_block_size.  Blocks that hold no
border of anything are alike and kept as runs; only those at borders are looked at one by one.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from acpitools.core.ranges import coalesce
from acpitools.core.units import PAGE_SHIFT, PFN_DOWN, PFN_PHYS, PFN_UP
from acpitools.kernel.layout import BlockRun, Blocks
from acpitools.kernel.managed import node_pages
from acpitools.kernel.memblock import NUMA_NO_NODE, UNSET_NID, Regions, first_overlap
from acpitools.kernel.pages import PageSet
from acpitools.kernel.policy import Policy
from acpitools.kernel.removable import Grounds, boot_grounds
from acpitools.kernel.stages.late_alloc import online_nodes
from acpitools.kernel.stages.sparse import physmem_end, section_runs
from acpitools.kernel.state import BootEnv, BootState, Zone

__all__ = ["block_size", "boot_blocks"]


def block_size(max_pfn: int, policy: Policy, *, hypervisor: bool) -> int:
    """Give the size of a memory block in bytes, from the end of memory at boot (PFN)."""
    end = PFN_PHYS(max_pfn)
    if end < policy.large_block_from:
        return policy.min_block_size
    if not hypervisor and policy.bare_metal_max_block:
        return policy.max_block_size
    size = policy.max_block_size
    while size > policy.min_block_size and end % size:
        size >>= 1
    return size


@dataclass(slots=True)
class _Machine:
    """What a block is judged by, prepared once; page frames throughout."""

    size: int
    """Pages of a block."""
    present: PageSet
    """Pages of present sections."""
    memory: PageSet
    nodes: dict[int, PageSet]
    regions: Regions
    zones: dict[int, list[Zone]]
    first_online: int
    first_span: tuple[int, int]
    """What the first online node spans; empty where it has no memory."""
    grounds: Grounds

    def nodes_of(self, start: int, end: int) -> list[int]:
        found = set()
        index = first_overlap(self.regions, PFN_PHYS(start))
        while index < len(self.regions) and self.regions[index].base < PFN_PHYS(end):
            region = self.regions[index]
            if region.nid in self.nodes and max(PFN_UP(region.base), start) < min(PFN_DOWN(region.end), end):
                found.add(region.nid)
            index += 1
        # Pages of a hole count for the first online node, where its span reaches.
        low, high = self.first_span
        if low < end and start < high and self.present.count(start, end) > self.memory.count(start, end):
            found.add(self.first_online)
        return sorted(found)

    def zone_of(self, nid: int, start: int, end: int) -> str | None:
        hit = [z for z in self.zones.get(nid, ()) if z.present_pages and z.start_pfn < end and start < z.end_pfn]
        return hit[0].name if len(hit) == 1 else None

    def judge(self, number: int, count: int) -> BlockRun:
        start = number * self.size
        end = start + self.size
        nodes = self.nodes_of(start, end)
        zone = self.zone_of(nodes[0], start, end) if len(nodes) == 1 else None
        removable, why = self.grounds.verdict(zone, nodes, start, end)
        return BlockRun(
            first=number,
            count=count,
            nodes=tuple(nodes),
            state="online",
            valid_zones=(zone or "none",),
            removable=removable,
            why=why,
        )


def _machine(state: BootState, env: BootEnv, size: int) -> _Machine:
    section_pages = env.policy.section_size >> PAGE_SHIFT
    runs = section_runs(state.memblock.memory, env.policy.section_size, physmem_end(la57=env.inputs.la57))
    zones: dict[int, list[Zone]] = {}
    for zone in state.zones:
        zones.setdefault(zone.node, []).append(zone)
    nodes = node_pages(state)
    first_online = min(online_nodes(state, env), default=0)
    first_span = (0, 0)
    if nodes.get(first_online):
        start, end = nodes[first_online].ranges[0].start, nodes[first_online].ranges[-1].end
        if env.policy.node_span_is_zone_sum:
            end = start + sum(z.spanned_pages for z in zones.get(first_online, ()))
        first_span = (start, end)
    return _Machine(
        size=size >> PAGE_SHIFT,
        present=PageSet((r.first * section_pages, r.end * section_pages) for r in runs),
        memory=PageSet((PFN_UP(r.base), PFN_DOWN(r.end)) for r in state.memblock.memory),
        nodes=nodes,
        regions=state.memblock.memory,
        zones=zones,
        first_online=first_online,
        first_span=first_span,
        grounds=boot_grounds(state, env),
    )


def _borders(machine: _Machine, state: BootState) -> list[int]:
    # Every page frame at which something begins or ends.
    edges: set[int] = set()
    grounds = machine.grounds
    for pages in (machine.memory, machine.present, grounds.ram, grounds.held, grounds.across, grounds.unsure):
        for start, end in pages.ranges:
            edges.update((start, end))
    edges.update(edge for zone in state.zones for edge in (zone.start_pfn, zone.end_pfn))
    edges.update(machine.first_span)
    edges.update(
        edge
        for r in state.memblock.memory
        if r.nid not in (NUMA_NO_NODE, UNSET_NID)
        for edge in (PFN_UP(r.base), PFN_DOWN(r.end))
    )
    return sorted(edges)


def boot_blocks(state: BootState, env: BootEnv) -> Blocks:
    """Give the memory blocks that exist after boot, alike neighbours as one run."""
    size = block_size(state.max_pfn, env.policy, hypervisor=env.inputs.hypervisor)
    machine = _machine(state, env, size)
    pages = machine.size
    borders = _borders(machine, state)
    runs: list[BlockRun] = []
    stretches = coalesce((start // pages, -(-end // pages)) for start, end in machine.present.ranges)
    for first, last in stretches:
        number = first
        while number < last:
            # A block with a border inside stands alone; the others run on to the next border.
            index = bisect_right(borders, number * pages)
            inside = index < len(borders) and borders[index] < (number + 1) * pages
            count = 1
            if not inside:
                limit = borders[index] // pages if index < len(borders) else last
                count = max(1, min(last, limit) - number)
            _append(runs, machine.judge(number, count))
            number += count
    return Blocks(size=size, runs=tuple(runs))


def _append(runs: list[BlockRun], run: BlockRun) -> None:
    last = runs[-1] if runs else None
    alike = last and (last.nodes, last.valid_zones, last.removable, last.why) == (
        run.nodes,
        run.valid_zones,
        run.removable,
        run.why,
    )
    if last and alike and last.first + last.count == run.first:
        runs[-1] = BlockRun(
            first=last.first,
            count=last.count + run.count,
            nodes=run.nodes,
            state=run.state,
            valid_zones=run.valid_zones,
            removable=run.removable,
            why=run.why,
        )
    else:
        runs.append(run)
