"""Terms there and back, and what becomes of bytes that are no AML."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acpitools.aml.names import Arities
from acpitools.aml.reader import Reader
from acpitools.aml.terms import MAX_DEPTH, Term
from acpitools.aml.writer import write_terms
from acpitools.core.errors import EncodeError
from tests.strategies import METHODS, terms


def read(data: bytes) -> tuple[tuple[Term, ...], list[str]]:
    reader = Reader(data, Arities({}, METHODS))
    found = reader.terms(0, len(data))
    return found, [f"{damage.offset:#x}: {damage.message}" for damage in reader.damages]


@given(st.lists(terms(), max_size=4).map(tuple))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_terms_are_written_and_read(program: tuple[Term, ...]) -> None:
    assert read(write_terms(program)) == (program, [])


@given(st.binary(max_size=200))
@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_read_and_written_back(data: bytes) -> None:
    assert write_terms(read(data)[0]) == data


def test_a_wide_pkg_length_is_kept() -> None:
    data = bytes.fromhex("a0 c6000000 01 a3")
    (term,), damages = read(data)
    assert (term.op, term.form, damages) == ("If", 4, [])
    assert write_terms((term,)) == data


def test_reserved_bits_of_a_pkg_length_are_kept() -> None:
    data = b"\xa1\x70\x04" + b"\xa3" * 62
    (term,), damages = read(data)
    assert (term.op, term.form, damages) == ("Else", b"\x70\x04", [])
    assert write_terms((term,)) == data


def test_what_ends_after_its_surroundings_is_read_as_far_as_they_go() -> None:
    data = bytes.fromhex("10 1f 464f4f5f 08 42415200")[:-1] + b"_\1"
    (term,), damages = read(data)
    assert term.op == "Scope"
    assert term.args[1] == (Term("Name", (term.args[1][0].args[0], Term("One"))),)
    assert damages == ["0x1: Scope says it ends at 0x20, but what it stands in ends at 0xc"]
    assert write_terms((term,)) == data


def test_damage_ends_the_innermost_list_and_no_more() -> None:
    data = bytes.fromhex("a0 06 01 a3 02 a3 a3") + b"\xa3"
    found, damages = read(data)
    assert found == (Term("If", (Term("One"), (Term("Noop"), Term("Raw", (b"\x02\xa3\xa3",))))), Term("Noop"))
    assert damages == ["0x4: no opcode: 02"]


def test_damage_inside_an_expression_takes_the_statement_with_it() -> None:
    data = bytes.fromhex("a3 70 72 60 02 60 61")
    found, damages = read(data)
    assert found == (Term("Noop"), Term("Raw", (data[1:],)))
    assert damages == ["0x4: no opcode: 02"]


def test_a_list_of_fields_that_makes_no_sense_keeps_what_was_read() -> None:
    data = bytes.fromhex("5b81 0d 464f4f5f 01 00 08 61626364 08")
    (field,), damages = read(data)
    assert [element.op for element in field.args[2]] == ["ReservedField", "Raw"]
    assert damages == ["0xa: no element of a field: 61 62 63 64"]
    assert write_terms((field,)) == data


@pytest.mark.parametrize("unit", [b"\x92", b"\x72", b"\x83", b"\x5b\x12\x71", b"\xa4", b"M7__", b"\x88"])
def test_depth_is_bounded(unit: bytes) -> None:
    data = unit * 100_000
    begun = time.process_time()
    found, damages = read(data)
    assert write_terms(found) == data
    assert damages[0].endswith(f"terms inside terms, {MAX_DEPTH} deep")
    assert time.process_time() - begun < 20


def test_packages_inside_packages_are_bounded() -> None:
    data = b""
    for _ in range(MAX_DEPTH + 50):
        data = write_terms((Term("Else", ((Term("Raw", (data,)),),)),))
    found, damages = read(data)
    assert write_terms(found) == data
    assert found == read(data)[0]
    assert len(damages) == 1


def test_names_made_inside_a_method_hide_those_outside() -> None:
    # Method (OUTR) { Name (M2, 1) Store (M2, Local0) }: M2 is no call here, though a method M2 exists.
    data = bytes.fromhex("14 12 4f555452 00 08 4d325f5f 01 70 4d325f5f 60")
    (method,), damages = read(data)
    assert [term.op for term in method.args[2]] == ["Name", "Store"]
    assert method.args[2][1].args[0].op == "NamePath"
    assert damages == []


@pytest.mark.parametrize(
    "term",
    [
        Term("NoSuchOp"),
        Term("Add", (Term("One"),)),
        Term("ByteConst", (256,)),
        Term("Store", ("text", Term("Local0"))),
        Term("Else", ((Term("Raw", (bytes(1 << 28),)),),)),
    ],
    ids=["op", "arguments", "range", "type", "size"],
)
def test_what_is_no_term_is_not_written(term: Term) -> None:
    with pytest.raises(EncodeError):
        write_terms((term,))
