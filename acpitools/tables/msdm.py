"""MSDM: the product key of Windows.  Spec: Microsoft OEM Activation 3.0."""

from typing import Annotated

from acpitools.codec.fields import U32, Sig4
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import String
from acpitools.tables.field_types import Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Msdm", "SoftwareLicensing"]


@record
class SoftwareLicensing(Record):
    """Product key.  20 bytes and the key."""

    version: Annotated[U32, "Version of the structure: 1."]
    reserved1: Reserved32 = 0
    data_type: Annotated[U32, "1: product key."]
    reserved2: Reserved32 = 0
    data_length: Annotated[U32, "Bytes of the key."]
    data: Annotated[str, String("data_length"), "Key: five groups of five characters."] = ""


@record
class Msdm(SdtHeader):
    """Microsoft Data Management Table."""

    TITLE = "Microsoft Data Management Table"
    SPEC = "Microsoft OEM Activation 3.0"
    signature: Sig4 = "MSDM"
    licensing: Annotated[
        tuple[SoftwareLicensing, ...],
        Repeated(SoftwareLicensing, 1),
        Label("Software Licensing Structure", form=Form.BUFFER),
        "Product key.",
    ] = ()


CODEC = TableCodec(records=(Msdm,))
