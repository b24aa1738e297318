"""The text of tables."""

from __future__ import annotations

import dataclasses
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.report.structure_summary import SUMMARIES
from acpitools.report.tables_text import table_text
from acpitools.tables.check import check_table
from acpitools.tables.header import Table, UnknownTable
from acpitools.tables.hmat import Hmat, SystemLocalityInformation
from acpitools.tables.mcfg import Mcfg, McfgAllocation
from acpitools.tables.registry import TABLES
from acpitools.tables.srat import MemoryAffinity, Srat
from acpitools.tables.table_set import LoadedTable
from acpitools.tables.xsdt import Xsdt
from tests.record_classes import RECORDS
from tests.strategies import mutated, records, tables
from tests.tables.fixture_tables import fixture_bytes
from tests.tables.make import SRAT, SRAT_BYTES, loaded


def text_of(data: bytes | Table, **options: object) -> str:
    table = loaded(data, "file")
    return "".join(table_text(table, check_table(table), **options))  # type: ignore[arg-type]


def test_header_fields_have_offset_value_and_meaning() -> None:
    lines = text_of(fixture_bytes("srat/all-types")).splitlines()
    assert lines[:3] == ["SRAT: System Resource Affinity Table  (ACPI 6.5, 5.2.16)", "282 bytes, from file", ""]
    assert lines[3].split() == ["0000", "signature", '"SRAT"', *["Four", "characters", "that", "name", "the", "table"]]
    assert lines[4].split()[:3] == ["0004", "length", "282"]
    assert lines[7].split()[:3] == ["000a", "oem_id", '"FIXTRE"']


def test_structures_have_index_offset_and_summary() -> None:
    text = text_of(fixture_bytes("srat/all-types"))
    assert [line for line in text.splitlines() if line.startswith("  [")] == [
        "  [0] 0030  Processor Local APIC Affinity: domain 66051, APIC id 0x21, enabled",
        "  [1] 0040  Memory Affinity: domain 0, [mem 0x00000000-0x7fffffff] 2 GiB, enabled",
        "  [2] 0068  Memory Affinity: domain 66051, [mem 0x10000000000-0x1ffffffffff] 1 TiB, enabled, hot-pluggable, "
        "non-volatile, specific purpose",
        "  [3] 0090  Processor Local x2APIC Affinity: domain 1, x2APIC id 0x0100, disabled",
        "  [4] 00a8  GICC Affinity: domain 2, UID 9, enabled",
        "  [5] 00ba  GIC ITS Affinity: domain 3, ITS 7",
        "  [6] 00c6  Generic Initiator Affinity: domain 4, PCI 0001:3a:1f.2, enabled",
        "  [7] 00e6  Generic Port Affinity: domain 5, ACPI 'ACPI0016' UID 6, enabled",
        "  [8] 0106  RINTC Affinity: domain 6, UID 8, enabled",
    ]


def test_structure_fields_have_offset_value_and_meaning() -> None:
    lines = text_of(fixture_bytes("srat/all-types")).splitlines()
    at = lines.index(
        "  [2] 0068  Memory Affinity: domain 66051, [mem 0x10000000000-0x1ffffffffff] 1 TiB, enabled, "
        "hot-pluggable, non-volatile, specific purpose"
    )
    assert [line.split(maxsplit=3) for line in lines[at + 1 : at + 10]] == [
        ["0068", "type", "1"],
        ["0069", "length", "40"],
        ["006a", "proximity_domain", "66051"],
        ["006e", "reserved1", "0x0000"],
        ["0070", "base_address", "0x0000010000000000"],
        ["0078", "range_length", "0x0000010000000000", "1 TiB"],
        ["0080", "reserved2", "0x00000000"],
        ["0084", "flags", "0x0000000f", "ENABLED | HOT_PLUGGABLE | NON_VOLATILE | SPECIFIC_PURPOSE"],
        ["0088", "reserved3", "0x0000000000000000"],
    ]


def test_what_a_field_means_is_said_once_a_table() -> None:
    text = text_of(fixture_bytes("srat/all-types"))
    assert text.count("Proximity domain; bits 7:0 alone count in SRAT revision 1") == 1
    assert text.count("base_address") == 2


def test_findings_stand_where_they_belong() -> None:
    lines = text_of(fixture_bytes("srat/broken")).splitlines()
    assert lines[2].startswith("  error TAB002 at 0004: declared length 1024, but only ")
    assert lines[3].startswith("  error TAB001 at 0009: ")
    structures = [line for line in lines if line.startswith(("  [", "      error", "      warning"))]
    assert [line.strip().split(":")[0] for line in structures] == [
        "[0] 0030  Processor Local APIC Affinity",
        "warning TAB012 at 0034",
        "[1] 0040  Unknown structure of type 1",
        "error TAB007 at 0040",
        "[2] 0050  Unknown structure of type 200",
        "warning TAB008 at 0050",
        "[3] 0054  Memory Affinity",
        "warning TAB009 at 0054",
        "[4] 007e  Unknown structure of type 2",
        "error TAB005 at 007e",
    ]


def test_a_matrix_has_rows_and_columns() -> None:
    lines = text_of(fixture_bytes("slit/three-nodes")).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  002c  matrix"))
    assert [line.split() for line in lines[at + 1 : at + 5]] == [
        ["0", "1", "2"],
        ["0:", "10", "20", "255"],
        ["1:", "20", "10", "31"],
        ["2:", "255", "31", "10"],
    ]


def test_an_array_that_is_a_matrix_has_a_line_for_each_row() -> None:
    locality = SystemLocalityInformation(
        length=0,
        data_type=3,
        initiator_count=2,
        target_count=3,
        entry_base_unit=1024,
        initiators=IntArray.of([0, 1], 4),
        targets=IntArray.of([0, 1, 2], 4),
        entries=IntArray.of([1, 20, 300, 4, 50, 65535], 2),
    )
    lines = text_of(seal(Hmat(structures=(locality,)))).splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("      005c "))
    assert [line.split() for line in lines[at : at + 2]] == [
        ["005c", "entries", "1", "20", "300"],
        ["4", "50", "65535"],
    ]
    assert "access bandwidth, 2 x 3 entries of 1024 MB/s" in "\n".join(lines)


def test_root_table_entries_name_their_tables() -> None:
    text = text_of(seal(Xsdt(entries=IntArray.of([0x7FFE_0000, 0x1_0000_0000], 8))), addresses={0x7FFE_0000: "SRAT"})
    assert "  [0] 0024  0x000000007ffe0000  SRAT\n  [1] 002c  0x0000000100000000\n" in text


def test_registers_are_one_line() -> None:
    text = text_of(
        bytes.fromhex("46414350 84000000 02") + bytes(107) + bytes.fromhex("01080001 f90c000000000000") + bytes(4)
    )
    assert "  0074  reset_reg                     SYSTEM_IO 0xcf9, 8 bits from bit 0, access BYTE\n" in text


def test_records_without_headers_have_a_summary() -> None:
    text = text_of(
        seal(Mcfg(allocations=(McfgAllocation(base_address=0xE000_0000, segment=0, start_bus=0, end_bus=255),)))
    )
    assert "\n  [0] 002c  MCFG Allocation: segment 0, buses 0x00 to 0xff, ECAM at 0xe0000000\n" in text
    assert "\n      0037  end_bus                       255                 Last bus; each has 1 MiB\n" in text


def test_an_unknown_table_shows_the_beginning_of_its_body() -> None:
    text = text_of(seal(UnknownTable(signature="OEM1", body=b"Hello\xff\0" + bytes(600))))
    assert "\n  0024  body: 607 bytes." in text
    assert "\n  0024  48 65 6c 6c 6f ff 00 00 00 00 00 00 00 00 00 00  Hello...........\n" in text
    assert "  and 95 bytes more; --format hex shows all\n" in text


def test_aml_is_not_dumped() -> None:
    text = text_of(seal(UnknownTable(signature="SSDT", body=bytes(64))))
    assert text.startswith("SSDT: Secondary System Description Table\n")
    assert text.endswith("  0024  body: 64 bytes of AML\n\n")


def test_bytes_after_the_table_are_shown_with_their_offset() -> None:
    assert "\n  00c8  trailing: 3 bytes." in text_of(SRAT_BYTES + b"xyz")


def test_a_fragment_is_shown() -> None:
    assert "\n  0000  53 52 41 54 c8 00 00 00" in text_of(SRAT_BYTES[:8])


def test_unprintable_text_cannot_reach_the_terminal() -> None:
    table = LoadedTable(data=b"\x1b[2J" + SRAT_BYTES[4:10] + b"\x1b[31m\x07" + SRAT_BYTES[16:], source="a\x1b[2J\nb")
    text = "".join(table_text(table, check_table(table)))
    assert "\x1b" not in text
    assert "a?[2J?b" in text


@pytest.mark.parametrize("cls", [cls for cls in RECORDS if cls.__name__ in SUMMARIES], ids=lambda cls: cls.__name__)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_every_value_has_a_summary(cls: type, data: st.DataObject) -> None:
    summary = SUMMARIES[cls.__name__](data.draw(records(cls)))
    assert summary
    assert "\n" not in summary


def test_every_summary_is_of_a_record() -> None:
    assert set(SUMMARIES) <= {cls.__name__ for cls in RECORDS}


@pytest.mark.parametrize("signature", TABLES)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_table_has_its_text(signature: str, data: st.DataObject) -> None:
    table = data.draw(tables(signature))
    text = text_of(table)
    for number in range(len(getattr(table, "structures", ()))):
        assert f"\n  [{number}] " in text


@settings(max_examples=60, deadline=None)
@given(
    data=mutated(SRAT_BYTES)
    | st.builds(bytes.__add__, st.sampled_from([name.encode() for name in TABLES]), st.binary(max_size=200))
)
def test_damaged_tables_have_their_text(data: bytes) -> None:
    text = text_of(data)
    assert all(char.isprintable() or char == "\n" for char in text)
    for finding in check_table(loaded(data)):
        assert f" {finding.code} at {finding.location.offset or 0:04x}: {finding.message}\n" in text


def test_a_large_table_is_written_in_blocks() -> None:
    row = MemoryAffinity(proximity_domain=0, base_address=0, range_length=1 << 30)
    table = loaded(seal(dataclasses.replace(SRAT, structures=(row,) * 20_000)), "file")
    assert isinstance(table.record, Srat)
    findings = check_table(table)
    tracemalloc.start()
    size = sum(len(block) for block in table_text(table, findings))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 10 << 20
    assert peak < 2 << 20


@pytest.mark.parametrize(
    ("signature", "oem_id", "title"),
    [
        ("BATB", "LGE   ", "Vendor table of LGE"),
        ("ZZZZ", "\0\0\0\0\0\0", "Vendor table"),
        ("ZZZZ", "A\x1bB   ", "Vendor table"),
        ("OEM7", "HP    ", "OEM Specific Information Table"),
        ("FIDT", "ALASKA", "Firmware ID Table (AMI)"),
    ],
)
def test_a_table_that_is_published_nowhere_says_whose_it_is(signature: str, oem_id: str, title: str) -> None:
    table = seal(UnknownTable(signature=signature, oem_id=oem_id, body=b"1234"))
    assert text_of(table).startswith(f"{signature}: {title}\n40 bytes")
