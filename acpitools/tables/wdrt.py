"""WDRT: registers of a watchdog timer.  Spec: Microsoft Watchdog Resource Table 1.0."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, Hex16, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas, PciBus, PciDevice, PciFunction, PciSegment8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Wdrt"]


@record
class Wdrt(SdtHeader):
    """Watchdog Resource Table.  71 bytes."""

    TITLE = "Watchdog Resource Table"
    SPEC = "Microsoft Watchdog Resource Table 1.0"
    signature: Sig4 = "WDRT"
    control_register: Annotated[Gas, "Control register."]
    count_register: Annotated[Gas, "Count register."]
    pci_device_id: Annotated[Hex16, Label("PCI Device ID"), "PCI device id; 0xFFFF: not a PCI device."]
    pci_vendor_id: Annotated[Hex16, Label("PCI Vendor ID"), "PCI vendor id; 0xFFFF: not a PCI device."]
    pci_bus: PciBus
    pci_device: PciDevice
    pci_function: PciFunction
    pci_segment: PciSegment8
    max_count: Annotated[U16, "Largest count; at least 511."]
    counter_units: Annotated[U8, "0: seconds, 1: tenths, 2: hundredths of a second."]


CODEC = TableCodec(records=(Wdrt,))
