"""The table of opcodes against an own list of the codes, and every opcode there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.aml.encoding import name_from_text
from acpitools.aml.names import Arities
from acpitools.aml.opcodes import BY_NAME, OPS, Op
from acpitools.aml.reader import Reader
from acpitools.aml.terms import NULL_NAME, Term
from acpitools.aml.writer import write_terms

# ACPI 6.5, table 20.2 (summary of term objects), without prefixes, and Processor of ACPI 6.3.
ONE_BYTE = {0x00, 0x01, 0x06, 0x08, *range(0x0A, 0x0F), *range(0x10, 0x16), *range(0x60, 0x6F), *range(0x70, 0x9A)}
ONE_BYTE |= {*range(0x9C, 0xA6), 0xCC, 0xFF}
TWO_BYTES = {0x01, 0x02, 0x12, 0x13, 0x1F, *range(0x20, 0x2B), *range(0x30, 0x34), *range(0x80, 0x89)}

SAMPLES = {
    "ByteData": 0x12,
    "WordData": 0x1234,
    "DWordData": 0x12345678,
    "QWordData": 0x123456789ABCDEF0,
    "NameString": name_from_text("\\_SB.FOO"),
    "TermArg": Term("Local1"),
    "DataRefObject": Term("String", (b"text",)),
    "Target": NULL_NAME,
    "SuperName": Term("Debug"),
    "SimpleName": Term("Arg6"),
    "AsciiCharList": b"chars",
    "ByteList": b"\1\2\3",
    "TermList": (Term("Noop"), Term("Store", (Term("One"), Term("Local0")))),
    "FieldList": (Term("ReservedField", (8,)), Term("NamedField", (name_from_text("FLD0"), 8))),
    "PackageElementList": (Term("Zero"), Term("NamePath", (name_from_text("M1"),))),
}


def example(op: Op) -> Term:
    return Term(op.name, tuple(SAMPLES[word] for word in op.arguments))


def test_the_opcodes_are_those_of_the_specification() -> None:
    codes = {op.code for op in OPS}
    assert {code[0] for code in codes if len(code) == 1} == ONE_BYTE
    assert {code[1] for code in codes if len(code) == 2} == TWO_BYTES
    assert {code[0] for code in codes if len(code) == 2} == {0x5B}


def test_codes_and_names_are_unique() -> None:
    assert len({op.code for op in OPS}) == len(OPS)
    assert len(BY_NAME) == len(OPS) + 5


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_every_opcode_is_written_and_read(op: Op) -> None:
    term = example(op)
    data = write_terms((term,))
    assert data.startswith(op.code)
    reader = Reader(data, Arities({}, {}))
    assert reader.terms(0, len(data)) == (term,)
    assert reader.damages == []


@pytest.mark.parametrize("op", [op for op in OPS if op.operands], ids=lambda op: op.name)
@given(st.data())
def test_every_cut_of_every_opcode_is_damage_that_is_written_back(op: Op, data: st.DataObject) -> None:
    whole = write_terms((example(op),))
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    reader = Reader(cut, Arities({}, {}))
    assert write_terms(reader.terms(0, len(cut))) == cut
    assert reader.damages
