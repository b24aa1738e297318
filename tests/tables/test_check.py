"""What is found wrong with a table, and where."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.core.findings import Finding
from acpitools.tables.cedt import Cedt, CxlFixedMemoryWindow, WindowRestrictions
from acpitools.tables.check import check_table
from acpitools.tables.facs import Facs
from acpitools.tables.fadt import Fadt1, Fadt3, Fadt6
from acpitools.tables.gas import GenericAddress
from acpitools.tables.header import Table
from acpitools.tables.hmat import Hmat
from acpitools.tables.madt import Madt
from acpitools.tables.mcfg import Mcfg, McfgAllocation
from acpitools.tables.msct import MaximumProximityDomainInformation, Msct
from acpitools.tables.registry import TABLES
from acpitools.tables.rsdp import Rsdp2
from acpitools.tables.rsdt import Rsdt
from acpitools.tables.slit import Slit
from acpitools.tables.xsdt import Xsdt
from tests.strategies import mutated
from tests.tables.make import SRAT, SRAT_BYTES, loaded, patched, resealed


def found(data: bytes | Table) -> list[tuple[str, int | None, int | None]]:
    return [(item.code, item.location.index, item.location.offset) for item in check_table(loaded(data))]


def the_message(data: bytes | Table) -> str:
    (finding,) = check_table(loaded(data))
    return finding.message


def test_a_right_table_has_no_findings() -> None:
    assert found(SRAT_BYTES) == []


def test_a_finding_names_source_table_structure_and_offset() -> None:
    (finding,) = check_table(loaded(resealed(patched(SRAT_BYTES, 94, b"\1")), "server.dump"))
    assert str(finding.location) == "server.dump: SRAT[2] at offset 0x5e"
    assert finding.message == "reserved1 is 0x1, not zero"


def test_wrong_checksum() -> None:
    data = patched(SRAT_BYTES, 9, bytes([SRAT_BYTES[9] ^ 0xFF]))
    assert found(data) == [("TAB001", None, 9)]
    assert the_message(data) == f"checksum is {data[9]:#04x}; {SRAT_BYTES[9]:#04x} makes the sum zero"


def test_table_shorter_than_its_declared_length() -> None:
    data = SRAT_BYTES[:168]
    assert [code for code, _, _ in found(data)] == ["TAB002", "TAB001"]
    assert check_table(loaded(data))[0].message == "declared length 200, but only 168 bytes are here"


def test_table_cut_inside_a_structure() -> None:
    assert ("TAB006", 4, 168) in found(SRAT_BYTES[:180])


def test_table_cut_inside_its_fixed_part() -> None:
    assert found(SRAT_BYTES[:40])[0] == ("TAB002", None, 4)


def test_bytes_after_the_declared_length() -> None:
    assert found(SRAT_BYTES + b"\0\0\0") == [("TAB003", None, 200)]


@pytest.mark.parametrize("declared", [0, 20, 47])
def test_declared_length_smaller_than_the_table_needs(declared: int) -> None:
    data = resealed(patched(SRAT_BYTES, 4, declared.to_bytes(4, "little")))
    assert found(data) == [("TAB004", None, 4)]


def test_structure_with_a_length_shorter_than_its_header() -> None:
    data = resealed(patched(SRAT_BYTES, 65, b"\0"))
    assert found(data) == [("TAB005", 1, 64)]
    assert the_message(data) == "structure of type 2 declares 0 bytes, less than its header; the walk ends here"


def test_structure_past_the_end() -> None:
    assert found(resealed(patched(SRAT_BYTES, 169, b"\xff"))) == [("TAB006", 4, 168)]


def test_structure_too_short_for_its_type() -> None:
    short = resealed(patched(patched(SRAT_BYTES, 49, b"\x0f"), 63, b"\xc8"))[:63] + b"\xc8\x02"
    whole = resealed(patched(short, 4, len(short).to_bytes(4, "little")))
    assert found(whole) == [("TAB007", 0, 48), ("TAB008", 1, 63)]


def test_unknown_type() -> None:
    assert found(resealed(patched(SRAT_BYTES, 48, b"\xc8"))) == [("TAB008", 0, 48)]


def test_oem_types_of_a_madt_are_not_unknown() -> None:
    table = encode(seal(Madt()))
    for number, codes in ((0x7F, [("TAB008", 0, 44)]), (0x80, [])):
        data = patched(table + bytes([number, 4, 1, 2]), 4, (48).to_bytes(4, "little"))
        assert found(resealed(data)) == codes


def test_structure_longer_than_published() -> None:
    longer = dataclasses.replace(SRAT.structures[2], length=42, trailing=b"\1\2")  # type: ignore[call-arg]
    table = seal(dataclasses.replace(SRAT, structures=(longer,)))
    assert found(table) == [("TAB009", 0, 48)]
    assert the_message(table) == "42 bytes; the published layout has 40"


def test_bytes_after_the_last_structure() -> None:
    data = resealed(patched(SRAT_BYTES + b"\7", 4, (201).to_bytes(4, "little")))
    assert found(data) == [("TAB010", None, 200)]


@pytest.mark.parametrize(("cls", "width"), [(Rsdt, 4), (Xsdt, 8)])
def test_root_table_with_part_of_an_entry(cls: type[Rsdt] | type[Xsdt], width: int) -> None:
    table = seal(cls(entries=IntArray.of([0x7FFE_0000], width), trailing=b"\1\2\3"))
    assert found(table) == [("TAB010", None, 36 + width)]


def test_reserved_bits() -> None:
    assert found(resealed(patched(SRAT_BYTES, 119, b"\x80"))) == [("TAB012", 2, 116)]
    assert the_message(resealed(patched(SRAT_BYTES, 119, b"\x80"))) == "flags has reserved bits 0x80000000 set"


def test_reserved_value() -> None:
    assert found(resealed(patched(SRAT_BYTES, 171, b"\7"))) == [("TAB013", 4, 171)]


def test_reserved_fields_of_the_fixed_part() -> None:
    assert found(resealed(patched(SRAT_BYTES, 40, b"\1"))) == [("TAB011", None, 40)]
    assert found(Facs(reserved2=b"\1" * 24)) == [("TAB011", None, 40)]


def test_reserved_value_inside_a_register() -> None:
    # ACPI 6.5, table 5.1: address spaces 0x0C to 0x7E are reserved.
    table = seal(Fadt3(revision=3, x_pm_tmr_blk=GenericAddress(space_id=0x20)))
    assert found(table) == [("TAB013", None, 208)]


@pytest.mark.parametrize(("count", "size"), [(3, 4), (2, 3), (1 << 40, 4)])
def test_slit_with_too_small_a_matrix(count: int, size: int) -> None:
    table = seal(Slit(locality_count=2, matrix=bytes(size)))
    data = resealed(patched(encode(table), 36, count.to_bytes(8, "little")))
    assert found(data) == [("TAB014", None, 0)]


def test_slit_with_too_large_a_matrix() -> None:
    data = encode(seal(Slit(locality_count=2, matrix=bytes(4), trailing=b"\5")))
    assert found(data) == [("TAB010", None, 48)]


def test_less_than_a_header() -> None:
    assert found(b"SRAT\x30\0\0") == [("TAB015", None, 0)]


def test_rdpas_that_declares_too_little() -> None:
    rdpas = bytes.fromhex("03 00 1000 0100 0008 01 0000001000000000")
    data = encode(seal(Cedt())) + rdpas
    assert found(resealed(patched(data, 4, len(data).to_bytes(4, "little")))) == [("TAB016", 0, 36)]


# ACPI 6.5, 5.2.9: revisions and lengths; a shorter table than its revision has is common.
@pytest.mark.parametrize(
    ("table", "revision", "codes"), [(Fadt6(), 6, []), (Fadt3(), 6, ["TAB020"]), (Fadt1(), 9, ["TAB022"])]
)
def test_fadt_revision_against_length(table: Fadt1, revision: int, codes: list[str]) -> None:
    assert [code for code, _, _ in found(seal(dataclasses.replace(table, revision=revision)))] == codes


@pytest.mark.parametrize(
    ("encoded_ways", "targets", "codes"),
    [(0, 1, []), (2, 4, []), (8, 3, []), (1, 1, ["TAB021"]), (5, 1, ["TAB013"])],
)
def test_window_targets_against_interleave_ways(encoded_ways: int, targets: int, codes: list[str]) -> None:
    window = CxlFixedMemoryWindow(
        length=0,
        base_hpa=0x10_0000_0000,
        window_size=1 << 30,
        encoded_interleave_ways=encoded_ways,
        window_restrictions=WindowRestrictions.VOLATILE,
        targets=IntArray.of(range(targets), 4),
    )
    assert [code for code, _, _ in found(seal(Cedt(structures=(window,))))] == codes


def test_hmat_of_an_unknown_revision() -> None:
    assert found(seal(Hmat(revision=3))) == [("TAB022", None, 8)]


def test_msct_offset_that_cannot_be() -> None:
    domain = MaximumProximityDomainInformation(low_domain=0, high_domain=0, processor_capacity=1, memory_capacity=0)
    assert found(seal(Msct(structures=(domain,)))) == []
    assert found(seal(Msct(domain_offset=40, structures=(domain,)))) == [("TAB023", None, 36)]
    assert ("TAB023", None, 36) in found(seal(Msct(domain_offset=5000, structures=(domain,))))


def test_msct_with_a_gap() -> None:
    domain = MaximumProximityDomainInformation(low_domain=0, high_domain=3, processor_capacity=1, memory_capacity=0)
    table = seal(Msct(domain_offset=60, gap=b"\1\2\3\4", structures=(domain,)))
    assert found(table) == []
    assert loaded(table).record == table


def test_rsdp_checksums() -> None:
    data = encode(seal(Rsdp2(xsdt_address=0x7FFE_0000)))
    assert found(data) == []
    assert found(patched(data, 32, bytes([data[32] ^ 1]))) == [("TAB001", None, 32)]
    assert found(patched(data, 8, bytes([data[8] ^ 1]))) == [("TAB001", None, 8), ("TAB001", None, 32)]


def test_mcfg_allocations() -> None:
    allocation = McfgAllocation(base_address=0xB000_0000, segment=0, start_bus=0, end_bus=255)
    assert found(seal(Mcfg(allocations=(allocation,)))) == []
    assert found(seal(Mcfg(allocations=(allocation,), trailing=bytes(9)))) == [("TAB010", None, 60)]


@settings(max_examples=150, deadline=None)
@given(data=mutated(SRAT_BYTES))
def test_any_mutation_has_findings_of_stable_shape(data: bytes) -> None:
    findings = check_table(loaded(data))
    assert all(isinstance(item, Finding) and item.code.startswith("TAB") for item in findings)
    assert all(item.location.offset is not None and item.location.offset <= len(data) for item in findings)
    offsets = [item.location.offset for item in findings]
    assert offsets == sorted(offsets, key=lambda offset: offset or 0)


@pytest.mark.parametrize("signature", [name for name in TABLES if len(name) == 4])
@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=200))
def test_any_bytes_behind_a_signature_have_findings_or_none(signature: str, body: bytes) -> None:
    for finding in check_table(loaded(signature.encode() + body)):
        assert finding.location.signature == signature


def test_an_rsdp_that_declares_no_length_has_its_finding_at_that_field() -> None:
    (finding,) = [f for f in check_table(loaded(b"RSD PTR \0\0\0\0\0\0\0\2" + bytes(8))) if f.code == "TAB004"]
    assert finding.location.offset == 20
