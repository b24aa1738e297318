"""RASF: the channel to the platform's reliability features.  Spec: ACPI 6.4, 5.2.20."""

from typing import Annotated

from acpitools.codec.fields import Sig4, raw_bytes
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Rasf"]


@record
class Rasf(SdtHeader):
    """RAS Feature Table.  48 bytes."""

    TITLE = "RAS Feature Table"
    SPEC = "ACPI 6.4, 5.2.20"
    signature: Sig4 = "RASF"
    channel_id: Annotated[bytes, raw_bytes(12), Label("Channel ID"), "Subspace of the PCCT."]


CODEC = TableCodec(records=(Rasf,))
