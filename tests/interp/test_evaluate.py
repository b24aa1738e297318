"""Evaluation against what acpiexec gives, recorded and live; limits; what is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from acpitools.aml.encoding import name_from_text
from acpitools.aml.terms import NULL_NAME, Term, integer
from acpitools.aml.writer import write_terms
from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.core.errors import AmlCallError, AmlError, AmlLimitError, AmlNotFound, AmlUnsupported
from acpitools.interp.evaluate import evaluate
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Integer
from acpitools.interp.semantics import NT, SLACK_MODE, Semantics
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import SLACK_OPTION, evaluated
from tests.support import FIXTURES

PROGRAMS = sorted((FIXTURES / "interp").glob("*.asl"))
SLACK = sorted((FIXTURES / "interp/slack").glob("*.json"))
FIXED = sorted((FIXTURES / "asl").glob("*/*.asl"))
FADT = b"FACP" + (276).to_bytes(4, "little") + bytes(268)
"""As large as that of acpiexec."""
EXPECT = re.compile(r"^// Expect: (.*)$", re.MULTILINE)


def compiled(body: str, limits: Limits | None = None) -> Machine:
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    assert done.tables, done.diagnostics
    return load([done.tables[0].data], limits=limits)


def outcome(table: bytes, path: str, like: Semantics | None = None) -> dict[str, Any]:
    machine = load([table, FADT], like=like)
    start(machine)
    machine.notifies.clear()
    try:
        result = as_data(machine, evaluate(machine, path))
    except AmlUnsupported:
        raise
    except AmlError as error:
        result = {"type": "error", "status": error.status}
    if machine.notifies:
        result["notified"] = [[device.rpartition(".")[2].strip("\\"), value] for device, value in machine.notifies]
    return plain(result)


def told(result: dict[str, Any], recorded: dict[str, Any]) -> dict[str, Any]:
    """Give a result with the recorded name of an error, where the machine does not tell it apart."""
    if result.get("status") == "" and "status" in recorded:
        return result | {"status": recorded["status"]}
    return result


def plain(data: dict[str, Any]) -> dict[str, Any]:
    if data["type"] == "package":
        return data | {"value": [plain(element) for element in data["value"]]}
    return {"type": "reference"} if data["type"] == "reference" else data


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_methods_give_what_acpiexec_gave(program: Path) -> None:
    recorded = json.loads(program.with_suffix(".json").read_text(encoding="utf-8"))
    table = program.with_suffix(".aml").read_bytes()
    assert len(recorded) > 20
    assert {name: told(outcome(table, name), recorded[name]) for name in recorded} == recorded


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_records_are_what_acpiexec_gives(program: Path, needs_tool: Callable[[str], str]) -> None:
    needs_tool("acpiexec")
    recorded = json.loads(program.with_suffix(".json").read_text(encoding="utf-8"))
    some = list(recorded)[:: max(12, len(recorded) // 8)]
    with ThreadPoolExecutor(len(some)) as executor:  # acpiexec waits for a second at its end
        given = executor.map(lambda name: evaluated(program.with_suffix(".aml"), name), some)
        assert dict(zip(some, given, strict=True)) == {name: recorded[name] for name in some}


@pytest.mark.parametrize("record", SLACK, ids=lambda path: path.stem)
def test_methods_give_what_acpiexec_gave_in_slack_mode(record: Path) -> None:
    recorded = json.loads(record.read_text(encoding="utf-8"))
    table = next(
        path for path in (record.with_suffix(".aml"), record.parents[1] / f"{record.stem}.aml") if path.exists()
    )
    data = table.read_bytes()
    assert len(recorded) > 20
    assert {name: told(outcome(data, name, SLACK_MODE), recorded[name]) for name in recorded} == recorded


@pytest.mark.parametrize("program", ["returns", "values"])
def test_the_records_of_slack_mode_are_what_acpiexec_gives(program: str, needs_tool: Callable[[str], str]) -> None:
    needs_tool("acpiexec")
    record = FIXTURES / f"interp/slack/{program}.json"
    recorded = json.loads(record.read_text(encoding="utf-8"))
    some = list(recorded)[:: len(recorded) // 6]
    found = {name: evaluated(record.with_suffix(".aml"), name, SLACK_OPTION) for name in some}
    assert found == {name: recorded[name] for name in some}


@pytest.mark.parametrize("program", FIXED, ids=lambda path: path.stem)
def test_programs_of_the_compiler_give_what_acpiexec_gave(program: Path) -> None:
    expected = EXPECT.search(program.read_text(encoding="utf-8"))
    assert expected
    value = outcome(program.with_suffix(".aml").read_bytes(), "\\MAIN")
    text = {"integer": "{:#x}", "string": '"{}"', "buffer": "{}"}[value["type"]].format(value["value"])
    assert f"{value['type']} {text}" == expected[1]


def test_what_code_loads_calls_what_is_there_and_is_resolved() -> None:
    inner = (
        "Name (PACK, Package () {\\LATE}) Name (LATE, 3) Method (USES) {Return (TWIC (4))} External (TWIC, MethodObj)"
    )
    table = compile_source(f'DefinitionBlock ("", "SSDT", 2, "ACPIT", "B", 1) {{{inner}}}', "b.asl").tables[0].data
    data = ", ".join(map(hex, table))
    machine = compiled(
        f"Name (TABL, Buffer () {{{data}}}) Method (TWIC, 1) {{Return (2 * Arg0)}}"
        " Method (MAIN) {Load (TABL, Local0)} External (USES, MethodObj)"
    )
    evaluate(machine, "MAIN")
    assert as_data(machine, evaluate(machine, "USES"))["value"] == 8
    assert as_data(machine, evaluate(machine, "PACK"))["value"] == [{"type": "integer", "value": 3}]


def test_fatal_is_a_finding() -> None:
    machine = compiled("Method (MAIN) {Fatal (1, 2, 3)}")
    evaluate(machine, "MAIN")
    assert [(finding.code, finding.location.signature) for finding in machine.findings] == [("AML012", "\\MAIN")]


def test_limits_end_code_that_does_not() -> None:
    body = (
        "Method (LOOP) {While (One) {}} Method (DEEP) {DEEP ()} Method (BUFF, 1) {Local0 = Buffer (Arg0) {}}"
        " Method (STEP) {While (One) {Local0 = 1}} "
    )
    machine = compiled(body, Limits(steps=5000, loop_turns=1000, depth=40, object_size=1 << 16))
    for path, arguments in (("LOOP", []), ("DEEP", []), ("BUFF", [Integer(1 << 40)]), ("STEP", [])):
        with pytest.raises(AmlLimitError, match="more than"):
            evaluate(machine, path, arguments)


def test_a_table_that_does_not_end_is_a_finding_and_the_others_are_loaded() -> None:
    sources = (
        '"DSDT", 2, "ACPIT", "A", 1) {Name (ONE0, 1) While (One) {} Name (TWO0, 2)}',
        '"SSDT", 2, "A", "B", 1) {Name (THRE, 3)}',
    )
    tables = [compile_source(f'DefinitionBlock ("", {text}', "a.asl").tables[0].data for text in sources]
    machine = load(tables, limits=Limits(steps=5000))
    assert ["more than 5000 steps" in finding.message for finding in machine.findings] == [True]
    assert [path in machine.namespace.nodes for path in (b"ONE0", b"TWO0", b"THRE")] == [True, False, True]


def test_tables_that_do_not_end_are_not_all_run() -> None:
    sources = [f'"{"SSDT" if index else "DSDT"}", 2, "A", "T{index}", 1) {{While (One) {{}}}}' for index in range(6)]
    tables = [compile_source(f'DefinitionBlock ("", {text}', "a.asl").tables[0].data for text in sources]
    machine = load(tables, limits=Limits(steps=500))
    assert ["more than 500 steps" in finding.message for finding in machine.findings] == [True] * 4 + [False] * 2
    assert "not run" in machine.findings[-1].message


def test_terms_inside_terms_need_no_recursion() -> None:
    total = integer(1)
    for _ in range(1500):
        total = Term("Add", (Term("Arg0"), total, NULL_NAME))
    body = write_terms((Term("Method", (name_from_text("MAIN"), 1, (Term("Return", (total,)),))),))
    machine = load([b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body])
    assert as_data(machine, evaluate(machine, "MAIN", [Integer(2)])) == {"type": "integer", "value": 3001}


def test_what_is_not_there_or_takes_other_arguments() -> None:
    machine = compiled("Method (MAIN, 1) {Return (Arg0)}")
    with pytest.raises(AmlNotFound, match="NOPE"):
        evaluate(machine, "\\NOPE")
    with pytest.raises(AmlCallError, match="takes 1 arguments, not 0"):
        evaluate(machine, "MAIN")


def test_a_declaration_where_a_value_should_be_is_an_error() -> None:
    declared = Term("Name", (name_from_text("MADE"), Term("NamePath", (name_from_text("\\_SB"),))))
    body = write_terms((Term("Method", (name_from_text("MAIN"), 0, (Term("Store", (integer(1), declared)),))),))
    data = b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body
    with pytest.raises(AmlError, match="there is no value"):
        evaluate(load([data]), "MAIN")


def test_a_name_declared_twice_is_a_finding_and_the_first_counts() -> None:
    first = compile_source('DefinitionBlock ("", "DSDT", 2, "ACPIT", "A", 1) {Name (NUMB, 1)}', "a.asl").tables[0].data
    second = compile_source('DefinitionBlock ("", "SSDT", 2, "ACPIT", "B", 1) {Name (NUMB, 2)}', "b.asl").tables[0].data
    machine = load([first, second])
    assert [(finding.code, finding.location.signature) for finding in machine.findings] == [("AML010", "SSDT")]
    assert as_data(machine, evaluate(machine, "NUMB"))["value"] == 1


def test_waiting_takes_virtual_time() -> None:
    machine = compiled("Event (EVNT) Method (MAIN) {Sleep (20) Stall (5) Return (Wait (EVNT, 3))}")
    assert as_data(machine, evaluate(machine, "MAIN"))["value"] == (1 << 64) - 1
    assert machine.time == (23_000 + 5) * 10


def test_a_predicate_that_fails_while_loading_runs_neither_branch() -> None:
    machine = compiled(
        "OperationRegion (REGN, SMBus, 0, 4) Field (REGN, BufferAcc, NoLock, Preserve) {FLD0, 8}"
        " Name (NIL0, 0) If (NIL0) {} If (FLD0) {Name (ONE0, 1)} Else {Name (TWO0, 2)}"
    )
    assert [finding.message.split(":")[0] for finding in machine.findings] == ["\\REGN"]
    for path in ("ONE0", "TWO0"):
        with pytest.raises(AmlNotFound):
            evaluate(machine, path)


def test_nothing_is_above_the_root() -> None:
    # acpiexec: "Path has too many parent prefixes", AE_NOT_FOUND; the Device is skipped with all that is in it.
    def path(text: str) -> Term:
        return Term("NamePath", (name_from_text(text),))

    asks = Term("Return", (Term("CondRefOf", (path("^^^NUMB"), NULL_NAME)),))
    device = (
        Term("Name", (name_from_text("^^UPP0"), integer(3))),
        Term("Method", (name_from_text("USES"), 0, (Term("Return", (path("^^^NUMB"),)),))),
        Term("Method", (name_from_text("ASKS"), 0, (asks,))),
        Term("Method", (name_from_text("DECL"), 0, (Term("Name", (name_from_text("^^^LOC0"), integer(1))),))),
        Term("Name", (name_from_text("PACK"), Term("Package", (2, (path("^^^NUMB"), path("^NUMB")))))),
    )
    body = write_terms(
        (
            Term("Name", (name_from_text("NUMB"), integer(5))),
            Term("Device", (name_from_text("DEV0"), device)),
            Term("Device", (name_from_text("^DEV1"), (Term("Name", (name_from_text("\\KID0"), integer(1))),))),
        )
    )
    machine = load([b"DSDT" + (36 + len(body)).to_bytes(4, "little") + b"\2".ljust(28, b"\0") + body])
    assert len(machine.findings) == 2
    for missing in ("DEV0.USES", "DEV0.DECL", "UPP0", "KID0"):
        with pytest.raises(AmlNotFound):
            evaluate(machine, missing)
    assert as_data(machine, evaluate(machine, "DEV0.ASKS"))["value"] == 0
    assert as_data(machine, evaluate(machine, "DEV0.PACK"))["value"] == [
        {"type": "uninitialized"},
        {"type": "integer", "value": 5},
    ]


NT_PROGRAM = (
    'Name (TEST, "BAR") Name (LONG, "XXXX") Name (NONE, "")'
    " Method (PACK) {Local0 = 10 Local1 = Package () {Add (Local0, 5)} Return (DerefOf (Local1 [0]))}"
    " Method (BIND) {Local0 = 123 Local1 = RefOf (Local0) Local1 = 321 Return (Local0)}"
    " Method (STEP) {Local0 = 123 Local1 = RefOf (Local0) Local1++ Return (Local0)}"
    " Method (MANY) {Local0 = 123 Local1 = RefOf (Local0) Local2 = RefOf (Local1) Return (DerefOf (Local2) + 1)}"
    " Method (CAST) {TEST = 0x4F4F46 Return (TEST)}"
    ' Method (CUTS) {LONG = "LONGSTRING" NONE = "FOO" Return (Concatenate (LONG, NONE))}'
)


@pytest.mark.parametrize(
    ("path", "acpica", "nt"),
    [
        ("PACK", "error", 15),
        ("BIND", 123, 321),
        ("STEP", "error", 124),
        ("MANY", "error", 124),
        ("CAST", "00000000004F4F46", "FOO"),
        ("CUTS", "LONGSTRINGFOO", "LONG"),
    ],
)
def test_where_the_interpreter_of_nt_differs(path: str, acpica: object, nt: object) -> None:
    source = f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {NT_PROGRAM} }}'
    table = compile_source(source, "test.asl", options=Options(force=True)).tables[0].data
    for like, expected in ((None, acpica), (NT, nt)):
        machine = load([table], like=like)
        try:
            value = as_data(machine, evaluate(machine, path))["value"]
        except AmlError:
            value = "error"
        assert value == expected


@pytest.mark.parametrize(
    "body",
    [
        'Local0 = "a" While (1) {Local0 = Concatenate (Local0, Local0)}',
        "Local1 = Package (2) {} While (1) {Local0 = Package (2) {} Local0 [0] = Local1"
        " Local0 [1] = Local1 Local1 = Local0}",
        "Local0 = Buffer (0x1000) {} While (1) {Local1 = ToHexString (Local0)}",
        "Local0 = Buffer (0x1000) {} While (1) {If (Local0 == Local0) {}}",
        "Local0 = Buffer (0x1000) {} CreateField (Local0, 0, 0x8000, FLD0) While (1) {FLD0 = 1}",
        "While (1) {Notify (\\_SB, 0x80)}",
        "While (1) {Fatal (1, 2, 3)}",
        "Local0 = Package (0x1000) {} While (1) {Local1 = Match (Local0, MEQ, 0, MTR, 0, 0)}",
    ],
)
def test_what_an_evaluation_makes_and_looks_at_is_bounded(body: str) -> None:
    machine = compiled(f"Method (MAIN) {{{body}}}", Limits(steps=100_000, work=1 << 22, object_size=1 << 16))
    with pytest.raises(AmlLimitError):
        evaluate(machine, "MAIN")
    assert machine.steps < 120_000


def test_a_long_loop_may_make_more_than_may_live_at_one_time() -> None:
    body = (
        "Method (LOOP) {Local0 = 0 While (Local0 < 3000) {Local1 = Buffer (8192) {} Local0++} Return (Local0)}"
        " Name (LIST, Package (3000) {})"
        " Method (KEEP) {Local0 = 0 While (Local0 < 3000) {LIST [Local0] = Buffer (8192) {} Local0++}}"
    )
    machine = compiled(body, Limits(memory=1 << 23))
    assert as_data(machine, evaluate(machine, "LOOP"))["value"] == 3000
    with pytest.raises(AmlLimitError, match="live at one time"):
        evaluate(machine, "KEEP")


def test_bytes_that_an_evaluation_handles_are_bounded() -> None:
    machine = compiled("Method (LOOP) {While (One) {Local1 = Buffer (8192) {}}}", Limits(work=1 << 20))
    with pytest.raises(AmlLimitError, match="made, copied or compared"):
        evaluate(machine, "LOOP")


def test_an_error_has_a_name_and_the_method_it_came_up_in() -> None:
    machine = compiled("Method (INNR, 1) {Return (1 / Arg0)} Method (MAIN) {Return (INNR (0))}")
    with pytest.raises(AmlError) as caught:
        evaluate(machine, "MAIN")
    assert (caught.value.where, caught.value.status) == ("\\INNR", "AE_AML_DIVIDE_BY_ZERO")
