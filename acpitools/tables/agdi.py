"""AGDI: the event that makes an Arm system dump and reset.  Spec: Arm DEN0093 1.1, 2."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U32, Sig4, flags8
from acpitools.codec.record import record
from acpitools.tables.field_types import Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Agdi", "AgdiFlags"]


class AgdiFlags(IntFlag):
    """How the event is told; bits 1:0: 0 SDEI, 1 interrupt, 2 both."""

    INTERRUPT = 1
    SDEI_AND_INTERRUPT = 2


@record
class Agdi(SdtHeader):
    """Arm Generic Diagnostic Dump and Reset Device Interface.  48 bytes."""

    TITLE = "Arm Generic Diagnostic Dump and Reset Device Interface"
    SPEC = "Arm DEN0093 1.1, 2"
    signature: Sig4 = "AGDI"
    flags: Annotated[AgdiFlags, flags8(AgdiFlags), "How the event is told."]
    reserved: Reserved24 = 0
    sdei_event: Annotated[U32, "Number of the SDEI event."]
    gsiv: Annotated[U32, "Global system interrupt."]


CODEC = TableCodec(records=(Agdi,))
