"""BDAT: where the firmware left what it measured of memory.  Spec: Intel BIOS Data ACPI Table 4.0."""

from typing import Annotated

from acpitools.codec.fields import Sig4
from acpitools.codec.record import record
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Bdat"]


@record
class Bdat(SdtHeader):
    """BIOS Data Table.  48 bytes."""

    TITLE = "BIOS Data Table"
    SPEC = "Intel BIOS Data ACPI Table 4.0"
    signature: Sig4 = "BDAT"
    data_address: Annotated[Gas, "Where the data is."]


CODEC = TableCodec(records=(Bdat,))
