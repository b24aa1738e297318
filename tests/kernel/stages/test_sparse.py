"""What describes sections of 128 MiB: where it goes, and what it costs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.memblock import Region
from acpitools.kernel.stages.sparse import physmem_end, section_runs
from acpitools.kernel.state import BootState
from tests.kernel.machines import E820, LOW, after, held, layout, memory, predict, srat

SECTION = 128 * MIB
HOT = srat(*LOW, memory(1, 4 * GIB, 6 * GIB, hot=True))
PLAIN = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))


def done(cmdline: str = "", view: object = PLAIN, **more: object) -> BootState:
    """Give the state once sections are set up."""
    return after(predict(cmdline, view, **more), "sparse_init")  # type: ignore[arg-type]


def size(state: BootState, owner: str) -> int:
    """Give the bytes that an owner holds."""
    return sum(end - start for start, end in held(state, owner))


# --- sections -----------------------------------------------------------------------------------------------------

PAGES_PER_SECTION = 4


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 6), st.integers(0, 1)), max_size=8))
def test_a_section_is_present_where_it_has_a_page_and_belongs_to_its_first_region(
    pieces: list[tuple[int, int, int]],
) -> None:
    """Small sections of four pages; regions of some pages, with gaps, on two nodes."""
    regions, cursor = [], 0
    owners: dict[int, int] = {}
    for pages, gap, nid in pieces:
        regions.append(Region(cursor * 4096, (cursor + pages) * 4096, nid))
        for page in range(cursor, cursor + pages):
            owners.setdefault(page // PAGES_PER_SECTION, nid)
        cursor += pages + gap
    runs = section_runs(tuple(regions), PAGES_PER_SECTION * 4096, 1 << 46)
    assert {number: run.nid for run in runs for number in range(run.first, run.end)} == owners
    assert [run.first for run in runs] == sorted(run.first for run in runs)


def test_a_region_without_a_whole_page_makes_no_section() -> None:
    assert section_runs((Region(100, 5000, 0),), SECTION, 1 << 46) == []


@pytest.mark.parametrize(("la57", "bits"), [(False, 46), (True, 52)])
def test_memory_beyond_the_physical_limit_has_no_section(la57: bool, bits: int) -> None:
    """RAM up to the end of all addresses: 2**37 sections of it would be there without the limit."""
    above = Region((1 << bits) - SECTION, (1 << 64) - 4096, 0)
    reachable = physmem_end(la57=la57)
    assert reachable == 1 << bits
    assert section_runs((above,), SECTION, reachable) == [((reachable - SECTION) // SECTION, reachable // SECTION, 0)]
    assert section_runs((Region(1 << bits, 1 << 63, 0),), SECTION, reachable) == []


# --- the memory map -----------------------------------------------------------------------------------------------


def test_every_present_section_costs_2_mib_on_its_node() -> None:
    """2 GiB on each node are 16 sections; a map is one piece, aligned to 2 MiB, as high as it fits."""
    state = done()
    for node, (low, high) in enumerate(((0, 0x7FFDF000), (4 * GIB, 6 * GIB))):
        ((start, end),) = held(state, f"memory map of node {node}")
        assert end - start == 16 * 2 * MIB
        assert low < start < end <= high
        assert start % (2 * MIB) == 0


def test_a_section_with_one_page_costs_as_much_as_a_full_one() -> None:
    e820 = (*E820, E820Entry(8 * GIB, 8 * GIB + 4096, 1))
    view = srat(*LOW, memory(1, 4 * GIB, 9 * GIB))
    assert size(done("", view, e820=e820), "memory map of node 1") == 17 * 2 * MIB


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_the_map_of_a_hot_pluggable_node_lies_on_another(release: str) -> None:
    state = done("movable_node", HOT, release=release)
    assert size(state, "memory map of node 1") == 16 * 2 * MIB
    assert all(end <= 2 * GIB for _, end in held(state, "memory map of node 1"))


def test_without_movable_node_the_mark_has_no_effect() -> None:
    assert all(start >= 4 * GIB for start, _ in held(done("", HOT), "memory map of node 1"))


def test_fixed_memory_too_small_for_the_map_of_hot_pluggable_memory_is_a_panic() -> None:
    """256 GiB of hot-pluggable memory need 4 GiB of map; there are 2 GiB."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 260 * GIB, 1))
    found = layout("movable_node", srat(*LOW, memory(1, 4 * GIB, 260 * GIB, hot=True)), e820=e820)
    assert not found.boots
    assert "no room for the 4096 MiB memory map of node 1" in found.findings[-1].message
    assert layout("", srat(*LOW, memory(1, 4 * GIB, 260 * GIB, hot=True)), e820=e820).boots


# --- tables of sections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("la57", "expected"), [(False, 32 * KIB), (True, 2 * MIB)])
def test_the_root_has_room_for_every_address_that_paging_knows(la57: bool, expected: int) -> None:
    """2^(46 - 27) sections, 128 to a table, 8 bytes each; with five levels 2^(52 - 27).  Both sizes were seen."""
    assert size(done(la57=la57), "section table root") == expected


@pytest.mark.parametrize(("top", "tables"), [(16, 1), (17, 2), (40, 3)])
def test_128_sections_share_a_table_of_a_page(top: int, tables: int) -> None:
    """16 GiB each."""
    e820 = (*E820[:3], E820Entry(4 * GIB, top * GIB, 1))
    state = done("", None, e820=e820)
    roots = [a for a in state.ledger if a.owner == "section table"]
    assert sum(a.end - a.start for a in roots) == tables * 4096


def test_usage_maps_take_56_bytes_for_a_section() -> None:
    """448 bytes for 8 sections were seen."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 5 * GIB, 1))
    state = done("", srat(*LOW, memory(1, 4 * GIB, 5 * GIB)), e820=e820)
    assert sorted(end - start for start, end in held(state, "section usage maps")) == [448, 896]


def test_usage_maps_lie_in_the_section_of_their_nodes_data() -> None:
    """Where the section has room: so that the two can go away together."""
    state = done()
    for node in (0, 1):
        ((home, _),) = held(state, f"NODE_DATA({node})")
        assert home // SECTION in {start // SECTION for start, _ in held(state, "section usage maps")}


def test_usage_maps_go_to_the_node_that_the_section_of_the_data_begins_in() -> None:
    """
    Node 1 begins at 1 GiB + 64 MiB and ends with its section, where its data are: the node asked is 0, which has
    room in that section.
    """
    border, end = GIB + 64 * MIB, GIB + SECTION
    view = srat(memory(0, 0, 640 * KIB), memory(0, MIB, border), memory(1, border, end))
    state = done("", view, e820=(*E820[:1], E820Entry(MIB, end, 1)), initrd=None)
    ((home, _),) = held(state, "NODE_DATA(1)")
    assert border < home
    assert all(GIB < start < border for start, _ in held(state, "section usage maps"))


@pytest.mark.parametrize(("la57", "pages"), [(False, 2), (True, 3)])
def test_the_first_gib_of_memory_map_takes_a_table_for_each_level(la57: bool, pages: int) -> None:
    assert size(done(la57=la57), "memory map page tables") == pages * 4096


def test_each_64_gib_of_addresses_take_one_more() -> None:
    e820 = (*E820, E820Entry(64 * GIB, 65 * GIB, 1), E820Entry(200 * GIB, 201 * GIB, 1))
    assert size(done("", None, e820=e820), "memory map page tables") == 4 * 4096
