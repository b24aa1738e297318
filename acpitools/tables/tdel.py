"""TDEL: the event log of a trust domain.  Spec: Intel TDX Guest-Host-Communication Interface 1.0, 4.3."""

from typing import Annotated

from acpitools.codec.fields import Address64, Sig4, Size64
from acpitools.codec.record import record
from acpitools.tables.field_types import Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Tdel"]


@record
class Tdel(SdtHeader):
    """TD Event Log Table.  56 bytes."""

    TITLE = "TD Event Log Table"
    SPEC = "Intel TDX Guest-Host-Communication Interface 1.0, 4.3"
    signature: Sig4 = "TDEL"
    reserved: Reserved32 = 0
    log_area_minimum_length: Annotated[Size64, "Bytes of the log."]
    log_area_start_address: Annotated[Address64, "First byte of the log."]


CODEC = TableCodec(records=(Tdel,))
