"""Views of tables as the kernel takes them."""

from __future__ import annotations

from acpitools.codec.arrays import IntArray
from acpitools.codec.record import encode
from acpitools.codec.structures import RawStructure8, RawStructure8R16
from acpitools.core.boot_log import BootLog, LoggedCpu, LoggedMemory
from acpitools.core.units import GIB, U64_MAX
from acpitools.kernel.inputs import Affinity, cedt_windows, hmat_view, slit_view, srat_from_log, srat_view
from acpitools.tables.cedt import Cedt, CxlFixedMemoryWindow, WindowRestrictions
from acpitools.tables.hmat import Hmat, Hmat1, LocalityFlags, SystemLocalityInformation
from acpitools.tables.slit import Slit
from acpitools.tables.srat import MemoryAffinity, MemoryAffinityFlags, ProcessorLocalApicAffinity, Srat
from tests.tables.make import SRAT

HOT = MemoryAffinityFlags.ENABLED | MemoryAffinityFlags.HOT_PLUGGABLE


def test_structures_keep_their_number_and_offset() -> None:
    assert [(e.number, e.offset, e.type, e.length) for e in srat_view(SRAT).entries] == [
        (0, 48, 0, 16),
        (1, 64, 2, 24),
        (2, 88, 1, 40),
        (3, 128, 1, 40),
        (4, 168, 5, 32),
    ]


def test_a_memory_range_is_read() -> None:
    entry = srat_view(SRAT).entries[3]
    assert (entry.pxm, entry.base, entry.size, entry.flags) == (1, 4 * GIB, 1536 << 20, 3)
    assert entry.source == "SRAT[3] at offset 0x80"


def test_processors_are_read() -> None:
    first, second = srat_view(SRAT).entries[:2]
    assert (first.pxm, first.apic_id, second.pxm, second.apic_id) == (0, 0, 1, 256)


def test_the_upper_bytes_of_a_processors_domain_count_from_revision_2_on() -> None:
    cpu = ProcessorLocalApicAffinity(proximity_domain_low=1, proximity_domain_high=0x020304, apic_id=9)
    pxms = {revision: srat_view(Srat(revision=revision, structures=(cpu,))).entries[0].pxm for revision in (1, 2, 3)}
    assert pxms == {1: 1, 2: 0x02030401, 3: 0x02030401}


def test_a_structure_of_a_wrong_length_keeps_that_length() -> None:
    whole = encode(MemoryAffinity(proximity_domain=5, base_address=GIB, range_length=GIB, flags=HOT))
    short = RawStructure8(type=1, length=39, payload=whole[2:39])
    (entry,) = srat_view(Srat(structures=(short,))).entries
    assert (entry.type, entry.length, entry.pxm, entry.base) == (1, 39, 5, GIB)


def test_unknown_structures_are_kept_in_place() -> None:
    unknown = RawStructure8(type=200, length=6, payload=b"abcd")
    view = srat_view(Srat(structures=(unknown, *SRAT.structures)))
    assert (view.entries[0].type, view.entries[1].offset) == (200, 54)


def test_a_slit_is_its_rows() -> None:
    table = Slit(locality_count=2, matrix=bytes((10, 20, 21, 10)))
    view = slit_view(table)
    assert (view.localities, bytes(view.matrix)) == (2, bytes((10, 20, 21, 10)))


# --- from a log ---------------------------------------------------------------------------------------------------


def logged(start: int, end: int) -> LoggedMemory:
    """One line of the log."""
    return LoggedMemory(node=2, pxm=7, start=start, end=end, hotplug=True, non_volatile=False)


def test_lines_of_a_log_give_ranges_and_the_logs_own_node_numbers() -> None:
    log = BootLog(srat_memory=(logged(GIB, 2 * GIB),), srat_cpus=(LoggedCpu(pxm=9, apic_id=4, node=0),))
    view = srat_from_log(log)
    assert view is not None
    assert view.node_of == {9: 0, 7: 2}
    assert view.entries == (Affinity(0, -1, 2, 24, 9, 1, 0, 0, 4), Affinity(1, -1, 1, 40, 7, 3, GIB, GIB))
    assert view.entries[1].source == "SRAT[1] (from the log)"


def test_a_range_that_wraps_keeps_its_size_modulo_64_bits() -> None:
    view = srat_from_log(BootLog(srat_memory=(logged(U64_MAX - GIB + 1, GIB),)))
    assert view is not None
    assert view.entries[0].size == 2 * GIB


def test_a_log_without_memory_lines_has_no_srat() -> None:
    assert srat_from_log(BootLog(srat_cpus=(LoggedCpu(pxm=0, apic_id=0, node=0),))) is None


# --- CXL windows --------------------------------------------------------------------------------------------------


def window(base: int, size: int, length: int = 40) -> CxlFixedMemoryWindow:
    """A window with one target."""
    return CxlFixedMemoryWindow(
        length=length,
        base_hpa=base,
        window_size=size,
        window_restrictions=WindowRestrictions.VOLATILE,
        targets=IntArray(b"\1\0\0\0", 4),
    )


def test_windows_are_half_open_ranges_with_their_place_in_the_table() -> None:
    other = RawStructure8R16(type=9, reserved=0, length=8, payload=bytes(4))
    table = Cedt(structures=(other, window(4 * GIB, GIB), window(8 * GIB, 2 * GIB)))
    assert cedt_windows(table) == ((4 * GIB, 5 * GIB, 1), (8 * GIB, 10 * GIB, 2))


def test_a_window_of_length_0_is_the_last() -> None:
    """Seen on both kernels: that window is still used, those behind it are not."""
    empty = encode(window(8 * GIB, GIB, length=0))
    raw = RawStructure8R16(type=1, reserved=0, length=0, payload=empty[4:])
    assert [w.start for w in cedt_windows(Cedt(structures=(window(4 * GIB, GIB), raw)))] == [4 * GIB, 8 * GIB]
    assert [w.start for w in cedt_windows(Cedt(structures=(raw, window(4 * GIB, GIB))))] == [8 * GIB]


def _latencies(data_type: int, unit: int, *entries: int, flags: int = 0) -> SystemLocalityInformation:
    return SystemLocalityInformation(
        length=32 + 4 * 4 + 2 * 4,
        flags=LocalityFlags(flags),
        data_type=data_type,
        initiator_count=2,
        target_count=2,
        entry_base_unit=unit,
        initiators=IntArray.of((0, 3), 4),
        targets=IntArray.of((0, 5), 4),
        entries=IntArray.of(entries, 2),
    )


def test_latencies_are_picoseconds_rounded_up_by_domain() -> None:
    """ACPI 6.5, 5.2.29.4: entries times base unit; 0 is not provided, 0xFFFF not reachable."""
    table = Hmat(structures=(_latencies(1, 100, 801, 1400, 0, 0xFFFF),))
    assert dict(hmat_view(table).read_latency) == {(0, 0): 81, (0, 5): 140}


def test_latencies_of_revision_1_are_nanoseconds() -> None:
    table = Hmat1(structures=(_latencies(0, 1, 80, 140, 140, 80),))
    assert dict(hmat_view(table).read_latency) == {(0, 0): 80, (0, 5): 140, (3, 0): 140, (3, 5): 80}


def test_reads_count_before_accesses_and_caches_and_bandwidths_not_at_all() -> None:
    access, read = _latencies(0, 1000, 90, 90, 90, 90), _latencies(1, 1000, 80, 0, 0, 0)
    cache, bandwidth = _latencies(1, 1000, 7, 7, 7, 7, flags=1), _latencies(4, 1, 5, 5, 5, 5)
    found = hmat_view(Hmat(structures=(read, access, cache, bandwidth))).read_latency
    assert (found[0, 0], found[0, 5], len(found)) == (80, 90, 4)
