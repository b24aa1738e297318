"""FPDT: where boot and resume times are kept.  Spec: ACPI 6.5, 5.2.24."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, Address64, Length8, Sig4
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.field_types import Reserved32, StructureLength8, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "BasicBootPerformancePointer", "Fpdt", "RawStructureFpdt", "Revision", "S3PerformanceTablePointer"]

Revision = Annotated[U8, "Revision of the structure."]


@record
class RawStructureFpdt(RawStructure):
    """Unknown or malformed record of the FPDT or the S3PT."""

    type: Annotated[U16, "Structure type."]
    length: Annotated[Length8, "Declared length in bytes, header included."]
    revision: Revision = 1
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class BasicBootPerformancePointer(Structure):
    """Where the FBPT is.  16 bytes.  Spec: ACPI 6.5, 5.2.24.4."""

    type: Type16 = 0
    length: StructureLength8 = 16
    revision: Revision = 1
    reserved: Reserved32 = 0
    boot_record_address: Annotated[Address64, Label("FPDT Boot Record Address"), "Physical address of the FBPT."]


@record
class S3PerformanceTablePointer(Structure):
    """Where the S3PT is.  16 bytes.  Spec: ACPI 6.5, 5.2.24.5."""

    type: Type16 = 1
    length: StructureLength8 = 16
    revision: Revision = 1
    reserved: Reserved32 = 0
    s3pt_address: Annotated[Address64, Label("S3PT Record Address"), "Physical address of the S3PT."]


STRUCTURES = StructureList(
    RawStructureFpdt,
    {0: (BasicBootPerformancePointer,), 1: (S3PerformanceTablePointer,)},
    vendor=range(0x1000, 0x10000),
)


@record
class Fpdt(SdtHeader):
    """Firmware Performance Data Table."""

    TITLE = "Firmware Performance Data Table"
    SPEC = "ACPI 6.5, 5.2.24"
    signature: Sig4 = "FPDT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Performance records, in firmware order."] = ()


CODEC = TableCodec(records=(Fpdt,))
