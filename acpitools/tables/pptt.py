"""PPTT: how processors and their caches belong together.  Spec: ACPI 6.5, 5.2.30."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, Hex32, Hex64, Sig4, Size32, flags8, flags32, text
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import Reserved16, StructureLength8, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "Cache",
    "Cache3",
    "CacheAttributes",
    "CacheFlags",
    "Pptt",
    "ProcessorFlags",
    "ProcessorHierarchyNode",
    "ProcessorId",
]


class ProcessorFlags(IntFlag):
    """What a node of the hierarchy is."""

    PHYSICAL_PACKAGE = 1
    PROCESSOR_ID_VALID = 2
    PROCESSOR_IS_A_THREAD = 4
    NODE_IS_A_LEAF = 8
    IDENTICAL_IMPLEMENTATION = 16


class CacheFlags(IntFlag):
    """Which fields of a cache are valid."""

    SIZE = 1
    SETS = 2
    ASSOCIATIVITY = 4
    ALLOCATION_TYPE = 8
    CACHE_TYPE = 16
    WRITE_POLICY = 32
    LINE_SIZE = 64
    CACHE_ID = 128


class CacheAttributes(IntFlag):
    """Bits 1:0 allocation (neither: on reads), 3:2 kind (neither: data), 4 write policy (0: write back)."""

    WRITE_ALLOCATE = 1
    READ_AND_WRITE_ALLOCATE = 2
    READ_AND_WRITE_ALLOCATE_3 = 3
    INSTRUCTION = 4
    UNIFIED = 8
    UNIFIED_3 = 12
    WRITE_THROUGH = 16


@record
class ProcessorHierarchyNode(Structure):
    """A processor, or what holds some.  20 bytes and 4 per resource.  Spec: ACPI 6.5, 5.2.30.1."""

    type: Type8 = 0
    length: StructureLength8
    reserved: Reserved16 = 0
    flags: Annotated[
        ProcessorFlags,
        flags32(ProcessorFlags),
        Label(
            bits=(
                "Physical package",
                "ACPI Processor ID valid",
                "Processor is a thread",
                "Node is a leaf",
                "Identical Implementation",
            ),
            whole=True,
        ),
        "What the node is.",
    ]
    parent: Annotated[Hex32, "Offset of the parent in the table; 0: none."]
    acpi_processor_id: Annotated[U32, Label("ACPI Processor ID"), "ACPI id of the processor, or of its container."]
    private_resource_count: Annotated[U32, Label("Private Resource Number", computed=True), "Resources of this node."]
    private_resources: Annotated[
        IntArray,
        Integers(4, "private_resource_count", hexadecimal=True),
        Label("Private Resource"),
        "Offsets of caches in the table.",
    ] = IntArray(b"", 4)


@record
class Cache(Structure):
    """A cache.  24 bytes.  Spec: ACPI 6.3, 5.2.29.2."""

    type: Type8 = 1
    length: StructureLength8 = 24
    reserved: Reserved16 = 0
    flags: Annotated[
        CacheFlags,
        flags32(CacheFlags),
        Label(
            bits=(
                "Size valid",
                "Number of Sets valid",
                "Associativity valid",
                "Allocation Type valid",
                "Cache Type valid",
                "Write Policy valid",
                "Line Size valid",
            ),
            whole=True,
        ),
        "Which fields are valid.",
    ]
    next_level_of_cache: Annotated[Hex32, Label("Next Level of Cache"), "Offset of the next cache; 0: none."]
    size: Annotated[Size32, "Bytes."]
    number_of_sets: Annotated[U32, Label("Number of Sets"), "Sets."]
    associativity: Annotated[U8, "Ways."]
    attributes: Annotated[
        CacheAttributes,
        flags8(CacheAttributes),
        Label("Attributes", bits=(("Allocation Type", 2), ("Cache Type", 2), "Write Policy"), whole=True),
        "1:0 allocation, 3:2 kind, 4 write policy.",
    ]
    line_size: Annotated[U16, "Bytes of a line."]


@record
class Cache3(Cache):
    """A cache with its id.  28 bytes.  Spec: ACPI 6.5, 5.2.30.2."""

    length: StructureLength8 = 28
    cache_id: Annotated[U32, Label("Cache ID"), "Id of the cache; PPTT revision 3."]


@record
class ProcessorId(Structure):
    """Who made a processor.  30 bytes.  Spec: ACPI 6.2, 5.2.29.3; withdrawn since."""

    type: Type8 = 2
    length: StructureLength8 = 30
    reserved: Reserved16 = 0
    vendor_id: Annotated[str, text(4), Label("Vendor ID", form=Form.INTEGER), "Vendor, as in the PNP registry."]
    level1_id: Annotated[Hex64, Label("Level1 ID"), "Family of the chip."]
    level2_id: Annotated[Hex64, Label("Level2 ID"), "Chip."]
    major_revision: Annotated[U16, Label("Major revision"), "Major revision."]
    minor_revision: Annotated[U16, Label("Minor revision"), "Minor revision."]
    spin_revision: Annotated[U16, Label("Spin revision"), "Spin."]


STRUCTURES = StructureList(RawStructure8, {0: (ProcessorHierarchyNode,), 1: (Cache, Cache3), 2: (ProcessorId,)})


@record
class Pptt(SdtHeader):
    """Processor Properties Topology Table."""

    TITLE = "Processor Properties Topology Table"
    SPEC = "ACPI 6.5, 5.2.30"
    signature: Sig4 = "PPTT"
    revision: U8 = 3
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Pptt,))
