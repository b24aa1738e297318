"""The hand-written tables: decoded to what their comments say, and the same bytes again."""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest

from acpitools.codec.arrays import IntArray
from acpitools.codec.record import encode
from acpitools.codec.structures import RawStructure
from acpitools.tables.check import check_table
from acpitools.tables.registry import decode_table
from acpitools.tables.spans import structure_spans
from tests.tables.fixture_tables import FOLDER, HAND_WRITTEN, fixture_bytes, fixture_name
from tests.tables.make import loaded


def decoded(name: str) -> Any:
    return decode_table(fixture_bytes(name))


@pytest.mark.parametrize("path", HAND_WRITTEN, ids=fixture_name)
def test_bytes_and_findings_are_those_of_the_meta_file(path: Path) -> None:
    meta = tomllib.loads((path.parent / "meta.toml").read_text())[path.stem]
    data = fixture_bytes(path)
    assert hashlib.sha256(data).hexdigest() == meta["sha256"]
    assert encode(decode_table(data)) == data
    findings = check_table(loaded(data))
    assert [f"{finding.code}@{finding.location.offset}" for finding in findings] == meta["findings"]


def test_every_file_has_its_section() -> None:
    for meta in FOLDER.glob("*/meta.toml"):
        content = tomllib.loads(meta.read_text())
        assert {content.pop("licence"), bool(content.pop("origin"))} == {"Apache-2.0", True}
        assert set(content) == {path.stem for path in meta.parent.glob("*.hex")}


def values(structure: Any, *names: str) -> tuple[Any, ...]:
    return tuple(getattr(structure, name) for name in names)


def test_srat_of_all_types() -> None:
    s = decoded("srat/all-types").structures
    assert [type(item).__name__ for item in s] == [
        "ProcessorLocalApicAffinity",
        "MemoryAffinity",
        "MemoryAffinity",
        "ProcessorLocalX2apicAffinity",
        "GiccAffinity",
        "GicItsAffinity",
        "GenericInitiatorAffinity",
        "GenericPortAffinity",
        "RintcAffinity",
    ]
    assert values(s[0], "proximity_domain", "apic_id", "flags", "clock_domain") == (0x010203, 0x21, 1, 5)
    assert values(s[1], "proximity_domain", "base_address", "range_length", "flags") == (0, 0, 2 << 30, 1)
    assert values(s[2], "proximity_domain", "base_address", "range_length", "flags") == (0x010203, 1 << 40, 1 << 40, 15)
    assert values(s[3], "proximity_domain", "x2apic_id", "flags") == (1, 0x100, 0)
    assert values(s[4], "proximity_domain", "acpi_processor_uid") == (2, 9)
    assert values(s[5], "proximity_domain", "its_id") == (3, 7)
    assert values(s[6], "proximity_domain", "device_handle_type", "flags") == (4, 1, 3)
    assert s[6].device_handle[:4] == bytes.fromhex("01003afa")
    assert values(s[7], "proximity_domain", "device_handle_type") == (5, 0)
    assert s[7].device_handle[:12] == b"ACPI0016\6\0\0\0"
    assert values(s[8], "proximity_domain", "acpi_processor_uid") == (6, 8)


def test_srat_of_all_faults() -> None:
    spans = list(structure_spans(decoded("srat/broken")))
    assert [(index, offset) for index, offset, _ in spans] == [(0, 48), (1, 64), (2, 80), (3, 84), (4, 126)]
    assert [isinstance(item, RawStructure) for _, _, item in spans] == [False, True, True, False, True]
    assert values(spans[3][2], "length", "base_address", "trailing") == (42, 4 << 30, b"\xcc\xdd")
    assert values(spans[4][2], "type", "length", "payload") == (2, 0, b"\x11\x22\x33")


def test_slit_rows() -> None:
    slit = decoded("slit/three-nodes")
    assert [list(slit.row(node)) for node in range(3)] == [[10, 20, 255], [20, 10, 31], [255, 31, 10]]
    assert (slit.distance(0, 2), slit.distance(2, 1), slit.distance(0, 3), slit.distance(3, 0)) == (255, 31, None, None)
    assert type(slit.matrix) is bytes


def test_slit_that_is_too_short() -> None:
    slit = decoded("slit/short")
    assert (slit.locality_count, len(slit.matrix)) == (4, 9)
    assert (slit.distance(2, 0), slit.distance(2, 1), slit.row(3)) == (10, None, b"")


def test_cedt_of_all_types() -> None:
    s = decoded("cedt/all-types").structures
    assert values(s[0], "uid", "cxl_version", "base", "register_length") == (7, 1, 0xFE000000, 0x10000)
    window = s[1]
    assert values(window, "base_hpa", "window_size", "interleave_arithmetic") == (1 << 40, 16 << 30, 1)
    assert values(window, "interleave_ways", "granularity", "window_restrictions", "qtg_id") == (2, 256, 6, 2)
    assert list(window.targets) == [7, 8]
    assert list(s[2].xor_bitmaps) == [0x404044100]
    assert values(s[3], "length", "segment", "bdf", "base_address", "protocol") == (20, 1, 0x3A00, 0x1FE000000, 1)
    assert values(s[4], "length", "segment", "bdf", "base_address", "protocol") == (17, 1, 0x3B00, 0x1FD000000, 0)
    assert values(s[5], "length", "segment", "bdf", "base_address", "protocol") == (16, 1, 0x3C00, 0x1FC000000, 1)
    assert values(s[6], "type", "system_capabilities") == (4, 6)


# CXL 3.1, table 9-22: encoded interleave ways and granularity.
@pytest.mark.parametrize(
    ("encoded", "ways"),
    [(0, 1), (1, 2), (2, 4), (3, 8), (4, 16), (8, 3), (9, 6), (10, 12), (5, None), (7, None), (11, None), (255, None)],
)
def test_interleave_ways(encoded: int, ways: int | None) -> None:
    window = dataclasses.replace(decoded("cedt/all-types").structures[1], encoded_interleave_ways=encoded)
    assert window.interleave_ways == ways


@pytest.mark.parametrize(("encoded", "granularity"), [(0, 256), (1, 512), (6, 16384), (7, None), (1 << 31, None)])
def test_interleave_granularity(encoded: int, granularity: int | None) -> None:
    window = dataclasses.replace(decoded("cedt/all-types").structures[1], encoded_granularity=encoded)
    assert window.granularity == granularity


def test_hmat_of_revision_2() -> None:
    attributes, locality, cache = decoded("hmat/revision-2").structures
    assert values(attributes, "flags", "initiator_domain", "memory_domain") == (1, 0, 1)
    assert values(locality, "data_type", "entry_base_unit") == (0, 100)
    assert (locality.initiators, locality.targets) == (IntArray.of([0], 4), IntArray.of([0, 1], 4))
    assert list(locality.entries) == [848, 0xFFFF]
    assert values(cache, "memory_domain", "cache_size", "address_mode") == (1, 1 << 30, 1)
    assert list(cache.smbios_handles) == [0x1234]


def test_hmat_of_revision_1() -> None:
    (memory,) = decoded("hmat/revision-1").structures
    assert type(memory).__name__ == "MemorySubsystemAddressRange"
    assert values(memory, "flags", "memory_domain", "base_address", "range_length") == (3, 1, 4 << 30, 2 << 30)


def test_madt_of_a_pc() -> None:
    s = decoded("madt/pc").structures
    assert [item.type for item in s] == [0, 0, 1, 2, 3, 4, 5, 9, 10, 16, 200]
    assert values(s[1], "processor_uid", "apic_id", "flags") == (1, 255, 2)
    assert values(s[2], "io_apic_id", "address", "gsi_base") == (2, 0xFEC00000, 24)
    assert values(s[3], "source", "gsi", "flags") == (9, 9, 13)
    assert values(s[4], "flags", "gsi") == (15, 23)
    assert values(s[5], "processor_uid", "flags", "lint") == (255, 5, 1)
    assert s[6].address == 0x1FEE00000
    assert values(s[7], "x2apic_id", "processor_uid") == (256, 2)
    assert values(s[8], "processor_uid", "lint") == (0xFFFFFFFF, 1)
    assert s[9].mailbox_address == 0xFF000
    assert s[10].payload == b"\xde\xad\xbe\xef"


def test_gicc_of_every_length() -> None:
    s = decoded("madt/gicc-lengths").structures
    assert [(type(item).__name__, item.length, item.processor_uid) for item in s] == [
        ("Gicc40", 40, 0),
        ("Gicc76", 76, 1),
        ("Gicc80", 80, 2),
        ("Gicc82", 82, 3),
        ("Gicc88", 88, 4),
    ]


def test_msct_behind_a_gap() -> None:
    msct = decoded("msct/two-domains")
    assert (msct.gap, msct.maximum_domains, msct.maximum_address) == (bytes(4), 3, (1 << 46) - 1)
    assert [values(item, "low_domain", "high_domain", "processor_capacity") for item in msct.structures] == [
        (0, 1, 16),
        (2, 3, 0),
    ]
    assert [item.memory_capacity for item in msct.structures] == [64 << 30, 256 << 30]


def test_mcfg_segments() -> None:
    assert [
        values(item, "base_address", "segment", "start_bus", "end_bus")
        for item in decoded("mcfg/two-segments").allocations
    ] == [(0xE0000000, 0, 0, 255), (0x10_0000_0000, 1, 0x40, 0x7F)]


def test_xsdt_entries() -> None:
    xsdt = decoded("xsdt/three-entries")
    assert list(xsdt.entries) == [0x7FFE1000, 0x7FFE2000, 0x17FFE3000]
    assert xsdt.trailing == bytes.fromhex("0040fe7f")
