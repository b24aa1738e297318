"""I/O ports that ACPICA keeps code away from."""

from __future__ import annotations

import pytest

from acpitools.asl.compile import compile_source
from acpitools.core.errors import AmlError
from acpitools.interp.bring_up import load_as, start_as
from acpitools.interp.evaluate import evaluate
from acpitools.interp.linux import linux
from acpitools.interp.objects import Integer
from acpitools.interp.semantics import Semantics
from acpitools.interp.spaces import Memory


def read(body: str, *, kernel: bool = True, asked: str = "") -> int | None:
    """Read the field PORT of a machine whose ports hold the low bytes of their addresses; None where that fails."""
    ports = Memory({0: bytes(index & 0xFF for index in range(1 << 16))})
    method = f'Method (\\_SB._INI) {{ \\_OSI ("{asked}") }}'
    text = f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {body} {method} Method (MAIN) {{Return (PORT)}} }}'
    done = compile_source(text, "test.asl")
    assert done.tables, done.diagnostics
    like = linux() if kernel else Semantics()
    machine = load_as(like, [done.tables[0].data], handlers={"SystemIO": ports})
    start_as(like, machine)
    try:
        found = evaluate(machine, "MAIN")
    except AmlError:
        return None
    assert isinstance(found, Integer)
    return found.value


def field(address: int, access: str, bits: int, length: int = 8) -> str:
    region = f"OperationRegion (PRTS, SystemIO, {address:#x}, {length})"
    return f"{region} Field (PRTS, {access}, NoLock, Preserve) {{PORT, {bits}}}"


@pytest.mark.parametrize(
    ("body", "asked", "expected"),
    [
        (field(0x60, "ByteAcc", 8), "", 0x60),
        (field(0x20, "ByteAcc", 8), "", 0),
        (field(0x1E, "DWordAcc", 32), "", 0x1F1E),
        (field(0xA1, "DWordAcc", 32), "", 0xA4A3A200),
        (field(0x70, "WordAcc", 16), "", 0x7170),
        (field(0x70, "WordAcc", 16), "Windows 2001", 0),
        (field(0x70, "WordAcc", 16), "Windows 2009", 0x7170),
        (field(0x100, "QWordAcc", 64), "", None),
        (field(0x10000 + 0x345, "ByteAcc", 8), "", None),
        (field(0x10000 + 0x345, "ByteAcc", 8), "Windows 2009", 0x45),
        (field(0x1FFFE, "DWordAcc", 32), "Windows 2009", None),
    ],
)
def test_a_kernel_keeps_code_from_some_ports(body: str, asked: str, expected: int | None) -> None:
    assert read(body, asked=asked) == expected


def test_acpiexec_lets_code_reach_all() -> None:
    assert read(field(0x20, "WordAcc", 16), kernel=False) == 0x2120


def test_what_is_written_to_such_ports_goes_nowhere() -> None:
    ports = Memory()
    text = (
        'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) { OperationRegion (PRTS, SystemIO, 0x1F, 4)'
        " Field (PRTS, DWordAcc, NoLock, WriteAsZeros) {PORT, 32} Method (MAIN) {PORT = 0x44332211} }"
    )
    machine = load_as(linux(), [compile_source(text, "a.asl").tables[0].data], handlers={"SystemIO": ports})
    start_as(linux(), machine)
    evaluate(machine, "MAIN")
    assert ports.get(0x1F, 4) == bytes.fromhex("11000044")
