"""UEFI: data for a boot of UEFI.  Spec: UEFI 2.10, appendix O."""

from typing import Annotated

from acpitools.codec.fields import U16, Sig4, guid
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Uefi"]

_IDENTIFIERS = {
    "c68ed8e2-9dc6-4cbd-9d94-db65acc5c332": "SMM communication: number of the software SMI, address of its buffer",
}


@record
class Uefi(SdtHeader):
    """UEFI Boot Optimization Table.  54 bytes and data."""

    TITLE = "UEFI Boot Optimization Table"
    SPEC = "UEFI 2.10, O"
    signature: Sig4 = "UEFI"
    uuid_identifier: Annotated[str, guid(_IDENTIFIERS), Label("UUID Identifier"), "What the data is."]
    data_offset: Annotated[U16, Label(must=54), "Bytes from the start of the table to the data."] = 54
    data: Annotated[Rest, Label("Buffer"), "As the identifier says."] = b""


CODEC = TableCodec(records=(Uefi,))
