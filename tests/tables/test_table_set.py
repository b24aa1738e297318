"""Several tables, chosen by signature and number."""

from __future__ import annotations

import pytest

from acpitools.core.errors import InputError
from acpitools.tables.table_set import LoadedTable, TableSet


def table(signature: str, source: str) -> LoadedTable:
    size = 20 if signature == "RSD PTR " else 36
    return LoadedTable(data=signature.encode().ljust(size, b"\0"), source=source)


SET = TableSet(
    tables=(table("SSDT", "a"), table("RSD PTR ", "b"), table("SRAT", "c"), table("SSDT", "d"), table("SSDT", "e"))
)


def sources(tables: TableSet) -> str:
    return "".join(each.source for each in tables)


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (["SSDT"], "ade"),
        (["SSDT[0]"], "a"),
        (["SSDT[2]"], "e"),
        (["SSDT[1]", "SRAT"], "cd"),
        (["SRAT", "SRAT"], "c"),
        (["RSDP"], "b"),
        (["RSD PTR"], "b"),
    ],
)
def test_selectors(selectors: list[str], expected: str) -> None:
    assert sources(SET.select(selectors)) == expected


@pytest.mark.parametrize(
    ("selector", "message"),
    [
        ("SSDT[3]", r"no such table: SSDT\[3\]: 3 of that signature"),
        ("SLIT[0]", r"no such table: SLIT\[0\]: none of that signature"),
        ("SLIT", "no such table: SLIT: there are SSDT, RSD PTR, SRAT"),
        ("SR", "not a table: 'SR': expected a signature such as"),
        ("SRAT[", "not a table"),
        ("SRAT[-1]", "not a table"),
        ("", "not a table"),
    ],
)
def test_selectors_that_choose_nothing_are_refused(selector: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        SET.select([selector])


def test_access_by_signature() -> None:
    assert sources(TableSet(tables=SET.all("SSDT"))) == "ade"
    assert SET.first("SRAT") is SET.tables[2]
    assert SET.first("SLIT") is None
    assert len(SET) == 5


def test_a_table_is_decoded_once() -> None:
    assert SET.tables[0].record is SET.tables[0].record
