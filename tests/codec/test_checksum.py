"""Checksums, and what seal repairs."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import checksum_ok, seal, sum8
from acpitools.codec.record import encode, size_of
from acpitools.codec.structures import RawStructure8
from acpitools.core.errors import EncodeError
from acpitools.tables.facs import Facs
from acpitools.tables.header import Fragment, UnknownTable
from acpitools.tables.hmat import Hmat, LocalityDataType, SystemLocalityInformation
from acpitools.tables.registry import TABLES, decode_table
from acpitools.tables.rsdp import Rsdp1, Rsdp2
from acpitools.tables.slit import Slit
from acpitools.tables.srat import MemoryAffinity, Srat
from tests.strategies import tables

RANGE = MemoryAffinity(proximity_domain=1, base_address=0, range_length=1 << 30)


def test_sum8_is_modulo_256() -> None:
    assert (sum8(b""), sum8(b"\xff\x02"), sum8(b"\x80" * 3)) == (0, 1, 0x80)
    assert checksum_ok(b"\xff\x01")
    assert not checksum_ok(b"\xff\x02")


def test_seal_sets_length_and_checksum() -> None:
    sealed = seal(Srat(length=7, checksum=9, structures=(RANGE,)))
    assert sealed.length == len(encode(sealed)) == 48 + 40
    assert checksum_ok(encode(sealed))


def test_seal_sets_the_length_of_structures() -> None:
    sealed = seal(Srat(structures=(dataclasses.replace(RANGE, length=99), RANGE)))
    assert [item.length for item in sealed.structures] == [40, 40]  # type: ignore[attr-defined]


def test_seal_keeps_what_is_right_as_it_is() -> None:
    assert seal(Srat(structures=(RANGE,))).structures[0] is RANGE


def test_seal_counts_arrays() -> None:
    locality = SystemLocalityInformation(
        length=0,
        data_type=LocalityDataType.ACCESS_LATENCY,
        initiator_count=0,
        target_count=0,
        entry_base_unit=1000,
        initiators=IntArray.of([0, 1], 4),
        targets=IntArray.of([0, 1, 2], 4),
        entries=IntArray.of(range(6), 2),
    )
    (sealed,) = seal(Hmat(structures=(locality,))).structures
    assert isinstance(sealed, SystemLocalityInformation)
    # ACPI 6.5, table 5.146: 32 + 4 initiators + 4 targets + 2 entries bytes.
    assert (sealed.initiator_count, sealed.target_count, sealed.length) == (2, 3, 32 + 4 * 5 + 2 * 6)


def test_seal_counts_a_square_matrix_only() -> None:
    assert seal(Slit(locality_count=9, matrix=bytes(16))).locality_count == 4
    assert seal(Slit(locality_count=9, matrix=bytes(17))).locality_count == 9


def test_rsdp_of_acpi_2_has_two_checksums() -> None:
    data = encode(seal(Rsdp2(rsdt_address=0x7FFE_1234, xsdt_address=0x7FFE_5678)))
    assert len(data) == 36
    assert checksum_ok(data[:20])
    assert checksum_ok(data)


def test_rsdp_of_acpi_1_has_one() -> None:
    assert checksum_ok(encode(seal(Rsdp1(rsdt_address=0x7FFE_1234))))


def test_facs_has_a_length_and_no_checksum() -> None:
    assert seal(Facs(length=1)) == Facs(length=64)


def test_bytes_after_the_last_field_belong_to_a_sealed_table() -> None:
    sealed = seal(UnknownTable(signature="OEM1", body=b"body", trailing=b"more"))
    assert sealed.length == 36 + 8
    assert checksum_ok(encode(sealed))


def test_a_fragment_stays_as_it_is() -> None:
    assert seal(Fragment(data=b"SRA")) == Fragment(data=b"SRA")


def test_a_length_that_no_longer_fits_is_said() -> None:
    broken = Srat(structures=(RawStructure8(type=1, length=0, payload=bytes(300)),))
    with pytest.raises(EncodeError, match=r"structures\[0\].RawStructure8.length: 302 does not fit in 1 bytes"):
        encode(seal(broken))


@pytest.mark.parametrize("signature", TABLES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_sealed_table_decodes_to_itself(signature: str, data: st.DataObject) -> None:
    table = data.draw(tables(signature))
    encoded = encode(table)
    assert len(encoded) == size_of(table)
    assert decode_table(encoded) == table
    assert seal(table) == table
    if signature not in ("CDAT", "FACS", "RSD PTR ", "S3PT"):
        assert checksum_ok(encoded)
        assert int.from_bytes(encoded[4:8], "little") == len(encoded)


@pytest.mark.parametrize("size", [(1 << 16) - 1, 1 << 16, (1 << 16) + 1, 200_000])
def test_large_tables_are_summed_alike(size: int) -> None:
    for data in (b"\xff" * size, bytes(size), bytes(range(256)) * (size // 256) + b"\x80" * (size % 256)):
        assert sum8(data) == sum(data) & 0xFF
