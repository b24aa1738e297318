"""BERT: where errors of the boot before are reported.  Spec: ACPI 6.5, 18.3.1."""

from typing import Annotated

from acpitools.codec.fields import Address64, Sig4, Size32
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Bert"]


@record
class Bert(SdtHeader):
    """Boot Error Record Table.  48 bytes."""

    TITLE = "Boot Error Record Table"
    SPEC = "ACPI 6.5, 18.3.1"
    signature: Sig4 = "BERT"
    boot_error_region_length: Annotated[Size32, "Bytes of the region; at least 20."]
    boot_error_region_address: Annotated[Address64, "Physical address of the region."]


CODEC = TableCodec(records=(Bert,))
