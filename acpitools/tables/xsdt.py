"""XSDT: 64-bit addresses of the other tables.  Spec: ACPI 6.5, 5.2.8."""

from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.tails import Integers
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Xsdt"]


@record
class Xsdt(SdtHeader):
    """Extended System Description Table; its entries are not aligned to their size."""

    TITLE = "Extended System Description Table"
    SPEC = "ACPI 6.5, 5.2.8"
    signature: Sig4 = "XSDT"
    entries: Annotated[
        IntArray, Integers(8, hexadecimal=True), Label("ACPI Table Address {:3}"), "Physical addresses of tables."
    ] = IntArray(b"", 8)


CODEC = TableCodec(records=(Xsdt,))
