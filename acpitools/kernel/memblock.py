"""memblock: the boot-time memory allocator, as pure functions on immutable values.

Kernel: mm/memblock.c.  Two arrays of regions, each sorted, disjoint and minimal (neighbours that touch and agree in
node and flags are one).  Ranges are half open, in bytes.  Every operation gives a new `Memblock`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final, NamedTuple, cast

from acpitools.core.units import PAGE_SIZE, PFN_DOWN, PFN_UP, U64_MAX, round_down, round_up
from acpitools.kernel.regions import (
    DRIVER_MANAGED,
    HOTPLUG,
    MIRROR,
    NOMAP,
    NUMA_NO_NODE,
    RSRV_NOINIT,
    UNSET_NID,
    Region,
    Regions,
    changed,
    first_overlap,
    flag_names,
    gaps_down,
    gaps_up,
    inserted,
    isolated,
)

__all__ = [
    "ACCESSIBLE",
    "DRIVER_MANAGED",
    "HOTPLUG",
    "MIRROR",
    "NOMAP",
    "NUMA_NO_NODE",
    "RSRV_NOINIT",
    "UNSET_NID",
    "Direction",
    "Memblock",
    "Region",
    "Regions",
    "ResizeError",
    "add",
    "alloc",
    "alloc_many",
    "alloc_try_nid",
    "find_in_range_node",
    "first_overlap",
    "flag_names",
    "free",
    "free_pages",
    "frozen",
    "mark",
    "remove",
    "reserve",
    "set_node",
    "thawed",
    "trim",
]

ACCESSIBLE: Final = 0
"""As the upper bound of an allocation: whatever the direct map covers."""

_INIT_REGIONS: Final = 128
_REGION_BYTES: Final = 24  # base, size, flags, nid: sizeof(struct memblock_region) with NUMA


class Direction(Enum):
    """From which end the search for free memory starts."""

    TOP_DOWN = "top-down"
    BOTTOM_UP = "bottom-up"


_NONE: Final = Regions()


class ResizeError(Exception):
    """An array is full before it may grow (setup_arch has not called memblock_allow_resize yet)."""


class Memblock(NamedTuple):
    """The state of the allocator; limits in bytes, capacities in regions."""

    memory: Regions = _NONE
    reserved: Sequence[Region] = ()
    memory_max: int = _INIT_REGIONS
    reserved_max: int = _INIT_REGIONS
    memory_array: Region | None = None
    """Where the memory array lies once it has outgrown its static place."""
    reserved_array: Region | None = None
    direction: Direction = Direction.TOP_DOWN
    current_limit: int = U64_MAX
    can_resize: bool = False
    movable_node: bool = False
    """HOTPLUG regions are skipped by allocations (option movable_node)."""
    bottom_up_floor: int = 0
    """Where bottom-up searches start, with a top-down fallback (kernels before 5.11); 0 for none."""
    mirrored: bool = False
    """Some memory is MIRROR: allocations ask for it first."""


def _memory(regions: Sequence[Region]) -> Regions:
    # A working copy stays one; the index by node belongs to values only.
    return cast(Regions, regions) if isinstance(regions, list) else Regions(regions)


def _page_align(size: int) -> int:
    return round_up(size, PAGE_SIZE)


def _find_in_range(mb: Memblock, size: int, start: int, end: int) -> int | None:
    # Kernel: memblock_find_in_range: mirrored memory first, then any.
    for flags in (MIRROR, 0) if mb.mirrored else (0,):
        address = find_in_range_node(mb, size, PAGE_SIZE, start, end, NUMA_NO_NODE, flags)
        if address is not None:
            return address
    return None


def _doubled(mb: Memblock, which: str, base: int, end: int) -> Memblock:
    # Kernel: memblock_double_array.  The new array must not lie in the range that is just being reserved.
    if not mb.can_resize:
        raise ResizeError(which)
    capacity = mb.memory_max if which == "memory" else mb.reserved_max
    size = _page_align(2 * capacity * _REGION_BYTES)
    skip_base, skip_end = (base, end) if which == "reserved" else (0, 0)
    address = _find_in_range(mb, size, skip_end, mb.current_limit)
    if address is None and skip_end > skip_base:
        address = _find_in_range(mb, size, 0, min(skip_base, mb.current_limit))
    if address is None:
        raise ResizeError(which)
    array = Region(address, address + size)
    if which == "memory":
        old, mb = mb.memory_array, mb._replace(memory_max=2 * capacity, memory_array=array)
    else:
        old, mb = mb.reserved_array, mb._replace(reserved_max=2 * capacity, reserved_array=array)
    if old:
        mb = free(mb, old.base, old.end)
    return reserve(mb, array.base, array.end)


def _room_to_isolate(mb: Memblock, which: str, base: int, end: int) -> Memblock:
    # memblock_isolate_range asks for two spare regions before it looks at the range.
    if which == "memory":
        while len(mb.memory) + 2 > mb.memory_max:
            mb = _doubled(mb, which, base, end)
    else:
        while len(mb.reserved) + 2 > mb.reserved_max:
            mb = _doubled(mb, which, base, end)
    return mb


# --- operations -------------------------------------------------------------------------------------------------


def add(mb: Memblock, base: int, end: int, nid: int = UNSET_NID, flags: int = 0) -> Memblock:
    """Add memory; parts that are memory already keep their node and flags.  Kernel: memblock_add_node."""
    end = min(end, U64_MAX)
    pieces = list(gaps_up(mb.memory, base, end)) if base < end else []
    while len(mb.memory) + len(pieces) > mb.memory_max:
        mb = _doubled(mb, "memory", base, end)
    return mb._replace(memory=_memory(inserted(mb.memory, pieces, nid, flags))) if pieces else mb


def reserve(mb: Memblock, base: int, end: int) -> Memblock:
    """Reserve a range, memory or not; parts reserved already keep their node.  Kernel: memblock_reserve."""
    end = min(end, U64_MAX)
    pieces = list(gaps_up(mb.reserved, base, end)) if base < end else []
    while len(mb.reserved) + len(pieces) > mb.reserved_max:
        mb = _doubled(mb, "reserved", base, end)
        pieces = list(gaps_up(mb.reserved, base, end))
    return mb._replace(reserved=inserted(mb.reserved, pieces, UNSET_NID, 0)) if pieces else mb


def remove(mb: Memblock, base: int, end: int) -> Memblock:
    """Take a range out of memory.  Kernel: memblock_remove."""
    if base >= end:
        return mb
    mb = _room_to_isolate(mb, "memory", base, end)
    out, start, stop = isolated(mb.memory, base, min(end, U64_MAX))
    del out[start:stop]
    return mb._replace(memory=Regions(out))


def free(mb: Memblock, base: int, end: int) -> Memblock:
    """Give a reserved range back.  Kernel: memblock_phys_free."""
    if base >= end:
        return mb
    mb = _room_to_isolate(mb, "reserved", base, end)
    out, start, stop = isolated(mb.reserved, base, min(end, U64_MAX))
    del out[start:stop]
    return mb._replace(reserved=out if out is mb.reserved else tuple(out))


def set_node(mb: Memblock, base: int, end: int, nid: int, *, reserved: bool = False) -> Memblock:
    """Give the regions in a range a node, splitting them at its ends.  Kernel: memblock_set_node."""
    which = "reserved" if reserved else "memory"
    if base >= end:
        return mb
    mb = _room_to_isolate(mb, which, base, end)
    if reserved:
        return mb._replace(reserved=changed(mb.reserved, base, end, lambda r: r._replace(nid=nid)))
    return mb._replace(memory=_memory(changed(mb.memory, base, end, lambda r: r._replace(nid=nid))))


def mark(mb: Memblock, base: int, end: int, flag: int, *, clear: bool = False) -> Memblock:
    """Set (or clear) a flag on the memory in a range.  Kernel: memblock_setclr_flag."""
    end = min(end, U64_MAX)
    if base >= end:
        return mb
    mb = _room_to_isolate(mb, "memory", base, end)

    def change(region: Region) -> Region:
        return region._replace(flags=region.flags & ~flag if clear else region.flags | flag)

    return mb._replace(memory=_memory(changed(mb.memory, base, end, change)))


def trim(mb: Memblock, align: int = PAGE_SIZE) -> Memblock:
    """Shrink every memory region to whole pages; what is left empty vanishes.  Kernel: memblock_trim_memory."""
    shrunk = (r._replace(base=round_up(r.base, align), end=round_down(r.end, align)) for r in mb.memory)
    return mb._replace(memory=Regions(r for r in shrunk if r.base < r.end))


def thawed(mb: Memblock, *, memory: bool = False) -> Memblock:
    """Give a stage a working copy whose reserved array changes in place: for thousands of operations in a row.

    The state before keeps its own arrays.  The stage must give `frozen` of the result away, never the copy itself.
    With ``memory`` the memory array is a working copy as well; allocating from it is slow.
    """
    copy = mb._replace(reserved=list(mb.reserved))
    return copy._replace(memory=cast(Regions, list(mb.memory))) if memory else copy


def frozen(mb: Memblock) -> Memblock:
    """Make a working copy a value again."""
    return mb._replace(memory=Regions(mb.memory), reserved=tuple(mb.reserved))


# --- allocation -------------------------------------------------------------------------------------------------


def _usable(mb: Memblock, nid: int, flags: int) -> Sequence[Region]:
    # Kernel: should_skip_region.
    skip = NOMAP | DRIVER_MANAGED | (HOTPLUG if mb.movable_node else 0)
    memory = mb.memory if isinstance(mb.memory, Regions) else Regions(mb.memory)  # a working copy has no index
    everywhere, by_nid = memory.usable(skip & ~flags, flags & MIRROR)
    return everywhere if nid in (NUMA_NO_NODE, UNSET_NID) else by_nid.get(nid, ())


def _candidates(mb: Memblock, start: int, end: int, nid: int, flags: int) -> Iterator[tuple[int, int]]:
    # Free ranges clamped to [start, end), in the order of the search; none spans two memory regions.
    memory = _usable(mb, nid, flags)
    upward = mb.direction is Direction.BOTTOM_UP
    pieces = gaps_up if upward else gaps_down
    for region in memory if upward else reversed(memory):
        if region.end <= start or region.base >= end:
            continue
        yield from pieces(mb.reserved, max(region.base, start), min(region.end, end))


def _search(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, flags: int
) -> tuple[int, int, int] | None:
    if end == ACCESSIBLE:
        end = mb.current_limit
    start = max(start, PAGE_SIZE)
    if mb.bottom_up_floor and mb.direction is Direction.BOTTOM_UP:
        above = mb._replace(bottom_up_floor=0)
        hit = _search(above, size, align, max(start, mb.bottom_up_floor), end, nid, flags)
        return hit or _search(above._replace(direction=Direction.TOP_DOWN), size, align, start, end, nid, flags)
    for low, high in _candidates(mb, start, max(start, end), nid, flags):
        if mb.direction is Direction.BOTTOM_UP:
            found = round_up(low, align)
            if found < high and high - found >= size:
                return found, low, high
        elif high >= size:
            found = round_down(high - size, align)
            if found >= low:
                return found, low, high
    return None


def free_pages(mb: Memblock) -> int:
    """Count the whole pages of memory that nobody holds.  Kernel: for_each_free_mem_range, calc_nr_kernel_pages."""
    pieces = (piece for region in mb.memory for piece in gaps_up(mb.reserved, region.base, region.end))
    return sum(max(0, PFN_DOWN(end) - PFN_UP(start)) for start, end in pieces)


def find_in_range_node(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, flags: int = 0
) -> int | None:
    """Find free memory of a size (bytes) in ``[start, end)``, on a node or any; give its address or None.

    The first page is never given.  Kernel: memblock_find_in_range_node.
    """
    hit = _search(mb, size, align, start, end, nid, flags)
    return None if hit is None else hit[0]


def _find(
    mb: Memblock, size: int, align: int, start: int, end: int, nid: int, exact: bool
) -> tuple[int, int, int] | None:
    # Kernel: memblock_alloc_range_nid without the reservation: the node, then any node, then without mirror.
    for flags in (MIRROR, 0) if mb.mirrored else (0,):
        hit = _search(mb, size, align, start, end, nid, flags)
        if hit is None and nid not in (NUMA_NO_NODE, UNSET_NID) and not exact:
            hit = _search(mb, size, align, start, end, NUMA_NO_NODE, flags)
        if hit is not None:
            return hit
    return None


def alloc(
    mb: Memblock,
    size: int,
    align: int = 64,
    start: int = 0,
    end: int = ACCESSIBLE,
    nid: int = NUMA_NO_NODE,
    *,
    exact: bool = False,
) -> tuple[Memblock, int | None]:
    """Allocate from ``[start, end)``: the node first, then (unless exact) any; give the address or None.

    Kernel: memblock_alloc_range_nid, as memblock_phys_alloc_range and its kin call it.
    """
    hit = _find(mb, size, align, start, end, nid, exact)
    if hit is None:
        return mb, None
    return reserve(mb, hit[0], hit[0] + size), hit[0]


def alloc_try_nid(
    mb: Memblock,
    size: int,
    align: int = 64,
    start: int = 0,
    end: int = ACCESSIBLE,
    nid: int = NUMA_NO_NODE,
    *,
    exact: bool = False,
) -> tuple[Memblock, int | None]:
    """Allocate mapped memory: never above current_limit, and without the lower bound where that fails.

    Kernel: memblock_alloc_internal, as memblock_alloc and its kin call it.
    """
    end = min(end, mb.current_limit)
    mb, address = alloc(mb, size, align, start, end, nid, exact=exact)
    if address is None and start:
        mb, address = alloc(mb, size, align, 0, end, nid, exact=exact)
    return mb, address


def alloc_many(
    mb: Memblock,
    count: int,
    size: int,
    align: int,
    start: int = 0,
    nid: int = NUMA_NO_NODE,
    *,
    below: int | None = None,
) -> tuple[Memblock, list[tuple[int, int]]]:
    """Allocate the same thing many times as `alloc_try_nid` would; give the ranges taken, fewer where memory ends.

    With an upper bound, ``below``, both bounds hold, as for `alloc`.  Where the size is a multiple of align,
    allocations stack inside one free range and are made in one step.
    """
    taken: list[tuple[int, int]] = []
    end = mb.current_limit if below is None else below
    while count:
        hit = _find(mb, size, align, start, end, nid, False)
        if hit is None and start and below is None:
            hit = _find(mb, size, align, 0, end, nid, False)
        if hit is None:
            break
        found, low, high = hit
        fits = 1
        if size % align == 0:
            room = high - found if mb.direction is Direction.BOTTOM_UP else found + size - low
            fits = min(count, max(1, room // size))
        base = found if mb.direction is Direction.BOTTOM_UP else found - (fits - 1) * size
        mb = reserve(mb, base, base + fits * size)
        taken.append((base, base + fits * size))
        count -= fits
    return mb, taken
