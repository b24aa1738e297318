"""Statements whose encoding is easy to miss: what iasl made of each, recorded by fixtures/record_corners.py."""

from __future__ import annotations

import json

import pytest

from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.core.findings import Severity
from tests.asl.test_compile import told
from tests.support import FIXTURES

RECORD = json.loads((FIXTURES / "asl" / "corners.json").read_text())
CASES = [tuple(case) for case in RECORD["cases"]]
OPTIONS = {
    "-f": Options(force=True),
    "-of": Options(fold=False),
    "-oi": Options(shorten_integers=False),
    "-on": Options(shorten_names=False),
    "-oa": Options(fold=False, shorten_integers=False, shorten_names=False, drop_empty_fields=False),
}
HEADER = 36


def compiled(how: str, text: str) -> str:
    place, *given, signature, revision = how.split()
    if place == "method":
        text = f"Method (TEST, 7) {{{text}}}"
    source = f'DefinitionBlock ("", "{signature}", {revision}, "O", "T", 1) {{{RECORD["declarations"]}\n{text}\n}}\n'
    done = compile_source(source, "t.asl", options=OPTIONS[given[0]] if given else Options())
    assert [str(item) for item in done.diagnostics if item.severity is Severity.ERROR] == []
    return done.tables[0].data[HEADER:].hex()


@pytest.mark.parametrize("how", sorted({how for how, _text, _aml in CASES}))
def test_statements_become_the_bytes_that_iasl_makes_of_them(how: str) -> None:
    declared = compiled(how.replace("method", "block", 1), "")
    expected = [(text, aml) for given, text, aml in CASES if given == how]
    assert [(text, compiled(how, text).replace(declared, "", 1)) for text, _aml in expected] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Name (A, Buffer () {0, 1 + 2})", "1:24: iasl makes 0 of this, and bytes of its operands"),
        ("Method (B) {For (Local0 = 0, Local0 < 5, Local0++) {}}", "1:42: iasl leaves this out"),
        ('Name (A, "a\\xFEb")', "1:12: \\xFE is left out"),
        ("Method (B, 1) {Switch (Arg0) {Case (1) {} Case (One) {}}}", "1:49: there is a Case for this value already"),
        (
            "Name (A, ResourceTemplate () {IO (Decode16, 0, 0, 1, 1, T)}) CreateByteField (A, T, B)",
            "1:82: T is an offset in bytes, and iasl takes it for one in bits",
        ),
        (
            "Name (A, ResourceTemplate () {IRQ (Edge, ActiveHigh, Shared, T) {1}}) CreateByteField (A, T._SHR, B)",
            "1:91: T._SHR is bit 4 of a byte",
        ),
        (
            'Name (A, ResourceTemplate () {GpioIo (, PullUp, , , , "a", , , , RawDataBuffer (2) {1}) {1}})',
            "1:81: iasl gives less bytes than this a length of 0",
        ),
    ],
)
def test_what_becomes_something_else_than_it_says_is_told(text: str, message: str) -> None:
    assert any(item.startswith(message) for item in told(text, Severity.WARNING))


def test_a_list_of_bytes_does_not_begin_with_an_expression() -> None:
    assert told("Name (A, Buffer () {1 + 2, 3})") == ["1:21: a byte is expected here, and no expression"]
