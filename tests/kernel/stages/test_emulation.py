"""numa=fake: how physical nodes are cut, with borders worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.core.firmware_map import E820Entry
from acpitools.core.ranges import AddrRange, total
from acpitools.core.units import GIB, MIB
from acpitools.kernel.distances import node_distance
from acpitools.kernel.inputs import SlitView
from tests.kernel.machines import LOW, after, held, layout, memory, predict, printed, srat

E820 = (E820Entry(0, 0x9F000, 1), E820Entry(MIB, 2 * GIB, 1), E820Entry(4 * GIB, 6 * GIB, 1))
"""1048478 pages: 158 below 640 KiB, 524032 up to 2 GiB, 524288 above 4 GiB."""
TWO = srat(*LOW, memory(1, 4 * GIB, 6 * GIB))
FIRST = 0x1000


def fakes(option: str, view: object = TWO, **more: object) -> list[tuple[int, int, int]]:
    """Give (start, end, node) of the ranges of all nodes, in address order."""
    arguments: dict[str, object] = {"e820": E820, "initrd": None, **more}
    found = layout(option, view, **arguments)  # type: ignore[arg-type]
    assert found.boots
    return sorted((r.start, r.end, node.node) for node in found.numa.nodes for r in node.ranges)


def test_a_count_goes_round_the_physical_nodes() -> None:
    """
    A quarter of memory is 262119 pages: 1 GiB less 25.  In steps of 32 MiB that is 992 MiB, and the first three of four
    pieces get 32 MiB more.  Node 0, 1, 0, 1: the last piece takes the rest of its node, being too small by itself.

        |0x1000     |1 GiB + 4 KiB  |2 GiB     |4 GiB     |5 GiB     |6 GiB
        |fake 0     |fake 2         |          |fake 1    |fake 3    |
    """
    assert fakes("numa=fake=4") == [
        (FIRST, GIB + FIRST, 0),
        (GIB + FIRST, 2 * GIB, 2),
        (4 * GIB, 5 * GIB, 1),
        (5 * GIB, 6 * GIB, 3),
    ]


def test_a_size_cuts_pieces_that_hold_so_much_ram() -> None:
    """[0x1000, 1 GiB + 0x1000) lacks the hole below 1 MiB, so 32 MiB more are taken; less than 1 GiB is left: all."""
    assert fakes("numa=fake=1G") == [(FIRST, 2 * GIB, 0), (4 * GIB, 5 * GIB, 1), (5 * GIB, 6 * GIB, 2)]


def test_uniform_pieces_are_cut_from_each_node_alone() -> None:
    """Half of 524287 pages is less than 1 GiB by half a page, rounded up to 32 MiB: 1 GiB."""
    assert fakes("numa=fake=2U") == [
        (FIRST, GIB + FIRST, 0),
        (GIB + FIRST, 2 * GIB, 1),
        (4 * GIB, 5 * GIB, 2),
        (5 * GIB, 6 * GIB, 3),
    ]


def test_a_size_below_32_mib_counts_as_32_mib() -> None:
    assert fakes("numa=fake=1M") == fakes("numa=fake=32M")
    assert (4 * GIB, 4 * GIB + 32 * MIB) in [r[:2] for r in fakes("numa=fake=1M")]


def test_pieces_of_several_physical_nodes_can_be_one_fake_node() -> None:
    assert fakes("numa=fake=1", release="6.1") == [(0, 6 * GIB, 0)]


@pytest.mark.parametrize("option", ["numa=fake=2", "numa=fake=2U", "numa=fake=64M"])
@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_ranges_without_ram_give_no_fake_node(option: str, release: str) -> None:
    """The check of the coverage then drops the SRAT."""
    found = layout(option, srat(memory(0, 16 * GIB, 20 * GIB)), release=release)
    assert (found.boots, found.numa.source) == (True, "dummy")


@pytest.mark.parametrize(("release", "first"), [("6.1", 0), ("6.12", FIRST)])
def test_a_single_node_machine_can_be_cut_as_well(release: str, first: int) -> None:
    """
    Half of 1048478 pages is 2 GiB less 49 pages: 2016 MiB, and 32 more for the first piece, which ends about 2 GiB.
    Up to 4 GiB there is no RAM worth a piece, so it reaches to there.
    """
    assert fakes("numa=fake=2", None, release=release) == [(first, 4 * GIB, 0), (4 * GIB, 6 * GIB, 1)]


def test_beside_numa_off_6_12_does_nothing_and_6_1_cuts() -> None:
    """Seen on both: 6.12 prints the fake nodes, but all of memory stays on node 0."""
    assert {node for *_, node in fakes("numa=off numa=fake=2", None)} == {0}
    assert {node for *_, node in fakes("numa=off numa=fake=2", None, release="6.1")} == {0, 1}


@pytest.mark.parametrize("text", ["0", "0U", "x", "0M", "", "99U"])
def test_what_cannot_be_done_leaves_the_physical_nodes(text: str) -> None:
    """2 GiB hold 64 pieces of at least 32 MiB, not 99."""
    found = layout(f"numa=fake={text}", TWO, e820=E820, initrd=None)
    assert [f.code for f in found.findings] == ["NUMA004"]
    assert [tuple(n.ranges) for n in found.numa.nodes] == [((FIRST, 2 * GIB),), ((4 * GIB, 6 * GIB),)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1G:10,40,50,60,10,70,80,90,10,", [[10, 40, 50], [60, 10, 70], [80, 90, 10]]),
        ("1G:10,40,50", [[10, 40, 20], [20, 10, 10], [20, 10, 10]]),  # the last one has no comma after it
        ("1G:11,300,-5,0x1e,10,-4294967276,-0,077,", [[10, 20, 20], [30, 10, 20], [0, 63, 10]]),
        ("1G:10,12-14,15,x,17,", [[10, 20, 20], [15, 10, 10], [20, 10, 10]]),
        ("2U:10,11,12,13,", [[10, 10, 20, 20], [10, 10, 20, 20], [20, 20, 10, 10], [20, 20, 10, 10]]),
    ],
)
def test_distances_of_fake_nodes_can_be_given(text: str, rows: list[list[int]]) -> None:
    """Seen on both, with a SLIT: what numa_set_distance refuses is 20, and what is left out the physical distance."""
    run = predict(f"numa=fake={text}", TWO, e820=E820, initrd=None)
    state, env, nodes = run.replay.state, run.replay.env, range(len(rows))
    assert [[node_distance(state, env, one, other) for other in nodes] for one in nodes] == rows


def test_each_fake_node_is_printed() -> None:
    lines = printed(predict("numa=fake=2U", TWO, e820=E820, initrd=None), "numa_init")
    assert "Faking node 0 at [mem 0x0000000000001000-0x0000000040000fff] (1024MB)" in lines
    assert "Faking node 3 at [mem 0x0000000140000000-0x000000017fffffff] (1024MB)" in lines


def test_a_fake_node_has_the_domain_of_its_physical_one() -> None:
    view = srat(memory(5, 0, 2 * GIB), memory(7, 4 * GIB, 6 * GIB))
    found = layout("numa=fake=2U", view, e820=E820, initrd=None)
    assert [(n.node, n.pxm) for n in found.numa.nodes] == [(0, 5), (1, 5), (2, 7), (3, 7)]


def test_cpus_go_to_the_first_fake_node_of_their_physical_one() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=[(0, 0), (1, 1), (2, 1)])
    found = layout("numa=fake=2U", view, e820=E820, initrd=None, apic_ids=(0, 1, 2))
    assert [n.cpus for n in found.numa.nodes] == [1, 0, 2, 0]


@pytest.mark.parametrize("option", ["numa=fake=2U", "numa=fake=4", "numa=fake=1G"])
def test_6_12_dies_where_a_node_without_memory_meets_a_missing_slit(option: str) -> None:
    """Seen on 6.12: a node of processors alone; with a SLIT, and on 6.1, the machine comes up."""
    view = srat(*LOW, memory(1, 4 * GIB, 6 * GIB), cpus=[(0, 0), (1, 2)])
    slit = SlitView(localities=3, matrix=bytes(10 if n % 4 == 0 else 20 for n in range(9)))

    def boots(**more: object) -> bool:
        return layout(option, view, e820=E820, initrd=None, apic_ids=(0, 1), **more).boots

    assert not boots()
    assert boots(slit=slit)
    assert boots(release="6.1")


@pytest.mark.parametrize("ranges", [(), (*LOW, memory(1, 4 * GIB, 6 * GIB), memory(0, 5 * GIB, 6 * GIB))])
def test_6_12_dies_where_nodes_of_a_dropped_srat_are_left_over(ranges: tuple[tuple[int, int, int, int], ...]) -> None:
    """Seen on 6.12 with ranges that overlap, and with processors alone; an SRAT called bad leaves no nodes."""
    view = srat(*ranges, cpus=[(0, 0), (1, 1)])

    def boots(cmdline: str, **more: object) -> bool:
        return layout(cmdline, view, e820=E820, initrd=None, apic_ids=(0, 1), **more).boots

    assert not boots("numa=fake=2")
    assert boots("numa=fake=2 numa=noacpi")
    assert boots("numa=fake=2", release="6.1")
    assert boots("")


@pytest.mark.parametrize("release", ["6.1", "6.12"])
@pytest.mark.parametrize(
    ("option", "localities", "pages"),
    [("numa=fake=4", 0, 1), ("numa=fake=4", 2, 1), ("numa=fake=4 movable_node", 2, 2)],
)
def test_the_table_of_distances_is_made_anew_at_the_top(release: str, option: str, localities: int, pages: int) -> None:
    """
    Four nodes take 16 bytes.  A copy of a SLIT's table is kept for a while, the old one given back: the new one takes
    the old one's page at the top or, under movable_node, which had that at the bottom, the page below the copy.
    """
    matrix = bytes(10 if n % 3 == 0 else 20 for n in range(localities**2))
    slit = SlitView(localities=localities, matrix=matrix) if localities else None
    state = after(predict(option, TWO, e820=E820, initrd=None, slit=slit, release=release), "numa_init")
    start = 6 * GIB - pages * 4096
    assert held(state, "NUMA distance table") == [(start, start + 16)]
    assert state.numa.distances == AddrRange(start, start + 16)


@pytest.mark.parametrize(("option", "pinned"), [("", False), ("numa=fake=1U", True)])
def test_the_new_table_takes_the_marks_of_its_node(option: str, pinned: bool) -> None:
    """The highest fixed memory is the end of node 1: nothing else there was taken so early."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(1, 5 * GIB, 6 * GIB))
    found = layout(f"movable_node {option}", view, e820=E820, initrd=None)
    assert (dict(found.movable_zone_start) == {}) == pinned


@pytest.mark.parametrize("option", ["numa=fake=2U", "numa=fake=3"])
def test_on_6_1_a_hole_that_drops_the_srat_uses_the_option_up(option: str) -> None:
    """Seen: 16 MiB without a node; the one node that follows is not cut."""
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 16 * MIB, 6 * GIB))
    found = layout(option, view, release="6.1", e820=E820, initrd=None)
    assert (found.numa.source, [n.node for n in found.numa.nodes]) == ("dummy", [0])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["{}", "{}M", "{}U"]),
    st.integers(1, 70),
    st.lists(st.integers(1, 40), min_size=1, max_size=3),
    st.sampled_from(["6.1", "6.12"]),
)
def test_cutting_loses_no_memory(form: str, amount: int, sizes: list[int], release: str) -> None:
    """Nodes of some 50 MiB each above 4 GiB; a SLIT is there, so that no node is one too few for 6.12."""
    cursor, ranges = 4 * GIB, []
    for size in sizes:
        ranges.append((cursor, cursor + size * 50 * MIB))
        cursor += size * 50 * MIB
    view = srat(*LOW, *(memory(1 + n, a, b) for n, (a, b) in enumerate(ranges)))
    e820 = (*E820[:2], *(E820Entry(a, b, 1) for a, b in ranges))
    slit = SlitView(localities=4, matrix=bytes(10 if n % 5 == 0 else 20 for n in range(16)))
    option = "numa=fake=" + form.format(amount)
    plain = layout("", view, e820=e820, initrd=None, release=release, slit=slit)
    found = layout(option, view, e820=e820, initrd=None, release=release, slit=slit)
    assert found.boots
    assert sum(z.present_pages for z in found.zones) == sum(z.present_pages for z in plain.zones)
    cut = [r for node in found.numa.nodes for r in node.ranges]
    assert sum(r.size for r in cut) == total(cut)
