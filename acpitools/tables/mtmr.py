"""MTMR: timers of a mobile Internet device.  Spec: Simple Firmware Interface 0.8.2, MTMR."""

from typing import Annotated

from acpitools.codec.fields import U32, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "MidTimer", "Mtmr"]


@record
class MidTimer(Record):
    """A timer.  20 bytes."""

    physical_address: Annotated[Gas, Label("PhysicalAddress"), "Registers."]
    frequency: Annotated[U32, "Hz."]
    irq: Annotated[U32, Label("IRQ"), "Interrupt."]


@record
class Mtmr(SdtHeader):
    """MID Timer Table."""

    TITLE = "MID Timer Table"
    SPEC = "Simple Firmware Interface 0.8.2"
    signature: Sig4 = "MTMR"
    timers: Annotated[tuple[MidTimer, ...], Repeated(MidTimer), "Timers."] = ()


CODEC = TableCodec(records=(Mtmr,))
