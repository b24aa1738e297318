"""Descriptors as macros: those that the source had, read back from the table that iasl made of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from acpitools.aml.machine import read_table
from acpitools.asl.compile import compile_source
from acpitools.asl.format.descriptors import macro_text
from acpitools.asl.format.document import disassemble
from acpitools.asl.resource_macros import MACROS
from tests.support import FIXTURES

NAMES = re.compile(rf"\b({'|'.join(MACROS)}) *\(")


@pytest.mark.parametrize("program", ["descriptors", "keywords"])
def test_the_macros_of_the_source_come_back(program: str) -> None:
    path = FIXTURES / "asl" / "resources" / f"{program}.asl"
    source = re.sub(r"//.*|/\*.*?\*/", "", path.read_text())
    table = path.with_suffix(".aml").read_bytes()
    text = disassemble(read_table(table))
    assert Counter(NAMES.findall(text)) == Counter(NAMES.findall(source))
    assert compile_source(text, "t.dsl").tables[0].data == table


@pytest.mark.parametrize(
    ("data", "text"),
    [
        # Two pins of an interrupt, which iasl's macro does not take; ACPI 6.5, 6.4.3.8.1.
        (
            "8c1a00 01 00 0100 0900 01 0000 0000 1700 00 1b00 1d00 0000 03000400 4100",
            'GpioInt (Edge, ActiveHigh, Shared, PullUp, 0x0000, "A", 0x00, ResourceConsumer) { 0x0003, 0x0004 }',
        ),
        # The same with an offset of the name that lies in the pins.
        ("8c1a00 01 00 0100 0900 01 0000 0000 1700 00 1900 1d00 0000 03000400 4100", None),
        # A clock of 19.2 MHz, and one of 1/2 MHz that a device gives; 6.4.3.14.
        ("930900 01 0200 0100 004b0000", "ClockInput (0x00004B00, 0x0001, KHz, FixedFreq)"),
        ("930c00 01 0500 0200 01000000 03 4100", 'ClockInput (0x00000001, 0x0002, MHz, VariableFreq, "A", 0x03)'),
        # An access size that iasl takes no macro of.
        ("820c00 01 08 00 05 0000000000000000", None),
        ("820c00 01 08 00 04 0000000000000000", "Register (SystemIO, 0x08, 0x00, 0x0000000000000000, 0x04)"),
        # Shorter than its type, and of no known type.
        ("8c0200ffff", None),
        ("9f0100ff", None),
    ],
)
def test_single_descriptors(data: str, text: str | None) -> None:
    assert macro_text(bytes.fromhex(data)) == text
