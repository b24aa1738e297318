"""SVKL: where keys of volumes are.  Spec: Intel TDX Guest-Host-Communication Interface 1.0, 4.4."""

from typing import Annotated

from acpitools.codec.fields import U16, U32, Address64, Sig4, Size32
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Svkl", "VolumeKey"]


@record
class VolumeKey(Record):
    """A key.  16 bytes."""

    key_type: Annotated[U16, "0: main storage."]
    key_format: Annotated[U16, "0: raw."]
    key_size: Annotated[Size32, "Bytes of the key."]
    key_address: Annotated[Address64, "Physical address of the key."]


@record
class Svkl(SdtHeader):
    """Storage Volume Key Location Table."""

    TITLE = "Storage Volume Key Location Table"
    SPEC = "Intel TDX Guest-Host-Communication Interface 1.0, 4.4"
    signature: Sig4 = "SVKL"
    key_count: Annotated[U32, "Keys."]
    keys: Annotated[tuple[VolumeKey, ...], Repeated(VolumeKey, claimed="key_count"), "Keys."] = ()


CODEC = TableCodec(records=(Svkl,))
