"""Mistakes of firmware that iasl refuses to compile: found, and passed over by iasl with the lines that say so."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.aml.machine import read_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from acpitools.asl.format.refusals import MESSAGES

WORD = "Name (R, ResourceTemplate () {{ WordIO (ResourceProducer, {}, PosDecode, EntireRange, {}) }})"
MISTAKES = {
    6001: WORD.format("MinNotFixed, MaxNotFixed", "0x0FFF, 0, 0x2FFF, 0, 0x0800"),
    6005: "Method (M, 2) { Noop } Method (N) { M (One, /*=raw A401*/) }",
    6006: "Method (M, 1) { Return (Arg1) }",
    6022: "Method (M, 1, Serialized) { Switch (Arg0) { Case (0x01) { Return (One) } Case (0x01) { Noop } } }",
    6023: "Name (R, ResourceTemplate () { Interrupt (ResourceConsumer, Edge, ActiveHigh, Shared) { 7, 7 } })",
    6027: "Name (R, ResourceTemplate () { Interrupt (ResourceConsumer, Edge, ActiveHigh, Shared) { } })",
    6043: WORD.format("MinFixed, MaxFixed", "0, 0x1000, 0x1FFF, 0, 0"),
    6047: WORD.format("MinFixed, MaxFixed", "0x0FFF, 0x1000, 0x1FFF, 0, 0x1000"),
    6048: WORD.format("MinNotFixed, MaxNotFixed", "0x0123, 0x1000, 0x1FFF, 0, 0"),
    6049: WORD.format("MinFixed, MaxFixed", "0, 0x1000, 0x1FFF, 0, 0x2000"),
    6050: WORD.format("MinFixed, MaxFixed", "0, 0x1000, 0x1FFF, 0, 0x0800"),
    6051: WORD.format("MinFixed, MaxFixed", "0, 0x1000, 0x0FFF, 0, 0"),
    6054: "Name (R, ResourceTemplate () { StartDependentFn (3, 1) {} EndDependentFn () })",
    6058: "Device (D) { Name (_ADR, Zero) } Method (M) { Local0 = D Return (Local0) }",
    6062: "Name (P, Package (0x01) { One, One })",
    6066: "Method (M) { Return (Local0) }",
    6074: "Name (C, One) If (C) { Method (M) { Return (One) } } Else { Method (M) { Return (Zero) } }",
    6080: "Method (M) { Return (N ()) } Method (N) { Noop }",
    6103: "Device (D) { Name (_ADR, Zero) Name (_REG, Zero) }",
    6105: "Device (D) { Name (_ADR, Zero) Method (_PSS) { Return (One) } }",
    6114: "Method (M, 1) { Add (Arg0, 0x02) }",
    6139: "Name (R, ResourceTemplate () { WordSpace (0x03, ResourceProducer, PosDecode, MinNotFixed, MaxNotFixed, "
    "0x00, 0, 0, 0x00FF, 0, 0x0100) })",
    6163: "Method (M) { Noop } External (M.FOO) Method (N) { Return (M.FOO) }",
    6167: 'Processor (C000, 0x00, 0, 0) { Name (_UID, "A") }',
}
OTHERS = {
    6163: "Method (M) { Name (V, One) Method (N) { Return (V) } Return (N ()) }",
}
CLEAN = {
    "a name of the method itself": "Method (M) { Name (V, One) If (V) { V = Zero } Return (V) }",
    "set first": "Method (M, 1) { Local0 = Arg0 Local0++ Return (Local0) }",
    "set by an operator": "Method (M, 1) { Divide (Arg0, 0x02, Local1, Local2) Return (Local1 + Local2) }",
    "set after a method inside": "Method (M, 1) { Method (N, 0) { Local1 = One Return (Local1) } Return (Arg0) }",
    "returned inside": "Method (M, 1) { Return (N (Arg0)) } Method (N, 1) { If (Arg0) { Return (One) } Return (Zero) }",
    "types": 'Device (D) { Name (_HID, "PNP0A08") Name (_CID, Package (0x01) { "PNP0A03" }) Name (_STA, 0x0F) }',
    "what acts": "Method (M, 1) { Sleep (0x01) M (Arg0) Notify (\\_SB, 0x01) CondRefOf (\\X, Local0) Noop }",
}


def table(source: str) -> bytes:
    done = compile_source(f'/*=exact*/ DefinitionBlock ("", "SSDT", 2, "A", "B", 1) {{ {source} }}', "t.asl")
    assert done.tables, done.diagnostics
    return done.tables[0].data


def refused(iasl: str, text: str, folder: Path) -> set[int]:
    """Return the numbers of iasl's errors about a text."""
    (folder / "t.dsl").write_text(text)
    done = subprocess.run([iasl, "-oa", "t.dsl"], cwd=folder, capture_output=True, text=True, check=False)
    return {int(number) for number in re.findall(r"^Error +(\d+)", done.stdout + done.stderr, re.MULTILINE)}


@pytest.mark.parametrize("number", MISTAKES)
def test_a_mistake_is_found_and_passed_over(number: int, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    iasl = needs_tool("iasl")
    data = table(MISTAKES[number])
    text = disassemble(read_table(data))
    line = f"#pragma disable ({number}) // {MESSAGES[number]}\n"
    assert line in text
    assert compile_source(text, "t.dsl").tables[0].data == data
    assert refused(iasl, text.replace(line, ""), tmp_path) == {number}
    assert refused(iasl, text, tmp_path) == set()


@pytest.mark.parametrize("number", OTHERS)
def test_the_same_mistake_elsewhere(number: int, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    text = disassemble(read_table(table(OTHERS[number])))
    assert f"#pragma disable ({number})" in text
    assert refused(needs_tool("iasl"), text.replace("#pragma", "// "), tmp_path) == {number}
    assert refused(needs_tool("iasl"), text, tmp_path) == set()


def test_every_message_is_tried() -> None:
    assert MISTAKES.keys() == MESSAGES.keys()


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_said_of_what_iasl_takes(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    text = disassemble(read_table(table(CLEAN[name])))
    assert "#pragma" not in text
    assert refused(needs_tool("iasl"), text, tmp_path) == set()
