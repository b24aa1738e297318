"""STAO: devices that a guest has to leave alone.  Spec: Xen Status Override Table 1.0."""

from typing import Annotated

from acpitools.codec.fields import U8, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import String
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "HiddenDevice", "Stao"]


@record
class HiddenDevice(Record):
    """A device to leave alone."""

    namepath: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."] = "\0"


@record
class Stao(SdtHeader):
    """Status Override Table.  37 bytes and paths."""

    TITLE = "Status Override Table"
    SPEC = "Xen Status Override Table 1.0"
    signature: Sig4 = "STAO"
    ignore_uart: Annotated[U8, Label("Ignore UART"), "1: leave the UART of the SPCR alone."]
    devices: Annotated[tuple[HiddenDevice, ...], Repeated(HiddenDevice), "Devices to leave alone."] = ()


CODEC = TableCodec(records=(Stao,))
