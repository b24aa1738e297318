"""TCPA: the log of a trusted platform module 1.2.  Spec: TCG ACPI Specification 1.2, 2."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, U64, Address64, Hex8, Hex16, Sig4, Size32, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas, Reserved16, Reserved24, Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "TcpaClient", "TcpaServer", "TpmDeviceFlags", "TpmInterruptFlags"]

CLIENT = 0
SERVER = 1


class TpmDeviceFlags(IntFlag):
    """Where the module is."""

    PCI_DEVICE = 1
    BUS_IS_PNP = 2
    ADDRESS_VALID = 4


class TpmInterruptFlags(IntFlag):
    """Interrupt of the module."""

    EDGE = 1
    ACTIVE_LOW = 2
    GPE = 4
    GSI = 8


PlatformClass = Annotated[U16, "0: client, 1: server."]


@record
class TcpaClient(SdtHeader):
    """TCPA table of a client.  50 bytes."""

    TITLE = "Trusted Computing Platform Alliance Table"
    SPEC = "TCG ACPI Specification 1.2, 2.1"
    signature: Sig4 = "TCPA"
    revision: U8 = 2
    platform_class: PlatformClass = CLIENT
    min_event_log_length: Annotated[Size32, "Bytes of the log."]
    event_log_address: Annotated[Address64, "Physical address of the log."]


@record
class TcpaServer(SdtHeader):
    """TCPA table of a server.  100 bytes."""

    TITLE = "Trusted Computing Platform Alliance Table"
    SPEC = "TCG ACPI Specification 1.2, 2.2"
    signature: Sig4 = "TCPA"
    revision: U8 = 2
    platform_class: PlatformClass = SERVER
    reserved1: Reserved16 = 0
    min_event_log_length: Annotated[U64, "Bytes of the log."]
    event_log_address: Annotated[Address64, "Physical address of the log."]
    specification_revision: Annotated[Hex16, "Revision of the TCG specification, as BCD."]
    device_flags: Annotated[
        TpmDeviceFlags,
        flags8(TpmDeviceFlags),
        Label(bits=("Pci Device", "Bus is Pnp", "Address Valid")),
        "Where the module is.",
    ]
    interrupt_flags: Annotated[
        TpmInterruptFlags,
        flags8(TpmInterruptFlags),
        Label(bits=("Mode", "Polarity", "GPE SCI Triggered", "Global System Interrupt")),
        "Interrupt of the module.",
    ]
    gpe_number: Annotated[Hex8, "Bit of the general-purpose event."]
    reserved2: Reserved24 = 0
    global_interrupt: Annotated[U32, "Global system interrupt."]
    address: Annotated[Gas, "Registers of the module."]
    reserved3: Reserved32 = 0
    configuration_address: Annotated[Gas, "Configuration registers."]
    pci_group: Annotated[U8, "PCI segment group."]
    pci_bus: Annotated[U8, "PCI bus, or first part of the UID."]
    pci_device: Annotated[U8, "PCI device."]
    pci_function: Annotated[U8, "PCI function."]


def _choose(data: bytes, size: int) -> type[TcpaClient | TcpaServer] | None:
    if size < 50:
        return None
    return TcpaServer if data[36:38] == SERVER.to_bytes(2, "little") and size >= 100 else TcpaClient


CODEC = TableCodec(records=(TcpaClient, TcpaServer), choose=_choose)
