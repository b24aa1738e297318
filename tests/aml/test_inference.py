"""Methods that no table declares: their arguments follow from how the calls read.

What is written is a call with so many arguments; the reader is not told how many, and has to come to the same terms.
"""

from __future__ import annotations

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.machine import AmlTable, read_machine, read_table
from acpitools.aml.terms import Term, call, integer, name_path
from acpitools.aml.writer import write_terms

UNKNOWN = name_from_text("\\UNKN")
OTHER = name_from_text("\\OTHR")


def table(*terms: Term) -> bytes:
    body = write_terms(terms)
    return b"SSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2\0OEM   TABLE   " + bytes(12) + body


def method(text: str, *body: Term, arity: int = 0) -> Term:
    return Term("Method", (name_from_text(text), arity, body))


def read(*terms: Term) -> AmlTable:
    return read_table(table(*terms))


def told(found: AmlTable) -> list[str]:
    return [finding.message for finding in found.findings]


NUMBERS = [integer(number) for number in (2, 3, 4, 5, 6, 7, 8)]


@pytest.mark.parametrize("count", range(1, 8))
def test_a_call_has_as_many_arguments_as_leave_no_constant_behind(count: int) -> None:
    user = method("USER", call(UNKNOWN, *NUMBERS[:count]), Term("Noop"))
    found = read(user)
    assert found.terms == (user,)
    assert told(found) == [f"\\UNKN is called here with {count} argument{'s' * (count > 1)}, as no table declares it"]


def test_a_name_with_nothing_behind_it_takes_no_argument() -> None:
    found = read(method("USER", call(UNKNOWN), Term("Noop")))
    assert found.terms == (method("USER", name_path(UNKNOWN), Term("Noop")),)
    assert told(found) == []


def test_a_call_does_not_eat_the_operand_of_what_is_around_it() -> None:
    user = method("USER", Term("Add", (call(UNKNOWN, integer(2)), integer(3), Term("Local0"))), Term("Noop"))
    assert read(user).terms == (user,)


def test_all_calls_of_a_name_are_looked_at_together() -> None:
    # Alone, the first could take one argument less: what is left of it may be a statement.
    first = method("ONE0", call(UNKNOWN, integer(2), Term("Store", (integer(1), Term("Local0")))))
    second = method("TWO0", call(UNKNOWN, integer(2), integer(3)))
    for terms in ((first, second), (second, first)):
        assert read(*terms).terms == terms


def test_calls_in_other_tables_count() -> None:
    first = method("ONE0", call(UNKNOWN, integer(2), Term("Store", (integer(1), Term("Local0")))))
    second = method("TWO0", call(UNKNOWN, integer(2), integer(3)))
    tables = read_machine((table(first), table(second)))
    assert [each.terms for each in tables] == [(first,), (second,)]


def test_a_call_outside_methods_is_read_with_the_whole_table() -> None:
    terms = (
        method("HEAD", Term("Noop")),
        Term("Name", (name_from_text("NUMB"), integer(1))),
        Term("If", (Term("LEqual", (call(UNKNOWN, integer(2)), integer(3))), (Term("Noop"),))),
        method("TAIL", Term("Noop")),
    )
    assert read(*terms).terms == terms


def test_two_unknown_methods_in_one_method() -> None:
    user = method("USER", call(UNKNOWN, integer(2), integer(3)), Term("Noop"), call(OTHER, integer(4)))
    found = read(user)
    assert found.terms == (user,)
    assert len(told(found)) == 2


def test_names_in_the_method_are_those_of_its_scope() -> None:
    # KNWN takes an argument, which only its scope tells: read elsewhere, UNKN would seem to take three.
    known = method("KNWN", Term("Return", (Term("Arg0"),)), arity=1)
    user = method("USER", call(UNKNOWN, call(name_from_text("KNWN"), integer(2)), integer(3)), Term("Noop"))
    device = Term("Device", (name_from_text("DEV0"), (known, user)))
    assert read(device).terms == (device,)


def test_a_method_after_another_is_looked_at_alone() -> None:
    # The damage of the second is no reason to change what the first reads.
    first = method("ONE0", name_path(UNKNOWN), Term("Noop"))
    second = method("TWO0", Term("Noop"), integer(9))
    found = read(first, second)
    assert found.terms[0] == first
    assert told(found) == ["1 constants or the like stand where only statements may"]
