"""Parsing the SRAT: every check, every rejection, and the numbers that nodes get."""

from __future__ import annotations

import pytest

from acpitools.core.firmware_map import E820Entry
from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.inputs import Affinity, AffinityType, CedtWindow, SlitView, SratView
from acpitools.kernel.stages.srat import slit_is_valid
from tests.kernel.machines import LOW, after, layout, memory, predict, printed, srat

HIGH = memory(1, 4 * GIB, 6 * GIB)
GOOD = srat(*LOW, HIGH)


def with_entry(entry: Affinity, view: SratView = GOOD, *, first: bool = False) -> SratView:
    """Add a structure behind (or before) those of an SRAT."""
    entries = (entry, *view.entries) if first else (*view.entries, entry)
    return SratView(revision=view.revision, entries=entries)


def affinity(
    kind: int, length: int, pxm: int = 0, flags: int = 1, base: int = 0, size: int = 0, apic: int = 0
) -> Affinity:
    """A structure far behind in the table."""
    return Affinity(99, 0x1000, kind, length, pxm, flags, base, size, apic)


def nodes(view: SratView, cmdline: str = "", **more: object) -> dict[int, int | None]:
    """Give node to domain."""
    return {node.node: node.pxm for node in layout(cmdline, view, **more).numa.nodes}


def test_nodes_are_numbered_as_domains_appear_processors_first() -> None:
    view = srat(memory(0, 0, 2 * GIB), memory(7, 4 * GIB, 5 * GIB), memory(3, 5 * GIB, 6 * GIB), cpus=[(0, 3), (1, 0)])
    assert nodes(view) == {0: 3, 1: 0, 2: 7}


def test_a_domain_number_is_no_node_number() -> None:
    assert nodes(srat(memory(300, 0, 2 * GIB), memory(257, 4 * GIB, 6 * GIB))) == {0: 300, 1: 257}


def test_disabled_structures_take_no_node_number() -> None:
    view = srat(memory(5, 6 * GIB, 7 * GIB, enabled=False), *LOW, HIGH)
    assert nodes(view) == {0: 0, 1: 1}


def test_revision_1_counts_8_bits_of_a_domain() -> None:
    assert nodes(srat(memory(0x100, 0, 2 * GIB), memory(0x101, 4 * GIB, 6 * GIB), revision=1)) == {0: 0, 1: 1}


def test_a_node_of_hot_plug_ranges_alone_is_possible() -> None:
    found = layout("", srat(*LOW, HIGH, memory(2, 16 * GIB, 32 * GIB, hot=True)))
    assert [(n.node, n.memory) for n in found.numa.nodes] == [(0, True), (1, True), (2, False)]
    assert found.online_nodes == (0, 1)


REJECTED = [
    (affinity(AffinityType.MEMORY, 39, 1, 1, 0, GIB), "memory structure of 39 bytes"),
    (affinity(AffinityType.APIC, 20, 1), "processor structure of 20 bytes"),
    (affinity(AffinityType.X2APIC, 23, 1), "processor structure of 23 bytes"),
    (affinity(AffinityType.MEMORY, 40, 0x1001, 1, 0, GIB), "too many proximity domains: 0x1001"),
    (affinity(AffinityType.APIC, 16, 5000, 1), "too many proximity domains"),
    (affinity(9, 0), "structure of length 0"),
]


@pytest.mark.parametrize(("entry", "why"), REJECTED, ids=[why for _, why in REJECTED])
def test_one_bad_structure_drops_the_whole_srat(entry: Affinity, why: str) -> None:
    numa = layout("movable_node", with_entry(entry)).numa
    assert numa.source == "dummy"
    assert why in (numa.rejected or "")
    assert "SRAT[99] at offset 0x1000" in (numa.rejected or "")


def test_more_ranges_than_the_kernel_has_room_for_drop_the_srat() -> None:
    many = [memory(1, 16 * GIB + n * MIB, 16 * GIB + (n + 1) * MIB) for n in range(2046)]
    assert layout("", srat(*LOW, HIGH, *many[1:])).numa.source == "srat"
    assert "more than 2048 memory ranges" in (layout("", srat(*LOW, HIGH, *many)).numa.rejected or "")


def test_an_srat_without_enabled_memory_is_not_used() -> None:
    assert layout("", srat(cpus=[(0, 0)])).numa.rejected == "the SRAT has no enabled memory range"


def test_unknown_structures_are_passed_over() -> None:
    assert nodes(with_entry(affinity(200, 12))) == {0: 0, 1: 1}


def test_an_empty_range_gives_a_node_without_memory() -> None:
    assert nodes(with_entry(affinity(AffinityType.MEMORY, 40, 9, 1, 8 * GIB, 0))) == {0: 0, 1: 1, 2: 9}


def test_a_range_that_wraps_gives_a_node_and_a_finding() -> None:
    found = layout("", with_entry(affinity(AffinityType.MEMORY, 40, 9, 1, (1 << 64) - GIB, 2 * GIB)))
    assert [n.node for n in found.numa.nodes] == [0, 1, 2]
    assert [f.code for f in found.findings] == ["SRAT004"]


def test_a_disabled_generic_initiator_hides_the_processors_after_it() -> None:
    gi = affinity(AffinityType.GENERIC_INITIATOR, 32, 4, 0)
    view = SratView(revision=3, entries=(gi, *srat(*LOW, HIGH, cpus=[(0, 1), (1, 0)]).entries))
    found = layout("", view, apic_ids=(0, 1))
    assert {n.pxm: n.node for n in found.numa.nodes} == {0: 0, 1: 1}
    assert [f.code for f in found.findings] == ["SRAT003"]


def test_a_generic_initiator_is_a_node_that_is_online() -> None:
    found = layout("", with_entry(affinity(AffinityType.GENERIC_INITIATOR, 32, 4), first=True))
    assert found.online_nodes == (0, 1, 2)
    assert {n.node: n.memory for n in found.numa.nodes} == {0: False, 1: True, 2: True}


@pytest.mark.parametrize("release", ["6.1", "6.12"])
@pytest.mark.parametrize("last", [memory(2, 5 * GIB, 7 * GIB), None], ids=["overlap", "no-memory"])
def test_a_generic_initiator_of_a_dropped_srat_kills_the_boot(release: str, last: tuple[int, int, int, int]) -> None:
    """Seen on both: its node goes online without data, unless it is the one node that is left."""
    ranges = (*LOW, memory(1, 4 * GIB, 6 * GIB), last) if last else ()

    def boots(pxm: int) -> bool:
        entries = srat(*ranges, cpus=[(0, 0)]).entries
        view = SratView(revision=3, entries=(*entries, affinity(AffinityType.GENERIC_INITIATOR, 32, pxm)))
        return layout("", view, release=release).boots

    assert not boots(9)
    assert boots(0)


@pytest.mark.parametrize(("mode", "cpus"), [(False, 0), (True, 1)])
def test_large_apic_ids_need_x2apic_mode_at_boot(mode: bool, cpus: int) -> None:
    entry = affinity(AffinityType.X2APIC, 24, 6, 1, apic=300)
    numa = layout("", with_entry(entry, first=True), boot_x2apic=mode, apic_ids=(300,)).numa
    assert sum(node.cpus for node in numa.nodes if node.pxm == 6) == cpus


def test_an_apic_id_too_big_for_the_kernel_still_takes_its_node_number() -> None:
    entry = affinity(AffinityType.X2APIC, 24, 6, 1, apic=40000)
    found = layout("", with_entry(entry, first=True), boot_x2apic=True)
    assert [f.code for f in found.findings] == ["SRAT002"]
    assert {n.node for n in found.numa.nodes} == {1, 2}


def test_hot_plug_ranges_above_4_gib_make_the_kernel_take_bounce_buffers() -> None:
    small = (E820Entry(0, 0x9FC00, 1), E820Entry(MIB, GIB, 1))
    low = (memory(0, 0, 640 * KIB), memory(0, MIB, GIB))
    without = layout("", srat(*low), e820=small, initrd=None)
    promised = layout("", srat(*low, memory(1, 4 * GIB, 8 * GIB, hot=True)), e820=small, initrd=None)
    owner = "software IO TLB"
    assert owner not in {r.owner for r in without.reserved}
    assert [r.end - r.start for r in promised.reserved if r.owner == owner] == [64 * MIB]


# --- SLIT and CEDT ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("matrix", "valid"),
    [
        ((10, 20, 20, 10), True),
        ((10, 255, 11, 10), True),
        ((10, 10, 20, 10), False),
        ((11, 20, 20, 11), False),
        ((10, 9, 20, 10), False),
        ((10, 20, 20), False),
    ],
)
def test_a_slit_has_10_on_the_diagonal_and_more_elsewhere(matrix: tuple[int, ...], valid: bool) -> None:
    assert slit_is_valid(SlitView(localities=2, matrix=bytes(matrix))) == valid


def test_the_distance_table_takes_a_byte_for_each_pair_of_nodes() -> None:
    found = layout("", GOOD, slit=SlitView(localities=2, matrix=bytes((10, 20, 20, 10))))
    assert [r.end - r.start for r in found.reserved if r.owner == "NUMA distance table"] == [4]


def test_the_distance_table_can_take_the_marks_from_a_node() -> None:
    """All low memory is hot-pluggable: the table lands on the first fixed memory, and pins that node."""
    view = srat(
        memory(0, 0, 2 * GIB, hot=True),
        memory(1, 4 * GIB, 4 * GIB + 512 * MIB),
        memory(1, 4 * GIB + 512 * MIB, 5 * GIB, hot=True),
        memory(2, 5 * GIB, 6 * GIB, hot=True),
    )
    matrix = bytes(10 if n % 4 == 0 else 20 for n in range(9))
    without = layout("movable_node", view)
    found = layout("movable_node", view, slit=SlitView(localities=3, matrix=matrix))
    assert sorted(dict(without.movable_zone_start)) == [1, 2]
    assert sorted(dict(found.movable_zone_start)) == [2]


def test_a_window_over_srat_ranges_stretches_them_and_another_gets_a_node() -> None:
    windows = (CedtWindow(5 * GIB, 8 * GIB, 0), CedtWindow(64 * GIB, 65 * GIB, 1))
    state = predict("", GOOD, cedt=windows).replay.state
    assert {(b.start, b.end, b.nid) for b in state.numa.reserved_meminfo} == {
        (6 * GIB, 8 * GIB, 1),
        (64 * GIB, 65 * GIB, 2),
    }
    assert state.numa.possible == {0, 1, 2}


@pytest.mark.parametrize("release", ["6.1", "6.12"])
def test_a_gap_under_a_window_goes_to_the_range_above_it(release: str) -> None:
    """
    before   |4G  1  |5G   gap   |5.5G  2  |6G
    window       |4.5G                         7G|
    after    |4G  1  |5G  2                    7G|
    """
    view = srat(*LOW, memory(1, 4 * GIB, 5 * GIB), memory(2, 5 * GIB + 512 * MIB, 6 * GIB))
    windows = (CedtWindow(4 * GIB + 512 * MIB, 7 * GIB, 0),)
    state = after(predict("", view, cedt=windows, release=release), "acpi_numa_init")
    assert [(b.start, b.end, b.nid) for b in state.numa.meminfo[2:]] == [
        (4 * GIB, 5 * GIB, 1),
        (5 * GIB, 7 * GIB, 2),
    ]


def test_each_window_elsewhere_gets_the_next_domain_above_the_highest() -> None:
    view = srat(*LOW, memory(7, 4 * GIB, 6 * GIB))
    windows = (CedtWindow(64 * GIB, 65 * GIB, 0), CedtWindow(128 * GIB, 129 * GIB, 1))
    assert nodes(view, cedt=windows) == {0: 0, 1: 7, 2: 8, 3: 9}


def test_a_window_that_only_touches_a_range_gets_a_node() -> None:
    assert nodes(GOOD, cedt=(CedtWindow(6 * GIB, 7 * GIB, 0),)) == {0: 0, 1: 1, 2: 2}


# --- limits and lines ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pxm", "source"), [(1023, "srat"), (1024, "dummy")])
def test_domains_up_to_1023_can_be_mapped(pxm: int, source: str) -> None:
    assert layout("", srat(*LOW, memory(pxm, 4 * GIB, 6 * GIB))).numa.source == source


@pytest.mark.parametrize(("apic", "counted"), [(254, True), (255, False)])
def test_without_x2apic_mode_ids_up_to_254_are_valid(apic: int, counted: bool) -> None:
    entry = affinity(AffinityType.X2APIC, 24, 6, 1, apic=apic)
    assert (6 in nodes(with_entry(entry, first=True)).values()) == counted


@pytest.mark.parametrize(("apic", "counted"), [(32767, True), (32768, False)])
def test_apic_ids_up_to_32767_are_counted(apic: int, counted: bool) -> None:
    entry = affinity(AffinityType.X2APIC, 24, 6, 1, apic=apic)
    state = predict("", with_entry(entry, first=True), boot_x2apic=True).replay.state
    assert (0 in state.numa.possible) == counted


def test_memory_lines_are_those_of_the_kernel() -> None:
    view = srat(*LOW, (1, 4 * GIB, 2 * GIB, 7))
    assert printed(predict("", view), "acpi_numa_init") == [
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x00000000-0x0009ffff]",
        "ACPI: SRAT: Node 0 PXM 0 [mem 0x00100000-0x7fffffff]",
        "ACPI: SRAT: Node 1 PXM 1 [mem 0x100000000-0x17fffffff] hotplug non-volatile",
    ]


def test_processor_lines_are_printed_by_6_1_only() -> None:
    view = srat(*LOW, HIGH, cpus=[(18, 1)])
    assert "SRAT: PXM 1 -> APIC 0x12 -> Node 0" in printed(predict("", view, release="6.1"), "acpi_numa_init")
    assert len(printed(predict("", view), "acpi_numa_init")) == 3


def test_non_volatile_memory_is_ordinary_memory() -> None:
    view = srat(*LOW, (1, 4 * GIB, 2 * GIB, 5))
    assert layout("movable_node", view).memory == layout("movable_node", GOOD).memory


def test_a_disabled_initiator_stops_processors_but_not_memory() -> None:
    gi = affinity(AffinityType.GENERIC_INITIATOR, 32, 4, 0)
    cpu = affinity(AffinityType.APIC, 16, 6, 1, apic=3)
    view = SratView(revision=3, entries=(gi, cpu, *GOOD.entries))
    assert nodes(view) == {0: 0, 1: 1}


def test_an_initiator_whose_domain_cannot_be_mapped_is_a_finding_only() -> None:
    gi = affinity(AffinityType.GENERIC_INITIATOR, 32, 5000, 1)
    found = layout("", with_entry(gi))
    assert (found.numa.source, [f.code for f in found.findings]) == ("srat", ["SRAT003"])
