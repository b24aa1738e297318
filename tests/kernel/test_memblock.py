"""memblock against a naive model: a dictionary from page to (node, flags), and a set of reserved pages."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.units import PAGE_SIZE
from acpitools.kernel import memblock
from acpitools.kernel.memblock import (
    HOTPLUG,
    MIRROR,
    NOMAP,
    NUMA_NO_NODE,
    UNSET_NID,
    Direction,
    Memblock,
    Region,
    Regions,
    ResizeError,
)

PAGES = 40
P = PAGE_SIZE


@dataclass
class Naive:
    """What the arrays mean, page by page."""

    memory: dict[int, tuple[int, int]] = field(default_factory=dict)
    reserved: dict[int, int] = field(default_factory=dict)


def expected(pages: dict[int, tuple[int, int]]) -> list[Region]:
    """Give the minimal regions of a naive array."""
    out: list[Region] = []
    for page in sorted(pages):
        nid, flags = pages[page]
        if out and out[-1].end == page * P and (out[-1].nid, out[-1].flags) == (nid, flags):
            out[-1] = out[-1]._replace(end=(page + 1) * P)
        else:
            out.append(Region(page * P, (page + 1) * P, nid, flags))
    return out


RANGES = st.tuples(st.integers(0, PAGES), st.integers(0, PAGES)).map(sorted)
OPERATIONS = st.tuples(
    st.sampled_from(["add", "remove", "reserve", "free", "node", "rnode", "mark", "clear"]), RANGES, st.integers(0, 2)
)


def apply(mb: Memblock, naive: Naive, operation: tuple[str, list[int], int]) -> Memblock:
    """Do the same to both."""
    name, (first, last), nid = operation
    base, end, pages = first * P, last * P, range(first, last)
    match name:
        case "add":
            for page in pages:
                naive.memory.setdefault(page, (nid, 0))
            return memblock.add(mb, base, end, nid)
        case "remove":
            for page in pages:
                naive.memory.pop(page, None)
            return memblock.remove(mb, base, end)
        case "reserve":
            for page in pages:
                naive.reserved.setdefault(page, UNSET_NID)
            return memblock.reserve(mb, base, end)
        case "free":
            for page in pages:
                naive.reserved.pop(page, None)
            return memblock.free(mb, base, end)
        case "node":
            naive.memory.update({p: (nid, naive.memory[p][1]) for p in pages if p in naive.memory})
            return memblock.set_node(mb, base, end, nid)
        case "rnode":
            naive.reserved.update({p: nid for p in pages if p in naive.reserved})
            return memblock.set_node(mb, base, end, nid, reserved=True)
    clear = name == "clear"
    for p in pages:
        if p in naive.memory:
            node, flags = naive.memory[p]
            naive.memory[p] = (node, flags & ~HOTPLUG if clear else flags | HOTPLUG)
    return memblock.mark(mb, base, end, HOTPLUG, clear=clear)


def check(mb: Memblock, naive: Naive) -> None:
    """Both arrays are sorted, disjoint, minimal, and hold what the naive ones hold."""
    assert list(mb.memory) == expected(naive.memory)
    assert list(mb.reserved) == expected({page: (nid, 0) for page, nid in naive.reserved.items()})


@given(st.lists(OPERATIONS, max_size=30))
def test_every_operation_keeps_the_arrays_sorted_disjoint_and_minimal(
    operations: list[tuple[str, list[int], int]],
) -> None:
    mb, naive = Memblock(can_resize=True, current_limit=PAGES * P), Naive()
    for operation in operations:
        mb = apply(mb, naive, operation)
        check(mb, naive)


@given(st.lists(OPERATIONS, max_size=20), st.lists(OPERATIONS, max_size=20))
def test_a_working_copy_gives_the_same_and_leaves_the_value_alone(
    before: list[tuple[str, list[int], int]], after: list[tuple[str, list[int], int]]
) -> None:
    mb, naive = Memblock(can_resize=True, current_limit=PAGES * P), Naive()
    for operation in before:
        mb = apply(mb, naive, operation)
    kept = mb.memory, tuple(mb.reserved)
    copy = memblock.thawed(mb, memory=True)
    for operation in after:
        copy = apply(copy, naive, operation)
    check(memblock.frozen(copy), naive)
    assert (mb.memory, tuple(mb.reserved)) == kept


@st.composite
def machines(draw: st.DrawFn) -> Memblock:
    """Some memory on two nodes, some of it reserved or hot-pluggable."""
    mb, naive = Memblock(can_resize=True, current_limit=PAGES * P), Naive()
    for operation in draw(st.lists(OPERATIONS, min_size=1, max_size=12)):
        mb = apply(mb, naive, operation)
    return mb._replace(
        direction=draw(st.sampled_from(list(Direction))),
        movable_node=draw(st.booleans()),
    )


def search(mb: Memblock, size: int, align: int, start: int, end: int, nid: int) -> int | None:
    """Try every page, from the end that the direction says, inside one memory region at a time."""
    free: dict[int, int] = {}
    for number, region in enumerate(mb.memory):
        skipped = (nid != NUMA_NO_NODE and region.nid != nid) or (mb.movable_node and region.flags & HOTPLUG)
        for page in range(region.base // P, region.end // P):
            taken = any(r.base <= page * P < r.end for r in mb.reserved)
            if not skipped and not taken and start <= page * P and (page + 1) * P <= end and page:
                free[page] = number
    upward = mb.direction is Direction.BOTTOM_UP
    for page in sorted(free, reverse=not upward):
        run = [free.get(page + offset) for offset in range(size)]
        if page % align == 0 and None not in run and len(set(run)) == 1:
            return page * P
    return None


@given(
    machines(),
    st.integers(1, 6),
    st.sampled_from([1, 2, 4]),
    RANGES,
    st.sampled_from([NUMA_NO_NODE, 0, 1, 2]),
)
def test_the_search_gives_the_first_fit_from_its_end(
    mb: Memblock, size: int, align: int, window: list[int], nid: int
) -> None:
    start, end = window[0] * P, window[1] * P
    if not end:
        return
    found = memblock.find_in_range_node(mb, size * P, align * P, start, end, nid)
    assert found == search(mb, size, align, start, end, nid)


@given(machines(), st.integers(0, 9), st.integers(1, 3), st.sampled_from([1, 2]), st.sampled_from([NUMA_NO_NODE, 1]))
def test_many_allocations_are_as_many_single_ones(mb: Memblock, count: int, size: int, align: int, nid: int) -> None:
    single = mb
    taken: list[int] = []
    for _ in range(count):
        single, address = memblock.alloc_try_nid(single, size * P, align * P, 0, 0, nid)
        if address is None:
            break
        taken += range(address // P, address // P + size)
    many, ranges = memblock.alloc_many(mb, count, size * P, align * P, 0, nid)
    assert tuple(many.reserved) == tuple(single.reserved)
    assert sorted(page for low, high in ranges for page in range(low // P, high // P)) == sorted(taken)


# --- single facts, each with its drawing --------------------------------------------------------------------------


def block(*regions: tuple[int, int, int, int], **more: object) -> Memblock:
    """Memory of regions (first page, end page, node, flags)."""
    memory = Regions(Region(first * P, end * P, nid, flags) for first, end, nid, flags in regions)
    made: Memblock = Memblock(memory=memory, can_resize=True, current_limit=1 << 40)._replace(**more)  # type: ignore[arg-type]
    return made


def test_add_overlapping_range_keeps_old_flags() -> None:
    """
    old   |  hot  |
    new       |   none   |
    then  |  hot  | none |
    """
    mb = memblock.add(block((2, 6, 0, HOTPLUG)), 4 * P, 9 * P, 0)
    assert list(mb.memory) == [Region(2 * P, 6 * P, 0, HOTPLUG), Region(6 * P, 9 * P, 0, 0)]


def test_the_first_page_is_never_given() -> None:
    mb = block((0, 4, 0, 0), direction=Direction.BOTTOM_UP)
    assert memblock.find_in_range_node(mb, P, P, 0, 4 * P, NUMA_NO_NODE) == P


def test_free_memory_of_two_regions_does_not_join() -> None:
    """
    node  | 0 | 1 |     two pages each: three pages fit nowhere
    """
    mb = block((2, 4, 0, 0), (4, 6, 1, 0))
    assert memblock.find_in_range_node(mb, 3 * P, P, 0, 6 * P, NUMA_NO_NODE) is None


def test_hot_pluggable_memory_is_skipped_only_with_movable_node() -> None:
    mb = block((2, 4, 0, 0), (8, 12, 1, HOTPLUG))
    assert memblock.find_in_range_node(mb, P, P, 0, 12 * P, NUMA_NO_NODE) == 11 * P
    assert memblock.find_in_range_node(mb._replace(movable_node=True), P, P, 0, 12 * P, NUMA_NO_NODE) == 3 * P


def test_nomap_memory_is_never_given() -> None:
    assert memblock.find_in_range_node(block((2, 4, 0, NOMAP)), P, P, 0, 4 * P, NUMA_NO_NODE) is None


def test_an_allocation_falls_back_to_any_node_unless_exact() -> None:
    mb = block((2, 4, 0, 0), (8, 12, 1, HOTPLUG), movable_node=True)
    assert memblock.alloc(mb, P, P, nid=1)[1] == 3 * P
    assert memblock.alloc(mb, P, P, nid=1, exact=True)[1] is None


def test_mirrored_memory_comes_first_and_other_memory_after_it() -> None:
    mb = block((2, 3, 0, MIRROR), (8, 12, 0, 0), mirrored=True)
    mb, first = memblock.alloc(mb, P, P)
    mb, second = memblock.alloc(mb, P, P)
    assert (first, second) == (2 * P, 11 * P)


def test_mapped_memory_is_tried_without_its_lower_bound() -> None:
    mb = block((2, 4, 0, 0))
    assert memblock.alloc(mb, P, P, 3 * P, 0)[1] == 3 * P
    assert memblock.alloc(mb, 2 * P, P, 3 * P, 0)[1] is None
    assert memblock.alloc_try_nid(mb, 2 * P, P, 3 * P, 0)[1] == 2 * P


def test_old_kernels_search_upwards_from_the_image_and_then_downwards() -> None:
    mb = block((2, 20, 0, 0), direction=Direction.BOTTOM_UP, bottom_up_floor=10 * P)
    assert memblock.find_in_range_node(mb, P, P, 0, 20 * P, NUMA_NO_NODE) == 10 * P
    assert memblock.find_in_range_node(mb, 12 * P, P, 0, 20 * P, NUMA_NO_NODE) == 8 * P


def test_a_full_array_doubles_into_memory_that_it_reserves() -> None:
    """128 regions are static; the 129th takes 2 * 128 * 24 bytes, two pages, from the top."""
    mb = block((1, 4096, 0, 0))
    for number in range(128):
        mb = memblock.reserve(mb, (2 * number + 2) * P, (2 * number + 3) * P)
    assert (len(mb.reserved), mb.reserved_max) == (128, 128)
    mb = memblock.reserve(mb, 1000 * P, 1001 * P)
    assert mb.reserved_max == 256
    assert mb.reserved_array == Region(4094 * P, 4096 * P)
    assert mb.reserved[-1] == Region(4094 * P, 4096 * P)


def test_a_second_doubling_gives_the_first_array_back() -> None:
    mb = block((1, 4096, 0, 0))
    for number in range(300):
        mb = memblock.reserve(mb, (2 * number + 2) * P, (2 * number + 3) * P)
    assert mb.reserved_max == 512
    assert mb.reserved_array is not None
    assert mb.reserved_array.size == 3 * P  # 512 * 24 bytes
    held = [r for r in mb.reserved if r.base >= 700 * P]
    assert held == [Region(mb.reserved_array.base, mb.reserved_array.end)]


def test_an_array_cannot_grow_before_it_may() -> None:
    mb = block((1, 4096, 0, 0), can_resize=False)
    for number in range(128):
        mb = memblock.reserve(mb, (2 * number + 2) * P, (2 * number + 3) * P)
    with pytest.raises(ResizeError):
        memblock.reserve(mb, 1000 * P, 1001 * P)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 1 << 44), min_size=2, max_size=20))
def test_trim_leaves_whole_pages_only(edges: list[int]) -> None:
    edges = sorted(set(edges))
    mb = Memblock(memory=Regions(Region(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)))
    trimmed = memblock.trim(mb)
    assert all(r.base % P == 0 and r.end % P == 0 and r.base < r.end for r in trimmed.memory)
    assert sum(r.size for r in mb.memory) - sum(r.size for r in trimmed.memory) < 2 * P * (len(edges) // 2) + 1
