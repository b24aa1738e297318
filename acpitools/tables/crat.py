"""CRAT: processors, caches, memory and links of AMD machines, for graphics drivers.  Spec: HSA, CRAT 0.96."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address64,
    Hex8,
    Hex16,
    Sig4,
    Size64,
    enum8,
    flags32,
    raw_bytes,
    reserved_bytes,
)
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.tables.field_types import (
    ProximityDomain,
    Reserved16,
    Reserved32,
    Reserved48,
    Reserved56,
    Reserved64,
    StructureLength8,
    Type8,
)
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "CacheAffinity",
    "CacheAffinityFlags",
    "CcomputeAffinity",
    "ComputeUnitAffinity",
    "ComputeUnitFlags",
    "Crat",
    "CratMemoryAffinity",
    "CratMemoryFlags",
    "IoLinkAffinity",
    "IoLinkFlags",
    "IoLinkType",
    "TlbAffinity",
]


class ComputeUnitFlags(IntFlag):
    """What a compute unit is."""

    ENABLED = 1
    HOT_PLUGGABLE = 2
    CPU_PRESENT = 4
    GPU_PRESENT = 8
    IOMMU_PRESENT = 16


class CratMemoryFlags(IntFlag):
    """What memory is."""

    ENABLED = 1
    HOT_PLUGGABLE = 2
    NON_VOLATILE = 4


class CacheAffinityFlags(IntFlag):
    """What a cache or TLB holds, and for whom."""

    ENABLED = 1
    DATA = 2
    INSTRUCTION = 4
    CPU = 8
    SIMD = 16


class EnabledFlags(IntFlag):
    """Whether something can be used."""

    ENABLED = 1


class IoLinkFlags(IntFlag):
    """What a link cannot do, and whether it has two directions."""

    ENABLED = 1
    NON_COHERENT = 2
    NO_ATOMICS_32_BIT = 4
    NO_ATOMICS_64_BIT = 8
    NO_PEER_TO_PEER_DMA = 16
    BI_DIRECTIONAL = 1 << 31


class IoLinkType(IntEnum):
    """Kind of link."""

    UNDEFINED = 0
    HYPERTRANSPORT = 1
    PCI_EXPRESS = 2
    AMBA = 3
    MIPI = 4
    QPI_1_1 = 5
    RAPID_IO = 8
    INFINIBAND = 9
    XGMI = 11
    XGOP = 12
    GZ = 13
    ETHERNET_RDMA = 14
    RDMA_OTHER = 15
    OTHER = 16
    MAX = 255


ProcessorId = Annotated[U32, "Lowest processor id."]
SiblingMap = Annotated[bytes, raw_bytes(32), "A bit for each processor that shares it, from the lowest on."]
Ways = Annotated[U8, "Ways; 0xFF: fully associative."]
Entries = Annotated[U8, "Entries."]


@record
class ComputeUnitAffinity(Structure):
    """Processors or shader cores of a domain.  40 bytes."""

    type: Type8 = 0
    length: StructureLength8 = 40
    reserved1: Reserved16 = 0
    flags: Annotated[ComputeUnitFlags, flags32(ComputeUnitFlags), "What the unit is."]
    proximity_domain: ProximityDomain
    processor_id_low: ProcessorId
    cpu_core_count: Annotated[U16, "Processor cores."]
    simd_core_count: Annotated[U16, "Shader cores."]
    max_waves_simd: Annotated[U16, "Waves in flight on one of them."]
    io_count: Annotated[U16, "Links."]
    hsa_capability: Annotated[Hex16, "Capabilities."]
    lds_size: Annotated[U16, "KiB of local data share."]
    wave_front_size: Annotated[U8, "Work items of a wave."]
    bank_count: Annotated[U8, "Banks."]
    micro_engine_id: Annotated[Hex16, "Micro engine."]
    array_count: Annotated[U8, "Arrays."]
    units_per_array: Annotated[U8, "Compute units of an array."]
    simds_per_unit: Annotated[U8, "Shader cores of a compute unit."]
    max_slots_scratch: Annotated[U8, "Scratch slots of a compute unit."]
    reserved2: Reserved32 = 0


@record
class CratMemoryAffinity(Structure):
    """A range of memory.  40 bytes."""

    type: Type8 = 1
    length: StructureLength8 = 40
    reserved1: Reserved16 = 0
    flags: Annotated[CratMemoryFlags, flags32(CratMemoryFlags), "What the memory is."]
    proximity_domain: ProximityDomain
    base_address: Annotated[Address64, "First byte of the range."]
    range_length: Annotated[Size64, "Bytes."]
    width: Annotated[U32, "Bits of the memory bus."]
    visibility_type: Annotated[U8, "Who sees the memory."]
    reserved2: Reserved56 = bytes(7)


@record
class CacheAffinity(Structure):
    """A cache.  64 bytes."""

    type: Type8 = 2
    length: StructureLength8 = 64
    reserved1: Reserved16 = 0
    flags: Annotated[CacheAffinityFlags, flags32(CacheAffinityFlags), "What it holds, and for whom."]
    processor_id_low: ProcessorId
    sibling_map: SiblingMap
    cache_size: Annotated[U32, "KiB."]
    cache_level: Annotated[U8, "Level."]
    lines_per_tag: Annotated[U8, "Lines of a tag."]
    cache_line_size: Annotated[U16, "Bytes of a line."]
    associativity: Ways
    cache_properties: Annotated[Hex8, "1:0 inclusive or not, 2 write through."]
    cache_latency: Annotated[U16, "Nanoseconds."]
    reserved2: Reserved64 = 0


@record
class TlbAffinity(Structure):
    """A translation lookaside buffer.  64 bytes."""

    type: Type8 = 3
    length: StructureLength8 = 64
    reserved1: Reserved16 = 0
    flags: Annotated[CacheAffinityFlags, flags32(CacheAffinityFlags), "What it holds, and for whom."]
    processor_id_low: ProcessorId
    sibling_map: SiblingMap
    tlb_level: Annotated[U32, "Level."]
    data_associativity_2m: Ways
    data_entries_2m: Entries
    instruction_associativity_2m: Ways
    instruction_entries_2m: Entries
    data_associativity_4k: Ways
    data_entries_4k: Entries
    instruction_associativity_4k: Ways
    instruction_entries_4k: Entries
    data_associativity_1g: Ways
    data_entries_1g: Entries
    instruction_associativity_1g: Ways
    instruction_entries_1g: Entries
    reserved2: Reserved32 = 0


@record
class CcomputeAffinity(Structure):
    """Processors and shader cores that share an APU.  64 bytes."""

    type: Type8 = 4
    length: StructureLength8 = 64
    reserved1: Reserved16 = 0
    flags: Annotated[EnabledFlags, flags32(EnabledFlags), "Without ENABLED the structure is ignored."]
    processor_id_low: ProcessorId
    sibling_map: SiblingMap
    apu_size: Annotated[U32, "Compute units."]
    reserved2: Annotated[bytes, reserved_bytes(16)] = bytes(16)


@record
class IoLinkAffinity(Structure):
    """A link between two domains.  64 bytes."""

    type: Type8 = 5
    length: StructureLength8 = 64
    reserved1: Reserved16 = 0
    flags: Annotated[IoLinkFlags, flags32(IoLinkFlags), "What it cannot do."]
    proximity_domain_from: ProximityDomain
    proximity_domain_to: ProximityDomain
    io_interface_type: Annotated[int, enum8(IoLinkType), "Kind of link."]
    version_major: Annotated[U8, "Major version of the link."]
    version_minor: Annotated[U16, "Minor version of the link."]
    minimum_latency: Annotated[U32, "Nanoseconds."]
    maximum_latency: Annotated[U32, "Nanoseconds."]
    minimum_bandwidth: Annotated[U32, "MB/s."]
    maximum_bandwidth: Annotated[U32, "MB/s."]
    recommended_transfer_size: Annotated[U32, "Bytes."]
    reserved2: Annotated[bytes, reserved_bytes(23)] = bytes(23)
    xgmi_weight: Annotated[U8, "Cost of an xGMI link."] = 0


STRUCTURES = StructureList(
    RawStructure8,
    {
        0: (ComputeUnitAffinity,),
        1: (CratMemoryAffinity,),
        2: (CacheAffinity,),
        3: (TlbAffinity,),
        4: (CcomputeAffinity,),
        5: (IoLinkAffinity,),
    },
    claimed="entry_count",
)


@record
class Crat(SdtHeader):
    """Component Resource Attribute Table."""

    TITLE = "Component Resource Attribute Table"
    SPEC = "HSA, CRAT 0.96"
    signature: Sig4 = "CRAT"
    entry_count: Annotated[U32, "Structures."]
    domain_count: Annotated[U16, "Domains."]
    reserved: Reserved48 = bytes(6)
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Structures, in firmware order."] = ()


CODEC = TableCodec(records=(Crat,))
