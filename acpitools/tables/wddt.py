"""WDDT: a watchdog timer.  Spec: Intel Watchdog Descriptor Table."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, Hex16, Sig4, flags16
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "WatchdogCapability", "WatchdogStatus", "Wddt"]


class WatchdogStatus(IntFlag):
    """State of the timer; bits 13:11: why the machine was reset."""

    AVAILABLE = 1 << 0
    ACTIVE = 1 << 1
    OS_OWNS = 1 << 2
    USER_RESET = 1 << 11
    TIMEOUT_RESET = 1 << 12
    POWER_FAIL_RESET = 1 << 13
    UNKNOWN_RESET = 1 << 14


class WatchdogCapability(IntFlag):
    """What the timer can do."""

    AUTO_RESET = 1
    TIMEOUT_ALERT = 2


@record
class Wddt(SdtHeader):
    """Watchdog Description Table.  64 bytes."""

    TITLE = "Watchdog Description Table"
    SPEC = "Intel Watchdog Descriptor Table"
    signature: Sig4 = "WDDT"
    specification_version: Annotated[Hex16, "Version of the specification."]
    table_version: Annotated[Hex16, "Version of the table."]
    pci_vendor_id: Annotated[Hex16, Label("PCI Vendor ID"), "Vendor of the timer."]
    timer_register: Annotated[Gas, "First register of the timer."]
    max_count: Annotated[U16, "Largest count."]
    min_count: Annotated[U16, "Smallest count."]
    period: Annotated[U16, "Milliseconds of one count."]
    status: Annotated[
        WatchdogStatus,
        flags16(WatchdogStatus),
        Label(
            bits=(
                "Available",
                "Active",
                "OS Owns",
                8,
                "User Reset",
                "Timeout Reset",
                "Power Fail Reset",
                "Unknown Reset",
            ),
            whole=True,
        ),
        "State of the timer.",
    ]
    capability: Annotated[WatchdogCapability, flags16(WatchdogCapability), Label(whole=True), "What the timer can do."]


CODEC = TableCodec(records=(Wddt,))
