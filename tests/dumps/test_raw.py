"""Binary tables, alone and back to back."""

from __future__ import annotations

import pytest

from acpitools.core.errors import DecodeError
from acpitools.core.findings import Finding
from acpitools.dumps.load import load_bytes
from acpitools.dumps.raw import is_raw, read_raw
from acpitools.tables.table_set import LoadedTable


def table(signature: bytes, size: int = 60) -> bytes:
    return signature + size.to_bytes(4, "little") + bytes([1, 0]) + b"OEMID OEMTABLE" + bytes(size - 24)


FACS = b"FACS" + (64).to_bytes(4, "little") + bytes(56)
RSDP1 = b"RSD PTR " + bytes(12)
RSDP2 = b"RSD PTR " + bytes(7) + b"\2" + bytes(4) + (36).to_bytes(4, "little") + bytes(12)


def split(data: bytes) -> list[bytes]:
    return [item.data for item in read_raw(data, "file") if isinstance(item, LoadedTable)]


def codes(data: bytes) -> list[str]:
    return [item.code for item in read_raw(data, "file") if isinstance(item, Finding)]


@pytest.mark.parametrize("one", [table(b"SRAT"), table(b"XYZ1"), FACS, RSDP1, RSDP2, table(b"ASF!")])
def test_one_table(one: bytes) -> None:
    assert is_raw(one)
    assert split(one) == [one]


def test_tables_back_to_back() -> None:
    parts = [FACS, table(b"DSDT", 8368), table(b"FACP", 244), RSDP1, table(b"SSDT"), RSDP2, table(b"SSDT")]
    assert split(b"".join(parts)) == parts
    assert codes(b"".join(parts)) == []


def test_zeros_between_tables_belong_to_neither() -> None:
    data = FACS + table(b"SRAT") + bytes(4) + table(b"SLIT")
    assert split(data) == [FACS, table(b"SRAT"), table(b"SLIT")]
    assert codes(data) == ["SRC005"]


@pytest.mark.parametrize("rest", [b"\0", bytes(100), b"xyz", b"SRAT", table(b"SLIT")[:50]])
def test_other_bytes_after_a_table_stay_with_it(rest: bytes) -> None:
    assert split(table(b"SRAT") + rest) == [table(b"SRAT") + rest]


@pytest.mark.parametrize("size", [8, 20, 36, 59])
def test_a_cut_table_is_what_is_there(size: int) -> None:
    assert split(table(b"SRAT")[:size]) == [table(b"SRAT")[:size]]
    assert is_raw(table(b"SRAT")[:size])


@pytest.mark.parametrize("length", [0, 35, 61, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_wrong_length_keeps_all_bytes_together(length: int) -> None:
    data = b"SRAT" + length.to_bytes(4, "little") + table(b"SRAT")[8:]
    assert split(data) == [data]
    assert is_raw(data)


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"SRA",
        b"SRAT",
        b"SRAT is a table",
        b"README first, then the rest of this text, which is long enough for a header",
        b"\x7fELF\2\1\1" + bytes(60),
        b"MZ\x90\0" + bytes(60),
        b"srat" + table(b"SRAT")[4:],
        b"OEMX" + bytes(60),
    ],
)
def test_other_files_are_no_tables(other: bytes) -> None:
    assert not is_raw(other)
    with pytest.raises(DecodeError, match="no ACPI table: file: "):
        load_bytes(other, "file")
