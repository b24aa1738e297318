"""AML compared by what it declares: devices, methods, names, regions, field units, statements."""

from __future__ import annotations

import json
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.asl.compile import compile_source
from acpitools.diff.aml import Machine
from acpitools.diff.compare import compare_machines
from acpitools.diff.values import Kind, MachineDifference, Status, TableDifference
from acpitools.report.diff_json import diff_json
from acpitools.report.diff_text import diff_text
from acpitools.tables.table_set import LoadedTable, TableSet
from tests.strategies import mutated

SOURCE = r"""
DefinitionBlock ("", "DSDT", 2, "OEMOEM", "TABLE", 1)
{
    OperationRegion (REGN, SystemIO, 0x70, 0x40)
    Field (REGN, ByteAcc, NoLock, Preserve)
    {
        INDX, 8,
        DATA, 8
    }
    Name (NUMB, 0x10)
    If (CondRefOf (\_OSI))
    {
        Name (LATE, 1)
    }
    Scope (\_SB)
    {
        Device (DEV0)
        {
            Name (_HID, "PNP0C80")
            Method (_STA, 0, NotSerialized)
            {
                Local0 = NUMB
                If (Local0 == 0x10)
                {
                    Return (0x0F)
                }
                Return (Zero)
            }
        }
    }
}
"""
DEVICE = "Device (DEV1) { Name (_UID, 1) Device (SUB0) { Name (_ADR, 0) } }"

UNIT = "bits at 0x1 of REGN, ByteAcc"


def table(source: str) -> LoadedTable:
    compiled = compile_source(source, "t.asl")
    assert compiled.tables, compiled.diagnostics
    return LoadedTable(data=compiled.tables[0].data, source="t")


def compared(source: str, *changes: tuple[str, str], base: str = SOURCE) -> MachineDifference:
    for old, new in changes:
        assert old in source
        source = source.replace(old, new, 1)
    return compare_machines(TableSet(tables=(table(base),)), TableSet(tables=(table(source),)))


def changed(*changes: tuple[str, str]) -> list[str]:
    (found,) = compared(SOURCE, *changes).tables
    return [f"{change.kind.value} {change}" for change in found.changes]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Name (NUMB, 0x10)", "Name (NUMB, 0x20)", r"changed name \NUMB: 0x10 -> 0x20"),
        ("Name (NUMB, 0x10)", 'Name (NUMB, "10")', r'changed name \NUMB: 0x10 -> "10"'),
        ("Name (NUMB, 0x10)", "Name (NUMB, 0x10) Name (MORE, 3)", r"added name \MORE: 3"),
        ("Name (NUMB, 0x10)", "Name (NUMB, 0x10) Event (EVNT)", r"added event \EVNT: Event (EVNT)"),
        ("SystemIO, 0x70", "PCI_Config, 0x70", r"changed region \REGN: SystemIO, 0x70, 0x40 -> PCI_Config, 0x70, 0x40"),
        ("Name (LATE, 1)", "Name (LATE, 2)", r"changed name \LATE: 1 -> 2"),
        ("DATA, 8", "DATA, 7", rf"changed field unit \DATA: 8 {UNIT} -> 7 {UNIT}"),
        (
            "NoLock, Preserve",
            "Lock, WriteAsOnes",
            rf"changed field unit \DATA: 8 {UNIT} -> 8 {UNIT}, Lock, WriteAsOnes",
        ),
        ("Return (0x0F)", "Return (0x0B)", r"changed method \_SB.DEV0._STA: 1 line became 1"),
        ("Return (Zero)", "", r"changed method \_SB.DEV0._STA: 1 line removed"),
        ("Return (Zero)", "Local1 = 3 Return (Zero)", r"changed method \_SB.DEV0._STA: 1 line added"),
        ("0, NotSerialized", "0, Serialized", r"changed method \_SB.DEV0._STA: 1 line became 1"),
        ("Name (_HID", f"{DEVICE} Name (_HID", r"added device \_SB.DEV0.DEV1: with 3 objects"),
        ('Name (_HID, "PNP0C80")', "", r'removed name \_SB.DEV0._HID: "PNP0C80" /* Memory device */'),
        (r"CondRefOf (\_OSI)", r"CondRefOf (\_REV)", r"changed statements in \ outside methods: 1 line became 1"),
        ("Name (NUMB", "Method (MORE, 3) { Return (Arg0) } Name (NUMB", r"added method \MORE: 3 arguments, 4 lines"),
    ],
)
def test_one_change_is_one_line(old: str, new: str, expected: str) -> None:
    said = changed((old, new))
    assert expected in said
    assert len(said) == (2 if expected.endswith(("Lock", "WriteAsOnes")) else 1)  # INDX is in the same field


def test_a_name_that_becomes_a_method_says_so() -> None:
    said = changed(("Name (NUMB, 0x10)", "Method (NUMB, 0) { Return (0x10) }"))
    # What used the name calls it now.
    assert said == [r"changed method \NUMB: a name -> a method", r"changed method \_SB.DEV0._STA: 1 line became 1"]


def test_a_device_that_is_gone_is_one_change() -> None:
    source = SOURCE.replace("Name (_HID", f"{DEVICE} Name (_HID")
    (found,) = compared(SOURCE, base=source).tables
    assert [str(change) for change in found.changes] == [r"device \_SB.DEV0.DEV1: with 3 objects"]
    assert found.changes[0].kind is Kind.REMOVED


def test_another_order_does_not_count() -> None:
    name = "    Name (NUMB, 0x10)\n"
    moved = SOURCE.replace(name, "").replace("    Scope (", f"{name}    Scope (")
    found = compared(moved)
    assert found.same
    assert [change.subject for change in found.tables[0].volatile] == ["form"]


def test_another_encoding_of_a_constant_does_not_count() -> None:
    short = table(SOURCE).data
    assert short.count(b"NUMB\x0a\x10") == 1
    longer = bytearray(short.replace(b"NUMB\x0a\x10", b"NUMB\x0b\x10\x00"))
    longer[4:8] = len(longer).to_bytes(4, "little")
    longer[9] = (longer[9] - sum(longer)) & 0xFF
    old, new = (TableSet(tables=(LoadedTable(data=data, source="t"),)) for data in (short, bytes(longer)))
    found = compare_machines(old, new)
    assert found.same
    assert [change.subject for change in found.tables[0].volatile] == ["form"]


def test_a_call_is_read_with_the_arguments_that_another_table_declares() -> None:
    ssdt = 'DefinitionBlock ("", "SSDT", 2, "OEMOEM", "OTHER", 1) { External (MTHD, MethodObj) Name (X000, 1) '
    ssdt += "Method (CALL, 0) { Return (MTHD (1, 2)) } }"
    dsdt = SOURCE.replace("Name (NUMB, 0x10)", "Name (NUMB, 0x10) Method (MTHD, 2) { Return (Arg1) }")
    machines = [
        TableSet(tables=(table(dsdt), table(each))) for each in (ssdt, ssdt.replace("MTHD (1, 2)", "MTHD (1, 3)"))
    ]
    found = [found for found in compare_machines(machines[0], machines[1]).tables if found.status is Status.CHANGED]
    (change,) = chain.from_iterable(each.changes for each in found)
    assert str(change) == r"method \CALL: 1 line became 1"
    assert (change.before, change.after) == (
        "Method (CALL, 0, NotSerialized)\n{\n    Return (MTHD (1, 2))\n}",
        "Method (CALL, 0, NotSerialized)\n{\n    Return (MTHD (1, 3))\n}",
    )


def test_more_code_than_is_read_is_compared_as_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acpitools.diff.aml._MOST_BYTES", 64)
    assert Machine(TableSet(tables=(table(SOURCE),))).table(table(SOURCE)) is None
    (found,) = compared(SOURCE, ("0x10)", "0x20)")).tables
    assert [change.subject for change in found.changes] == ["content"]


def test_the_text_shows_the_lines_that_changed() -> None:
    found = compared(SOURCE, ("Return (0x0F)", "Return (0x0B)"))
    lines = "".join(diff_text(found, width=100)).splitlines()
    at = lines.index(r"  ~ method \_SB.DEV0._STA: 1 line became 1")
    assert lines[at + 1 : at + 5] == [
        "           {",
        "      -        Return (0xF)",
        "      +        Return (0xB)",
        "           }",
    ]


def test_fields_that_came_make_one_line() -> None:
    more = "".join(f", F{number:03d}, 8" for number in range(30))
    found = compared(SOURCE, ("DATA, 8", f"DATA, 8{more}"))
    assert len(found.tables[0].changes) == 30
    short, whole = ("".join(diff_text(found, width=400, verbose=verbose)) for verbose in (False, True))
    assert r"  + 30 field units in \: F000, F001, " in short
    assert "F015 and 14 more\n" in short
    assert "F029\n" in whole


def test_the_json_has_the_code() -> None:
    document = json.loads("".join(diff_json(compared(SOURCE, ("Return (0x0F)", "Return (0x0B)")))))
    (change,) = document["tables"][0]["changes"]
    assert "Return (0xF)" in change["before"]
    assert "Return (0xB)" in change["after"]


@settings(max_examples=60, deadline=None)
@given(data=mutated(table(SOURCE).data), other=mutated(table(SOURCE).data), swap=st.booleans())
def test_damaged_code_is_compared(data: bytes, other: bytes, swap: bool) -> None:
    pair = (other, data) if swap else (data, other)
    sides = [TableSet(tables=(LoadedTable(data=each, source="t"),) if each else ()) for each in pair]
    found = compare_machines(sides[0], sides[1])
    tables: tuple[TableDifference, ...] = found.tables
    assert "".join(diff_text(found, width=80))
    assert json.loads("".join(diff_json(found)))["same"] == all(each.status is Status.SAME for each in tables)
    assert compare_machines(sides[0], sides[0]).same
