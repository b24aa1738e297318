"""What becomes of code outside methods after an operand that names nothing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.asl.compile import compile_source
from acpitools.asl.options import Options
from acpitools.interp.load import load

KNOWN = (
    "External (NOPE) External (NOPD, DeviceObj) External (NOPM, MethodObj) Name (NUM0, 0) Name (BUFF, Buffer (8) {})"
    " OperationRegion (REGN, SystemMemory, 0x1000, 2) Field (REGN, ByteAcc, NoLock, Preserve) {FLD0, 8, , 8, OUTS, 8}"
)
PLACES = [
    ("Scope (\\_SB) {Store (NOPE, NUM0) Name (AAA0, 1)} Name (BBB0, 1)", "_SB.AAA0 _SB.BBB0"),
    ("Scope (\\_SB) {Store (NUM0, NOPE) Name (AAA0, 1)} Name (BBB0, 1)", "_SB.AAA0 _SB.BBB0"),
    ("Scope (\\_SB) {NOPM () Name (AAA0, 1)} Name (BBB0, 1)", "_SB.AAA0 _SB.BBB0"),
    (
        "Scope (\\_SB) {If (NOPE) {Name (AAA0, 1)} Else {Name (BBB0, 1)} Name (CCC0, 1)} Name (DDD0, 1)",
        "_SB.CCC0 _SB.DDD0",
    ),
    ("Scope (\\_SB) {If (NUM0 == NOPE) {} Name (AAA0, 1)} Name (BBB0, 1)", "_SB.AAA0 _SB.BBB0"),
    ("Device (DEV0) {Store (NOPE, NUM0)} Name (AAA0, 1)", "DEV0.AAA0"),
    ("Scope (\\_SB) {Device (DEV0) {Store (NOPE, NUM0)} Name (AAA0, 1)} Name (BBB0, 1)", "_SB.DEV0.AAA0 _SB.DEV0.BBB0"),
    ("Scope (\\_SB) {Scope (\\_TZ) {Store (NOPE, NUM0)} Name (AAA0, 1)} Name (BBB0, 1)", "_TZ.AAA0 _TZ.BBB0"),
    (
        "Scope (\\_SB) {If (One) {Name (AAA0, 1) Store (NOPE, NUM0) Name (BBB0, 1)} Name (CCC0, 1)} Name (DDD0, 1)",
        "_SB.AAA0 _SB.CCC0 _SB.DDD0",
    ),
    (
        "Scope (\\_SB) {If (Zero) {} Else {Store (NOPE, NUM0) Name (AAA0, 1)} Name (BBB0, 1)} Name (CCC0, 1)",
        "_SB.AAA0 _SB.BBB0 _SB.CCC0",
    ),
    ("If (One) {Store (NOPE, NUM0) Name (AAA0, 1)} Name (BBB0, 1)", "BBB0"),
    ("OperationRegion (REG1, SystemMemory, NOPE, 4) Scope (\\_SB) {Name (AAA0, 1)} Name (BBB0, 1)", "BBB0 _SB.AAA0"),
    ("Scope (\\_SB) {CreateField (NOPE, 1, 2, BITS)} Name (AAA0, 1)", "_SB.AAA0"),
    ("Scope (\\_SB) {Scope (NOPD) {Name (AAA0, 1)} Name (BBB0, 1)} Name (CCC0, 1)", "CCC0 _SB.BBB0"),
    ("Scope (\\_SB) {Alias (NOPE, ALI0) Name (AAA0, 1)} Name (BBB0, 1)", "BBB0 _SB.AAA0"),
    ("Scope (\\_SB) {Store (OUTS, NUM0) Name (AAA0, 1)} Name (BBB0, 1)", "BBB0 _SB.AAA0"),
    ("Scope (\\_SB) {Name (PACK, Package () {NOPE}) Name (AAA0, 1)} Name (BBB0, 1)", "BBB0 _SB.AAA0"),
]
"""Code, and where acpiexec has the names of three equal letters afterwards."""


def table(code: str) -> bytes:
    source = f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {KNOWN} {code} }}'
    done = compile_source(source, "test.asl", options=Options(force=True))
    assert done.tables, done.diagnostics
    return done.tables[0].data


@pytest.mark.parametrize(("code", "places"), PLACES)
def test_names_are_declared_where_acpiexec_declares_them(code: str, places: str) -> None:
    machine = load([table(code)])
    found = (node.text[1:] for path, node in machine.namespace.nodes.items() if re.search(rb"([A-D])\1\1.$", path))
    assert sorted(found) == places.split()


@pytest.mark.parametrize(("code", "places"), PLACES[::6])
def test_the_places_are_those_of_acpiexec(
    code: str, places: str, tmp_path: Path, needs_tool: Callable[[str], str]
) -> None:
    acpiexec = needs_tool("acpiexec")
    (tmp_path / "dsdt.aml").write_bytes(table(code))
    asked = "".join(f"find {letter * 3}0\n" for letter in "ABCD")
    done = subprocess.run(
        [acpiexec, str(tmp_path / "dsdt.aml")], input=f"{asked}quit\n", capture_output=True, text=True, check=True
    )
    found = re.findall(r"^\s*\\(\S*[A-D]{3}0)\s", done.stdout, re.MULTILINE)
    assert sorted(found) == places.split()
