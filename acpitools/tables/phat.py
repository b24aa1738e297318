"""PHAT: versions and health of firmware and devices.  Spec: ACPI 6.5, 5.2.31."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Guid, Hex64, Length16, Sig4, enum8
from acpitools.codec.record import Record, Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import Gap, String
from acpitools.tables.field_types import Reserved16, Reserved24, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "FirmwareHealth", "FirmwareVersion", "Health", "Phat", "VersionElement"]


class Health(IntEnum):
    """What was found."""

    ERRORS_FOUND = 0
    NO_ERRORS_FOUND = 1
    UNKNOWN = 2
    ADVISORY = 3


@record
class RawStructurePhat(RawStructure):
    """Unknown or malformed record of the PHAT."""

    type: Annotated[U16, "Structure type."]
    length: Annotated[Length16, "Declared length in bytes, header included."]
    revision: Annotated[U8, "Revision of the record."] = 1
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class VersionElement(Record):
    """A component and its version.  28 bytes."""

    component_id: Annotated[Guid, "Component."]
    version_value: Annotated[Hex64, "Version."]
    producer_id: Annotated[Sig4, "Who made it."]


@record
class FirmwareVersion(Structure):
    """Versions of components.  12 bytes and 28 for each.  Spec: ACPI 6.5, 5.2.31.4."""

    type: Type16 = 0
    length: StructureLength16
    revision: Annotated[U8, "Revision of the record."] = 1
    reserved: Reserved24 = 0
    element_count: Annotated[U32, "Components."]
    elements: Annotated[tuple[VersionElement, ...], Repeated(VersionElement, "element_count"), "Components."] = ()


@record
class FirmwareHealth(Structure):
    """Health of a device.  28 bytes, its path and data.  Spec: ACPI 6.5, 5.2.31.5."""

    type: Type16 = 1
    length: StructureLength16
    revision: Annotated[U8, "Revision of the record."] = 1
    reserved: Reserved16 = 0
    health: Annotated[int, enum8(Health), "What was found."]
    device_signature: Annotated[Guid, "Kind of device."]
    device_data_offset: Annotated[U32, "Bytes from the start of the record; 0: none."]
    device_path: Annotated[str, String(wide=True, zero_ended=True), "Path of the device, UTF-16, ended by NUL."]
    gap: Annotated[bytes, Gap("device_data_offset"), "Bytes before the device's data."] = b""
    device_data: Annotated[Rest, "As the kind of device says."] = b""


STRUCTURES = StructureList(RawStructurePhat, {0: (FirmwareVersion,), 1: (FirmwareHealth,)})


@record
class Phat(SdtHeader):
    """Platform Health Assessment Table."""

    TITLE = "Platform Health Assessment Table"
    SPEC = "ACPI 6.5, 5.2.31"
    signature: Sig4 = "PHAT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Records, in firmware order."] = ()


CODEC = TableCodec(records=(Phat,))
