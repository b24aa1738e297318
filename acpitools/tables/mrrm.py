"""MRRM: which region of resource control a range of memory belongs to.  Spec: Intel RDT Architecture 1.1, 9."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, Address64, Sig4, Size64, flags8, flags16, reserved_bytes
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure16, Structure, StructureList
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import Reserved32, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "MemoryRangeEntry", "Mrrm", "MrrmFlags", "RegionIdFlags"]


class MrrmFlags(IntFlag):
    """Who assigns regions."""

    REGION_ASSIGNMENT_BY_OS = 1


class RegionIdFlags(IntFlag):
    """Which region ids are valid."""

    LOCAL_VALID = 1
    REMOTE_VALID = 2


@record
class MemoryRangeEntry(Structure):
    """A range and its regions.  32 bytes, and registers where the system assigns them."""

    type: Type16 = 0
    length: StructureLength16
    reserved1: Reserved32 = 0
    base_address: Annotated[Address64, "First byte of the range."]
    range_length: Annotated[Size64, "Bytes."]
    region_id_flags: Annotated[RegionIdFlags, flags16(RegionIdFlags), "Which region ids are valid."]
    local_region_id: Annotated[U8, "Region of accesses from its own socket."]
    remote_region_id: Annotated[U8, "Region of accesses from others."]
    reserved2: Reserved32 = 0
    programming_registers: Annotated[
        IntArray, Integers(8, hexadecimal=True), "Addresses of the registers that assign regions."
    ] = IntArray(b"", 8)


STRUCTURES = StructureList(RawStructure16, {0: (MemoryRangeEntry,)})


@record
class Mrrm(SdtHeader):
    """Memory Range and Region Mapping Table."""

    TITLE = "Memory Range and Region Mapping Table"
    SPEC = "Intel RDT Architecture 1.1, 9"
    signature: Sig4 = "MRRM"
    maximum_memory_regions: Annotated[U8, "Regions."]
    flags: Annotated[MrrmFlags, flags8(MrrmFlags), "Who assigns regions."]
    reserved: Annotated[bytes, reserved_bytes(26)] = bytes(26)
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Ranges, in firmware order."] = ()


CODEC = TableCodec(records=(Mrrm,))
