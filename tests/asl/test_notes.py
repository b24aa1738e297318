"""Exact sources: every encoding that a note can ask for, and what is left alone (grammars/README.md)."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.findings import Severity

HEAD = '/*=exact*/ /*=creator "TEST" 0x12345678*/ DefinitionBlock ("", "DSDT", 2, "OEM", "TABLE", 1)\n{\n'


def exact(text: str, head: str = HEAD, tail: str = "\n}\n") -> bytes:
    done = compile_source(head + text + tail, "t.dsl")
    assert [str(told) for told in done.diagnostics if told.severity is Severity.ERROR] == []
    return done.tables[0].data


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Name (A, 0x1)", "08 415f5f5f 0a01"),
        ("Name (A, 0x0001)", "08 415f5f5f 0b0100"),
        ("Name (A, 0x00000001)", "08 415f5f5f 0c01000000"),
        ("Name (A, 0x0000000000000001)", "08 415f5f5f 0e0100000000000000"),
        ("Name (A, One)", "08 415f5f5f 01"),
        ("Name (A, 0xFFFFFFFFFFFFFFFF)", "08 415f5f5f 0effffffffffffffff"),
        ("Store (0x01 + 0x02, Local0)", "70 72 0a01 0a02 00 60"),
        ("Local0 = 0x01 + 0x02", "72 0a01 0a02 60"),
        ("Local0 = ToInteger (0x01)", "70 99 0a01 00 60"),
        ("Name (\\A, One) Name (B, One) Return (\\A)", "08 5c415f5f5f 01 08 425f5f5f 01 a4 5c415f5f5f"),
        ("Return (NONE)", "a4 4e4f4e45"),
        ("NONE (One, Zero)", "4e4f4e45 01 00"),
        ("Return (/*=name 2F01 5F53425F*/ \\_SB)", "a4 2f01 5f53425f"),
        ("/*=pkg 2*/ Scope (\\) {}", "10 4400 5c00"),
        ("/*=pkglength C3000000*/ Scope (A) {}", "10 c3000000 415f5f5f"),
        ("/*=pkg 3*/ If (One) {} /*=pkg 2*/ Else {Noop}", "a0 840000 01 a1 4300 a3"),
        ("/*=flags 0x7F*/ Method (A, 1) {}", "14 06 415f5f5f 7f"),
        ("Name (A, /*=var*/ Package (0x02) {})", "08 415f5f5f 13 03 0a02"),
        ("Name (A, Package (0x01) {One, Zero})", "08 415f5f5f 12 04 01 01 00"),
        ("Name (A, Buffer (0x01) {0x01, 0x02})", "08 415f5f5f 11 05 0a01 0102"),
        ("Name (A, /*=pkg 2*/ Buffer (0x0001) {})", "08 415f5f5f 11 4500 0b0100"),
        ("/*=raw A3 A3*/ Noop", "a3a3 a3"),
        ("Name (A, Package (0x02) {One, /*=raw FE*/})", "08 415f5f5f 12 04 02 01 fe"),
        ("Name (A, EisaId (\"PNP0C80\"))", "08 415f5f5f 0c 41d00c80"),
        ("External (A, IntObj)", ""),
        ("/*=aml 2*/ External (A, MethodObj) /*=aml 0*/ External (\\B, IntObj)",
         "a0 11 00 15 415f5f5f 08 02 15 5c425f5f5f 01 00"),
        ("/*=bare 7*/ External (A)", "15 415f5f5f 00 07"),
        ("Break", "a5"),
        ("Name (A, One) Name (A, One)", "08 415f5f5f 01 08 415f5f5f 01"),
        ("Field (A, AnyAcc, NoLock, Preserve) {B, 1, /*=pkg 2*/ C, 1, /*=pkg 2*/ , 1, D, 63}",
         "5b81 19 415f5f5f 00 425f5f5f 01 435f5f5f 4100 00 4100 445f5f5f 3f"),
        ("Field (A, AnyAcc, NoLock, Preserve) {/*=pkg 3*/ Offset (0x01), /*=raw 00*/}",
         "5b81 0b 415f5f5f 00 00 880000 00"),
        ("/*=flags 0xFF*/ Field (A, AnyAcc, NoLock, Preserve) {}", "5b81 06 415f5f5f ff"),
    ],
)  # fmt: skip
def test_bytes_are_those_that_the_source_says(text: str, expected: str) -> None:
    assert exact(text)[36:].hex() == expected.replace(" ", "")


def test_creator_header_and_trailing_bytes() -> None:
    assert exact("")[28:36].hex() == "5445535478563412"
    header = bytes(range(36)).hex()
    data = exact(
        "Noop", f'/*=exact*/ /*=header {header}*/ DefinitionBlock ("", "????", 2, "", "", 1) {{', "} /*=trailing 0102*/"
    )
    assert data == bytes(range(36)) + b"\xa3\1\2"


@pytest.mark.parametrize(
    "text",
    ["/*=pkg 9*/ Scope (A) {}", "/*=pkg x*/ Scope (A) {}", "/*=pkglength 1*/ Scope (A) {}", "Return (/*=name 30*/ A)"],
)
def test_a_note_that_makes_no_sense_is_an_error(text: str) -> None:
    done = compile_source(HEAD + text + "\n}", "t.dsl")
    assert done.tables == ()
    assert done.diagnostics[0].line == 3


def test_notes_are_comments_where_the_source_is_not_exact() -> None:
    text = HEAD.replace("/*=exact*/", "") + "/*=pkg 2*/ Scope (\\) {}\n}"
    assert compile_source(text, "t.dsl").tables[0].data[36:].hex() == "10035c00"
