"""Warnings, and errors that iasl can be told to pass over: those of iasl 20200925, in the same lines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.asl.warning_names import NAMES, REMARKS
from acpitools.core.findings import Severity
from tests.asl.test_compile import block, told
from tests.support import FIXTURES, ROOT

LOST = "1:16: the result is not used, and there is no other effect: store it, or leave this out"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # iasl 3101, 3102: reserved method has too many, too few arguments
        ("Method (_STA, 1) {Return (1)}", "1:1: _STA takes 0 arguments by the specification, not 1"),
        ("Method (_DSM, 2) {Return (1)}", "1:1: _DSM takes 4 arguments by the specification, not 2"),
        ("Method (_Q01, 1) {}", "1:1: _Q01 takes 0 arguments by the specification, not 1"),
        # 3107, 3104: must, should not return a value
        ("Method (_STA) {}", "1:1: _STA has to return an integer"),
        ("Method (_STA) {Return}", "1:1: _STA has to return an integer"),
        ("Method (_INI) {Return (1)}", "1:24: _INI gives nothing by the specification; what it returns is not used"),
        ("Method (_L1F) {Return (1)}", "1:24: _L1F gives nothing by the specification; what it returns is not used"),
        # 3134: statement is unreachable
        ("Method (M) {Return (1) Noop}", "1:24: this statement is never reached"),
        ("Method (M, 1) {If (Arg0) {Return (1)} Else {Return (2)} Noop}", "1:57: this statement is never reached"),
        ("Method (M) {While (1) {Break Noop}}", "1:30: this statement is never reached"),
        # 3115: not all control paths return a value
        (
            "Method (M, 1) {If (Arg0) {Return (1)}}",
            "1:1: not every path through this method returns a value; Return one at its end",
        ),
        (
            "Method (M, 1) {Switch (ToInteger (Arg0)) {Case (1) {Return (1)}}}",
            "1:1: not every path through this method returns a value; Return one at its end",
        ),
        # 3144: local is set but never used
        ("Method (M) {Local0 = 1}", "1:13: Local0 is set here, and never used"),
        # 3141: missing _HID or _ADR; 2089: object is not referenced
        ("Device (D) {}", "1:1: a device has a _HID or an _ADR; this one has neither here"),
        ("Method (M) {Name (XX, 1)}", "1:19: XX is declared inside a method, and nothing uses it"),
    ],
)
def test_what_is_warned_about(text: str, expected: str) -> None:
    assert told(text, Severity.WARNING) == [expected]
    assert block(text).tables


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # 6105: invalid object type for reserved name
        ('Method (_STA) {Return ("a")}', "1:24: _STA is an integer by the specification, not a string"),
        ('Name (_STA, "a")', "1:13: _STA is an integer by the specification, not a string"),
        ("Name (_UID, Package (1) {})", "1:13: _UID is an integer or a string by the specification, not a package"),
        # 6103: must be a control method
        ("Name (_DSM, 1)", "1:1: _DSM has to be a method, with 4 arguments"),
        # 6006, 6066: argument, local is not initialized
        ("Method (M, 1) {Return (Arg3)}", "1:24: Arg3 is no argument: this method takes 1"),
        ("Method (M) {Return (Local1)}", "1:21: Local1 is used before anything is stored to it"),
        ("Method (M) {Local0 += 1}", "1:13: Local0 is used before anything is stored to it"),
        # 6114: result is not used
        (
            "Method (M, 1) {Arg0 + 1}",
            LOST,
        ),
        (
            "Method (M, 1) {ToInteger (Arg0)}",
            LOST,
        ),
        # 6099, 6100, 6012: access and connection that the address space asks for
        (
            "OperationRegion (R, SMBus, 0, 256) Field (R, ByteAcc, NoLock, Preserve) {F, 8}",
            "1:36: fields of such a region are reached with BufferAcc",
        ),
        (
            "OperationRegion (R, EmbeddedControl, 0, 255) Field (R, AnyAcc, NoLock, Preserve) {F, 8}",
            "1:46: fields of such a region are reached with ByteAcc",
        ),
        (
            "OperationRegion (R, GeneralPurposeIo, 0, 1) Field (R, ByteAcc, NoLock, Preserve) {F, 1}",
            "1:83: Connection has to come before the first field of such a region",
        ),
        # 6029, 6030, 6031: what the region is too short for
        (
            "OperationRegion (R, SystemIO, 0, 1) Field (R, ByteAcc, NoLock, Preserve) {F, 9}",
            "1:75: this field ends at bit 9, and its region has 8 bits",
        ),
        (
            "OperationRegion (R, SystemIO, 0, 3) Field (R, WordAcc, NoLock, Preserve) {F, 8, Offset (2), G, 1}",
            "1:93: an access of 16 bits to this field goes past the end of the region",
        ),
        # 6022, 6163, 6167, 6033, 6035, 6061, 6074
        (
            "Method (M, 1) {Switch (ToInteger (Arg0)) {Case (1) {Noop} Case (1) {Noop}}}",
            "1:65: there is a Case for this value already",
        ),
        (
            "Method (M) {Name (A, 1) Return (A)} Method (N) {Return (\\M.A)}",
            "1:57: \\M.A is there only while \\M runs: it cannot be used outside",
        ),
        ('Processor (P, 1, 0, 0) {Name (_UID, "A")}', "1:25: the _UID of a Processor is an integer"),
        ('Name (_HID, "PNP0A0")', "1:13: _HID has 7 or 8 characters, as PNP0A03 or ACPI0003, not 6"),
        ('Name (_HID, "ACPI000X")', "1:13: _HID ends with four hexadecimal digits, 000X are none"),
        ('Name (_CID, "*PNP0A03")', "1:13: _CID begins with an asterisk, which no operating system expects"),
        (
            "Method (M, 1) {If (Arg0) {Name (R, 1)} Else {Name (R, 2)} Return (R)}",
            "1:52: \\M.R is declared already, in line 3",
        ),
        # 6114, 6126: a result that nothing uses, an operator that gives none
        (
            "Method (M, 1) {RefOf (Arg0)}",
            LOST,
        ),
        # 6162, 6139, 6057, 6117
        ("OperationRegion (R, SystemIO, 0, 0)", "1:34: an operation region has at least one byte"),
        ("Method (M) {Stall (256)}", "1:20: Stall takes at most 255 microseconds; Sleep takes milliseconds"),
        ("Method (M) {}\nScope (M) {}", "2:8: M is no scope: it is of type MethodObj"),
        # 6058, 6080
        (
            "Device (D) {Name (_ADR, 0)}\nMethod (M) {D = 1}",
            "2:13: this is a device; Store takes an integer, a string, a buffer, a package, Debug or a reference here",
        ),
        ("Method (N) {}\nMethod (M) {Return (N ())}", "2:21: \\N returns nothing, and Return takes its value"),
        ("Name (P, Package () {1})\nMethod (M) {P = 1}", "2:13: P is a package: only a package can be stored to it"),
    ],
)
def test_what_goes_wrong_when_it_runs(text: str, expected: str) -> None:
    assert told(text, Severity.ERROR) == [expected]
    done = block(text, options=Options(force=True))
    assert done.tables
    assert all(item.severity is Severity.WARNING for item in done.diagnostics)


@pytest.mark.parametrize(
    "text",
    [
        "Method (_STA) {Return (One)}",
        "Method (_CRS) {Return (ResourceTemplate () {IRQNoFlags () {1}})}",
        'Name (_HID, "ACPI0007")',
        "Method (_PIC, 1) {}",
        "Method (_WAK, 1) {Return (Package () {0, 0})}",
        "Method (M, 1) {If (Arg0) {Return (1)} ElseIf (Arg0 == 2) {Return (2)} Else {Return (3)}}",
        "Method (M, 1) {Switch (ToInteger (Arg0)) {Case (1) {Return (1)} Default {Return (2)}}}",
        "Method (M) {While (1) {Return (1)}}",
        "Method (M, 1) {Arg3 = 1 Return (Arg3)}",
        "Method (M) {Local0 = 1 Return (Local0)}",
        "Method (M, 1) {Add (Arg0, 1, Local0) Return (Local0)}",
        "Method (M, 1) {Local0 = RefOf (Arg0) Return (DerefOf (Local0))}",
        "Method (M) {If (CondRefOf (M, Local0)) {Return (Local0)} Return (0)}",
        "Method (M) {For (Local0 = 0, Local0 < 5, Local0++) {Noop}}",
        "Method (M) {M ()}",
        "Method (M, 1) {While (!Local0 = Arg0) {Noop} Return (Local0)}",
        "Method (M, 0, Serialized) {Name (XX, 1) Return (XX)}",
        "Device (D) {Name (_ADR, 0)}",
        "Device (D) {Method (_HID) {Return (1)}}",
    ],
)
def test_what_is_fine(text: str) -> None:
    assert told(text, Severity.WARNING) == []


def test_exact_sources_are_not_judged() -> None:
    text = '/*=exact*/ DefinitionBlock ("", "SSDT", 2, "", "", 1) {Method (_STA, 1) {Return ("a") Noop}}'
    assert compile_source(text, "t.dsl").diagnostics == []


def test_every_reserved_name_is_known() -> None:
    from acpitools.asl.reserved import RESERVED, reserved

    assert all(len(name) == 4 and name[0] == "_" for name in RESERVED)
    assert reserved("_E0A") == reserved("_QFF")
    assert reserved("_EC_") != reserved("_E0A")
    assert reserved("FOO_") is None


@pytest.mark.parametrize("program", sorted((FIXTURES / "asl" / "flow").glob("*.asl")), ids=lambda path: path.stem)
def test_programs_that_iasl_has_nothing_to_say_of_have_no_warnings(program: Path) -> None:
    told = compile_source(program.read_text(), program.name).diagnostics
    # What follows a Switch whose cases all return: iasl does not look that far.
    expected = [(21, "this statement is never reached")] if program.stem == "switch" else []
    assert [(one.line, one.message) for one in told] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # iasl 2120, 2146, 2098, 2159, 2158, 2095, 2182
        (
            "Method (M) {Name (XX, 1) Return (XX)}",
            "1:1: this method makes names while it runs: Serialized keeps a second call from finding them there",
        ),
        ("Method (M, 2) {Return (Arg0)}", "1:1: Arg1 is never used"),
        ("Method (M) {M ()}", "1:13: M calls itself"),
        ("Method (M) {Sleep (1500)}", "1:13: this sleeps for 1.5 seconds"),
        (
            "OperationRegion (R, SystemIO, 0, 2) Field (R, ByteAcc, NoLock, Preserve) {F, 8, Offset (1), G, 8}",
            "1:81: the next field begins there anyway",
        ),
        ("Name (A, Package () {})", "1:10: this package is empty"),
        ("Name (a, 1)", "1:7: a means A: names have no case"),
    ],
)
def test_what_is_told_with_remarks(text: str, expected: str) -> None:
    assert told(text, Severity.INFO) == []
    done = block(text, options=Options(remarks=True))
    assert done.tables
    assert [f"{item.line - 2}:{item.column}: {item.message}" for item in done.diagnostics] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Method (M, 0, Serialized) {Name (XX, 1) Return (XX)}",
        "Method (_DSM, 4) {Return (Buffer () {0})}",
        "Method (M) {Sleep (1000)}",
        "Name (A, Package (2) {})",
    ],
)
def test_what_needs_no_remark(text: str) -> None:
    assert not block(text, options=Options(remarks=True)).diagnostics


def test_warnings_can_be_turned_off_or_be_errors() -> None:
    text = "Method (M) {Local0 = 1}\nDevice (D) {}"
    assert [item.name for item in block(text).diagnostics] == ["unused-local", "device-id"]
    done = block(text, options=Options(disabled=frozenset({"device-id"})))
    assert [item.name for item in done.diagnostics] == ["unused-local"]
    strict = block(text, options=Options(warnings_as_errors=True))
    assert not strict.tables
    assert {item.severity for item in strict.diagnostics} == {Severity.ERROR}
    assert block("Name (A, 1)", options=Options(warnings_as_errors=True)).tables


def test_a_table_of_the_manual_lists_each_warning() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| (.*?) \|", (ROOT / "grammars" / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert dict(rows).items() >= (NAMES | REMARKS).items()
