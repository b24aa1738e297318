"""RSDT: 32-bit addresses of the other tables.  Spec: ACPI 6.5, 5.2.7."""

from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.tails import Integers
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Rsdt"]


@record
class Rsdt(SdtHeader):
    """Root System Description Table."""

    TITLE = "Root System Description Table"
    SPEC = "ACPI 6.5, 5.2.7"
    signature: Sig4 = "RSDT"
    entries: Annotated[
        IntArray, Integers(4, hexadecimal=True), Label("ACPI Table Address {:3}"), "Physical addresses of tables."
    ] = IntArray(b"", 4)


CODEC = TableCodec(records=(Rsdt,))
