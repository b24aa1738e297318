"""HMAT: latency, bandwidth and caches of memory.  Spec: ACPI 6.5, 5.2.29; revision 1: ACPI 6.2, 5.2.27."""

from collections.abc import Iterator
from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    U64,
    Address64,
    Hex32,
    Length32,
    Reserved8,
    Reserved16,
    Reserved32,
    Reserved64,
    Sig4,
    Size64,
    enum8,
    enum16,
    flags8,
    flags16,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure16R32, Structure, StructureList
from acpitools.codec.tails import Integers
from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "CacheAddressMode",
    "Hmat",
    "Hmat1",
    "LocalityDataType",
    "LocalityFlags",
    "MemoryAttributeFlags",
    "MemoryAttributeFlags1",
    "MemoryProximityDomainAttributes",
    "MemorySideCacheInformation",
    "MemorySubsystemAddressRange",
    "SystemLocalityInformation",
]

Type = Annotated[U16, Label("Structure Type"), "Structure type."]
Length = Annotated[Length32, "Bytes of this structure."]


class MemoryAttributeFlags(IntFlag):
    """Which domains of a memory's attributes are valid."""

    INITIATOR_VALID = 1


class MemoryAttributeFlags1(IntFlag):
    """Revision 1: which domains are valid, and how the range is used."""

    PROCESSOR_VALID = 1
    MEMORY_VALID = 2
    RESERVATION_HINT = 4


class LocalityFlags(IntFlag):
    """Bits 3:0 are the memory hierarchy: 0 memory itself, else a level of memory-side cache."""

    CACHE_LEVEL_1 = 1
    CACHE_LEVEL_2 = 2
    CACHE_LEVEL_3 = 3
    MINIMUM_TRANSFER_SIZE = 16
    NON_SEQUENTIAL = 32


class LocalityDataType(IntEnum):
    """What the entries of a locality structure are."""

    ACCESS_LATENCY = 0
    READ_LATENCY = 1
    WRITE_LATENCY = 2
    ACCESS_BANDWIDTH = 3
    READ_BANDWIDTH = 4
    WRITE_BANDWIDTH = 5


class CacheAddressMode(IntEnum):
    """How a memory-side cache shows in the address space."""

    UNKNOWN = 0
    EXTENDED_LINEAR = 1


@record
class MemoryProximityDomainAttributes(Structure):
    """Which initiator a memory domain is attached to.  40 bytes.  Spec: ACPI 6.5, 5.2.29.3."""

    type: Type = 0
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    length: Length = 40
    flags: Annotated[
        MemoryAttributeFlags,
        flags16(MemoryAttributeFlags),
        Label(bits=("Processor Proximity Domain Valid",), whole=True),
        "Whether the initiator is valid.",
    ]
    reserved2: Annotated[Reserved16, Label("Reserved1")] = 0
    initiator_domain: Annotated[
        U32, Label("Attached Initiator Proximity Domain"), "Proximity domain of the attached initiator."
    ]
    memory_domain: Annotated[U32, Label("Memory Proximity Domain"), "Proximity domain of the memory."]
    reserved3: Annotated[Reserved32, Label("Reserved2")] = 0
    reserved4: Annotated[Reserved64, Label("Reserved3")] = 0
    reserved5: Annotated[Reserved64, Label("Reserved4")] = 0


@record
class MemorySubsystemAddressRange(Structure):
    """The same in revision 1, for a range of addresses.  40 bytes.  Spec: ACPI 6.2, 5.2.27.3."""

    type: Type = 0
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    length: Length = 40
    flags: Annotated[
        MemoryAttributeFlags1,
        flags16(MemoryAttributeFlags1),
        Label(bits=("Processor Proximity Domain Valid",), whole=True),
        "Which domains are valid.",
    ]
    reserved2: Annotated[Reserved16, Label("Reserved1")] = 0
    processor_domain: Annotated[U32, Label("Attached Initiator Proximity Domain"), "Proximity domain of the processor."]
    memory_domain: Annotated[U32, Label("Memory Proximity Domain"), "Proximity domain of the memory."]
    reserved3: Annotated[Reserved32, Label("Reserved2")] = 0
    base_address: Annotated[Address64, Label("Reserved3"), "First byte of the range."]
    range_length: Annotated[Size64, Label("Reserved4"), "Bytes; the range ends before base_address + range_length."]


@record
class SystemLocalityInformation(Structure):
    """Latencies or bandwidths from initiators to targets.  Spec: ACPI 6.5, 5.2.29.4."""

    type: Type = 1
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    length: Length
    flags: Annotated[
        LocalityFlags,
        flags8(LocalityFlags),
        Label(bits=(("Memory Hierarchy", 4),), whole=True),
        "Bits 3:0: memory hierarchy.",
    ] = LocalityFlags(0)
    data_type: Annotated[int, enum8(LocalityDataType), "What the entries are."]
    minimum_transfer_size: Annotated[
        U8, Label("Reserved1", join=1), "Exponent of the smallest transfer that gets this; ACPI 6.4."
    ] = 0
    reserved2: Reserved8 = 0
    initiator_count: Annotated[
        U32, Label("Initiator Proximity Domains #", computed=True), "Initiators: rows of the matrix."
    ]
    target_count: Annotated[U32, Label("Target Proximity Domains #", computed=True), "Targets: columns of the matrix."]
    reserved3: Annotated[Reserved32, Label("Reserved2")] = 0
    entry_base_unit: Annotated[U64, "One unit of an entry: picoseconds, or MB/s."]
    initiators: Annotated[
        IntArray, Integers(4, "initiator_count"), Label("Initiator Proximity Domain List"), "Proximity domains."
    ]
    targets: Annotated[
        IntArray, Integers(4, "target_count"), Label("Target Proximity Domain List"), "Proximity domains."
    ]
    entries: Annotated[
        IntArray,
        Integers(2, lambda locality: locality.initiator_count * locality.target_count, row="target_count"),
        Label("Entry"),
        "Row by row, in base units; 0: not provided, 0xFFFF: not reachable.",
    ]


@record
class MemorySideCacheInformation(Structure):
    """One level of cache in front of a memory domain.  Spec: ACPI 6.5, 5.2.29.5."""

    type: Type = 2
    reserved1: Annotated[Reserved16, Label("Reserved")] = 0
    length: Length
    memory_domain: Annotated[U32, Label("Memory Proximity Domain"), "Proximity domain of the memory."]
    reserved2: Annotated[Reserved32, Label("Reserved1")] = 0
    cache_size: Annotated[Size64, Label("Memory Side Cache Size"), "Bytes."]
    cache_attributes: Annotated[
        Hex32,
        Label(
            bits=(
                ("Total Cache Levels", 4),
                ("Cache Level", 4),
                ("Cache Associativity", 4),
                ("Write Policy", 4),
                ("Cache Line Size", 16),
            ),
            whole=True,
        ),
        "3:0 levels, 7:4 this level, 11:8 associativity, 15:12 write policy, 31:16 line size in bytes.",
    ]
    address_mode: Annotated[int, enum16(CacheAddressMode), Label("Reserved2"), "ACPI 6.6; reserved before."] = (
        CacheAddressMode.UNKNOWN
    )
    smbios_handle_count: Annotated[U16, Label("SMBIOS Handle #", computed=True), "Number of handles."] = 0
    smbios_handles: Annotated[
        IntArray, Integers(2, "smbios_handle_count", hexadecimal=True), Label("SMBIOS Handle"), "SMBIOS handles."
    ] = IntArray(b"", 2)


STRUCTURES = StructureList(
    RawStructure16R32,
    {0: (MemoryProximityDomainAttributes,), 1: (SystemLocalityInformation,), 2: (MemorySideCacheInformation,)},
)
STRUCTURES_1 = StructureList(
    RawStructure16R32,
    {0: (MemorySubsystemAddressRange,), 1: (SystemLocalityInformation,), 2: (MemorySideCacheInformation,)},
)


@record
class Hmat1(SdtHeader):
    """Heterogeneous Memory Attribute Table, revision 1."""

    TITLE = "Heterogeneous Memory Attribute Table"
    SPEC = "ACPI 6.2, 5.2.27"
    signature: Sig4 = "HMAT"
    revision: U8 = 1
    reserved: Reserved32 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES_1, "In firmware order."] = ()


@record
class Hmat(SdtHeader):
    """Heterogeneous Memory Attribute Table, revision 2 (ACPI 6.3) and later."""

    TITLE = "Heterogeneous Memory Attribute Table"
    SPEC = "ACPI 6.5, 5.2.29"
    signature: Sig4 = "HMAT"
    revision: U8 = 2
    reserved: Reserved32 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "In firmware order."] = ()


def _choose(data: bytes, size: int) -> type[Hmat1 | Hmat] | None:
    if size < 40:
        return None
    return Hmat1 if data[8] < 2 else Hmat


def check(table: Hmat1 | Hmat, data: bytes) -> Iterator[Finding]:  # noqa: ARG001
    """Give a revision that no specification has; Linux takes 1 and 2 only."""
    if table.revision not in (1, 2):
        text = f"no specification has revision {table.revision}"
        yield Finding(code="TAB022", severity=Severity.WARNING, message=text, location=Location(offset=8))


CODEC = TableCodec(records=(Hmat1, Hmat), choose=_choose, check=check)
