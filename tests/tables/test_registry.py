"""From bytes to the record that fits."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.record import encode, fixed_size
from acpitools.tables.cdat import Cdat, DeviceMemoryAffinity
from acpitools.tables.fadt import Fadt1, Fadt2, Fadt3, Fadt5, Fadt6
from acpitools.tables.header import Fragment, UnknownTable
from acpitools.tables.hmat import Hmat, Hmat1
from acpitools.tables.registry import TABLES, codec_for, declared_size, decode_table, signature_of
from acpitools.tables.rsdp import Rsdp1, Rsdp2
from acpitools.tables.srat import Srat
from tests.support import ROOT
from tests.tables.make import SRAT, SRAT_BYTES, patched


def table_bytes(signature: str, size: int, revision: int = 1) -> bytes:
    return signature.encode() + size.to_bytes(4, "little") + bytes([revision]) + bytes(size - 9)


@pytest.mark.parametrize("signature", TABLES)
def test_every_module_describes_its_signature(signature: str) -> None:
    codec = codec_for(signature)
    assert codec is not None
    for cls in codec.records:
        # A CDAT has none.
        stated = next((spec.default for spec in cls.FIELDS if spec.name == "signature"), "CDAT")
        assert stated == signature
        assert cls.TITLE
        assert cls.SPEC
    assert list(codec.records) == sorted(codec.records, key=fixed_size)


# ACPI 6.5, 5.2.9: the ladder of lengths; between two of them the shorter layout and a rest.
@pytest.mark.parametrize(
    ("size", "cls", "rest"),
    [
        (116, Fadt1, 0),
        (131, Fadt1, 15),
        (132, Fadt2, 0),
        (243, Fadt2, 111),
        (244, Fadt3, 0),
        (268, Fadt5, 0),
        (276, Fadt6, 0),
        (300, Fadt6, 24),
    ],
)
def test_the_length_of_a_fadt_decides(size: int, cls: type[Fadt1], rest: int) -> None:
    table = decode_table(table_bytes("FACP", size, revision=6))
    assert (type(table), len(table.trailing)) == (cls, rest)


@pytest.mark.parametrize(("revision", "cls"), [(0, Hmat1), (1, Hmat1), (2, Hmat), (3, Hmat)])
def test_the_revision_of_an_hmat_decides(revision: int, cls: type) -> None:
    assert type(decode_table(table_bytes("HMAT", 40, revision))) is cls


def test_the_revision_of_an_rsdp_tells_its_length() -> None:
    first = b"RSD PTR " + bytes(7) + b"\0" + bytes(4)
    second = b"RSD PTR " + bytes(7) + b"\2" + bytes(4) + (36).to_bytes(4, "little") + bytes(12)
    assert (declared_size(first), type(decode_table(first))) == (20, Rsdp1)
    assert (declared_size(second), type(decode_table(second))) == (36, Rsdp2)


def test_a_cdat_is_told_by_its_length_its_zeros_and_its_checksum() -> None:
    # CDAT 1.04: a header of 16 bytes, then a DSMAS of 24.
    body = bytes.fromhex("00000000010000000000 1800 00 04 0000") + bytes(8) + (1 << 30).to_bytes(8, "little")
    data = (40).to_bytes(4, "little") + bytes([1, 0, 0, 0]) + body
    sealed = patched(data, 5, bytes([-sum(data) & 0xFF]))
    table = decode_table(sealed)
    assert (signature_of(sealed), declared_size(sealed), type(table)) == ("CDAT", 40, Cdat)
    assert isinstance(table, Cdat)
    (memory,) = table.structures
    assert isinstance(memory, DeviceMemoryAffinity)
    assert (memory.handle, memory.flags, memory.range_length) == (0, 4, 1 << 30)
    assert (signature_of(data), type(decode_table(data))) == ("(\0\0\0", UnknownTable)
    assert isinstance(decode_table(b"CDAT" + bytes(60)), UnknownTable)


def test_an_unknown_signature_is_header_and_body() -> None:
    table = decode_table(table_bytes("OEM7", 50))
    assert isinstance(table, UnknownTable)
    assert (table.signature, table.length, table.body) == ("OEM7", 50, bytes(14))


def test_the_declared_length_bounds_the_structures() -> None:
    table = decode_table(SRAT_BYTES + SRAT_BYTES)
    assert isinstance(table, Srat)
    assert table.structures == SRAT.structures
    assert table.trailing == SRAT_BYTES


@pytest.mark.parametrize("declared", [0, 1, 40, 0xFFFFFFFF])
def test_a_declared_length_that_cannot_be_is_passed_over(declared: int) -> None:
    table = decode_table(patched(SRAT_BYTES, 4, declared.to_bytes(4, "little")))
    assert isinstance(table, Srat)
    assert table.structures == SRAT.structures


def test_a_table_cut_in_its_fixed_part_keeps_its_header() -> None:
    table = decode_table(SRAT_BYTES[:40])
    assert isinstance(table, UnknownTable)
    assert (table.signature, table.length, table.body) == ("SRAT", 200, SRAT_BYTES[36:40])


@pytest.mark.parametrize("size", [0, 3, 8, 35])
def test_less_than_a_header_is_a_fragment(size: int) -> None:
    assert decode_table(SRAT_BYTES[:size]) == Fragment(data=SRAT_BYTES[:size])


@settings(max_examples=200, deadline=None)
@given(
    signature=st.sampled_from([name.encode() for name in TABLES]) | st.binary(max_size=4), body=st.binary(max_size=400)
)
def test_any_bytes_decode_and_encode_to_themselves(signature: bytes, body: bytes) -> None:
    data = signature + body
    table = decode_table(data)
    assert encode(table) == data
    assert decode_table(encode(table)) == table


def test_one_table_imports_one_module() -> None:
    script = (
        "import sys; from acpitools.tables.registry import decode_table; decode_table(b'SLIT' + bytes(60));"
        "print(*(name for name in sys.modules if name.startswith('acpitools.tables.')), 'construct' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    *modules, construct = done.stdout.split()
    assert construct == "False"
    assert "acpitools.tables.slit" in modules
    assert not {"acpitools.tables.srat", "acpitools.tables.madt", "acpitools.tables.fadt"} & set(modules)
