"""SWFT: files for SoundWire devices.  Spec: MIPI DisCo for SoundWire 2.1, 3.4."""

from typing import Annotated

from acpitools.codec.fields import U16, U32, Hex16, Hex32, Sig4
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import CountedBytes
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "SoundWireFile", "Swft"]


@record
class SoundWireFile(Record):
    """A file.  12 bytes and its content."""

    vendor_id: Annotated[Hex16, "MIPI vendor."]
    file_id: Annotated[Hex32, "Number of the file."]
    file_version: Annotated[U16, "Version of the file."]
    file_length: Annotated[U32, "Bytes of the content."]
    data: Annotated[bytes, CountedBytes("file_length"), "Content."] = b""


@record
class Swft(SdtHeader):
    """SoundWire File Table."""

    TITLE = "SoundWire File Table"
    SPEC = "MIPI DisCo for SoundWire 2.1, 3.4"
    signature: Sig4 = "SWFT"
    files: Annotated[tuple[SoundWireFile, ...], Repeated(SoundWireFile), "Files."] = ()


CODEC = TableCodec(records=(Swft,))
