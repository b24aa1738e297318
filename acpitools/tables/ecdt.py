"""ECDT: the embedded controller, before the namespace is there.  Spec: ACPI 6.5, 5.2.15."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.tails import String
from acpitools.tables.field_types import Gas
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Ecdt"]


@record
class Ecdt(SdtHeader):
    """Embedded Controller Boot Resources Table.  65 bytes and the path."""

    TITLE = "Embedded Controller Boot Resources Table"
    SPEC = "ACPI 6.5, 5.2.15"
    signature: Sig4 = "ECDT"
    command_status_register: Annotated[Gas, Label("Command/Status Register"), "EC_SC: commands and status."]
    data_register: Annotated[Gas, "EC_DATA."]
    uid: Annotated[U32, Label("UID"), "_UID of the device."]
    gpe_number: Annotated[U8, Label("GPE Number"), "Bit of the general-purpose event."]
    namepath: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."] = "\0"


CODEC = TableCodec(records=(Ecdt,))
