"""CDAT: what a CXL device or switch says of its memory.  Spec: Coherent Device Attribute Table 1.04, 2.

Read from the device, not a table of the platform: it has no signature, and a header of its own.
"""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    U64,
    Address64,
    Checksum8,
    Hex8,
    Hex16,
    Hex32,
    Length32,
    Size64,
    enum8,
    flags8,
    reserved_bytes,
)
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure8R16, Structure, StructureList
from acpitools.tables.field_types import Reserved8, Reserved16, Reserved24, StructureLength16, Type8
from acpitools.tables.header import Table
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "Cdat",
    "DeviceEfiMemoryType",
    "DeviceInitiator",
    "DeviceLatencyBandwidth",
    "DeviceMemoryAffinity",
    "DeviceMemoryFlags",
    "DeviceSideCache",
    "InitiatorFlags",
    "SwitchEntry",
    "SwitchLatencyBandwidth",
]

Handle = Annotated[U8, "Number of the range's DSMAS structure."]
Unit = Annotated[U64, "One unit of an entry: picoseconds, or MB/s."]


class DeviceMemoryFlags(IntFlag):
    """What a range of a device is."""

    NON_VOLATILE = 4
    SHAREABLE = 8
    HARDWARE_MANAGED_COHERENCY = 16
    INTERCONNECT_SPECIFIC_DCD = 32
    READ_ONLY = 64


class InitiatorFlags(IntFlag):
    """What an initiator has."""

    MEMORY_ATTACHED = 1


class DataType(IntEnum):
    """What entries are."""

    ACCESS_LATENCY = 0
    READ_LATENCY = 1
    WRITE_LATENCY = 2
    ACCESS_BANDWIDTH = 3
    READ_BANDWIDTH = 4
    WRITE_BANDWIDTH = 5


class EfiMemoryType(IntEnum):
    """How the firmware marks a range."""

    CONVENTIONAL_MEMORY = 0
    CONVENTIONAL_MEMORY_SPECIFIC_PURPOSE = 1
    RESERVED = 2


@record
class DeviceMemoryAffinity(Structure):
    """DSMAS: a range of the device's memory.  24 bytes."""

    type: Type8 = 0
    reserved1: Reserved8 = 0
    length: StructureLength16 = 24
    handle: Annotated[U8, "Number of the range."]
    flags: Annotated[DeviceMemoryFlags, flags8(DeviceMemoryFlags), "What the range is."]
    reserved2: Reserved16 = 0
    base_address: Annotated[Address64, "First byte, in the device's addresses."]
    range_length: Annotated[Size64, "Bytes."]


@record
class DeviceLatencyBandwidth(Structure):
    """DSLBIS: latency or bandwidth of a range.  24 bytes."""

    type: Type8 = 1
    reserved1: Reserved8 = 0
    length: StructureLength16 = 24
    handle: Handle
    flags: Annotated[Hex8, "As in the HMAT: bits 3:0 are the memory hierarchy."]
    data_type: Annotated[int, enum8(DataType), "What the entries are."]
    reserved2: Reserved8 = 0
    entry_base_unit: Unit
    entry_1: Annotated[U16, "In base units."]
    entry_2: Annotated[U16, "In base units; 0: none."] = 0
    entry_3: Annotated[U16, "In base units; 0: none."] = 0
    reserved3: Reserved16 = 0


@record
class DeviceSideCache(Structure):
    """DSMSCIS: a cache in front of a range.  20 bytes."""

    type: Type8 = 2
    reserved1: Reserved8 = 0
    length: StructureLength16 = 20
    handle: Handle
    reserved2: Reserved24 = 0
    cache_size: Annotated[Size64, "Bytes."]
    cache_attributes: Annotated[
        Hex32, "3:0 levels, 7:4 this level, 11:8 associativity, 15:12 write policy, 31:16 line size in bytes."
    ]


@record
class DeviceInitiator(Structure):
    """DSIS: something in the device that uses memory.  8 bytes."""

    type: Type8 = 3
    reserved1: Reserved8 = 0
    length: StructureLength16 = 8
    flags: Annotated[InitiatorFlags, flags8(InitiatorFlags), "What it has."]
    handle: Annotated[U8, "Number of the initiator, or of its range."]
    reserved2: Reserved16 = 0


@record
class DeviceEfiMemoryType(Structure):
    """DSEMTS: how the firmware marks a range.  24 bytes."""

    type: Type8 = 4
    reserved1: Reserved8 = 0
    length: StructureLength16 = 24
    handle: Handle
    memory_type: Annotated[int, enum8(EfiMemoryType), "How it is marked."]
    reserved2: Reserved16 = 0
    offset: Annotated[Address64, "First byte, from the start of the range."]
    range_length: Annotated[Size64, "Bytes."]


@record
class SwitchEntry(Record):
    """Latency or bandwidth between two ports.  8 bytes."""

    port_x: Annotated[Hex16, "Port; 0x100: upstream, 0xFFFF: any."]
    port_y: Annotated[Hex16, "Port; 0x100: upstream, 0xFFFF: any."]
    value: Annotated[U16, "In base units."]
    reserved: Reserved16 = 0


@record
class SwitchLatencyBandwidth(Structure):
    """SSLBIS: latencies or bandwidths of a switch.  16 bytes and 8 per pair of ports."""

    type: Type8 = 5
    reserved1: Reserved8 = 0
    length: StructureLength16
    data_type: Annotated[int, enum8(DataType), "What the entries are."]
    reserved2: Reserved24 = 0
    entry_base_unit: Unit
    entries: Annotated[tuple[SwitchEntry, ...], Repeated(SwitchEntry), "Pairs of ports."] = ()


STRUCTURES = StructureList(
    RawStructure8R16,
    {
        0: (DeviceMemoryAffinity,),
        1: (DeviceLatencyBandwidth,),
        2: (DeviceSideCache,),
        3: (DeviceInitiator,),
        4: (DeviceEfiMemoryType,),
        5: (SwitchLatencyBandwidth,),
    },
)


@record
class Cdat(Table):
    """Coherent Device Attribute Table.  16 bytes and structures."""

    TITLE = "Coherent Device Attribute Table"
    SPEC = "Coherent Device Attribute Table 1.04, 2"
    length: Annotated[Length32, "Bytes of the whole table."] = 0
    revision: Annotated[U8, "Revision of the table's layout."] = 1
    checksum: Annotated[Checksum8, "Makes the 8-bit sum of the whole table zero."] = 0
    reserved: Annotated[bytes, reserved_bytes(6)] = bytes(6)
    sequence: Annotated[U32, "Changes when the table does."] = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Structures, in the device's order."] = ()


CODEC = TableCodec(records=(Cdat,))
