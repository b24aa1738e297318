"""WAET: which emulated devices need less care than real ones.  Spec: Microsoft WAET 1.0."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import Sig4, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "EmulatedDeviceFlags", "Waet"]


class EmulatedDeviceFlags(IntFlag):
    """What need not be done."""

    RTC_NO_ACK = 1
    PM_TIMER_ONE_READ = 2


@record
class Waet(SdtHeader):
    """Windows ACPI Emulated Devices Table.  40 bytes."""

    TITLE = "Windows ACPI Emulated Devices Table"
    SPEC = "Microsoft WAET 1.0"
    signature: Sig4 = "WAET"
    flags: Annotated[
        EmulatedDeviceFlags,
        flags32(EmulatedDeviceFlags),
        Label(bits=("RTC needs no INT ack", "PM timer, one read only")),
        "What need not be done.",
    ]


CODEC = TableCodec(records=(Waet,))
