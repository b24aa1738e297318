"""BOOT: which CMOS register tells whether the last boot went well.  Spec: Simple Boot Flag Specification 2.1."""

from typing import Annotated

from acpitools.codec.fields import Hex8, Sig4
from acpitools.codec.record import record
from acpitools.tables.field_types import Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Boot"]


@record
class Boot(SdtHeader):
    """Simple Boot Flag Table.  40 bytes."""

    TITLE = "Simple Boot Flag Table"
    SPEC = "Simple Boot Flag Specification 2.1, 2"
    signature: Sig4 = "BOOT"
    boot_register_index: Annotated[Hex8, "CMOS index of the boot register."]
    reserved: Reserved24 = 0


CODEC = TableCodec(records=(Boot,))
