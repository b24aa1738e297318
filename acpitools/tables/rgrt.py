"""RGRT: the picture of regulatory marks.  Spec: ACPI 6.5, 5.2.33."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U16, Sig4, enum8
from acpitools.codec.record import Rest, record
from acpitools.tables.field_types import Reserved8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "RegulatoryImageType", "Rgrt"]


class RegulatoryImageType(IntEnum):
    """Format of the picture."""

    PNG = 1


@record
class Rgrt(SdtHeader):
    """Regulatory Graphics Resource Table.  40 bytes and the picture."""

    TITLE = "Regulatory Graphics Resource Table"
    SPEC = "ACPI 6.5, 5.2.33"
    signature: Sig4 = "RGRT"
    version: Annotated[U16, "Version of the layout: 1."] = 1
    image_type: Annotated[int, enum8(RegulatoryImageType), "Format of the picture."] = RegulatoryImageType.PNG
    reserved: Reserved8 = 0
    image: Annotated[Rest, "Picture."] = b""


CODEC = TableCodec(records=(Rgrt,))
