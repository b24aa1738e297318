"""VRTC: clocks of a mobile Internet device.  Spec: Simple Firmware Interface 0.8.2, MRTC."""

from typing import Annotated

from acpitools.codec.fields import U32, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "VirtualClock", "Vrtc"]


@record
class VirtualClock(Record):
    """A clock.  16 bytes."""

    physical_address: Annotated[Gas, Label("PhysicalAddress"), "Registers."]
    irq: Annotated[U32, Label("IRQ"), "Interrupt."]


@record
class Vrtc(SdtHeader):
    """Virtual Real-Time Clock Table."""

    TITLE = "Virtual Real-Time Clock Table"
    SPEC = "Simple Firmware Interface 0.8.2"
    signature: Sig4 = "VRTC"
    clocks: Annotated[tuple[VirtualClock, ...], Repeated(VirtualClock), "Clocks."] = ()


CODEC = TableCodec(records=(Vrtc,))
