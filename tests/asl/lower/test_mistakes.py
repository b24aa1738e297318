"""Mistakes in the arguments of ASL operators: each is told where it is, and is one for iasl as well."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from acpitools.core.findings import Severity
from tests.asl.test_compile import told

TEMPLATE = "Name (A, ResourceTemplate () {{{}}})"
REGION = "OperationRegion (R, SystemIO, 0, 8) Field (R, {}, NoLock, Preserve) {{{}}}"

MISTAKES: tuple[tuple[str, str], ...] = (
    ('DefinitionBlock ("", "SSDT", 2, "A", "B", 1) {}', "a DefinitionBlock cannot be inside another"),
    ("Name (A, Buffer (1, 2) {})", "takes one argument, its size"),
    ("Name (A, ToUUID (5))", ""),
    ('Name (A, EisaId ("PNP0C8"))', ""),
    ("Name (A, Unicode (5))", ""),
    ("Name (A, Timer (5))", ""),
    ("Name (A)", ""),
    ("Name (A, ToPLD (5))", "PLD_Name = value"),
    ("Name (A, ToPLD (PLD_Panel = 8))", "does not fit 3 bits"),
    ('Name (A, ToPLD (PLD_Panel = "ABOVE"))', "PLD_Panel is TOP"),
    ('Name (A, ToPLD (PLD_Red = "TOP"))', "PLD_Red is an integer"),
    ('Method (M) {Printf ("%o")}', "the format asks for more arguments"),
    ("Method (M) {Fprintf (Debug)}", ""),
    ("Method (M, 1) {Switch (Arg0) {Default {} Default {}}}", "a Default already"),
    ("Method (M) {Else {}}", ""),
    ("Method (M) {Else (1) {}}", ""),
    ("Method (M) {If (1, 2) {}}", ""),
    ("Method (M) {Local0 = {1}}", ""),
    ("OperationRegion (R, SystemIO, 0, 8) Field (R, ByteAcc, NoLock, Preserve)", ""),
    (REGION.format("ByteAcc", "F"), ""),
    (REGION.format("ByteAcc", "F, 8 G, 8"), ""),
    (REGION.format("ByteAcc", "F, 16, Offset (1), G, 8"), "this offset lies before the last field"),
    (REGION.format("ByteAcc", "Offset (1, 2), G, 8"), ""),
    (REGION.format("ByteAcc", "AccessAs (), G, 8"), ""),
    (REGION.format("ByteAcc", "AccessAs (BufferAcc, AttribBytes), G, 8"), ""),
    (REGION.format("ByteAcc", "AccessAs (BufferAcc, AttribQuick (5)), G, 8"), ""),
    (REGION.format("ByteAcc", "Connection (), G, 8"), ""),
    (REGION.format("QWordAcc", "F, 8, Offset (8), G, 8"), ""),
    (TEMPLATE.format("StartDependentFn (3, 0) {} EndDependentFn ()"), "priorities are 0 to 2"),
    (TEMPLATE.format("StartDependentFn (0, 0) {}"), "no EndDependentFn"),
    (TEMPLATE.format("VendorShort () {1, 2, 3, 4, 5, 6, 7, 8}"), "at most 7 bytes"),
    (TEMPLATE.format("IO (Decode16, 1, 1, 1, 1, , 1)"), "takes at most"),
    (TEMPLATE.format("IO (Decode16, 1, 1, 1, 1) {1}"), ""),
    (TEMPLATE.format("IRQNoFlags ()"), "takes a list in braces"),
    (TEMPLATE.format('GpioInt (Edge, ActiveHigh, Exclusive, PullUp, 0, "G", 0) {1, 2}'), "GpioInt takes one pin"),
    (TEMPLATE.format('GpioIo (Exclusive, 4, 0, 0, IoRestrictionNone, "G", 0) {1}'), "vendors' begin at 0x80"),
    (
        TEMPLATE.format(
            'I2cSerialBusV2 (1, ControllerInitiated, 1, AddressingMode7Bit, "I", 0, ResourceConsumer, , Exclusive, 5)'
        ),
        "RawDataBuffer (size) {bytes} is expected",
    ),
    (
        TEMPLATE.format("DWordMemory (,, MinFixed, MaxFixed, Cacheable, ReadWrite, 0, 0x1000, 0x1FFF, 0, 0x2000)"),
        "is more than lies between",
    ),
    (
        TEMPLATE.format("DWordMemory (,, MinFixed, MaxNotFixed, Cacheable, ReadWrite, 0xFFF, 0x1001, 0x1FFF, 0, 0)"),
        "is no multiple of",
    ),
    ("Name (A, ResourceTemplate (1) {})", ""),
)


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_is_told(text: str, message: str) -> None:
    first, *_ = told(text, Severity.ERROR)
    assert first.startswith("1:")
    assert message in first


@pytest.mark.parametrize("text", [text for text, _ in MISTAKES])
def test_iasl_refuses_it_too(text: str, tmp_path: Path, needs_tool: Callable[[str], str]) -> None:
    source = tmp_path / "mistake.asl"
    source.write_text(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "MISTAKE", 1)\n{{\n{text}\n}}\n')
    done = subprocess.run([needs_tool("iasl"), "-ve", source], capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode != 0
    assert not source.with_suffix(".aml").exists()
