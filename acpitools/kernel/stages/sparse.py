"""sparse_init: the memory map (vmemmap) and what describes sections.

Kernel: mm/sparse.c, mm/sparse-vmemmap.c.  Every present section of 128 MiB costs 2 MiB, however little RAM it has.
"""

from __future__ import annotations

from itertools import groupby
from typing import Final, NamedTuple

from acpitools.core.units import MIB, PAGE_SIZE, PFN_DOWN, PFN_PHYS, PFN_UP
from acpitools.kernel import memblock
from acpitools.kernel.memblock import UNSET_NID, Memblock, Region
from acpitools.kernel.stages.numa import node_of_address
from acpitools.kernel.state import Allocation, BootEnv, BootState, Outcome
from acpitools.kernel.state import replace_memblock as holding

__all__ = ["SectionRun", "physmem_end", "section_runs", "sparse_init"]

_MIN_ADDRESS: Final = 16 * MIB
_SECTIONS_PER_ROOT: Final = 128
_ROOT_ENTRY: Final = 8
_USEMAP: Final = 56
_PMD_SECTIONS: Final = 512  # sections whose vmemmap one page of PMD entries maps: 1 GiB of it
_MAX_PHYSMEM_BITS: Final = {False: 46, True: 52}


class SectionRun(NamedTuple):
    """Neighbouring present sections of one node: numbers ``[first, end)``."""

    first: int
    end: int
    nid: int


def physmem_end(*, la57: bool) -> int:
    """Give the first address in bytes that no section reaches.  Kernel: MAX_PHYSMEM_BITS."""
    return 1 << _MAX_PHYSMEM_BITS[la57]


def section_runs(regions: tuple[Region, ...], section_size: int, reachable: int) -> list[SectionRun]:
    """Give the present sections, those with a whole page, in address order; the node is that of the first region.

    What lies above ``reachable``, in bytes, has none.
    Kernel: memblocks_present, memory_present, mminit_validate_memmodel_limits.
    """
    runs: list[SectionRun] = []
    reach = 0
    for region in regions:
        base, limit = PFN_PHYS(PFN_UP(region.base)), min(PFN_PHYS(PFN_DOWN(region.end)), reachable)
        first, end = max(reach, base // section_size), -(-limit // section_size)
        if base >= limit or first >= end:
            continue
        last = runs[-1] if runs else None
        if last and last.end == first and last.nid == region.nid:
            runs[-1] = last._replace(end=end)
        else:
            runs.append(SectionRun(first, end, region.nid))
        reach = end
    return runs


class _Taker:
    """Allocates and keeps the ledger."""

    def __init__(self, mb: Memblock) -> None:
        self.mb = mb
        self.ledger: list[Allocation] = []

    def one(
        self, size: int, align: int, owner: str, function: str, nid: int, start: int = 0, end: int = 0
    ) -> int | None:
        self.mb, address = memblock.alloc_try_nid(self.mb, size, align, start, end, nid)
        if address is not None:
            self.enter(address, address + size, owner, function)
        return address

    def exact(self, size: int, owner: str, function: str, nid: int) -> bool:
        self.mb, address = memblock.alloc_try_nid(self.mb, size, 2 * MIB, _MIN_ADDRESS, 0, nid, exact=True)
        if address is not None:
            self.enter(address, address + size, owner, function)
        return address is not None

    def many(self, count: int, size: int, align: int, owner: str, function: str, nid: int, start: int = 0) -> bool:
        self.mb, taken = memblock.alloc_many(self.mb, count, size, align, start, nid)
        for low, high in taken:
            self.enter(low, high, owner, function)
        return sum(high - low for low, high in taken) == count * size

    def enter(self, start: int, end: int, owner: str, function: str) -> None:
        self.ledger.append(Allocation(start, end, owner, function, self.mb.direction))


def _roots(taker: _Taker, runs: list[SectionRun], env: BootEnv) -> None:
    entries = physmem_end(la57=env.inputs.la57) >> env.policy.section_shift
    taker.one(entries // _SECTIONS_PER_ROOT * _ROOT_ENTRY, 64, "section table root", "memblocks_present", UNSET_NID)
    reach = 0
    for run in runs:
        first, end = max(reach, run.first // _SECTIONS_PER_ROOT), -(-run.end // _SECTIONS_PER_ROOT)
        if first < end:
            # A chunk is 4 KiB aligned to 64 bytes: a multiple of its alignment, so chunks stack.
            taker.many(end - first, PAGE_SIZE, 64, "section table", "sparse_index_alloc", run.nid)
            reach = end


def _memmap(taker: _Taker, nid: int, runs: list[SectionRun], mapped: set[int], la57: bool) -> bool:
    # One allocation for all of the node's sections or, where that fails, one for each.
    count = sum(run.end - run.first for run in runs)
    owner = f"memory map of node {nid}"
    whole = taker.exact(count * 2 * MIB, owner, "sparse_init_nid", nid)
    waiting = 0  # page tables asked for and not yet taken: with nothing between them they are taken together
    for run in runs:
        for slot in range(run.first // _PMD_SECTIONS, (run.end - 1) // _PMD_SECTIONS + 1):
            if slot not in mapped:
                waiting += 1 + (1 + la57) * (not mapped)
                mapped.add(slot)
            if whole:
                continue
            _page_tables(taker, nid, waiting)
            waiting = 0
            first, end = max(run.first, slot * _PMD_SECTIONS), min(run.end, (slot + 1) * _PMD_SECTIONS)
            if not taker.many(end - first, 2 * MIB, 2 * MIB, owner, "vmemmap_populate_hugepages", nid, _MIN_ADDRESS):
                return False
    _page_tables(taker, nid, waiting)
    return True


def _page_tables(taker: _Taker, nid: int, count: int) -> None:
    taker.many(count, PAGE_SIZE, PAGE_SIZE, "memory map page tables", "vmemmap_populate", nid, _MIN_ADDRESS)


def _usemap(taker: _Taker, nid: int, sections: int, node_data: dict[int, int], section_size: int) -> None:
    # Beside the node's own data, so that the two can go away together.
    size = _USEMAP * sections
    home = node_data.get(nid)
    if home is None:
        taker.one(size, 64, "section usage maps", "sparse_init_nid", nid)
        return
    goal = home - home % section_size
    # The node is that of the section's first page, or the first one online.  Kernel: early_pfn_to_nid.
    found = node_of_address(taker.mb, goal)
    nid = min(node_data) if found is None else found
    if taker.one(size, 64, "section usage maps", "sparse_init_nid", nid, goal, goal + section_size) is None:
        taker.one(size, 64, "section usage maps", "sparse_init_nid", nid, goal)


def sparse_init(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the section table, usage maps and the memory map of every node, in address order.

    A node whose memory is all hot-pluggable gets its memory map from elsewhere, piece by piece.
    """
    if state.panic:
        return Outcome(state)
    section_size = env.policy.section_size
    runs = section_runs(state.memblock.memory, section_size, physmem_end(la57=env.inputs.la57))
    taker = _Taker(memblock.thawed(state.memblock))
    _roots(taker, runs, env)
    node_data = {
        int(a.owner[len("NODE_DATA(") : -1]): a.start for a in state.ledger if a.owner.startswith("NODE_DATA(")
    }
    mapped: set[int] = set()
    for nid, grouped in groupby(runs, key=lambda run: run.nid):
        group = list(grouped)
        sections = sum(run.end - run.first for run in group)
        _usemap(taker, nid, sections, node_data, section_size)
        if not _memmap(taker, nid, group, mapped, env.inputs.la57):
            why = f"no room for the {2 * sections} MiB memory map of node {nid} outside hot-pluggable memory"
            return Outcome(holding(state, memblock.frozen(taker.mb), taker.ledger, panic=why))
    return Outcome(holding(state, memblock.frozen(taker.mb), taker.ledger))
