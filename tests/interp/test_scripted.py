"""Described hardware behind the regions of a machine that runs."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.errors import AmlLimitError, InputError
from acpitools.interp.evaluate import evaluate
from acpitools.interp.hardware import parse_hardware
from acpitools.interp.load import load
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Integer
from acpitools.interp.scripted import Board

PORTS = (
    "OperationRegion (PORT, SystemIO, 0x10, 0x10)"
    " Field (PORT, ByteAcc, NoLock, Preserve) {BYTE, 8, NEXT, 8}"
    " Field (PORT, DWordAcc, NoLock, Preserve) {WORD, 32}"
)


def loaded(body: str, description: str) -> Machine:
    """Load a table with hardware behind it."""
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} }}', "test.asl")
    assert done.tables, done.diagnostics
    return load([done.tables[0].data], handlers=Board(parse_hardware(description)).handlers)


def number(machine: Machine, path: str) -> int:
    """Evaluate what is an integer."""
    value = evaluate(machine, path)
    assert isinstance(value, Integer)
    return value.value


def register(address: int, more: str) -> str:
    """Describe a register of SystemIO."""
    return f'[[registers]]\nspace = "SystemIO"\naddress = {address}\n{more}\n'


def test_a_register_is_read_in_any_width() -> None:
    machine = loaded(PORTS, register(0x10, "width = 32\nvalue = 0x11223344"))
    assert [number(machine, name) for name in ("BYTE", "NEXT", "WORD")] == [0x44, 0x33, 0x1122_3344]


def test_other_bytes_hold_what_the_description_says() -> None:
    machine = loaded(PORTS, register(0x11, "value = 1") + "[unclaimed]\nSystemIO = 0xA5\n")
    assert number(machine, "WORD") == 0xA5A5_01A5


def test_reads_one_after_another_give_the_list_and_then_its_last_value() -> None:
    machine = loaded(PORTS, register(0x10, "values = [3, 2, 1]"))
    assert [number(machine, "BYTE") for _ in range(5)] == [3, 2, 1, 1, 1]


def test_a_read_of_another_byte_takes_no_value_of_a_list() -> None:
    machine = loaded(PORTS, register(0x10, "width = 16\nvalues = [0x0102, 0x0304]"))
    assert [number(machine, name) for name in ("BYTE", "NEXT", "NEXT", "BYTE")] == [2, 1, 1, 4]


@pytest.mark.parametrize(("rule", "left"), [("keep", 0x0F), ("ignore", 0xFF), ("clear", 0xF0)])
def test_a_write_does_what_the_rule_says(rule: str, left: int) -> None:
    machine = loaded(
        PORTS + "Method (POKE) {BYTE = 0x0F Return (BYTE)}", register(0x10, f'value = 0xFF\nwrite = "{rule}"')
    )
    assert number(machine, "POKE") == left


def test_configuration_belongs_to_the_device_that_the_region_is_in() -> None:
    body = "".join(
        f"Device ({name}) {{ Name (_ADR, 0) OperationRegion (CONF, PCI_Config, 0, 0x100)"
        " Field (CONF, ByteAcc, NoLock, Preserve) {VEND, 16} }"
        for name in ("ONE0", "TWO0")
    )
    bytes_ = "[[bytes]]\nspace = 'PCI_Config'\ndevice = '\\ONE0'\naddress = 0\ndata = '86 80'\n"
    machine = loaded(body, bytes_)
    assert (number(machine, "\\ONE0.VEND"), number(machine, "\\TWO0.VEND")) == (0x8086, 0)


def test_configuration_may_be_that_of_a_function() -> None:
    # A device behind a bridge, whose secondary bus is 2.
    region = " OperationRegion (CONF, PCI_Config, 0, 0x100) Field (CONF, ByteAcc, NoLock, Preserve) {VEND, 16}"
    body = (
        'Scope (\\_SB) { Device (PCI0) { Name (_HID, "PNP0A08")'
        f" Device (ISA) {{ Name (_ADR, 0x1F0000) {region} }}"
        f" Device (BRDG) {{ Name (_ADR, 0x10000) Device (CARD) {{ Name (_ADR, 3) {region} }} }} }} }}"
    )
    machine = loaded(
        body,
        "".join(
            f"[[bytes]]\nspace = 'PCI_Config'\ndevice = '{place}'\naddress = {address}\ndata = '{data}'\n"
            for place, address, data in (
                ("0000:00:1f.0", 0, "86 80"),
                ("00:01.0", 0x0E, "01"),
                ("00:01.0", 0x19, "02"),
                ("02:00.3", 0, "34 12"),
            )
        ),
    )
    assert number(machine, "\\_SB.PCI0.ISA.VEND") == 0x8086
    assert number(machine, "\\_SB.PCI0.BRDG.CARD.VEND") == 0x1234


def test_the_embedded_controller_and_cmos_are_read() -> None:
    body = (
        "OperationRegion (ECRG, EmbeddedControl, 0, 0xFF) Field (ECRG, ByteAcc, NoLock, Preserve) {, 64, TEMP, 16}"
        " OperationRegion (CMOS, SystemCMOS, 0, 0x80) Field (CMOS, ByteAcc, NoLock, Preserve) {SECS, 8}"
    )
    machine = loaded(
        body,
        "[[bytes]]\nspace = 'EmbeddedControl'\naddress = 8\ndata = '34 12'\n"
        "[[bytes]]\nspace = 'SystemCMOS'\naddress = 0\ndata = '59'\n",
    )
    assert (number(machine, "TEMP"), number(machine, "SECS")) == (0x1234, 0x59)


def test_a_path_that_is_none_is_an_error() -> None:
    with pytest.raises(InputError, match="neither a path nor a function"):
        Board(parse_hardware("[[bytes]]\nspace = 'PCI_Config'\ndevice = '1ABC'\naddress = 0\ndata = '00'\n"))


def test_memory_that_is_written_is_bounded() -> None:
    body = (
        "OperationRegion (RAMS, SystemMemory, 0, 0x200000) Field (RAMS, QWordAcc, NoLock, Preserve) {ALLB, 0xA00000}"
        " Method (FILL) {ALLB = Buffer (0x140000) {1}}"
    )
    machine = loaded(body, "")
    with pytest.raises(AmlLimitError, match="bytes written"):
        evaluate(machine, "FILL")
