"""Switch, found again: iasl compiles it, the text has it, iasl makes the same bytes of the text."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.aml.machine import read_table
from acpitools.aml.terms import Term
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from acpitools.asl.format.switches import find_switches

HEAD = 'DefinitionBlock ("", "SSDT", 2, "ACPITL", "SWITCH", 1) { Method (MAIN, 2, Serialized) { '
PROGRAMS = {
    "one": "Switch (ToInteger (Arg0)) { Case (1) { Return (5) } Case (0x22) { Return (6) } Default { Return (7) } }",
    "no default": "Switch (Arg0) { Case (One) { Local0 = 1 } Case (2) { Local0 = 2 } } Return (Local0)",
    "empty cases": "Switch (Arg0) { Case (One) {} Default {} } Return (Arg1)",
    "two": "Switch (Arg0) { Case (1) { Local0 = 1 } } Switch (Arg1) { Case (2) { Local0 = 2 } } Return (Local0)",
    "nested": "Switch (Arg0) { Case (1) { Switch (Arg1) { Case (3) { Return (4) } } } Default { Return (5) } }",
    "if in default": "Switch (Arg0) { Case (1) { Return (1) } Default { If (Arg1) { Return (2) } } }",
    "strings": 'Switch (ToString (Arg0)) { Case ("abc") { Return (1) } Case ("x") { Return (2) } Default { Noop } }',
    "hexadecimal digits": 'Switch (ToHexString (Arg0)) { Case ("1") { Return (1) } }',
    "buffers": "Switch (ToBuffer (Arg0)) { Case (Buffer () {1, 2}) { Return (1) } "
    'Case (ToUUID ("131e37d0-6ef5-4e4c-9f4c-7e7a1c9ce9b1")) { Return (2) } }',
    "strings of an unknown value": 'Switch (Arg0) { Case ("a") { Return (1) } Case ("b") { Return (2) } }',
    "packages of labels": "Switch (Arg0) { Case (Package () { 1, 2 }) { Return (1) } Case (3) { Noop } "
    "Case (Package () {4}) { Return (2) } Default { Return (3) } }",
    "strings, with integers inside": 'Switch (ToString (Arg0)) { Case ("a") { Switch (Arg1) { Case (1) { Noop } } } }',
    "a method inside": "Switch (Arg0) { Case (1) { Return (1) } } Method (IN, 1, Serialized) { Return (Arg0) }",
    "default in the middle": "Switch (Arg0) { Case (1) { Return (1) } Default { Noop } Case (2) { Return (2) } }",
    "in a loop": "While (Arg0) { Switch (Arg0) { Case (1) { Break } } Arg0-- } Return (Arg0)",
}
NOT_CERTAIN = {
    "a loop": "While (One) { Local0 = Arg0 If (Local0 == 1) { Return (1) } Break }",
    "another variable": "Name (_T_0, 5) While (One) { _T_0 = Arg0 If (_T_0 == 5) { Return (1) } Break }",
    "a variable of another type": 'Name (_T_0, "") While (One) { _T_0 = Arg0 If (_T_0 == 5) { Return (1) } Break }',
    "a value that is computed": "Name (_T_0, 0) While (One) { _T_0 = Arg0 If (_T_0 == Arg1) { Return (1) } Break }",
    "a comparison the other way": "Name (_T_0, 0) While (One) { _T_0 = Arg0 If (5 == _T_0) { Return (1) } Break }",
    "another match": "Name (_T_0, 0) While (One) { _T_0 = Arg0 "
    "If (Match (Package () { 1, 2 }, MGE, _T_0, MTR, 0, 0) != Ones) { Return (1) } Break }",
}


def compiled(iasl: str, source: str, folder: Path) -> bytes:
    path = folder / "source.asl"
    path.write_text(source)
    done = subprocess.run([iasl, "-oa", str(path)], capture_output=True, text=True, cwd=folder, check=False)
    assert (folder / "source.aml").exists(), done.stdout + done.stderr
    return (folder / "source.aml").read_bytes()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_switch_is_found_again(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    body = PROGRAMS[name]
    first = compiled(needs_tool("iasl"), HEAD + body + " } }", tmp_path)
    text = disassemble(read_table(first))
    assert text.count("Switch (") == body.count("Switch (")
    assert "_T_" not in text
    assert compile_source(text, "t.dsl").tables[0].data == first
    assert compiled(needs_tool("iasl"), text, tmp_path) == first


@pytest.mark.parametrize("name", NOT_CERTAIN)
def test_what_may_be_something_else_stays_as_it_is(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    first = compiled(needs_tool("iasl"), HEAD + NOT_CERTAIN[name] + " } }", tmp_path)
    text = disassemble(read_table(first))
    assert "Switch (" not in text
    assert "While (One)" in text


def test_a_method_that_uses_the_name_elsewhere_has_no_switch(needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    body = PROGRAMS["one"]
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
