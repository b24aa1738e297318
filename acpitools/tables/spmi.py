"""SPMI: the interface of a management controller.  Spec: IPMI 2.0, appendix C3."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex16, Sig4, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas, PciBus, PciDevice, PciFunction, PciSegment8, Reserved8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "IpmiInterfaceType", "IpmiInterruptType", "Spmi", "Spmi5"]


class IpmiInterfaceType(IntEnum):
    """Interface of the controller."""

    UNSPECIFIED = 0
    KCS = 1
    SMIC = 2
    BT = 3
    SSIF = 4


class IpmiInterruptType(IntFlag):
    """Interrupts of the controller."""

    SCI_GPE = 1
    IO_APIC = 2


@record
class Spmi(SdtHeader):
    """Server Platform Management Interface Table, up to revision 4.  64 bytes."""

    TITLE = "Server Platform Management Interface Table"
    SPEC = "IPMI 2.0, C3"
    signature: Sig4 = "SPMI"
    revision: U8 = 4
    interface_type: Annotated[int, enum8(IpmiInterfaceType), "Interface of the controller."]
    always_one: Annotated[U8, Label("Reserved", must=1), "1."] = 1
    ipmi_spec_version: Annotated[Hex16, Label("IPMI Spec Version"), "15:8 major, 7:0 minor, as BCD."]
    interrupt_type: Annotated[IpmiInterruptType, flags8(IpmiInterruptType), Label(bits=()), "Interrupts."]
    gpe_number: Annotated[U8, Label("GPE Number"), "Bit of the general-purpose event."]
    reserved1: Reserved8 = 0
    pci_device_flag: Annotated[U8, Label("PCI Device Flag"), "1: the next fields name a PCI device, not a UID."]
    interrupt: Annotated[U32, "Global system interrupt."]
    ipmi_register: Annotated[Gas, Label("IPMI Register"), "First register."]
    pci_segment: PciSegment8
    pci_bus: PciBus
    pci_device: PciDevice
    pci_function: PciFunction


@record
class Spmi5(Spmi):
    """Server Platform Management Interface Table, revision 5.  65 bytes."""

    revision: U8 = 5
    reserved2: Reserved8 = 0


CODEC = TableCodec(records=(Spmi, Spmi5))
