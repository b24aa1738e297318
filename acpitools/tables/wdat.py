"""WDAT: how to work a watchdog.  Spec: Microsoft Hardware Watchdog Timers Design Specification 1.01."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, U32, Hex8, Hex32, Sig4, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Gas, PciBus, PciDevice, PciFunction, Reserved16, Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "WatchdogAction", "WatchdogFlags", "WatchdogInstructionEntry", "Wdat"]


class WatchdogFlags(IntFlag):
    """State of the watchdog."""

    ENABLED = 1
    STOPPED_WHEN_ASLEEP = 128


class WatchdogAction(IntEnum):
    """What an instruction is a part of."""

    RESET = 0x01
    QUERY_CURRENT_COUNTDOWN_PERIOD = 0x04
    QUERY_COUNTDOWN_PERIOD = 0x05
    SET_COUNTDOWN_PERIOD = 0x06
    QUERY_RUNNING_STATE = 0x08
    SET_RUNNING_STATE = 0x09
    QUERY_STOPPED_STATE = 0x0A
    SET_STOPPED_STATE = 0x0B
    QUERY_REBOOT = 0x10
    SET_REBOOT = 0x11
    QUERY_SHUTDOWN = 0x12
    SET_SHUTDOWN = 0x13
    QUERY_WATCHDOG_STATUS = 0x20
    SET_WATCHDOG_STATUS = 0x21


@record
class WatchdogInstructionEntry(Record):
    """One instruction.  24 bytes."""

    action: Annotated[int, enum8(WatchdogAction), Label("Watchdog Action"), "Action that it is a part of."]
    instruction: Annotated[Hex8, "0 read value, 1 read countdown, 2 write value, 3 write countdown; 0x80: preserve."]
    reserved: Reserved16 = 0
    register_region: Annotated[Gas, "Register."]
    value: Annotated[Hex32, "What to compare with, or to write."]
    register_mask: Annotated[Hex32, "Bits of the register that count."]


@record
class Wdat(SdtHeader):
    """Watchdog Action Table."""

    TITLE = "Watchdog Action Table"
    SPEC = "Microsoft Hardware Watchdog Timers Design Specification 1.01"
    signature: Sig4 = "WDAT"
    header_length: Annotated[U32, Label(must=32), "Bytes of the header after the common part: 32."] = 32
    pci_segment: Annotated[U16, Label("PCI Segment"), "PCI segment group; 0xFF: not a PCI device."] = 0xFF
    pci_bus: PciBus = 0xFF
    pci_device: PciDevice = 0xFF
    pci_function: PciFunction = 0xFF
    reserved1: Reserved24 = 0
    timer_period: Annotated[U32, "Milliseconds of one count."]
    max_count: Annotated[U32, "Largest count."]
    min_count: Annotated[U32, "Smallest count."]
    flags: Annotated[
        WatchdogFlags,
        flags8(WatchdogFlags),
        Label(bits=("Enabled", 6, "Stopped When Asleep")),
        "State of the watchdog.",
    ]
    reserved2: Reserved24 = 0
    watchdog_entry_count: Annotated[U32, "Instructions."]
    entries: Annotated[
        tuple[WatchdogInstructionEntry, ...],
        Repeated(WatchdogInstructionEntry, claimed="watchdog_entry_count"),
        "Instructions, in their order.",
    ] = ()


CODEC = TableCodec(records=(Wdat,))
