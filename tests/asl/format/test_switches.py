"""Switch, found again: iasl compiles it, the text has it, iasl makes the same bytes of the text."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.aml.machine import read_table
from acpitools.aml.terms import Term
from acpitools.asl.format.document import disassemble
from acpitools.asl.format.switches import find_switches

HEAD = 'DefinitionBlock ("", "SSDT", 2, "ACPITL", "SWITCH", 1) { Method (MAIN, 2, Serialized) { '
PROGRAMS = {
    "one": (
        "Switch (ToInteger (Arg0)) { Case (1) { Return (5) } Case (0x22) { Return (6) } Default { Return (7) } }",
        1,
    ),
    "no default": ("Switch (Arg0) { Case (One) { Local0 = 1 } Case (2) { Local0 = 2 } } Return (Local0)", 1),
    "empty cases": ("Switch (Arg0) { Case (One) {} Default {} } Return (Arg1)", 1),
    "two": ("Switch (Arg0) { Case (1) { Local0 = 1 } } Switch (Arg1) { Case (2) { Local0 = 2 } } Return (Local0)", 2),
    "nested": ("Switch (Arg0) { Case (1) { Switch (Arg1) { Case (3) { Return (4) } } } Default { Return (5) } }", 2),
    "if in default": ("Switch (Arg0) { Case (1) { Return (1) } Default { If (Arg1) { Return (2) } } }", 1),
    "in a loop": ("While (Arg0) { Switch (Arg0) { Case (1) { Break } } Arg0-- } Return (Arg0)", 1),
}
NOT_CERTAIN = {
    "a loop": "While (One) { Local0 = Arg0 If (Local0 == 1) { Return (1) } Break }",
    "two Cases of one value": (
        "Name (_T_0, 0) While (One) { _T_0 = Arg0 If (_T_0 == 5) { Return (1) } "
        "Else { If (_T_0 == 5) { Return (2) } } Break }"
    ),
    "a string": 'Switch (ToString (Arg0)) { Case ("abc") { Return (1) } }',
    "a package of labels": "Switch (Arg0) { Case (Package () { 1, 2 }) { Return (1) } }",
}


def compiled(iasl: str, source: str, folder: Path) -> bytes:
    path = folder / "source.asl"
    path.write_text(source)
    done = subprocess.run([iasl, "-oa", str(path)], capture_output=True, text=True, cwd=folder, check=False)
    assert (folder / "source.aml").exists(), done.stdout + done.stderr
    return (folder / "source.aml").read_bytes()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_switch_is_found_again(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    body, count = PROGRAMS[name]
    first = compiled(needs_tool("iasl"), HEAD + body + " } }", tmp_path)
    text = disassemble(read_table(first))
    assert text.count("Switch (") == count
    assert "_T_" not in text
    assert compiled(needs_tool("iasl"), text, tmp_path) == first


@pytest.mark.parametrize("name", NOT_CERTAIN)
def test_what_may_be_something_else_stays_as_it_is(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    first = compiled(needs_tool("iasl"), HEAD + NOT_CERTAIN[name] + " } }", tmp_path)
    text = disassemble(read_table(first))
    assert "Switch (" not in text
    assert "While (One)" in text


def test_a_method_that_uses_the_name_elsewhere_has_no_switch(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    body = PROGRAMS["one"][0]
    table = read_table(compiled(needs_tool("iasl"), HEAD + body + " } }", tmp_path))
    (method,) = table.terms
    assert find_switches(method)[0] == 1
    name, flags, terms = method.args
    store = terms[1].args[1][0]
    assert find_switches(Term("Method", (name, flags, (*terms, store)))) == (0, {})
    assert find_switches(Term("Method", (name, flags & ~8, terms))) == (0, {})
    # What code that is damaged may hold: a loop where a value should be.
    declaration, loop = terms
    assert find_switches(Term("Method", (name, flags, (declaration, Term("LNot", (loop,)))))) == (0, {})
