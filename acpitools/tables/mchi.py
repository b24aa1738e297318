"""MCHI: the interface of a management controller.  Spec: DMTF DSP0256 1.0, 5.4."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex64, Sig4, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Mchi", "MchiInterruptType", "MchiProtocol"]


class MchiProtocol(IntEnum):
    """What the interface speaks."""

    UNSPECIFIED = 0
    MCTP = 1
    IPMI = 2
    VENDOR = 255


class MchiInterruptType(IntFlag):
    """Interrupts of the interface."""

    SCI_GPE = 1
    IO_APIC = 2


@record
class Mchi(SdtHeader):
    """Management Controller Host Interface Table.  69 bytes."""

    TITLE = "Management Controller Host Interface Table"
    SPEC = "DMTF DSP0256 1.0, 5.4"
    signature: Sig4 = "MCHI"
    interface_type: Annotated[U8, "2-8: registers; 64: serial; 255: OEM."]
    protocol: Annotated[int, enum8(MchiProtocol), "What it speaks."]
    protocol_data: Annotated[Hex64, "As the protocol says."]
    interrupt_type: Annotated[MchiInterruptType, flags8(MchiInterruptType), Label(bits=()), "Interrupts."]
    gpe: Annotated[U8, "Bit of the general-purpose event."]
    pci_device_flag: Annotated[U8, "0: a PCI device."]
    global_interrupt: Annotated[U32, "Global system interrupt."]
    control_register: Annotated[Gas, "First register."]
    pci_segment: Annotated[U8, "PCI segment group, or first part of the UID."]
    pci_bus: Annotated[U8, "PCI bus."]
    pci_device: Annotated[U8, "PCI device."]
    pci_function: Annotated[U8, "PCI function."]


CODEC = TableCodec(records=(Mchi,))
