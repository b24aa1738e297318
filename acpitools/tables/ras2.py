"""RAS2: channels to the platform's reliability features.  Spec: ACPI 6.5, 5.2.21."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Sig4, enum8
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Reserved16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Ras2", "RasChannel", "RasFeatureType"]


class RasFeatureType(IntEnum):
    """Kind of feature."""

    MEMORY = 0


@record
class RasChannel(Record):
    """A channel to one feature.  8 bytes."""

    channel_id: Annotated[U8, "Subspace of the PCCT."]
    reserved: Reserved16 = 0
    feature_type: Annotated[int, enum8(RasFeatureType), "Kind of feature."]
    instance: Annotated[U32, "Proximity domain, for memory."]


@record
class Ras2(SdtHeader):
    """RAS2 Feature Table."""

    TITLE = "RAS2 Feature Table"
    SPEC = "ACPI 6.5, 5.2.21"
    signature: Sig4 = "RAS2"
    reserved: Reserved16 = 0
    channel_count: Annotated[U16, "Channels."]
    channels: Annotated[tuple[RasChannel, ...], Repeated(RasChannel, claimed="channel_count"), "Channels."] = ()


CODEC = TableCodec(records=(Ras2,))
