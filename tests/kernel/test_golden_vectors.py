"""Layouts that were seen on real 6.1 and 6.12 kernels, one machine each.

The base machine has RAM below 2 GiB and from 4 to 6 GiB; the initrd and the ACPI tables lie at the top of low memory.
"""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import TableInMemory
from tests.kernel.machines import E820, LOW, RAM, layout, memory, srat, valid_zones, zones

TABLES = (TableInMemory("FACP", 0x7FFE0000, 0xF4), TableInMemory("APIC", 0x7FFE1000, 0x80))
RELEASES = ("6.1", "6.12")


@pytest.mark.parametrize("release", RELEASES)
def test_a_node_that_holds_initrd_and_tables_is_not_movable(release: str) -> None:
    view = srat(
        memory(0, 0, 640 * KIB),
        memory(0, MIB, GIB),
        memory(1, GIB, 2 * GIB, hot=True),
        memory(2, 4 * GIB, 6 * GIB, hot=True),
        memory(2, 6 * GIB, 10 * GIB, hot=True),
    )
    found = layout("movable_node", view, release=release, acpi_tables=TABLES)
    assert dict(found.movable_zone_start) == {2: 0x100000000}
    assert zones(found)[1, "DMA32"][:2] == (262111, 262111)
    assert zones(found)[2, "Movable"] == (524288, 524288, 0x100000)
    assert valid_zones(found, 0)[0] == ("none",)
    assert {valid_zones(found, number)[0] for number in range(8, 16)} == {("DMA32",)}
    assert {valid_zones(found, number)[0] for number in range(32, 48)} == {("Movable",)}


@pytest.mark.parametrize("release", RELEASES)
def test_movable_can_lie_below_4_gib(release: str) -> None:
    edge = 2 * GIB - 128 * MIB
    view = srat(
        memory(0, 0, GIB),
        memory(0, edge, 2 * GIB),
        memory(1, GIB, edge, hot=True),
        memory(2, 4 * GIB, 6 * GIB, hot=True),
    )
    found = layout("movable_node", view, release=release, acpi_tables=TABLES)
    assert zones(found)[1, "Movable"][0] == 229376
    assert zones(found)[1, "Movable"][2] == 0x40000
    assert zones(found)[0, "DMA32"] == (290783, 520159, 4096)


@pytest.mark.parametrize("release", RELEASES)
def test_everything_above_the_first_hot_pluggable_range_of_a_node_is_movable(release: str) -> None:
    half = 4 * GIB + 512 * MIB
    view = srat(
        *LOW,
        memory(1, 4 * GIB, half, hot=True),
        memory(1, half, 5 * GIB),
        memory(2, 5 * GIB, 5 * GIB + 512 * MIB),
        memory(2, 5 * GIB + 512 * MIB, 6 * GIB, hot=True),
    )
    found = layout("movable_node", view, release=release)
    assert zones(found)[1, "Movable"][0] == 262144
    assert zones(found)[2, "Normal"][0] == 131072
    assert zones(found)[2, "Movable"] == (131072, 131072, 0x160000)


@pytest.mark.parametrize("release", RELEASES)
def test_movable_starts_at_the_next_4_mib_border(release: str) -> None:
    view = srat(
        *LOW,
        memory(0, 4 * GIB, 4 * GIB + MIB),
        memory(1, 4 * GIB + MIB, 5 * GIB, hot=True),
        memory(2, 5 * GIB, 6 * GIB, hot=True),
    )
    found = layout("movable_node", view, release=release)
    assert dict(found.movable_zone_start)[1] == 0x100400000
    assert zones(found)[1, "Normal"] == (768, 768, 0x100100)
    assert zones(found)[1, "Movable"][0] == 261120
    assert zones(found)[0, "DMA32"][:2] == (520159, 1044480)
    assert zones(found)[0, "Normal"][:2] == (256, 256)
    assert valid_zones(found, 32) == (("none",), (0, 1))


def test_a_node_border_inside_a_block_gives_the_block_no_zone() -> None:
    edge = 5 * GIB + 64 * MIB
    found = layout("", srat(*LOW, memory(1, 4 * GIB, edge), memory(2, edge, 6 * GIB)))
    assert valid_zones(found, 39) == (("Normal",), (1,))
    assert valid_zones(found, 40) == (("none",), (1, 2))
    assert valid_zones(found, 41) == (("Normal",), (2,))


@pytest.mark.parametrize("release", RELEASES)
def test_a_hole_counts_for_the_first_online_node_where_that_spans_it(release: str) -> None:
    edge = 2 * GIB - 128 * MIB
    view = srat(memory(0, 0, GIB), memory(0, edge, 2 * GIB), memory(0, 4 * GIB, 6 * GIB), memory(1, GIB, edge))
    found = layout("memmap=1M$1100M", view, release=release)
    assert valid_zones(found, 8) == (("none",), (0, 1))
    assert zones(found)[1, "DMA32"][:2] == (229120, 229376)


def test_memory_cut_off_by_mem_leaves_the_node_possible_only() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
    found = layout("movable_node mem=5G", view)
    assert [(n.node, n.memory) for n in found.numa.nodes] == [(0, True), (1, True), (2, False)]
    assert dict(found.movable_zone_start) == {1: 0x100000000}


@pytest.mark.parametrize("option", ["numa=off", "numa=noacpi"])
def test_without_the_srat_nothing_is_movable(option: str) -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
    found = layout(f"movable_node {option}", view)
    assert zones(found) == {
        (0, "DMA"): (3998, 4095, 1),
        (0, "DMA32"): (520159, 1044480, 4096),
        (0, "Normal"): (524288, 524288, 0x100000),
    }
    assert found.numa.source == "dummy"


def test_fake_nodes_keep_the_marks_by_address() -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB, hot=True), memory(2, 5 * GIB, 6 * GIB, hot=True))
    found = layout("movable_node numa=fake=2U", view)
    assert [n.ranges[0] for n in found.numa.nodes][:2] == [(0x1000, 0x40001000), (0x40001000, 2 * GIB)]
    assert sorted(dict(found.movable_zone_start)) == [2, 3, 4, 5]


@pytest.mark.parametrize("release", RELEASES)
def test_ranges_of_two_nodes_that_overlap_drop_the_srat(release: str) -> None:
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB + 4 * KIB), memory(2, 5 * GIB, 6 * GIB))
    found = layout("", view, release=release)
    assert found.numa.source == "dummy"
    assert "overlaps with node" in (found.numa.rejected or "")
    assert [f.code for f in found.findings] == ["NUMA001"]


def test_user_map_of_retyped_pieces() -> None:
    """256M!4G,256M$5G, RAM at 5.5G to ACPI, ACPI beside it, 64M at 6000M to soft reserved."""
    e820 = (*E820[:3], E820Entry(4 * GIB, 6 * GIB, RAM))
    found = layout(
        "memmap=256M!4G,256M$5G memmap=128M%5632M-1+3 memmap=128M#5760M memmap=64M%6000M-1+0xefffffff", e820=e820
    )
    ram = {(r.start, r.end) for r in found.memory}
    assert (4 * GIB + 256 * MIB, 5 * GIB) in ram
    assert (5 * GIB + 256 * MIB, 5 * GIB + 512 * MIB) in ram
    assert any(
        r.owner == "soft reserved memory" and (r.start, r.end) == (0x177000000, 0x17B000000) for r in found.reserved
    )


def test_a_virtual_machine_takes_the_largest_block_that_divides_the_end_of_memory() -> None:
    e820 = (*E820[:3], E820Entry(4 * GIB, 68 * GIB, RAM))
    found = layout("memmap=60G$4G", e820=e820)
    assert found.blocks.size == 2 * GIB
    assert valid_zones(found, 0)[0] == ("none",)
    assert {valid_zones(found, number)[0] for number in (32, 33)} == {("Normal",)}
    assert zones(found)[0, "Normal"][:2] == (1048576, 16777216)


@pytest.mark.parametrize(
    ("option", "starts"),
    [
        ("movablecore=1G", {2: 0x140400000}),
        ("kernelcore=3G", {2: 0x140400000}),
        ("kernelcore=50%", {1: 0x100400000, 2: 0x140400000}),
        ("movablecore=30%", {1: 0x119800000, 2: 0x159800000}),
        ("movablecore=1025M kernelcore=1G", {1: 0x120000000, 2: 0x160000000}),
        ("kernelcore=512M", {1: 0x100000000, 2: 0x140000000}),
    ],
)
def test_kernelcore_is_spread_over_the_nodes(option: str, starts: dict[int, int]) -> None:
    """Six booted cases on 158 + 523999 pages of node 0 below 2 GiB and 1 GiB each on nodes 1 and 2."""
    e820 = (E820Entry(0, 0x9F000, RAM), E820Entry(MIB, MIB + 523999 * 4096, RAM), E820Entry(4 * GIB, 6 * GIB, RAM))
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB, 6 * GIB))
    assert dict(layout(option, view, e820=e820, initrd=None).movable_zone_start) == starts
