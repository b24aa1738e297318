"""From parsed ranges to nodes: clean-up, coverage, marks that are taken back, node data.

Kernel: mm/numa_memblks.c and arch/x86/mm/numa.c (6.12), arch/x86/mm/numa.c (6.1).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from acpitools.core.findings import Finding, Location, Severity
from acpitools.core.ranges import AddrRange
from acpitools.core.units import PAGE_SHIFT, PAGE_SIZE, PFN_DOWN, PFN_PHYS, PFN_UP, round_up
from acpitools.kernel import memblock
from acpitools.kernel.memblock import HOTPLUG, NUMA_NO_NODE, UNSET_NID, Direction, Memblock, Regions
from acpitools.kernel.stages import emulation, srat
from acpitools.kernel.state import Allocation, BootEnv, BootState, Event, MemBlk, NumaState, Outcome, replace_memblock

__all__ = ["clean_up", "numa_init"]


class _RejectedError(Exception):
    """A NUMA method gives no valid nodes; the next one is tried."""

    def __init__(self, why: str, finding: Finding, *, emulated: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.finding = finding
        self.emulated = emulated
        """numa=fake has read, and so used up, its text."""


# --- clean-up ---------------------------------------------------------------------------------------------------


def _is_memory(regions: Regions, start: int, end: int) -> bool:
    index = memblock.first_overlap(regions, start)
    return index < len(regions) and regions[index].base < end


def _limits(state: BootState, env: BootEnv) -> tuple[int, int]:
    if env.policy.clip_to_memory:
        return state.memblock.memory[0].base, state.memblock.memory[-1].end
    return 0, PFN_PHYS(state.max_pfn)


def _clip(state: BootState, env: BootEnv, meminfo: Sequence[MemBlk]) -> tuple[list[MemBlk], list[MemBlk]]:
    low, high = _limits(state, env)
    kept, spare = [], []
    for blk in meminfo:
        if not _is_memory(state.memblock.memory, blk.start, blk.end):
            spare.append(blk)
            continue
        if blk.end > high:
            spare.append(blk._replace(start=high))
        clipped = blk._replace(start=max(blk.start, low), end=min(blk.end, high))
        if clipped.start < clipped.end:
            kept.append(clipped)
    return kept, spare


def _clash(blocks: Sequence[MemBlk]) -> tuple[MemBlk, MemBlk] | None:
    # Two blocks of different nodes that overlap, if any: for each block compare with the farthest-reaching ones
    # of the nodes before it.
    reach: list[MemBlk] = []  # at most two: the farthest block, and the farthest of another node
    for blk in sorted(blocks):
        for other in reach:
            if other.nid != blk.nid and blk.start < other.end:
                return (other, blk) if blocks.index(other) < blocks.index(blk) else (blk, other)
        best = {b.nid: b for b in sorted([*reach, blk], key=lambda b: b.end)}
        reach = sorted(best.values(), key=lambda b: -b.end)[:2]
    return None


def _merge(blocks: list[MemBlk]) -> tuple[list[MemBlk], list[Event]]:
    # Neighbours of one node, with no block of another node between them, become one; the place in the table is that
    # of the first.  The kernel compares all pairs; without overlaps between nodes the result is the same.
    order = sorted(range(len(blocks)), key=lambda n: blocks[n].start)
    groups: list[list[int]] = []
    for n in order:
        if groups and blocks[groups[-1][0]].nid == blocks[n].nid:
            groups[-1].append(n)
        else:
            groups.append([n])
    merged: dict[int, MemBlk] = {}
    events = []
    for group in groups:
        group.sort()
        first = blocks[group[0]]
        start, end = first.start, first.end
        for n in group[1:]:
            other = blocks[n]
            union = AddrRange(min(start, other.start), max(end, other.end))
            line = (
                f"NUMA: Node {first.nid} [mem {start:#010x}-{end - 1:#010x}] + "
                f"[mem {other.start:#010x}-{other.end - 1:#010x}] -> [mem {union.start:#010x}-{union.end - 1:#010x}]"
            )
            events.append(Event("merge", line, (union,), first.nid, dmesg=line))
            start, end = union
        sources = tuple(sorted({source for n in group for source in blocks[n].sources}))
        merged[group[0]] = MemBlk(start, end, first.nid, sources)
    return [merged[n] for n in sorted(merged)], events


def clean_up(
    state: BootState, env: BootEnv, meminfo: Sequence[MemBlk]
) -> tuple[tuple[MemBlk, ...], tuple[MemBlk, ...], list[Event]]:
    """Clip ranges to memory and merge neighbours of a node; give them, those without RAM, and what happened.

    Raises _RejectedError where ranges of two nodes overlap.  Kernel: numa_cleanup_meminfo.
    """
    kept, spare = _clip(state, env, meminfo)
    clash = _clash(kept)
    if clash:
        one, two = clash
        line = (
            f"node {one.nid} [mem {one.start:#010x}-{one.end - 1:#010x}] overlaps with "
            f"node {two.nid} [mem {two.start:#010x}-{two.end - 1:#010x}]"
        )
        finding = Finding(
            code="NUMA001",
            severity=Severity.ERROR,
            message=f"{line}: the kernel drops the SRAT",
            location=Location(signature="SRAT", index=two.sources[0] if two.sources else None),
        )
        raise _RejectedError(line, finding)
    merged, events = _merge(kept)
    return tuple(merged), tuple(spare), events


# --- coverage ---------------------------------------------------------------------------------------------------


def _pages(regions: Regions, start: int, end: int) -> int:
    # Whole pages of memory in [start, end).
    index, pages = memblock.first_overlap(regions, start), 0
    while index < len(regions) and regions[index].base < end:
        low, high = max(regions[index].base, start), min(regions[index].end, end)
        pages += max(0, PFN_DOWN(high) - PFN_UP(low))
        index += 1
    return pages


def _check_coverage(state: BootState, env: BootEnv, meminfo: Sequence[MemBlk]) -> None:
    memory = state.memblock.memory
    total = _pages(memory, 0, PFN_PHYS(state.max_pfn))
    if env.policy.coverage_slack_passes:
        missing = sum(max(0, PFN_DOWN(r.end) - PFN_UP(r.base)) for r in memory if r.nid in (NUMA_NO_NODE, UNSET_NID))
        refused = missing << PAGE_SHIFT > env.policy.coverage_slack
        line = f"NUMA: no nodes coverage for {missing >> 8}MB of {total >> 8}MB RAM"
    else:
        covered = sum(_pages(memory, blk.start & -PAGE_SIZE, blk.end & -PAGE_SIZE) for blk in meminfo)
        missing = total - covered
        refused = missing << PAGE_SHIFT >= env.policy.coverage_slack
        line = f"NUMA: nodes only cover {covered >> 8}MB of your {total >> 8}MB e820 RAM. Not used."
    if refused:
        finding = Finding(
            code="NUMA002",
            severity=Severity.ERROR,
            message=f"no SRAT range covers {missing} pages of RAM: the kernel drops the SRAT",
            location=Location(signature="SRAT"),
        )
        raise _RejectedError(line, finding, emulated=True)


# --- registration -----------------------------------------------------------------------------------------------


def _register(state: BootState, meminfo: Sequence[MemBlk]) -> tuple[BootState, list[Event]]:
    mb = memblock.thawed(state.memblock, memory=True)
    for blk in meminfo:
        mb = memblock.set_node(mb, blk.start, blk.end, blk.nid)
    for blk in meminfo:
        mb = memblock.set_node(mb, blk.start, blk.end, blk.nid, reserved=True)
    used = {r.nid for r in mb.reserved if r.nid not in (NUMA_NO_NODE, UNSET_NID)}
    marked = {r.nid for r in mb.memory if r.flags & HOTPLUG}
    for blk in meminfo:
        if blk.nid in used:
            mb = memblock.mark(mb, blk.start, blk.end, HOTPLUG, clear=True)
    mb = memblock.frozen(mb)
    held = _holders(state.ledger, [blk for blk in meminfo if blk.nid in used & marked])
    events = []
    for nid, holders in sorted(held.items()):
        names = ", ".join(dict.fromkeys(a.owner for a in holders))
        text = f"node {nid} loses its hot-plug marks: reserved in it: {names}"
        ranges = tuple(AddrRange(a.start, a.end) for a in holders)
        events.append(Event("unmark", text, ranges, nid, "numa_clear_kernel_node_hotplug"))
    numa = replace(state.numa, unmarked=MappingProxyType(held))
    return replace(state, memblock=mb, numa=numa), events


def _holders(ledger: Sequence[Allocation], blocks: Sequence[MemBlk]) -> dict[int, tuple[Allocation, ...]]:
    # What the ledger holds in each node's blocks, in address order.
    ordered = sorted(blocks)
    starts = [blk.start for blk in ordered]
    held: dict[int, list[Allocation]] = {}
    for entry in sorted(ledger, key=lambda a: a.start):
        index = max(0, bisect_left(starts, entry.start) - 1)
        while index < len(ordered) and ordered[index].start < entry.end:
            blk = ordered[index]
            if entry.start < blk.end:
                own = held.setdefault(blk.nid, [])
                if not own or own[-1] != entry:
                    own.append(entry)
            index += 1
    return {nid: tuple(entries) for nid, entries in held.items() if entries}


def _node_data(state: BootState, env: BootEnv, meminfo: Sequence[MemBlk]) -> tuple[BootState, list[Event]]:
    size = env.policy.node_data_size
    if env.policy.node_data_page_aligned:
        size = round_up(size, PAGE_SIZE)
    by_nid = state.memblock.memory.by_nid
    if env.policy.node_data_page_aligned:  # 6.1 asks numa_meminfo, later kernels ask memblock
        nids = sorted({blk.nid for blk in meminfo})
    else:
        nids = sorted(nid for nid in by_nid if nid not in (NUMA_NO_NODE, UNSET_NID))
    events: list[Event] = []
    mb = memblock.thawed(state.memblock)
    entries: list[Allocation] = []
    for nid in nids:
        mb, address = memblock.alloc(mb, size, 64, 0, memblock.ACCESSIBLE, nid)
        if address is None:
            why = f"no memory for the data of node {nid}: every region is hot-pluggable or in use"
            return replace_memblock(state, memblock.frozen(mb), entries, panic=why), events
        entries.append(Allocation(address, address + size, f"NODE_DATA({nid})", "alloc_node_data", mb.direction))
        line = f"NODE_DATA({nid}) allocated [mem {address:#010x}-{address + size - 1:#010x}]"
        events.append(Event("node-data", line, (AddrRange(address, address + size),), nid, dmesg=line))
        home = node_of_address(mb, address)
        if home != nid:
            text = f"    NODE_DATA({nid}) on node {home}"
            events.append(Event("node-data", text, (), nid, dmesg=text))
    return replace_memblock(state, memblock.frozen(mb), entries), events


def node_of_address(mb: Memblock, address: int) -> int | None:
    """Give the node of the memory region that holds an address (bytes), or None."""
    index = memblock.first_overlap(mb.memory, address)
    if index < len(mb.memory) and mb.memory[index].base <= address:
        return mb.memory[index].nid
    return None


def _finish(state: BootState, env: BootEnv, *, emulate: bool) -> tuple[BootState, list[Event]]:
    # numa_init after the method's own function: top-down again, clean-up, emulation, registration, node data.
    state = replace(state, memblock=state.memblock._replace(direction=Direction.TOP_DOWN))
    meminfo, spare, events = clean_up(state, env, state.numa.meminfo)
    numa = replace(state.numa, meminfo=meminfo, reserved_meminfo=(*state.numa.reserved_meminfo, *spare))
    state = replace(state, numa=numa)
    if emulate:
        state, more = emulation.numa_emulation(state, env, lambda blocks: clean_up(state, env, blocks)[0])
        events += more
        if state.panic:
            return state, events
    meminfo = state.numa.meminfo
    possible = state.numa.parsed | {blk.nid for blk in meminfo}
    state = replace(state, numa=replace(state.numa, possible=possible))
    state, more = _register(state, meminfo)
    events += more
    _check_coverage(state, env, meminfo)
    state, more = _node_data(state, env, meminfo)
    return state, events + more


def _dummy(state: BootState, env: BootEnv, rejected: str | None) -> BootState:
    # One node over everything.  Kernel: dummy_numa_init.
    state = srat.forget_nodes(state, env)
    numa = NumaState(
        source="dummy",
        rejected=rejected,
        disabled=state.numa.disabled,
        meminfo=(MemBlk(0, PFN_PHYS(state.max_pfn), 0),),
        reserved_meminfo=state.numa.reserved_meminfo,
        pxm_to_node=state.numa.pxm_to_node,
        initiators=state.numa.initiators,
        parsed=frozenset({0}),
    )
    return replace(state, numa=numa)


def numa_init(state: BootState, env: BootEnv) -> Outcome:
    """Make nodes of the SRAT's ranges or, where that fails, one node of everything.

    A hole in the coverage that the check lets pass kills the boot when zones are set up: its pages have no node.
    """
    emulate, before = True, state
    events: list[Event] = []
    rejected = state.numa.rejected
    if state.numa.source == "srat":
        try:
            state, events = _finish(state, env, emulate=True)
        except _RejectedError as error:
            rejected = error.why
            emulate = not error.emulated
            state = replace(before, findings=(*before.findings, error.finding))
            events = [Event("reject", rejected, cause="SRAT", dmesg=rejected)]
    if state.numa.source != "srat" or rejected:
        line = "NUMA turned off" if env.options.numa_off else "No NUMA configuration found"
        place = AddrRange(0, PFN_PHYS(state.max_pfn))
        fake = f"Faking a node at [mem {0:#018x}-{place.end - 1:#018x}]"
        events += [Event("dummy", line, dmesg=line), Event("dummy", fake, (place,), 0, dmesg=fake)]
        try:
            state, more = _finish(_dummy(state, env, rejected), env, emulate=emulate)
        except _RejectedError as error:
            why = f"one node over everything does not cover all RAM: {error.why}"
            return Outcome(replace(_dummy(state, env, rejected), panic=why), tuple(events))
        events += more
    return Outcome(_without_data(state), tuple(events))


def _without_data(state: BootState) -> BootState:
    # Kernel: init_gi_nodes.  Nodes of generic initiators go online also where they are not possible any more.
    lost = state.numa.initiators - state.numa.possible
    if state.panic or not lost:
        return state
    why = (
        f"node {min(lost)} of a generic initiator goes online though the nodes of the SRAT are not used: it has no "
        "data, and the kernel dies on that"
    )
    finding = Finding(code="NUMA005", severity=Severity.ERROR, message=why, location=Location(signature="SRAT"))
    return replace(state, panic=why, findings=(*state.findings, finding))
