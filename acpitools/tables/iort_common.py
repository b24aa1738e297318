"""What nodes of the IORT share.  Spec: Arm DEN0049E.f, 3."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U32, Hex32, flags8, flags32, nested
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import Reserved16

__all__ = [
    "IdMapping",
    "Identifier",
    "MappingCount",
    "MappingGap",
    "MappingOffset",
    "Mappings",
    "MemoryAccess",
    "MemoryProperties",
    "Revision",
    "Type",
]


class MappingFlags(IntFlag):
    """What a mapping maps."""

    SINGLE_MAPPING = 1


class AllocationHints(IntFlag):
    """How caches take what a device writes."""

    TRANSIENT = 1
    WRITE_ALLOCATE = 2
    READ_ALLOCATE = 4
    OVERRIDE = 8


class MemoryFlags(IntFlag):
    """How a device's requests take part in coherency."""

    COHERENCY = 1
    DEVICE_ATTRIBUTE = 2
    COHERENCY_WITHOUT_TRANSLATION = 4


Type = Annotated[U8, "Node type."]
Revision = Annotated[U8, "Revision of the node."]
Identifier = Annotated[Hex32, Label("Reserved"), "Number of the node; reserved before revision E.b."]
MappingCount = Annotated[U32, Label(computed=True), "Mappings."]
MappingOffset = Annotated[U32, Label(computed=True), "Bytes from the start of the node."]
MappingGap = Annotated[bytes, Gap("mapping_offset", "mapping_count"), Label("Padding"), "Bytes before the mappings."]


@record
class IdMapping(Record):
    """A range of ids, and what they become.  20 bytes.  Spec: Arm DEN0049E.f, 3.1.1.7.1."""

    input_base: Annotated[Hex32, Label("Input base"), "First id that comes in."]
    id_count: Annotated[U32, Label("ID Count"), "Ids, less one."]
    output_base: Annotated[Hex32, "What the first one becomes."]
    output_reference: Annotated[Hex32, "Offset in the table of the node that they go to."]
    flags: Annotated[
        MappingFlags, flags32(MappingFlags), Label(whole=True), "SINGLE_MAPPING: the input does not count."
    ]


Mappings = Annotated[
    tuple[IdMapping, ...], Repeated(IdMapping, "mapping_count", at="mapping_offset"), "Mappings of ids."
]


@record
class MemoryAccess(Record):
    """How a device reaches memory.  8 bytes.  Spec: Arm DEN0049E.f, table 14."""

    cache_coherency: Annotated[U32, "1: coherent."] = 0
    hints: Annotated[AllocationHints, flags8(AllocationHints), Label(whole=True), "Allocation in caches."] = (
        AllocationHints(0)
    )
    reserved: Reserved16 = 0
    memory_flags: Annotated[
        MemoryFlags,
        flags8(MemoryFlags),
        Label(bits=("Coherency", "Device Attribute"), whole=True),
        "Coherency of requests.",
    ] = MemoryFlags(0)


MemoryProperties = Annotated[MemoryAccess, nested(MemoryAccess), "How the device reaches memory."]
