"""Fields of resource templates by name: iasl compiles them, the text has the names, iasl makes the same bytes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.aml.machine import read_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.document import disassemble
from tests.asl.format.test_document import compiled

HEAD = 'DefinitionBlock ("", "SSDT", 2, "ACPITL", "TAGS", 1) {'
TEMPLATE = """Name (RBUF, ResourceTemplate () {
    IO (Decode16, 0x60, 0x60, 1, 1, IOP)
    IRQ (Level, ActiveLow, Shared, INTR) {3, 4}
    DMA (Compatibility, NotBusMaster, Transfer8, CHAN) {1}
    Memory32Fixed (ReadWrite, 0xFED00000, 0x1000, MEM)
    QWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, Cacheable, ReadWrite, 0, 0, 0, 0, 0, , , WIN)
    Interrupt (ResourceConsumer, Level, ActiveLow, Shared, , , GSI) {16}
    GpioInt (Edge, ActiveHigh, Exclusive, PullUp, 0, "\\\\_SB.GPO0", 0, ResourceConsumer, PINS) {7}
    I2cSerialBusV2 (0x38, ControllerInitiated, 400000, AddressingMode7Bit, "\\\\_SB.I2C1", 0, , BUS) })
"""
FIELDS = {
    "CreateWordField (RBUF, {}IOP._MIN, AAAA)": "_MIN: Minimum Base Address",
    "CreateByteField (RBUF, {}IOP._LEN, AAAA)": "_LEN: Length",
    "CreateBitField (RBUF, {}IOP._DEC, AAAA)": "_DEC: Decode",
    "CreateWordField (RBUF, {}INTR._INT, AAAA)": "_INT: Interrupts",
    "CreateByteField (RBUF, {}CHAN._DMA, AAAA)": "_DMA: Direct Memory Access",
    "CreateField (RBUF, {}CHAN._TYP, 2, AAAA)": "_TYP: Type",
    "CreateDWordField (RBUF, {}MEM._BAS, AAAA)": "_BAS: Base Address",
    "CreateQWordField (RBUF, {}WIN._MAX, AAAA)": "_MAX: Maximum Base Address",
    "CreateDWordField (RBUF, {}WIN._LEN, AAAA)": "_LEN: Length",
    "CreateDWordField (RBUF, {}GSI._INT, AAAA)": "_INT: Interrupts",
    "CreateField (RBUF, {}PINS._PIN, 16, AAAA)": "_PIN: Pin List",
    "CreateDWordField (RBUF, {}BUS._SPE, AAAA)": "_SPE: Speed",
}
PLAIN = {
    "in a descriptor's head": TEMPLATE + "CreateByteField (RBUF, 0, AAAA)",
    "past the end": TEMPLATE + "CreateByteField (RBUF, 0xF0, AAAA)",
    "longer than what is there": TEMPLATE + "CreateDWordField (RBUF, 2, AAAA)",
    "inside a field": TEMPLATE + "CreateByteField (RBUF, 3, AAAA)",
    "no template": "Name (RBUF, Buffer (8) {1, 2, 3}) CreateByteField (RBUF, 2, AAAA)",
    "a place that is computed": TEMPLATE + "Method (M, 1, Serialized) { CreateByteField (RBUF, Arg0, BBBB) BBBB = 1 }",
}


def both(iasl: str, source: str, folder: Path) -> tuple[bytes, str]:
    """Return iasl's bytes of a source and our text of them, from which both compilers made the same bytes again."""
    first = compiled(iasl, source, folder)
    text = disassemble(read_table(first))
    assert compile_source(text, "t.dsl").tables[0].data == first
    assert compiled(iasl, text, folder) == first
    return first, text


@pytest.mark.parametrize("statement", FIELDS)
@pytest.mark.parametrize(
    ("before", "prefix", "after", "shown"),
    [
        (TEMPLATE, "", "", "_Y00."),
        (TEMPLATE + "Method (MAIN, 0, Serialized) {", "^", "AAAA = 1 }", "^_Y00."),
        ("Method (MAIN, 0, Serialized) {" + TEMPLATE, "", "AAAA = 1 }", "_Y00."),
        (f"Scope (\\_SB) {{ {TEMPLATE} }} Method (MAIN, 0, Serialized) {{", "\\_SB.", "AAAA = 1 }", "\\_SB._Y00."),
    ],
    ids=["beside it", "in a method beside it", "in the same method", "elsewhere"],
)
def test_a_field_of_a_descriptor_is_named(
    statement: str,
    before: str,
    prefix: str,
    after: str,
    shown: str,
    needs_tool: Callable[[str], str],
    tmp_path: Path,
) -> None:
    written = statement.format(prefix)
    if prefix == "\\_SB.":
        written = written.replace("RBUF", "\\_SB.RBUF")
    _, text = both(needs_tool("iasl"), f"{HEAD} {before} {written} {after} }}", tmp_path)
    (line,) = (line for line in text.splitlines() if "AAAA)" in line)
    # The descriptors that span nothing have names anyhow; one has, before these.
    shown = shown.replace("_Y00", "_Y01") if re.search("GSI|PINS|BUS", statement) else shown
    assert f", {shown}{FIELDS[statement][:4]}, " in line
    assert line.endswith(f"  // {FIELDS[statement]}")


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_no_field_keeps_its_number(name: str, needs_tool: Callable[[str], str], tmp_path: Path) -> None:
    _, text = both(needs_tool("iasl"), f"{HEAD} {PLAIN[name]} }}", tmp_path)
    (line,) = (line for line in text.splitlines() if "Create" in line)
    assert "._" not in line


def test_a_number_in_more_bytes_than_it_takes_stays_a_number() -> None:
    source = f"/*=exact*/ {HEAD} {TEMPLATE} CreateWordField (RBUF, 0x0002, AAAA) CreateByteField (RBUF, 0x01, BBBB) }}"
    table = compile_source(source, "t.asl").tables[0].data
    text = disassemble(read_table(table))
    assert "CreateWordField (RBUF, 0x0002, AAAA)\n" in text
    assert "CreateByteField (RBUF, 0x01, BBBB)\n" in text
    assert compile_source(text, "t.dsl").tables[0].data == table


def test_a_name_of_two_templates_has_no_fields() -> None:
    one, two = (f"Name (RBUF, ResourceTemplate () {{ IO (Decode16, {n}, {n}, 0x01, 0x01) }})" for n in ("0x01", "0x02"))
    method = "Method (M) { CreateWordField (RBUF, 0x02, BBBB) }"
    source = f"/*=exact*/ {HEAD} Name (C, One) If (C) {{ {one} }} Else {{ {two} }} {method} }}"
    table = compile_source(source, "t.asl").tables[0].data
    text = disassemble(read_table(table))
    assert "CreateWordField (RBUF, 0x02, BBBB)\n" in text
    assert compile_source(text, "t.dsl").tables[0].data == table


def test_names_that_the_table_has_itself_are_not_taken() -> None:
    source = f"/*=exact*/ {HEAD} Name (_Y00, One) {TEMPLATE} CreateWordField (RBUF, 0x02, AAAA) }}"
    table = compile_source(source, "t.asl").tables[0].data
    text = disassemble(read_table(table))
    assert "CreateWordField (RBUF, _Y01._MIN, AAAA)" in text
    assert compile_source(text, "t.dsl").tables[0].data == table
