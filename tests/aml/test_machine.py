"""Tables of one machine: arity across tables, damage, and every table of real machines byte for byte."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import AML_SIGNATURES, read_machine, read_table, write_table
from acpitools.aml.terms import Term, call, integer, name_path
from acpitools.aml.writer import write_terms
from acpitools.core.findings import Severity
from acpitools.dumps.load import load
from tests.strategies import mutated
from tests.support import SHARED, shared_cases

FOO = name_from_text("\\FOO")
LOCAL = Term("Local0")


def table(*terms: Term, signature: bytes = b"SSDT", revision: int = 2) -> bytes:
    body = write_terms(terms)
    size = (36 + len(body)).to_bytes(4, "little")
    return signature + size + bytes((revision, 0)) + b"OEM   TABLE   " + bytes(12) + body


def method(text: str, arity: int, *body: Term) -> Term:
    return Term("Method", (name_from_text(text), arity, body))


def uses(*terms: Term) -> Term:
    return method("USER", 0, *terms)


TWO = call(FOO, integer(1), integer(2))


def test_a_call_may_come_before_its_method() -> None:
    terms = (uses(TWO), method("FOO", 2))
    assert read_table(table(*terms)).terms == terms


def test_a_call_may_be_of_a_method_in_another_table() -> None:
    first, second = read_machine((table(uses(TWO)), table(method("FOO", 2))))
    assert first.terms == (uses(TWO),)
    assert second.terms == (method("FOO", 2),)


def test_external_tells_the_arguments_of_what_is_declared_nowhere() -> None:
    external = Term("If", (Term("Zero"), (Term("External", (FOO, 8, 2)),)))
    assert read_table(table(external, uses(TWO))).terms == (external, uses(TWO))


def test_an_alias_takes_the_arguments_of_its_method() -> None:
    alias = Term("Alias", (name_from_text("REAL"), name_from_text("FOO")))
    terms = (uses(TWO), alias, method("REAL", 2))
    assert read_table(table(*terms)).terms == terms


def test_a_method_inside_a_condition_counts() -> None:
    terms = (uses(TWO), Term("If", (call(FOO, integer(0), integer(0)), (method("FOO", 2),))))
    assert read_table(table(*terms)).terms == terms


def test_each_table_means_its_own_method_first() -> None:
    one = (method("FOO", 1), uses(call(FOO, integer(1))))
    two = (method("FOO", 2), uses(TWO))
    first, second = read_machine((table(*one), table(*two)))
    assert (first.terms, second.terms) == (one, two)


def test_a_name_is_looked_for_in_the_scopes_above() -> None:
    inner = Term("Device", (name_from_text("DEV"), (method("USER", 0, call(name_from_text("FOO"), integer(1))),)))
    terms = (method("FOO", 1), inner)
    assert read_table(table(*terms)).terms == terms


def test_a_nearer_name_hides_a_farther_one() -> None:
    near = Term("Name", (name_from_text("FOO"), integer(1)))
    store = Term("Store", (name_path(name_from_text("FOO")), LOCAL))
    terms = (method("FOO", 1), Term("Device", (name_from_text("DEV"), (near, method("USER", 0, store)))))
    assert read_table(table(*terms)).terms == terms


def test_the_uses_of_a_method_that_no_table_declares_show_its_arguments() -> None:
    terms = (uses(TWO), method("MORE", 0, Term("Store", (call(FOO, LOCAL, integer(7)), LOCAL)), Term("Noop")))
    read = read_table(table(*terms))
    assert read.terms == terms
    assert [(finding.code, finding.message) for finding in read.findings] == [
        ("AML002", "\\FOO is called here with 2 arguments, as no table declares it")
    ]


def test_of_two_declarations_the_one_that_fits_the_uses_counts() -> None:
    chosen = Term("If", (integer(1), (method("FOO", 0),)))
    terms = (chosen, Term("Else", ((method("FOO", 2),),)), uses(TWO, TWO))
    assert read_table(table(*terms)).terms == terms


def test_constants_that_are_no_statements_are_told() -> None:
    data = table(Term("Noop"), integer(5), integer(0))
    read = read_table(data)
    assert write_table(read) == data
    assert [(finding.code, finding.location.offset) for finding in read.findings] == [("AML003", 37)]


def test_what_follows_the_stated_length_is_kept() -> None:
    data = table(uses(LOCAL)) + b"more"
    assert read_table(data).trailing == b"more"
    assert write_table(read_table(data)) == data


@pytest.mark.parametrize("size", [0, 3, 8, 35, 36])
def test_a_table_of_a_header_or_less_is_kept(size: int) -> None:
    data = table()[:size]
    assert write_table(read_table(data)) == data


@pytest.mark.parametrize("revision", [1, 2])
def test_integers_have_32_bits_where_the_dsdt_is_older_than_revision_2(revision: int) -> None:
    data = table(signature=b"DSDT", revision=revision)
    assert read_table(data).integer_size == 4 * revision


# --- real machines ----------------------------------------------------------------------------------------------

DUMPS = shared_cases("corpus/dumps", "*.gz")


@functools.cache
def definition_blocks(dump: Path) -> tuple[bytes, ...]:
    return tuple(table.data for table in load((str(dump),)) if table.signature in AML_SIGNATURES)


@pytest.mark.parametrize("dump", DUMPS[::4], ids=lambda path: path.name.partition(".")[0])
def test_tables_of_a_real_machine_are_read_whole_and_written_back(dump: Path) -> None:
    blocks = definition_blocks(dump)
    assert blocks
    for data, read in zip(blocks, read_machine(blocks), strict=True):
        assert [str(finding) for finding in read.findings if finding.severity is Severity.ERROR] == []
        assert write_table(read) == data


@pytest.mark.skipif(not DUMPS, reason=f"no reference data at {SHARED}")
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_real_tables_are_read_and_written_back(data: st.DataObject) -> None:
    blocks = sorted(definition_blocks(DUMPS[11]), key=len)[:4]
    broken = data.draw(mutated(*blocks))
    read = read_table(broken)
    assert write_table(read) == broken
    for finding in read.findings:
        assert finding.location.offset is not None
        assert finding.location.offset <= len(broken)
