"""The direct map: which page tables it needs, and where they come from.

Kernel: arch/x86/mm/init.c:init_mem_mapping, memory_map_top_down, memory_map_bottom_up, alloc_low_pages.  Memory is
mapped in steps, away from what is mapped already.  A table comes from a buffer in the brk section, except while the
step maps that buffer itself, or from memory that an earlier step has mapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from acpitools.core.units import GIB, MIB, PAGE_SIZE, PFN_PHYS, round_down, round_up
from acpitools.kernel import memblock
from acpitools.kernel.memblock import Direction, Region
from acpitools.kernel.state import Allocation, BootEnv, BootState, Outcome, replace_memblock

__all__ = ["init_mem_mapping", "tables_by_node"]

_PMD_SIZE: Final = 2 * MIB
_PUD_SIZE: Final = GIB
_P4D_SIZE: Final = 512 * GIB
_STEP_GROWTH: Final = 8  # get_new_step_size: PMD_SHIFT - PAGE_SHIFT - 1
_BUFFER_PAGES: Final = 16  # INIT_PGT_BUF_SIZE with randomised memory


def _new(tables: set[int], slot: int) -> int:
    # Count a table once.
    if slot in tables:
        return 0
    tables.add(slot)
    return 1


def _new_in(tables: set[int], slots: range) -> int:
    # The same for a stretch that no other one overlaps except at its ends.
    known = len({slots[0], slots[-1]} & tables)
    tables.update((slots[0], slots[-1]))
    return len(slots) - known


class _Mapper:
    """Maps memory step by step and takes tables as they are needed."""

    def __init__(self, state: BootState, env: BootEnv) -> None:
        self.mb = state.memblock
        self.ledger: list[Allocation] = []
        self.regions = state.memblock.memory
        self.small_only = env.policy.debug_pagealloc and env.options.debug_pagealloc
        self.gigabytes = env.inputs.gigabyte_pages and env.options.gbpages and not self.small_only
        self.buffer = env.image.end, env.image.end + _BUFFER_PAGES * PAGE_SIZE
        # Taken already: the tables of the first MiB and, where virtual addresses are random as well, the trampoline's;
        # each with one level more under five-level paging.  Kernel: init_trampoline.
        randomised = env.policy.kaslr and env.options.kaslr
        self.left = _BUFFER_PAGES - (3 + env.inputs.la57) - (1 + env.inputs.la57) * randomised
        self.pmd_tables = {0}
        self.pte_tables = {0}
        self.pud_tables = {0}
        self.low = self.high = 0
        """Bounds of the memory that tables may come from (bytes)."""

    def _full(self, slot: int, size: int) -> bool:
        # Kernel: adjust_range_page_size_mask: a large page is used where all of it is memory.
        start, end = slot * size, (slot + 1) * size
        index = memblock.first_overlap(self.regions, start)
        return index < len(self.regions) and self.regions[index].base <= start and end <= self.regions[index].end

    def tables(self, start: int, end: int) -> int:
        """Count the new tables that mapping ``[start, end)`` of one region needs."""
        count = 0
        for slot in range(start // _P4D_SIZE, (end - 1) // _P4D_SIZE + 1):
            if slot not in self.pud_tables:
                self.pud_tables.add(slot)
                count += 1
        slots = range(start // _PUD_SIZE, (end - 1) // _PUD_SIZE + 1)
        if self.gigabytes:
            count += sum(_new(self.pmd_tables, s) for s in {slots[0], slots[-1]} if not self._full(s, _PUD_SIZE))
        else:
            count += _new_in(self.pmd_tables, slots)
        small = range(start // _PMD_SIZE, (end - 1) // _PMD_SIZE + 1)
        if self.small_only:
            count += _new_in(self.pte_tables, small)
        else:
            count += sum(_new(self.pte_tables, s) for s in {small[0], small[-1]} if not self._full(s, _PMD_SIZE))
        return count

    def _take(self, count: int, start: int, end: int) -> None:
        # Kernel: can_use_brk_pgt in init_range_memory_mapping.
        usable = max(start, self.buffer[1] - self.left * PAGE_SIZE) >= min(end, self.buffer[1])
        if usable:
            given = min(count, self.left)
            self.left -= given
            count -= given
        if count and self.low < self.high:  # else the brk section grows
            mb, taken = memblock.alloc_many(self.mb, count, PAGE_SIZE, PAGE_SIZE, self.low, below=self.high)
            self.mb = mb
            self.ledger += [
                Allocation(low, high, "direct-map page tables", "alloc_low_pages", mb.direction) for low, high in taken
            ]

    def map(self, start: int, end: int) -> int:
        """Map the memory in ``[start, end)``; give how much that is (bytes)."""
        mapped = 0
        index = memblock.first_overlap(self.regions, start)
        while index < len(self.regions) and self.regions[index].base < end:
            region: Region = self.regions[index]
            low, high = max(region.base, start), min(region.end, end)
            self._take(self.tables(low, high), low, high)
            self.high = max(self.high, high)
            mapped += high - low
            index += 1
        return mapped


def _top_down(mapper: _Mapper, map_start: int, map_end: int) -> None:
    top = memblock.find_in_range_node(mapper.mb, _PMD_SIZE, _PMD_SIZE, map_start, map_end, memblock.NUMA_NO_NODE)
    real_end = max(map_start, round_down(map_end, _PMD_SIZE)) if top is None else top + _PMD_SIZE
    step, mapped, last = _PMD_SIZE, 0, real_end
    mapper.low = real_end
    while last > map_start:
        start = max(map_start, round_down(last - 1, step)) if last > step else map_start
        gained = mapper.map(start, last)
        mapped += gained
        last = start if gained else max(map_start, min(start, _next_below(mapper, start, step)))
        mapper.low = last
        if mapped >= step:
            step <<= _STEP_GROWTH
    if real_end < map_end:
        mapper.map(real_end, map_end)


def _next_below(mapper: _Mapper, start: int, step: int) -> int:
    # Steps over a hole map nothing: go on at the step that holds the next memory below.
    ends = [region.end for region in mapper.regions if region.base < start]
    return round_up(min(start, ends[-1]), step) if ends else 0


def _bottom_up(mapper: _Mapper, map_start: int, map_end: int) -> None:
    step, mapped, start = _PMD_SIZE, 0, map_start
    mapper.low = start
    while start < map_end:
        end = min(map_end, round_up(start + 1, step)) if map_end - start > step else map_end
        gained = mapper.map(start, end)
        mapped += gained
        start = end if gained else max(end, min(map_end, _next_above(mapper, end, step, map_end)))
        if mapped >= step:
            step <<= _STEP_GROWTH


def _next_above(mapper: _Mapper, end: int, step: int, map_end: int) -> int:
    # As below; where no memory is left, nothing is.
    index = memblock.first_overlap(mapper.regions, end)
    return round_down(max(end, mapper.regions[index].base), step) if index < len(mapper.regions) else map_end


def _ranges(state: BootState, env: BootEnv) -> Iterator[tuple[int, int]]:
    end = PFN_PHYS(state.max_pfn)
    if state.memblock.direction is Direction.TOP_DOWN:
        yield MIB, end
        return
    kernel_end = env.image.end + env.policy.brk_size
    yield kernel_end, end
    yield MIB, min(kernel_end, end)


def tables_by_node(state: BootState, env: BootEnv) -> dict[int, int]:
    """Count the page tables that map each node's memory; one that several nodes share counts for the lowest of them.

    The tables that were there before are not counted: those of the first MiB.
    """
    mapper = _Mapper(state, env)
    counts: dict[int, int] = {}
    for region in mapper.regions:
        start = max(region.base, MIB)
        if start < region.end:
            counts[region.nid] = counts.get(region.nid, 0) + mapper.tables(start, region.end)
    return counts


def init_mem_mapping(state: BootState, env: BootEnv) -> Outcome:
    """Map all memory, upwards from the kernel's end under movable_node, else downwards from the top."""
    mapper = _Mapper(state, env)
    walk = _top_down if state.memblock.direction is Direction.TOP_DOWN else _bottom_up
    for start, end in _ranges(state, env):
        walk(mapper, start, end)
    mb = mapper.mb._replace(current_limit=PFN_PHYS(state.max_pfn))
    return Outcome(replace_memblock(state, mb, mapper.ledger))
