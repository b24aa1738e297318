"""SPCR: the serial console.  Spec: Microsoft Serial Port Console Redirection Table 1.10."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Hex8, Hex16, Sig4, enum8, flags8, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.tails import Gap, String
from acpitools.tables.debug_ports import SerialSubtype
from acpitools.tables.field_types import Gas, PciBus, PciDevice, PciFunction, PciSegment8, Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "BaudRate", "FlowControl", "SerialInterruptType", "Spcr", "Spcr4", "SpcrPciFlags", "TerminalType"]


class SerialInterruptType(IntFlag):
    """Interrupts of the port."""

    DUAL_8259 = 1
    IO_APIC = 2
    IO_SAPIC = 4
    ARM_GIC = 8
    RISCV_PLIC_APLIC = 16


class BaudRate(IntEnum):
    """Speed of the port."""

    AS_IS = 0
    BAUD_9600 = 3
    BAUD_19200 = 4
    BAUD_57600 = 6
    BAUD_115200 = 7


class FlowControl(IntFlag):
    """How the port waits."""

    DCD = 1
    RTS_CTS = 2
    XON_XOFF = 4


class TerminalType(IntEnum):
    """What the port talks to."""

    VT100 = 0
    VT100_PLUS = 1
    VT_UTF8 = 2
    ANSI = 3


class SpcrPciFlags(IntFlag):
    """How the system treats the device."""

    NO_PNP_ENUMERATION = 1


@record
class Spcr(SdtHeader):
    """Serial Port Console Redirection Table, revisions 1 to 3.  80 bytes."""

    TITLE = "Serial Port Console Redirection Table"
    SPEC = "Microsoft Serial Port Console Redirection Table 1.10"
    signature: Sig4 = "SPCR"
    revision: U8 = 2
    interface_type: Annotated[int, enum8(SerialSubtype), "Interface of the port."]
    reserved1: Reserved24 = 0
    serial_port_register: Annotated[Gas, "First register of the port."]
    interrupt_type: Annotated[
        SerialInterruptType, flags8(SerialInterruptType), Label(bits=()), "Interrupts of the port."
    ]
    pcat_irq: Annotated[U8, Label("PCAT-compatible IRQ"), "IRQ of the 8259."]
    interrupt: Annotated[U32, "Global system interrupt."]
    baud_rate: Annotated[int, enum8(BaudRate), "Speed of the port."]
    parity: Annotated[U8, "0: none."]
    stop_bits: Annotated[U8, "1: one."]
    flow_control: Annotated[FlowControl, flags8(FlowControl), Label(bits=()), "How the port waits."]
    terminal_type: Annotated[int, enum8(TerminalType), "What it talks to."]
    language: Annotated[Hex8, Label("Reserved"), "Language; 0."] = 0
    pci_device_id: Annotated[Hex16, Label("PCI Device ID"), "PCI device id; 0xFFFF: not a PCI device."]
    pci_vendor_id: Annotated[Hex16, Label("PCI Vendor ID"), "PCI vendor id; 0xFFFF: not a PCI device."]
    pci_bus: PciBus
    pci_device: PciDevice
    pci_function: PciFunction
    pci_flags: Annotated[
        SpcrPciFlags, flags32(SpcrPciFlags), Label("PCI Flags", bits=()), "How the system treats the device."
    ]
    pci_segment: PciSegment8
    uart_clock_frequency: Annotated[U32, Label("Reserved"), "Hz, from revision 3 on; 0: not given."] = 0


@record
class Spcr4(Spcr):
    """Serial Port Console Redirection Table, revision 4.  88 bytes and the path."""

    revision: U8 = 4
    precise_baud_rate: Annotated[U32, "Baud; 0: as baud_rate says."]
    namespace_string_length: Annotated[U16, "Bytes of the path, with its NUL."]
    namespace_string_offset: Annotated[U16, "Bytes from the start of the table."]
    gap: Annotated[bytes, Gap("namespace_string_offset", "namespace_string_length"), "Bytes before the path."] = b""
    namespace_string: Annotated[
        str, String("namespace_string_length", at="namespace_string_offset"), "Path of the device; a dot: it has none."
    ] = ""


CODEC = TableCodec(records=(Spcr, Spcr4))
