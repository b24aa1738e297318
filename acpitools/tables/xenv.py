"""XENV: what a guest of Xen on Arm needs.  Spec: Xen ACPI tables for Arm."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U32, Address64, Sig4, Size64, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Xenv", "XenvEventFlags"]


class XenvEventFlags(IntFlag):
    """Trigger and polarity of the event interrupt."""

    EDGE = 1
    ACTIVE_LOW = 2


@record
class Xenv(SdtHeader):
    """Xen Environment Table.  57 bytes."""

    TITLE = "Xen Environment Table"
    SPEC = "Xen ACPI tables for Arm"
    signature: Sig4 = "XENV"
    grant_table_address: Annotated[Address64, "Grant table."]
    grant_table_size: Annotated[Size64, "Bytes of it."]
    event_interrupt: Annotated[U32, "Global system interrupt of the event channel."]
    event_flags: Annotated[XenvEventFlags, flags8(XenvEventFlags), Label(bits=()), "Trigger and polarity."]


CODEC = TableCodec(records=(Xenv,))
