"""Which function of PCI configuration space a region belongs to."""

from __future__ import annotations

from acpitools.asl.compile import compile_source
from acpitools.interp.evaluate import evaluate
from acpitools.interp.load import load
from acpitools.interp.objects import Integer
from acpitools.interp.pci import PciConfig, PciFunction

REGION = (
    "OperationRegion (CONF, PCI_Config, 0x10, 0x10) Field (CONF, DWordAcc, NoLock, Preserve) {REG0, 32}"
    " Method (READ) {Return (REG0)} Method (WRIT, 1) {REG0 = Arg0}"
)
BODY = f"""
    Scope (_SB) {{
        Device (PCI0) {{
            Name (_HID, EisaId ("PNP0A08")) Method (_BBN) {{Return (0x20)}} Name (_SEG, 1)
            Device (BRDG) {{
                Name (_ADR, 0x00020001)
                Device (DEVC) {{ Name (_ADR, 0x00030004) {REGION} Method (LATE) {{
                    OperationRegion (DYNA, PCI_Config, 0x10, 4) Field (DYNA, DWordAcc, NoLock, Preserve) {{DYN0, 32}}
                    Return (DYN0) }} }}
            }}
            Device (DEVD) {{ Method (_ADR) {{Return (0x00050000)}} {REGION} }}
        }}
        Device (PCI1) {{
            Name (_HID, "ACPI0016") Name (_CID, EisaId ("PNP0A03")) Name (_BBN, 0x40) Device (DEVE) {{ {REGION} }}
        }}
        Device (DEVF) {{ Name (_ADR, 0x00070000) {REGION} }}
    }}
"""


def value(space: PciConfig, path: str) -> int:
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {BODY} }}', "test.asl")
    result = evaluate(load([done.tables[0].data], handlers={"PCI_Config": space}), path)
    assert isinstance(result, Integer)
    return result.value


def register(text: bytes) -> bytes:
    return bytes(0x10) + text


def test_address_segment_and_bus_come_from_the_devices() -> None:
    space = PciConfig(
        {
            PciFunction(1, 0x20, 3, 4): register(b"deep"),
            PciFunction(1, 0x20, 5, 0): register(b"dire"),
            PciFunction(0, 0x40, 0, 0): register(b"othr"),
            PciFunction(0, 0, 7, 0): register(b"none"),
        }
    )
    for path, text in (("PCI0.BRDG.DEVC", "deep"), ("PCI0.DEVD", "dire"), ("PCI1.DEVE", "othr"), ("DEVF", "none")):
        assert value(space, f"\\_SB.{path}.READ") == int.from_bytes(text.encode(), "little"), path
    assert value(space, "\\_SB.PCI0.BRDG.DEVC.LATE") == int.from_bytes(b"deep", "little")


def test_a_bridge_gives_the_bus_behind_it() -> None:
    bridge = bytearray(0x20)
    bridge[0x0E], bridge[0x18], bridge[0x19] = 0x81, 0x20, 0x21
    space = PciConfig({PciFunction(1, 0x20, 2, 1): bytes(bridge), PciFunction(1, 0x21, 3, 4): register(b"behd")})
    assert value(space, "\\_SB.PCI0.BRDG.DEVC.READ") == int.from_bytes(b"behd", "little")


def test_functions_hold_what_is_written_each_for_itself() -> None:
    space = PciConfig()
    done = compile_source(f'DefinitionBlock ("", "DSDT", 2, "ACPIT", "TEST", 1) {{ {BODY} }}', "test.asl")
    machine = load([done.tables[0].data], handlers={"PCI_Config": space})
    evaluate(machine, "\\_SB.PCI0.DEVD.WRIT", [Integer(5)])
    assert space.function(PciFunction(1, 0x20, 5, 0)).get(0x10, 4) == b"\5\0\0\0"
    assert value(space, "\\_SB.PCI0.BRDG.DEVC.READ") == 0
