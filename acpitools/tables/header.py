"""The 36-byte header that all tables share, except RSDP, FACS and CDAT.  Spec: ACPI 6.5, 5.2.6."""

from typing import Annotated, ClassVar

from acpitools.codec.fields import U8, Checksum8, Hex32, Length32, Sig4, Text6, Text8
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, Rest, record

__all__ = ["HEADER_SIZE", "Fragment", "SdtHeader", "Table", "UnknownTable"]

HEADER_SIZE = 36


class Table(Record):
    """A whole table; subclasses are records."""

    __slots__ = ()
    TITLE: ClassVar[str] = ""
    """The table's full name."""
    SPEC: ClassVar[str] = ""
    """Where the layout is specified."""


@record
class SdtHeader(Table):
    """The common header: what a table is, how long, and who made it.  36 bytes."""

    signature: Annotated[Sig4, "Four characters that name the table."]
    length: Annotated[Length32, Label("Table Length"), "Bytes of the whole table, header included."] = 0
    revision: Annotated[U8, "Revision of the table's layout."] = 1
    checksum: Annotated[Checksum8, "Makes the 8-bit sum of the whole table zero."] = 0
    oem_id: Annotated[Text6, Label("Oem ID"), "OEM, padded with spaces or NULs."] = "ACPITL"
    oem_table_id: Annotated[Text8, Label("Oem Table ID"), "OEM's name for this table, padded."] = "ACPITOOL"
    oem_revision: Annotated[Hex32, "OEM's revision; an override needs a larger one."] = 1
    creator_id: Annotated[Sig4, Label("Asl Compiler ID"), "Vendor of the tool that made the table."] = "ACPT"
    creator_revision: Annotated[Hex32, Label("Asl Compiler Revision"), "Revision of that tool."] = 1


@record
class UnknownTable(SdtHeader):
    """A table that is not described here: its header, and its body as it is."""

    TITLE = "Table without a description"
    body: Annotated[Rest, "Bytes after the header."] = b""


@record
class Fragment(Table):
    """What is left of a table that ends inside its header."""

    TITLE = "Fragment of a table"
    data: Annotated[Rest, "All bytes there are."] = b""
