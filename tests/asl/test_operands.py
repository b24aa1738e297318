"""What an operator takes: what iasl said of 5,000 statements, recorded by fixtures/record_operands.py."""

from __future__ import annotations

import json

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.findings import Severity
from tests.support import FIXTURES

RECORD = json.loads((FIXTURES / "asl" / "operands.json").read_text())
OTHERWISE = {
    ("Load (@, Local1)", "ALM0"): "iasl does not see that the alias stands for a method",
}
"""Where this compiler and iasl differ, and why."""


def program(statements: list[str]) -> str:
    lines = [f"Method (T{number:03}, 7, Serialized) {{Local0 = 1 {text}}}" for number, text in enumerate(statements)]
    head = 'DefinitionBlock ("", "SSDT", 2, "ACPIT", "FIXTURE", 1) {' + " ".join(RECORD["declarations"])
    return "\n".join([head, *lines, "}", ""])


def refused(statements: list[str]) -> set[str]:
    """Return the statements in whose line there is an error; each run tells of some, and the next of the others."""
    found: set[str] = set()
    while left := [statement for statement in statements if statement not in found]:
        done = compile_source(program(left), "t.asl")
        lines = {item.line for item in done.diagnostics if item.severity is Severity.ERROR}
        if not lines:
            break
        found |= {left[line - 2] for line in lines}
    return found


@pytest.mark.parametrize("form", RECORD["forms"])
def test_what_iasl_refuses_is_refused_and_nothing_else(form: str) -> None:
    said = dict(zip(RECORD["operands"], RECORD["forms"][form], strict=True))
    judged = [operand for operand in said if said[operand] != "?" and (form, operand) not in OTHERWISE]
    ours = refused([form.replace("@", operand) for operand in judged])
    assert {operand for operand in judged if form.replace("@", operand) in ours} == {
        operand for operand in judged if said[operand] == "x"
    }
