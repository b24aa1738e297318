"""Wrong and doubtful programs: what iasl refuses is refused, what it warns of is (fixtures/record_doubtful.py)."""

from __future__ import annotations

import json

import pytest

from acpitools.asl.compile import Compiled, compile_source
from acpitools.asl.warning_names import NAMES
from tests.support import FIXTURES

RECORD = json.loads((FIXTURES / "asl" / "doubtful.json").read_text(encoding="utf-8"))
JUDGED = {program: codes for program, codes in RECORD["said"].items() if codes != ["?"]}
OTHERWISE = {
    "Method (AAAA, 1) {;}": "a semicolon alone does no harm",
    "!Name (_T_0, 1) Switch (Local0) {Case (1) {Noop}} Local0 = _T_0": "no name of the compiler's own is in the way",
}
"""Programs of which this compiler and iasl do not think the same, and why."""
WARNINGS = {
    "w3004": {"format"},
    "w3023": {"self-store"},
    "w3046": {"escape"},
    "w3055": {"escape"},
    "w3060": {"isa-address"},
    "w3073": {"device-id"},
    "w3079": {"reg-without-region"},
    "w3083": {"empty"},
    "w3101": {"reserved-arguments"},
    "w3102": {"reserved-arguments"},
    "w3104": {"reserved-return"},
    "w3107": {"reserved-return", "missing-return"},
    "w3115": {"missing-return"},
    "w3122": {"maybe-no-value"},
    "w3124": {"switch-type"},
    "w3128": {"buffer-field"},
    "w3130": {"timeout"},
    "w3133": {"unknown-name"},
    "w3134": {"unreachable"},
    "w3141": {"device-id", "power-states"},
    "w3144": {"unused-local"},
    "w3150": {"empty"},
    "w3157": {"unload"},
    "w3165": {"buffer-field"},
    "w3168": {"processor"},
    "w3175": {"static-region"},
    "w3176": {"external-type"},
    "w3178": {"external-type"},
}
"""iasl's code -> the names of the warnings that say the same here."""
OF_IASL = frozenset().union(*WARNINGS.values()) - {"unreachable", "maybe-no-value"}
"""Warnings that are given where iasl gives them, and nowhere else."""
TOLD = {'External (AAAA, IntObj) Name (AAAA, ToUUID ("00112233-4455-6677-8899-aabbccddeeff"))': "a UUID is a buffer"}
"""Programs that this compiler warns of, and iasl not; and why."""
UNTOLD = {
    "an alias counts": ["Device (AAAA) {Alias (NAMX, _ADR)}"],
    "the type of an alias is not looked at": [
        "External (AAAA, IntObj) Alias (NAMX, AAAA)",
        "External (AAAA, IntObj) Alias (STRX, AAAA)",
    ],
    "the type of an expression is not looked at": ['External (AAAA, IntObj) Name (AAAA, Concatenate ("a", "b"))'],
    "only a number is a constant address": [
        "Method (AAAA) {OperationRegion (RRRR, SystemIO, 1 + 1, 1) "
        "Field (RRRR, ByteAcc, NoLock, Preserve) {FFFF, 8} Return (FFFF)}"
    ],
}
"""Why iasl warns of a program, and this compiler does not."""


def source(program: str) -> str:
    body = RECORD["method"].replace("@", program[1:]) if program.startswith("!") else program
    return f'DefinitionBlock ("", "SSDT", 2, "ACPIT", "FIXTURE", 1) {{{RECORD["declarations"]}\n{body}\n}}\n'


def test_most_programs_are_judged() -> None:
    assert len(JUDGED) > 0.9 * len(RECORD["said"])


def compiled(program: str) -> Compiled:
    return compile_source(source(program), "doubtful.asl")


@pytest.mark.parametrize("program", JUDGED)
def test_what_iasl_refuses_is_refused(program: str) -> None:
    refused = any(code.startswith("e") for code in JUDGED[program])
    done = compiled(program)
    assert (not done.tables) == (refused != (program in OTHERWISE))
    if not done.tables:
        assert any(item.line == 2 for item in done.diagnostics)


ACCEPTED = {program: codes for program, codes in JUDGED.items() if not any(code[0] == "e" for code in codes)}


@pytest.mark.parametrize("program", ACCEPTED)
def test_what_iasl_warns_of_is_warned_of(program: str) -> None:
    names = {item.name for item in compiled(program).diagnostics}
    assert names <= NAMES.keys()
    wanted = [WARNINGS[code] for code in ACCEPTED[program]]
    if program not in [one for programs in UNTOLD.values() for one in programs]:
        assert [code for code in ACCEPTED[program] if not WARNINGS[code] & names] == []
    if program not in TOLD:
        assert names & OF_IASL <= set().union(*wanted)
