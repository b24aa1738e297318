"""SLIC: what proves that a machine may run Windows.  Spec: Microsoft OEM Activation 2.0."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex32, Sig4, Text6, Text8, raw_bytes, reserved_bytes
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure32, Structure, StructureList
from acpitools.tables.field_types import Reserved16, StructureLength32, Type32
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "OemPublicKey", "Slic", "WindowsMarker"]


@record
class OemPublicKey(Structure):
    """Public key of the OEM.  156 bytes."""

    type: Type32 = 0
    length: StructureLength32 = 156
    key_type: Annotated[U8, "6: public key."]
    version: Annotated[U8, "2."]
    reserved: Reserved16 = 0
    algorithm: Annotated[Hex32, "0x2400: RSA signature."]
    magic: Annotated[Sig4, "RSA1."]
    bit_length: Annotated[U32, "Bits of the modulus."]
    exponent: Annotated[U32, "Public exponent."]
    modulus: Annotated[bytes, raw_bytes(128), "Modulus, least byte first."]


@record
class WindowsMarker(Structure):
    """Marker, signed by Microsoft.  182 bytes."""

    type: Type32 = 1
    length: StructureLength32 = 182
    version: Annotated[Hex32, "Version of the marker."]
    marker_oem_id: Annotated[Text6, "OEM, as in the headers of the RSDT and the SLIC."]
    marker_oem_table_id: Annotated[Text8, "OEM's name for the table, as in those headers."]
    windows_flag: Annotated[Text8, "WINDOWS and a space."]
    slic_version: Annotated[Hex32, "Version of the licence."]
    reserved: Annotated[bytes, reserved_bytes(16)] = bytes(16)
    signature: Annotated[bytes, raw_bytes(128), "Signature of the marker."]


STRUCTURES = StructureList(RawStructure32, {0: (OemPublicKey,), 1: (WindowsMarker,)})


@record
class Slic(SdtHeader):
    """Software Licensing Table."""

    TITLE = "Software Licensing Table"
    SPEC = "Microsoft OEM Activation 2.0"
    signature: Sig4 = "SLIC"
    structures: Annotated[
        tuple[Structure, ...],
        STRUCTURES,
        Label("Software Licensing Structure", form=Form.BUFFER),
        "Public key and marker.",
    ] = ()


CODEC = TableCodec(records=(Slic,))
