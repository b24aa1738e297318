"""SBST: charges of a battery at which to act.  Spec: ACPI 6.5, 5.2.14."""

from typing import Annotated

from acpitools.codec.fields import U32, Sig4
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Sbst"]


@record
class Sbst(SdtHeader):
    """Smart Battery Specification Table.  48 bytes."""

    TITLE = "Smart Battery Specification Table"
    SPEC = "ACPI 6.5, 5.2.14"
    signature: Sig4 = "SBST"
    warning_level: Annotated[U32, "Milliwatt hours at which to warn."]
    low_level: Annotated[U32, "Milliwatt hours at which to sleep."]
    critical_level: Annotated[U32, "Milliwatt hours at which to shut down."]


CODEC = TableCodec(records=(Sbst,))
