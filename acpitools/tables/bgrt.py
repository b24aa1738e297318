"""BGRT: the picture that the firmware drew.  Spec: ACPI 6.5, 5.2.23."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, U32, Address64, Sig4, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Bgrt", "ImageStatus", "ImageType"]


class ImageStatus(IntFlag):
    """Whether the picture is on the screen; bits 2:1: how far it is turned clockwise."""

    DISPLAYED = 1
    ORIENTATION_90 = 2
    ORIENTATION_180 = 4
    ORIENTATION_270 = 6


class ImageType(IntEnum):
    """Format of the picture."""

    BITMAP = 0


@record
class Bgrt(SdtHeader):
    """Boot Graphics Resource Table.  56 bytes."""

    TITLE = "Boot Graphics Resource Table"
    SPEC = "ACPI 6.5, 5.2.23"
    signature: Sig4 = "BGRT"
    version: Annotated[U16, "Version of the layout: 1."] = 1
    status: Annotated[
        ImageStatus,
        flags8(ImageStatus),
        Label(bits=("Displayed", ("Orientation Offset", 2))),
        "Whether the picture is shown, and how it is turned.",
    ]
    image_type: Annotated[int, enum8(ImageType), "Format of the picture."] = ImageType.BITMAP
    image_address: Annotated[Address64, "Physical address of the picture."]
    image_offset_x: Annotated[U32, Label("Image OffsetX"), "Pixels from the left."]
    image_offset_y: Annotated[U32, Label("Image OffsetY"), "Pixels from the top."]


CODEC = TableCodec(records=(Bgrt,))
