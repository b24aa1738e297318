"""DTPR: registers that protect ranges from DMA.  Spec: Intel TXT DMA Protection Ranges 0.73."""

from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U32, Hex32, Sig4
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import Integers
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Dtpr", "SerializeRequests", "TprInstance"]


@record
class TprInstance(Record):
    """Protected ranges of one unit.  8 bytes and 8 per range."""

    flags: Annotated[Hex32, "Flags."]
    tpr_count: Annotated[U32, "Ranges."]
    tpr_bases: Annotated[
        IntArray, Integers(8, "tpr_count", hexadecimal=True), "Addresses of each range's base register."
    ] = IntArray(b"", 8)


@record
class SerializeRequests(Record):
    """Registers that order requests.  4 bytes and 8 per register."""

    request_count: Annotated[U32, "Registers."]
    requests: Annotated[IntArray, Integers(8, "request_count", hexadecimal=True), "Addresses of the registers."] = (
        IntArray(b"", 8)
    )


@record
class Dtpr(SdtHeader):
    """DMA TXT Protection Ranges Table."""

    TITLE = "DMA TXT Protection Ranges Table"
    SPEC = "Intel TXT DMA Protection Ranges 0.73"
    signature: Sig4 = "DTPR"
    flags: Annotated[Hex32, "Flags."]
    instance_count: Annotated[U32, "Units."]
    instances: Annotated[tuple[TprInstance, ...], Repeated(TprInstance, "instance_count"), "Units."] = ()
    serialize_requests: Annotated[
        tuple[SerializeRequests, ...], Repeated(SerializeRequests, most=1), "Registers that order requests."
    ] = ()


CODEC = TableCodec(records=(Dtpr,))
