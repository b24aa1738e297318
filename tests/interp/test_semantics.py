"""The interpreter of Windows NT: what others have found out and made public, each with its source."""

from __future__ import annotations

from typing import Any

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.errors import AmlError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.load import load
from acpitools.interp.semantics import NT, Semantics
from acpitools.report.value_json import as_data

UACPI = "https://github.com/uACPI/uACPI"
ISSUES = "https://github.com/open-acpica/acpica"
ONES = (1 << 64) - 1

FOUND: tuple[tuple[str, str, int | str], ...] = (
    # Stores: tests references-5, references-9, indices-2 and the README of uACPI.
    (UACPI, 'Name (TEXT, "BAR") Method (MAIN) {TEXT = 0x4F4F46 Return (TEXT)}', "FOO"),
    (UACPI, 'Name (TEXT, "XXXX") Method (MAIN) {TEXT = "LONGSTRING" Return (TEXT)}', "LONG"),
    (UACPI, 'Name (TEXT, "") Method (MAIN) {TEXT = "FOO" Return (TEXT)}', ""),
    (UACPI, 'Name (NUMB, 7) Method (MAIN) {NUMB = "FOO" Return (NUMB)}', 0x4F4F46),
    (UACPI, "Name (NUMB, 7) Method (MAIN) {NUMB = Buffer () {1, 2, 3} Return (NUMB)}", 0x30201),
    (
        UACPI,
        'Method (SETS, 1) {Local0 = RefOf (Arg0) Local0 = "Modified String"}'
        ' Method (MAIN) {Local0 = "MyString" SETS (Local0) Return (Local0)}',
        "Modified",
    ),
    (
        UACPI,
        'Method (SETS, 1) {Local0 = RefOf (Arg0) Local0 = "verylongstringbiggerthanint"}'
        " Method (MAIN) {Local0 = 0xDEADC0DEDEADBEEF SETS (RefOf (Local0)) Return (Local0)}",
        0x676E6F6C79726576,
    ),
    (
        UACPI,
        'Method (MAIN) {Local0 = Package (2) {1, 2} Local1 = 0 Local0 [1] = RefOf (Local1) Local0 [1] = "WHY?"'
        " Return (DerefOf (Local0 [1]))}",
        1062815831,
    ),
    # References: tests references-10, ref_modify_via_method_call, multilevel_ref, and a trace of Windows.
    (ISSUES + "/issues/910", "Method (MAIN) {Local0 = 100 Local1 = RefOf (Local0) Local1 = 101 Return (Local0)}", 101),
    (
        UACPI,
        "Method (SETS, 2) {Local0 = RefOf (Arg0) Local0++ If (Arg1--) {SETS (RefOf (Arg0), Arg1)}}"
        " Method (MAIN) {Local0 = 0x1000 SETS (RefOf (Local0), 10) Return (Local0)}",
        0x100A,
    ),
    (
        UACPI,
        "Method (SETS, 1) {Local0 = RefOf (Arg0) Local0 = 123 Arg0++}"
        " Method (MAIN) {Local0 = 200 SETS (RefOf (Local0)) Return (Local0)}",
        124,
    ),
    (
        UACPI,
        "Method (MAIN) {Local0 = 0xDEAD0000 Local1 = RefOf (Local0) Local2 = RefOf (Local1) Local3 = RefOf (Local2)"
        " Increment (Local1) Increment (Local2) Increment (Local3) Return (DerefOf (Local3))}",
        0xDEAD0003,
    ),
    (
        UACPI,
        'Method (SETS, 1) {Local0 = RefOf (Arg0) CopyObject ("Wrong", Local0) Local0 = 5}'
        ' Method (MAIN) {Local0 = "Mine" SETS (Local0) Return (Local0)}',
        "Mine",
    ),
    (UACPI, "Method (MAIN) {Local0 = 10 Local1 = Package () {Local0 * 5} Return (DerefOf (Local1 [0]))}", 50),
    (UACPI, "Method (NONE, 1) {If (Arg0) {Return (1)}} Method (MAIN) {Local0 = NONE (0) Return (0)}", 0),
    # ToHexString: what Windows was seen to give; ToInteger: test to-integer of uACPI.
    (ISSUES + "/pull/903", "Name (OPER, 0x0F0F) Method (MAIN) {Return (ToHexString (OPER))}", "0xF0F"),
    (UACPI, "Name (OPER, 123) Method (MAIN) {Return (ToHexString (OPER))}", "0x7B"),
    (UACPI, 'Name (OPER, "99999999999999999999999") Method (MAIN) {Return (ToInteger (OPER))}', ONES),
    (UACPI, 'Name (OPER, "0xDEADBEEFCAFEBABE1") Method (MAIN) {Return (ToInteger (OPER))}', ONES),
    (UACPI, 'Name (OPER, "+123") Method (MAIN) {Return (ToInteger (OPER))}', 123),
    (UACPI, 'Name (OPER, "-123") Method (MAIN) {Return (ToInteger (OPER))}', ONES - 122),
    (UACPI, 'Name (OPER, "-0xDEADBEF HELLOWORLD") Method (MAIN) {Return (ToInteger (OPER))}', 0xFFFFFFFFF2152411),
    (UACPI, 'Name (OPER, "0123") Method (MAIN) {Return (ToInteger (OPER))}', 83),
    (UACPI, 'Name (OPER, "0X") Method (MAIN) {Return (ToInteger (OPER))}', 0),
    (UACPI, 'Name (OPER, "123abcd") Method (MAIN) {Return (ToInteger (OPER))}', 123),
    # LAnd: a trace of Windows.
    (ISSUES + "/issues/915", "Method (MAIN) {Return (Buffer () {0, 0, 0, 0, 1} && Buffer () {1})}", 0),
    (ISSUES + "/issues/915", "Method (MAIN) {Return (Buffer () {0, 0, 0, 1} && Buffer () {1})}", ONES),
    # Invalid BCD is a number as well: source/interpreter.c, handle_bcd.
    (UACPI, "Name (OPER, 0x1A) Method (MAIN) {Return (FromBCD (OPER))}", 20),
    # Buffer fields, as tried on Windows.
    (
        ISSUES + "/issues/953",
        "Method (MAIN) {Local0 = Buffer () {1, 2} CreateByteField (Local0, 1, BYT0) Local0 = Buffer () {3, 4}"
        " Return (BYT0)}",
        4,
    ),
    (
        ISSUES + "/issues/953",
        "Method (MAIN) {Local0 = Buffer () {1} CreateByteField (Local0, 3, BYT0) Local0 = Buffer () {3, 4, 5, 6}"
        " Return (BYT0)}",
        6,
    ),
    (ISSUES + "/issues/953", "Method (MAIN) {CreateByteField (Buffer () {1}, 3, BYT0) Return (1)}", 1),
    # What _OSI answers.
    (
        "https://learn.microsoft.com/windows-hardware/drivers/acpi/winacpi-osi",
        'Method (MAIN) {Return (_OSI ("Windows 2022"))}',
        ONES,
    ),
)
"""Source, program, and what MAIN gives."""


def given(body: str, like: Semantics) -> Any:
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    assert done.tables, done.diagnostics
    machine = load([done.tables[0].data], like=like)
    try:
        return as_data(machine, evaluate(machine, "MAIN")).get("value")
    except AmlError:
        return None


@pytest.mark.parametrize(("source", "body", "expected"), FOUND)
def test_code_gives_what_it_was_found_to_give_on_windows(source: str, body: str, expected: int | str) -> None:
    assert given(body, NT) == expected, source


def test_a_field_past_the_end_of_its_buffer_fails_when_it_is_used() -> None:
    assert given("Method (MAIN) {CreateByteField (Buffer () {1}, 3, BYT0) Return (BYT0)}", NT) is None


def test_most_of_that_is_different_in_acpica() -> None:
    differs = [body for _, body, expected in FOUND if given(body, Semantics()) != expected]
    assert len(differs) > len(FOUND) * 2 // 3
