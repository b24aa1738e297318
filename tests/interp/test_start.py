"""What runs before a machine is used, against what acpiexec runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.asl.compile import compile_source
from acpitools.interp.evaluate import evaluate
from acpitools.interp.limits import Limits
from acpitools.interp.load import load
from acpitools.interp.regions import SPACES
from acpitools.interp.spaces import Memory
from acpitools.interp.start import start
from acpitools.report.value_json import as_data
from fixtures.record_interp import evaluated
from tests.support import FIXTURES

PROGRAMS = sorted((FIXTURES / "interp" / "start").glob("*.asl"))
ACPIEXEC = {name: Memory() for name in (*SPACES.values(), "0x80", "0xE4")}
"""Address spaces in which acpiexec answers."""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_what_runs_at_start_runs_in_the_order_of_acpiexec(program: Path) -> None:
    recorded = json.loads(program.with_suffix(".json").read_text(encoding="utf-8"))
    assert len(recorded["A1"]["value"]) == 64
    machine = load([program.with_suffix(".aml").read_bytes()], handlers=ACPIEXEC)
    start(machine)
    assert as_data(machine, evaluate(machine, "A1")) == recorded["A1"]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_the_records_are_what_acpiexec_gives(program: Path, needs_tool: Callable[[str], str]) -> None:
    needs_tool("acpiexec")
    recorded = json.loads(program.with_suffix(".json").read_text(encoding="utf-8"))
    assert evaluated(program.with_suffix(".aml"), "A1") == recorded["A1"]


def test_what_fails_at_start_is_a_finding_and_the_start_goes_on() -> None:
    machine = load([(FIXTURES / "interp" / "start" / "order.aml").read_bytes()])
    start(machine)
    found = [(finding.code, finding.location.signature) for finding in machine.findings]
    assert found == [("AML011", "\\_SB.ERRS._STA"), ("AML013", "\\ROOD._STA"), ("AML011", "\\ROOD._STA")]


def test_reg_is_told_only_of_spaces_in_which_something_answers() -> None:
    machine = load([(FIXTURES / "interp" / "start" / "order.aml").read_bytes()])
    start(machine)
    log = [element["value"] for element in as_data(machine, evaluate(machine, "A1"))["value"] if "value" in element]
    told = [text.split() for text in log if " REG " in text]
    assert {int(words[2][:16], 16) for words in told} == {3, 5}


def test_a_start_that_does_not_end_is_cut_short() -> None:
    devices = "".join(f"Device (D{index:03d}) {{Method (_INI) {{While (One) {{}}}}}} " for index in range(40))
    done = compile_source(
        f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {devices} Method (_INI) {{}} }}', "test.asl"
    )
    machine = load([done.tables[0].data], limits=Limits(steps=2000))
    start(machine)
    failed = [finding.location.signature for finding in machine.findings if "failed at start" in finding.message]
    assert failed == [f"\\D{index:03d}._INI" for index in range(8)]
    assert ["left out" in finding.message for finding in machine.findings].count(True) == 1
