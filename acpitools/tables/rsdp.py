"""RSDP: where the root table is.  Spec: ACPI 6.5, 5.2.5.3.  Unlike other tables it has no common header."""

from typing import Annotated

from acpitools.codec.fields import (
    U8,
    Address32,
    Address64,
    Checksum8,
    Checksum8Of20,
    Length32,
    Reserved24,
    Text6,
    Text8,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import Table
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Rsdp1", "Rsdp2"]


@record
class Rsdp1(Table):
    """Root System Description Pointer of ACPI 1.0.  20 bytes."""

    TITLE = "Root System Description Pointer"
    SPEC = "ACPI 6.5, 5.2.5.3"
    signature: Annotated[Text8, "Eight characters, the last a space."] = "RSD PTR "
    checksum: Annotated[Checksum8Of20, "Makes the 8-bit sum of the first 20 bytes zero."] = 0
    oem_id: Annotated[Text6, Label("Oem ID"), "OEM, padded with spaces or NULs."] = "ACPITL"
    revision: Annotated[U8, "0: ACPI 1.0, 20 bytes; 2: ACPI 2.0 and later, 36 bytes."] = 0
    rsdt_address: Annotated[Address32, Label("RSDT Address"), "Physical address of the RSDT."] = 0


@record
class Rsdp2(Rsdp1):
    """Root System Description Pointer since ACPI 2.0.  36 bytes."""

    revision: U8 = 2
    length: Annotated[Length32, "Bytes of the whole structure."] = 36
    xsdt_address: Annotated[
        Address64, Label("XSDT Address"), "Physical address of the XSDT; preferred where it is not zero."
    ] = 0
    extended_checksum: Annotated[Checksum8, "Makes the 8-bit sum of all bytes zero."] = 0
    reserved: Reserved24 = 0


CODEC = TableCodec(records=(Rsdp1, Rsdp2))
