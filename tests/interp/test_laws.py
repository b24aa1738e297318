"""Any program ends in a value or an AML error, in bounded steps, and does the same each time."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import Term
from acpitools.aml.writer import write_terms
from acpitools.asl.compile import compile_source
from acpitools.core.errors import AmlError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.objects import Integer
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from tests.strategies import METHODS, terms

LIMITS = Limits(steps=4000, loop_turns=300, depth=20, object_size=1 << 12, work=1 << 20)
SURROUNDINGS = """
    Name (NAM0, Package () {1, "two", Buffer () {3, 4}, Package () {5}})
    Name (X, Buffer (16) {1, 2, 3})
    OperationRegion (REGN, SystemMemory, 0x1000, 0x100)
    Field (REGN, WordAcc, NoLock, Preserve) {CONN, 12, FLD, 3, BFLD, 70}
    Scope (\\_SB) {Device (PCI0) {Name (_STA, 15)}}
    Device (ABC) {Name (DEF, "1F")} Device (A) {Device (B) {Method (C) {Return (7)}}}
"""
CALLED = "".join(
    f"Method ({path.decode()}, {arity}) {{Return ({f'Arg{arity - 1}' if arity else 5})}}"
    for path, arity in METHODS.items()
)
SOURCE = f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "LAWS", 1) {{{CALLED} {SURROUNDINGS}}}'
SYNCHRONIZATION = Term("Mutex", (name_from_text("\\WAIT"), 1)), Term("Event", (name_from_text("\\IO"),))
"""Names that ASL cannot write."""
FIRST = compile_source(SOURCE, "laws.asl").tables[0].data


def program(body: tuple[Term, ...], outside: tuple[Term, ...]) -> bytes:
    main = Term("Method", (name_from_text("\\MAIN"), 2, body))
    code = write_terms((*SYNCHRONIZATION, main, *outside))
    return b"SSDT" + (36 + len(code)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + code


def ran(table: bytes) -> dict[str, Any]:
    """Return all that is seen of a machine whose \\MAIN is evaluated twice."""
    traced: list[tuple[int, str]] = []
    machine = load([FIRST, table], limits=LIMITS, trace=lambda depth, text: traced.append((depth, text)))
    start(machine)
    told: list[Any] = []
    machine.debug = lambda item: told.append(as_data(machine, item))
    outcomes: list[Any] = []
    for number in (3, 1 << 40):
        try:
            outcomes.append(as_data(machine, evaluate(machine, "\\MAIN", [Integer(number), Integer(0)])))
        except AmlError as error:
            outcomes.append(str(error))
        assert outcomes[-1]
        assert machine.steps <= LIMITS.steps + 1
        assert machine.nested == machine.sync.level == 0
    return {
        "outcomes": outcomes,
        "debug": told,
        "trace": traced,
        "notifies": machine.notifies,
        "findings": machine.findings,
        "names": sorted(machine.namespace.nodes),
        "time": machine.time,
    }


@given(st.lists(terms(), max_size=4).map(tuple), st.lists(terms(depth=2), max_size=2).map(tuple))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_program_ends_and_does_the_same_each_time(body: tuple[Term, ...], outside: tuple[Term, ...]) -> None:
    table = program(body, outside)
    assert ran(table) == ran(table)


@given(st.sampled_from((b"DSDT", b"SSDT", b"PSDT", b"OEM1")), st.binary(max_size=150))
@settings(max_examples=150, deadline=None)
def test_any_bytes_behind_a_header_are_a_machine_that_starts(signature: bytes, code: bytes) -> None:
    table = signature + (36 + len(code)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + code
    machine = load([FIRST, table], limits=LIMITS)
    start(machine)
    assert machine.nested == machine.sync.level == 0
    assert b"NAM0" in machine.namespace.nodes
