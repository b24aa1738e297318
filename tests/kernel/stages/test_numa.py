"""Clean-up, coverage and marks that are taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.ranges import AddrRange
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import TableInMemory
from acpitools.kernel.stages.numa import _clash, _merge
from acpitools.kernel.state import MemBlk
from tests.kernel.machines import LOW, layout, memory, predict, printed, srat

HOT = memory(1, 4 * GIB, 6 * GIB, hot=True)


def naive_clean_up(blocks: list[MemBlk]) -> list[tuple[int, int, int]] | None:
    """Compare all pairs as the kernel does; None where nodes overlap."""
    table = [list(blk[:3]) for blk in blocks]
    i = 0
    while i < len(table):
        j = i + 1
        while j < len(table):
            one, two = table[i], table[j]
            if one[1] > two[0] and one[0] < two[1] and one[2] != two[2]:
                return None
            low, high = min(one[0], two[0]), max(one[1], two[1])
            between = any(k[2] != one[2] and low < k[1] and high > k[0] for k in table)
            if one[2] == two[2] and not between:
                one[0], one[1] = low, high
                del table[j]
            else:
                j += 1
        i += 1
    return [(start, end, nid) for start, end, nid in table]


BLOCKS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 6), st.integers(0, 2)).map(lambda b: MemBlk(b[0], b[0] + b[1], b[2])),
    max_size=8,
)


@given(BLOCKS)
def test_sorting_merges_what_comparing_all_pairs_merges(blocks: list[MemBlk]) -> None:
    expected = naive_clean_up(blocks)
    assert (_clash(blocks) is None) == (expected is not None)
    if expected is not None:
        assert [blk[:3] for blk in _merge(list(blocks))[0]] == expected


def test_a_hole_between_ranges_of_one_node_is_filled() -> None:
    found = layout("", srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(1, 5 * GIB + 16 * MIB, 6 * GIB)))
    assert found.numa.source == "srat"
    assert found.boots


def test_a_hole_between_nodes_kills_the_boot() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 256 * KIB, 6 * GIB))
    found = layout("", view)
    assert not found.boots
    assert [f.code for f in found.findings] == ["NUMA003", "BOOT001"]
    assert found.zones == ()


@pytest.mark.parametrize(("release", "source"), [("6.1", "dummy"), ("6.12", "srat")])
def test_exactly_1_mib_without_a_node_is_refused_by_the_old_check_only(release: str, source: str) -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + MIB, 6 * GIB))
    found = layout("", view, release=release)
    assert (found.numa.source, found.boots) == (source, source == "dummy")


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_more_than_1_mib_without_a_node_drops_the_srat(release: str) -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 2 * MIB, 6 * GIB))
    found = layout("", view, release=release)
    assert (found.numa.source, found.boots) == ("dummy", True)
    assert [f.code for f in found.findings] == ["NUMA002"]


def test_a_border_inside_a_page_loses_that_page_only() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 0x800), memory(2, 5 * GIB + 0x1000, 6 * GIB))
    found = layout("", view)
    assert found.boots
    assert sum(z.present_pages for z in found.zones if z.node) == 2 * GIB // 4096 - 1


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("initrd", {"initrd": AddrRange(5 * GIB, 5 * GIB + MIB)}),
        ("ACPI FACP", {"acpi_tables": (TableInMemory("FACP", 5 * GIB, 244),)}),
        ("setup_data", {"setup_data": (AddrRange(5 * GIB, 5 * GIB + 64),)}),
        ("soft reserved memory", {"cmdline": "movable_node memmap=64M%5G+0xefffffff"}),
    ],
)
def test_one_reservation_takes_the_marks_of_the_whole_node(what: str, more: dict[str, object]) -> None:
    arguments = {"cmdline": "movable_node", **more}
    prediction = predict(view=srat(*LOW, HOT), **arguments)  # type: ignore[arg-type]
    assert dict(prediction.layout.movable_zone_start) == {}
    assert [a.owner for a in prediction.replay.state.numa.unmarked[1]] == [what]
    assert any(what in why.text for piece in prediction.layout.ranges for why in piece.why)


def test_what_is_taken_later_leaves_the_marks() -> None:
    found = layout("movable_node crashkernel=256M", srat(*LOW, HOT))
    assert dict(found.movable_zone_start) == {1: 4 * GIB}


def test_data_of_a_hot_pluggable_node_lies_on_another() -> None:
    found = layout("movable_node", srat(*LOW, HOT))
    assert [(r.owner, r.node) for r in found.reserved if r.owner.startswith("NODE_DATA")] == [
        ("NODE_DATA(1)", 0),
        ("NODE_DATA(0)", 0),
    ]


def test_a_machine_that_is_all_hot_pluggable_keeps_the_kernels_node() -> None:
    view = srat(memory(0, 0, 2 * GIB, hot=True), HOT)
    assert dict(layout("movable_node", view).movable_zone_start) == {1: 4 * GIB}


# --- lines that the kernel prints ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("release", "start"), [("6.1", "0x00000000"), ("6.12", "0x00001000")])
def test_joined_ranges_are_printed_with_the_clipping_of_the_release(release: str, start: str) -> None:
    """The union of the two ranges below 2 GiB fills the hole between them."""
    lines = printed(predict("", srat(*LOW, HOT), release=release), "numa_init")
    assert (
        lines[0] == f"NUMA: Node 0 [mem {start}-0x0009ffff] + [mem 0x00100000-0x7fffffff] -> [mem {start}-0x7fffffff]"
    )


def test_without_an_srat_the_kernel_says_that_it_makes_a_node_up() -> None:
    assert printed(predict(""), "numa_init")[:2] == [
        "No NUMA configuration found",
        "Faking a node at [mem 0x0000000000000000-0x000000017fffffff]",
    ]
    assert printed(predict("numa=off"), "numa_init")[0] == "NUMA turned off"


@pytest.mark.parametrize(("release", "size"), [("6.1", 0x2B000), ("6.12", 0x2A980)])
def test_data_of_a_node_lies_at_its_top(release: str, size: int) -> None:
    lines = printed(predict("", srat(*LOW, memory(1, 4 * GIB, 6 * GIB)), release=release), "numa_init")
    start = 6 * GIB - 0x2000 - size  # two pages of direct-map page tables lie above it
    if release == "6.12":
        start -= start % 64
    assert f"NODE_DATA(1) allocated [mem {start:#010x}-{start + size - 1:#010x}]" in lines


def test_data_on_another_node_is_said_so() -> None:
    assert "    NODE_DATA(1) on node 0" in printed(predict("movable_node", srat(*LOW, HOT)), "numa_init")


# --- overlaps and clipping ----------------------------------------------------------------------------------------


def test_overlaps_outside_of_ram_are_never_seen() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), memory(1, 10 * GIB, 12 * GIB), memory(2, 11 * GIB, 13 * GIB))
    assert layout("", view).numa.source == "srat"


def test_an_overlap_of_a_node_with_itself_is_no_trouble() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + GIB // 2), memory(1, 5 * GIB, 6 * GIB))
    assert [tuple(n.ranges) for n in layout("", view).numa.nodes][1] == ((4 * GIB, 6 * GIB),)


def test_what_lies_above_ram_is_kept_apart_for_hot_plug() -> None:
    state = predict("", srat(*LOW, memory(1, 4 * GIB, 10 * GIB, hot=True))).replay.state
    assert [tuple(b[:3]) for b in state.numa.meminfo] == [(0x1000, 2 * GIB, 0), (4 * GIB, 6 * GIB, 1)]
    assert [tuple(b[:3]) for b in state.numa.reserved_meminfo] == [(6 * GIB, 10 * GIB, 1)]


def test_ranges_of_a_node_with_another_between_them_stay_apart() -> None:
    view = srat(memory(0, 0, GIB), memory(1, GIB, 2 * GIB), memory(0, 4 * GIB, 6 * GIB))
    ranges = [tuple(n.ranges) for n in layout("", view).numa.nodes]
    assert ranges == [((0x1000, GIB), (4 * GIB, 6 * GIB)), ((GIB, 2 * GIB),)]
