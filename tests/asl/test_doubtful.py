"""Wrong and doubtful programs: what iasl refuses is refused, and nothing else (fixtures/record_doubtful.py)."""

from __future__ import annotations

import json

import pytest

from acpitools.asl.compile import compile_source
from tests.support import FIXTURES

RECORD = json.loads((FIXTURES / "asl" / "doubtful.json").read_text(encoding="utf-8"))
OTHERWISE = {
    "Method (AAAA, 1) {;}": "a semicolon alone does no harm",
    "!Name (_T_0, 1) Switch (Local0) {Case (1) {Noop}} Local0 = _T_0": "no name of the compiler's own is in the way",
}
"""Where this compiler and iasl differ, and why."""
JUDGED = {program: codes for program, codes in RECORD["said"].items() if codes != ["?"]}


def source(program: str) -> str:
    body = RECORD["method"].replace("@", program[1:]) if program.startswith("!") else program
    return f'DefinitionBlock ("", "SSDT", 2, "ACPIT", "FIXTURE", 1) {{{RECORD["declarations"]}\n{body}\n}}\n'


def test_most_programs_are_judged() -> None:
    assert len(JUDGED) > 0.9 * len(RECORD["said"])


@pytest.mark.parametrize("program", JUDGED)
def test_what_iasl_refuses_is_refused(program: str) -> None:
    refused = any(code.startswith("e") for code in JUDGED[program])
    done = compile_source(source(program), "doubtful.asl")
    assert (not done.tables) == (refused != (program in OTHERWISE))
    if not done.tables:
        assert any(item.line == 2 for item in done.diagnostics)
