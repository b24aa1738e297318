"""JSON documents: lossless, editable, and strict about what they do not understand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.arrays import IntArray
from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.core.errors import EncodeError
from acpitools.report.tables_json import tables_json
from acpitools.tables.check import check_table
from acpitools.tables.document import matrix_rows, tables_from_document
from acpitools.tables.fadt import Fadt6
from acpitools.tables.header import Table
from acpitools.tables.registry import TABLES
from acpitools.tables.slit import Slit
from acpitools.tables.xsdt import Xsdt
from tests.strategies import mutated, tables
from tests.tables.make import SRAT_BYTES, loaded


def document(*contents: bytes | Table) -> Any:
    made = [loaded(data) for data in contents]
    return json.loads("".join(tables_json((table, check_table(table)) for table in made)))


def encoded(value: Any) -> list[bytes]:
    return [encode(table) for table, _ in tables_from_document(value)]


def test_the_document_of_a_srat() -> None:
    made = document(SRAT_BYTES)
    assert made["schema"] == "acpitools.tables/1"
    (table,) = made["tables"]
    assert {name: table[name] for name in ("signature", "record", "source", "address", "size", "findings")} == {
        "signature": "SRAT",
        "record": "Srat",
        "source": "made",
        "address": None,
        "size": 200,
        "findings": [],
    }
    assert table["fields"]["oem_id"] == "ACPITL"
    assert table["fields"]["structures"][3] == {
        "record": "MemoryAffinity",
        "offset": 128,
        "type": 1,
        "length": 40,
        "proximity_domain": 1,
        "reserved1": 0,
        "base_address": 4 << 30,
        "range_length": 1536 << 20,
        "reserved2": 0,
        "flags": 3,
        "reserved3": 0,
    }


def test_findings_are_in_the_document() -> None:
    (table,) = document(SRAT_BYTES[:190])["tables"]
    assert [finding["code"] for finding in table["findings"]] == ["TAB002", "TAB001", "TAB006"]
    assert table["findings"][2] == {
        "code": "TAB006",
        "severity": "error",
        "message": "structure of type 5 declares 32 bytes, past the end of the table",
        "source": "made",
        "signature": "SRAT",
        "index": 4,
        "offset": 168,
    }


def test_a_matrix_is_a_list_of_rows() -> None:
    slit = seal(Slit(locality_count=2, matrix=bytes([10, 21, 20, 10])))
    made = document(slit)
    assert made["tables"][0]["fields"]["matrix"] == [[10, 21], [20, 10]]
    assert encoded(made) == [encode(slit)]


@given(data=st.binary(max_size=40), columns=st.integers(0, 1 << 64))
def test_matrix_rows_hold_all_bytes(data: bytes, columns: int) -> None:
    assert bytes(cell for row in matrix_rows(data, columns) for cell in row) == data


def test_registers_and_arrays_are_values() -> None:
    made = document(seal(Fadt6()), seal(Xsdt(entries=IntArray.of([1 << 40], 8))))
    fields = [table["fields"] for table in made["tables"]]
    assert fields[0]["reset_reg"] == {"space_id": 0, "bit_width": 0, "bit_offset": 0, "access_size": 0, "address": 0}
    assert fields[1]["entries"] == [1 << 40]


@pytest.mark.parametrize("signature", TABLES)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_tables_survive(signature: str, data: st.DataObject) -> None:
    table = encode(data.draw(tables(signature)))
    assert encoded(document(table)) == [table]


@settings(max_examples=60, deadline=None)
@given(
    data=mutated(SRAT_BYTES)
    | st.builds(bytes.__add__, st.sampled_from([name.encode() for name in TABLES]), st.binary(max_size=200))
)
def test_damaged_tables_survive(data: bytes) -> None:
    assert encoded(document(data)) == [data]


def test_a_changed_field_is_written() -> None:
    made = document(SRAT_BYTES)
    made["tables"][0]["fields"]["structures"][2]["proximity_domain"] = 0x01020304
    (data,) = encoded(made)
    assert data == SRAT_BYTES[:90] + bytes.fromhex("04030201") + SRAT_BYTES[94:]


def test_fields_with_a_default_may_be_left_out() -> None:
    value = {
        "tables": [
            {
                "signature": "SRAT",
                "record": "Srat",
                "fields": {
                    "length": 88,
                    "structures": [
                        {"record": "MemoryAffinity", "proximity_domain": 1, "base_address": 0, "range_length": 4096}
                    ],
                },
            }
        ]
    }
    (data,) = encoded(value)
    assert data[:4] == b"SRAT"
    assert data[48:] == bytes.fromhex("0128 01000000 0000 0000000000000000 0010000000000000 00000000 01000000") + bytes(
        8
    )


def edit(path: str, value: Any) -> Any:
    made = document(SRAT_BYTES)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    target = made
    for part in parents:
        target = target[part]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return made


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("tables/0/fields/revision", 256, r"tables\[0\] \(SRAT\).fields.revision: 256 does not fit in 1 bytes"),
        ("tables/0/fields/revision", -1, "revision: -1 does not fit"),
        ("tables/0/fields/revision", True, "revision: True is not an integer"),
        ("tables/0/fields/revision", "1", "revision: '1' is not an integer"),
        ("tables/0/fields/revision", 1.0, "revision: 1.0 is not an integer"),
        ("tables/0/fields/oem_id", "ABC", "oem_id: 'ABC' has 3 characters; the field has 6"),
        ("tables/0/fields/oem_id", "ABCDE\u0100", "has a character that is not one byte"),
        ("tables/0/fields/oem_id", 6, "oem_id: expected a text"),
        ("tables/0/fields/colour", 1, "Srat has no field 'colour'"),
        ("tables/0/fields/structures", {}, "structures: expected a list"),
        ("tables/0/fields/structures/2/flags", 1 << 32, r"structures\[2\].flags: 4294967296 does not fit in 4 bytes"),
        (
            "tables/0/fields/structures/2/proximity_domain",
            None,
            "field 'proximity_domain' of MemoryAffinity is missing",
        ),
        ("tables/0/fields/structures/2/pxm", 1, r"structures\[2\]: MemoryAffinity has no field 'pxm'"),
        ("tables/0/fields/structures/2/record", "Memory", r"structures\[2\]: no structure 'Memory' in this table"),
        ("tables/0/fields/structures/2/record", None, r"structures\[2\]: expected an object with a record name"),
        ("tables/0/fields/structures/2", 7, r"structures\[2\]: expected an object with a record name"),
        ("tables/0/fields/structures/4/device_handle", "zz", "device_handle: expected hexadecimal text"),
        ("tables/0/fields/structures/4/device_handle", 5, "device_handle: expected hexadecimal text"),
        ("tables/0/fields/structures/4/device_handle", "00", "device_handle: b'.x00' is not 16 bytes"),
        ("tables/0/fields", None, r"fields: expected an object"),
        ("tables/0/record", "Slit", r"tables\[0\].record: no layout 'Slit'; expected one of Srat, UnknownTable"),
        ("tables/0/signature", None, "expected texts under signature and record"),
        ("tables/0", [], r"tables\[0\]: expected an object"),
        ("tables", {}, "tables: expected a list"),
    ],
)
def test_what_does_not_fit_is_named(path: str, value: Any, message: str) -> None:
    with pytest.raises(EncodeError, match=message):
        encoded(edit(path, value))


@settings(max_examples=100, deadline=None)
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
    path=st.sampled_from(
        [
            "tables",
            "tables/0",
            "tables/0/fields",
            "tables/0/record",
            "tables/0/fields/structures",
            "tables/0/fields/length",
            "tables/0/fields/structures/0",
            "tables/0/fields/structures/0/type",
            "tables/0/fields/structures/4/device_handle",
        ]
    ),
)
def test_any_other_value_encodes_or_is_refused(value: Any, path: str) -> None:
    try:
        contents = encoded(edit(path, value))
    except EncodeError:
        return
    assert all(isinstance(data, bytes) for data in contents)
