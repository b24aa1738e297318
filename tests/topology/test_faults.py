"""Each fault breaks what it names, and nothing else: its own check, the checksum, the other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from acpitools.codec.checksum import checksum_ok
from acpitools.core.errors import TopologyError
from acpitools.core.ranges import AddrRange, overlapping, subtract, total
from acpitools.core.units import GIB, KIB, MIB
from acpitools.tables.check import check_table
from acpitools.tables.registry import declared_size
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.build import build, memory_map
from acpitools.topology.faults.registry import FAULTS
from tests.topology.machines import EVERYTHING, spec_of, tables_of

SOUND = tables_of(EVERYTHING)
TABLE_FAULTS = [fault for fault in FAULTS.values() if not fault.any_table and fault.map is None]
MAP_FAULTS = [fault for fault in FAULTS.values() if fault.map is not None]
CHECKSUM_WRONG = {"checksum", "truncated"}


def of(tables: TableSet, signature: str) -> LoadedTable:
    found = tables.first(signature)
    assert found is not None
    return found


def record(tables: TableSet, signature: str) -> Any:
    return of(tables, signature).record


def codes(table: LoadedTable) -> set[str]:
    return {finding.code for finding in check_table(table)}


ANY: dict[str, Callable[[bytes, bytes], bool]] = {
    "checksum": lambda data, sound: data[:9] + data[10:] == sound[:9] + sound[10:],
    "length-long": lambda data, sound: declared_size(data) == len(sound) + 8,
    "length-short": lambda data, sound: declared_size(data) == len(sound) - 4,
    "truncated": lambda data, sound: data == sound[:-8],
    "trailing": lambda data, sound: data == sound + bytes(16),
    "trailing-inside": lambda data, sound: len(data) == declared_size(data) == len(sound) + 1,
    "header-only": lambda data, sound: len(data) == declared_size(data) == 36,
    "revision-0": lambda data, sound: data[8] == 0,
    "revision-255": lambda data, sound: data[8] == 255,
    "oem-unprintable": lambda data, sound: not data[10:13].decode("latin-1").isprintable(),
    "signature-unknown": lambda data, sound: data[:4] == b"XQZW",
    "table-twice": lambda data, sound: data == sound,
}
FRAME = {
    "structure-zero-length": "TAB005",
    "structure-short": "TAB007",
    "structure-past-end": "TAB006",
    "structure-unknown": "TAB008",
    "reserved-set": "TAB011",
    "structure-long": "TAB009",
}


@pytest.mark.parametrize("name", [fault.name for fault in FAULTS.values() if fault.any_table])
@pytest.mark.parametrize("signature", ["SRAT", "HMAT", "CEDT", "APIC"])
def test_a_fault_of_any_table(name: str, signature: str) -> None:
    broken = tables_of(EVERYTHING, f"{name}@{signature}")
    others = [table.data for table in SOUND if table.signature != signature]
    assert [t.data for t in broken if t.signature not in (signature, "XQZW")] == others
    (*_, table) = [t for t in broken if t.signature in (signature, "XQZW")]
    assert name in ANY or name in FRAME
    if name in ANY:
        assert ANY[name](table.data, of(SOUND, signature).data)
        assert len(broken) == len(SOUND) + (name == "table-twice")
    else:
        assert FRAME[name] in codes(table)
    if name not in CHECKSUM_WRONG:
        assert "TAB001" not in codes(table)
    else:
        assert not checksum_ok(table.data)


def memory(tables: TableSet) -> list[Any]:
    return [s for s in record(tables, "SRAT").structures if type(s).__name__ == "MemoryAffinity"]


def ranges(tables: TableSet) -> list[AddrRange]:
    return [AddrRange(m.base_address, m.base_address + m.range_length) for m in memory(tables) if m.flags & 1]


def cpus(tables: TableSet, *, enabled: bool = True) -> list[tuple[int, int]]:
    return [
        (s.apic_id if hasattr(s, "apic_id") else s.x2apic_id, s.proximity_domain)
        for s in record(tables, "SRAT").structures
        if type(s).__name__.startswith("ProcessorLocal") and (s.flags & 1 or not enabled)
    ]


def lost(tables: TableSet) -> int:
    return total(subtract(ranges(SOUND), ranges(tables)))


def claimed_by(tables: TableSet) -> list[int]:
    """How many domains claim each piece that is claimed twice."""
    return [
        len(
            {
                m.proximity_domain
                for m in memory(tables)
                if m.base_address < r.end and r.start < m.base_address + m.range_length
            }
        )
        for r in overlapping(ranges(tables))
    ]


def slit(tables: TableSet) -> Any:
    return record(tables, "SLIT")


def hmat(tables: TableSet, kind: int) -> Any:
    return next(s for s in record(tables, "HMAT").structures if s.type == kind)


def madt(tables: TableSet, name: str) -> list[Any]:
    return [s for s in record(tables, "APIC").structures if type(s).__name__ == name]


def cedt(tables: TableSet, name: str) -> list[Any]:
    return [s for s in record(tables, "CEDT").structures if type(s).__name__ == name]


def window(tables: TableSet) -> Any:
    return cedt(tables, "CxlFixedMemoryWindow")[0]


def nodes(tables: TableSet) -> list[Any]:
    return [s for s in record(tables, "PPTT").structures if s.type == 0]


def offsets(tables: TableSet) -> list[int]:
    found, offset = [], 36
    for item in record(tables, "PPTT").structures:
        found.append(offset)
        offset += item.length
    return found


BROKEN: dict[str, Callable[[TableSet], bool]] = {
    "srat-overlap": lambda t: [r.size for r in overlapping(ranges(t))] == [2 * MIB] and claimed_by(t) == [2],
    "srat-overlap-same-domain": lambda t: claimed_by(t) == [1],
    "srat-nested": lambda t: claimed_by(t) == [2] and lost(t) == 0,
    "srat-range-twice": lambda t: max(Counter(ranges(t)).values()) == 2,
    "srat-gap": lambda t: lost(t) == 16 * MIB,
    "srat-small-gap": lambda t: lost(t) == 512 * KIB,
    "srat-boundary-in-block": lambda t: lost(t) == 0 and any(r.start % (128 * MIB) == 64 * MIB for r in ranges(t)),
    "srat-boundary-in-page": lambda t: lost(t) == 0 and any(r.start % 4096 == 3584 for r in ranges(t)),
    "srat-wrap": lambda t: any(r.end >= 1 << 64 for r in ranges(t)),
    "srat-zero-length": lambda t: any(r.size == 0 for r in ranges(t)),
    "srat-beyond-ram": lambda t: AddrRange(16 << 40, (16 << 40) + GIB) in ranges(t),
    "srat-no-memory": lambda t: memory(t) == [] and cpus(t) == cpus(SOUND),
    "srat-memory-disabled": lambda t: ranges(t) == [] and len(memory(t)) == len(memory(SOUND)),
    "srat-domain-disabled": lambda t: {m.proximity_domain for m in memory(t) if not m.flags & 1} == {2},
    "srat-hotplug-disabled": lambda t: {int(m.flags) for m in memory(t) if m.proximity_domain == 2} == {2},
    "srat-all-hotplug": lambda t: {int(m.flags) for m in memory(t)} == {3},
    "srat-low-hotplug": lambda t: [m.base_address for m in memory(t) if m.flags & 2][:1] == [0],
    "srat-reserved-flags": lambda t: codes(of(t, "SRAT")) == {"TAB012"},
    "srat-no-processors": lambda t: cpus(t, enabled=False) == [] and ranges(t) == ranges(SOUND),
    "srat-processor-missing": lambda t: cpus(t) == cpus(SOUND)[:-1],
    "srat-processor-disabled": lambda t: cpus(t) == cpus(SOUND)[:-1] and len(cpus(t, enabled=False)) == 4,
    "srat-processor-twice": lambda t: {d for apic_id, d in cpus(t) if apic_id == 0} == {0, 1},
    "srat-processor-stranger": lambda t: (0xABCDEF, 0) in cpus(t),
    "srat-domain-huge": lambda t: 0x12345678 in {m.proximity_domain for m in memory(t)},
    "srat-domain-1024": lambda t: {m.proximity_domain for m in memory(t)} == {0, 1, 1024},
    "srat-revision-1": lambda t: record(t, "SRAT").revision == 1 and all(m.proximity_domain > 255 for m in memory(t)),
    "srat-table-revision": lambda t: record(t, "SRAT").table_revision == 2,
    "srat-reversed": lambda t: cpus(t) == cpus(SOUND)[::-1],
    "srat-handle-type": lambda t: "TAB013" in codes(of(t, "SRAT")),
    "slit-diagonal": lambda t: slit(t).distance(0, 0) == 20,
    "slit-ten": lambda t: slit(t).distance(0, 1) == slit(t).distance(1, 0) == 10,
    "slit-below-ten": lambda t: slit(t).distance(0, 1) == slit(t).distance(1, 0) == 9,
    "slit-asymmetric": lambda t: slit(t).distance(0, 1) != slit(t).distance(1, 0),
    "slit-unreachable": lambda t: slit(t).distance(0, 1) == slit(t).distance(1, 0) == 255,
    "slit-smaller": lambda t: slit(t).locality_count == 3 and codes(of(t, "SLIT")) == set(),
    "slit-count-large": lambda t: slit(t).locality_count == 5 and "TAB014" in codes(of(t, "SLIT")),
    "slit-count-small": lambda t: slit(t).locality_count == 3 and codes(of(t, "SLIT")) != set(),
    "slit-count-huge": lambda t: slit(t).locality_count == 1 << 32,
    "slit-count-zero": lambda t: slit(t).locality_count == 0,
    "hmat-revision-3": lambda t: "TAB022" in codes(of(t, "HMAT")),
    "hmat-memory-unknown": lambda t: hmat(t, 0).memory_domain == 9999,
    "hmat-attached-unknown": lambda t: hmat(t, 0).initiator_domain == 9999 and hmat(t, 0).flags == 1,
    "hmat-initiator-unknown": lambda t: hmat(t, 1).initiators[-1] == 9999,
    "hmat-target-unknown": lambda t: hmat(t, 1).targets[-1] == 9999,
    "hmat-unit-zero": lambda t: hmat(t, 1).entry_base_unit == 0,
    "hmat-unit-huge": lambda t: hmat(t, 1).entry_base_unit * max(hmat(t, 1).entries) >= 1 << 62,
    "hmat-data-type": lambda t: "TAB013" in codes(of(t, "HMAT")),
    "hmat-hierarchy": lambda t: hmat(t, 1).flags & 0xF == 9,
    "hmat-unreachable": lambda t: hmat(t, 1).entries[0] == 0xFFFF,
    "hmat-not-provided": lambda t: hmat(t, 1).entries[0] == 0,
    "hmat-local-slower": lambda t: hmat(t, 1).entries[0] == max(hmat(t, 1).entries) > max(hmat(SOUND, 1).entries),
    "hmat-cache-level": lambda t: hmat(t, 2).cache_attributes & 0xFF == 0x31,
    "hmat-cache-line": lambda t: hmat(t, 2).cache_attributes >> 16 == 3,
    "hmat-cache-domain": lambda t: hmat(t, 2).memory_domain == 9999,
    "hmat-count": lambda t: "TAB014" in codes(of(t, "HMAT")),
    "madt-none-enabled": lambda t: {int(s.flags) for s in madt(t, "ProcessorLocalApic")} == {0},
    "madt-apic-id-twice": lambda t: [s.apic_id for s in madt(t, "ProcessorLocalApic")] == [0, 1, 2, 0],
    "madt-uid-twice": lambda t: [s.processor_uid for s in madt(t, "ProcessorLocalApic")] == [0, 1, 2, 0],
    "madt-processor-missing": lambda t: len(madt(t, "ProcessorLocalApic")) == 3,
    "madt-processor-disabled": lambda t: [int(s.flags) for s in madt(t, "ProcessorLocalApic")] == [1, 1, 1, 0],
    "madt-flags-both": lambda t: [int(s.flags) for s in madt(t, "ProcessorLocalApic")] == [1, 1, 1, 3],
    "madt-x2apic-small": lambda t: (
        [s.x2apic_id for s in madt(t, "ProcessorLocalX2apic")] == [3] and len(madt(t, "ProcessorLocalApic")) == 3
    ),
    "madt-both-kinds": lambda t: (
        [s.x2apic_id for s in madt(t, "ProcessorLocalX2apic")] == [3] and len(madt(t, "ProcessorLocalApic")) == 4
    ),
    "madt-apic-id-255": lambda t: madt(t, "ProcessorLocalApic")[-1].apic_id == 255,
    "madt-no-io-apic": lambda t: madt(t, "IoApic") == [],
    "madt-io-apic-overlap": lambda t: [s.gsi_base for s in madt(t, "IoApic")] == [0, 8],
    "madt-override-twice": lambda t: (
        [(s.source, s.gsi) for s in madt(t, "InterruptSourceOverride")][-2:] == [(11, 11), (11, 10)]
    ),
    "madt-override-bus": lambda t: madt(t, "InterruptSourceOverride")[-1].bus == 3,
    "madt-override-far": lambda t: madt(t, "InterruptSourceOverride")[-1].gsi == 4000,
    "msct-domains": lambda t: record(t, "MSCT").maximum_domains == 2,
    "msct-address": lambda t: record(t, "MSCT").maximum_address == GIB - 1,
    "msct-memory": lambda t: record(t, "MSCT").structures[0].memory_capacity == 4096,
    "msct-unsorted": lambda t: [s.low_domain for s in record(t, "MSCT").structures] == [3, 2, 1, 0],
    "msct-gap": lambda t: [s.low_domain for s in record(t, "MSCT").structures] == [1, 2, 3],
    "msct-offset": lambda t: "TAB023" in codes(of(t, "MSCT")),
    "cedt-misaligned": lambda t: window(t).base_hpa % (256 * MIB) == MIB,
    "cedt-size": lambda t: window(t).window_size % (256 * MIB) == MIB,
    "cedt-zero-size": lambda t: window(t).window_size == 0,
    "cedt-wrap": lambda t: window(t).base_hpa + window(t).window_size > 1 << 64,
    "cedt-ways": lambda t: window(t).encoded_interleave_ways == 7 and "TAB013" in codes(of(t, "CEDT")),
    "cedt-targets": lambda t: window(t).interleave_ways == 4 and len(window(t).targets) == 2,
    "cedt-granularity": lambda t: window(t).encoded_granularity == 7,
    "cedt-stranger": lambda t: tuple(window(t).targets) == (4, 9999),
    "cedt-over-ram": lambda t: window(t).base_hpa == 0,
    "cedt-overlap": lambda t: (
        overlapping([(w.base_hpa, w.base_hpa + w.window_size) for w in cedt(t, "CxlFixedMemoryWindow")]) != []
    ),
    "cedt-xor-no-map": lambda t: window(t).interleave_arithmetic == 1 and cedt(t, "CxlXorInterleaveMath") == [],
    "cedt-no-bridges": lambda t: cedt(t, "CxlHostBridge") == [] and len(cedt(t, "CxlFixedMemoryWindow")) == 1,
    "cedt-bridge-twice": lambda t: [b.uid for b in cedt(t, "CxlHostBridge")] == [4, 4, 5],
    "cedt-bridge-version": lambda t: cedt(t, "CxlHostBridge")[0].cxl_version == 7,
    "cedt-register-length": lambda t: cedt(t, "CxlHostBridge")[0].register_length == 0x1000,
    "pptt-loop": lambda t: nodes(t)[0].parent == offsets(t)[-1],
    "pptt-self": lambda t: nodes(t)[-1].parent == offsets(t)[-1],
    "pptt-dangling": lambda t: nodes(t)[-1].parent > len(of(t, "PPTT").data),
    "pptt-inside": lambda t: nodes(t)[-1].parent not in offsets(t) and nodes(t)[-1].parent < len(of(t, "PPTT").data),
    "pptt-stranger": lambda t: nodes(t)[-1].acpi_processor_id == 9999,
    "pptt-no-package": lambda t: not any(node.flags & 1 for node in nodes(t)),
    "pptt-cache-loop": lambda t: record(t, "PPTT").structures[0].next_level_of_cache == 36,
    "pptt-resource-dangling": lambda t: any(r > len(of(t, "PPTT").data) for n in nodes(t) for r in n.private_resources),
    "pptt-count": lambda t: "TAB014" in codes(of(t, "PPTT")),
}


@pytest.mark.parametrize("fault", TABLE_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_one_table(fault: Any) -> None:
    assert not BROKEN[fault.name](SOUND)
    broken = tables_of(EVERYTHING, fault.name)
    assert BROKEN[fault.name](broken)
    assert checksum_ok(of(broken, fault.table).data)
    assert [t.data for t in broken if t.signature != fault.table] == [
        t.data for t in SOUND if t.signature != fault.table
    ]


@pytest.mark.parametrize("fault", MAP_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_the_memory_map_leaves_the_tables(fault: Any) -> None:
    sound = memory_map(spec_of(EVERYTHING))
    spec = spec_of(EVERYTHING, fault.name)
    broken = memory_map(spec)
    assert [t.data for t in build(spec)] == [t.data for t in SOUND]
    ram = [AddrRange(e.start, e.end) for e in broken if e.type == 1]
    before = [AddrRange(e.start, e.end) for e in sound if e.type == 1]
    more, less = total(subtract(ram, before)), total(subtract(before, ram))
    expected = {
        "map-more-ram": (64 * MIB, 0),
        "map-less-ram": (0, before[-1].size // 2),
        "map-reserved-inside": (0, 64 * KIB),
        "map-overlap": (0, 0),
        "map-unsorted": (0, 0),
        "map-subpage": (0, 512),
        "map-stray-ram": (64 * MIB, 0),
    }
    assert (more, less) == expected[fault.name]
    assert (overlapping([(e.start, e.end) for e in broken]) != []) == (fault.name == "map-overlap")
    assert all(a < b for a, b in pairwise(broken)) == (fault.name != "map-unsorted")


def test_several_faults_add_up() -> None:
    broken = tables_of(EVERYTHING, "srat-gap", "slit-diagonal", "checksum@SLIT", "checksum")
    assert lost(broken) == 16 * MIB
    assert slit(broken).distance(0, 0) == 20
    assert {t.signature for t in broken if not checksum_ok(t.data)} == {"SRAT", "SLIT"}


@pytest.mark.parametrize(
    ("text", "fault", "why"),
    [
        (EVERYTHING, "srat-overlop", "did you mean srat-overlap"),
        (EVERYTHING, "checksum@DSDT", "this machine has no DSDT"),
        (EVERYTHING, "srat-gap@SLIT", "a fault of the SRAT only"),
        ('[[domains]]\nmemory = "4G"', "srat-overlap", "all in one domain"),
        ('[[domains]]\nmemory = "4G"', "slit-ten", "has no SLIT"),
        ('[[domains]]\nmemory = "4G"', "srat-handle-type", "no generic initiator"),
        ('[[domains]]\nmemory = "4G"', "madt-uid-twice", "fewer than 2 processors"),
        ('[[domains]]\nmemory = "16M"', "map-more-ram", "no piece of RAM above 64 MiB"),
    ],
)
def test_a_fault_that_cannot_be_is_an_error(text: str, fault: str, why: str) -> None:
    spec = spec_of(text, fault)
    make = memory_map if fault.startswith("map-") else build
    with pytest.raises(TopologyError, match=why):
        make(spec)
