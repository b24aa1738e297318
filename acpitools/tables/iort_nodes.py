"""Nodes of the IORT apart from SMMUs.  Spec: Arm DEN0049E.f, 3.1."""

from enum import IntFlag
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, Address64, Hex32, Size64, flags32
from acpitools.codec.labels import Label
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import Structure
from acpitools.codec.tails import Gap, Integers, String
from acpitools.tables.field_types import Reserved8, Reserved32, StructureLength16
from acpitools.tables.iort_common import (
    Identifier,
    MappingCount,
    MappingGap,
    MappingOffset,
    Mappings,
    MemoryProperties,
    Revision,
    Type,
)

__all__ = [
    "InterruptWireBridge",
    "ItsGroup",
    "MemoryRangeDescriptor",
    "NamedComponent",
    "PmuCounterGroup",
    "PmuCounterGroup32",
    "ReservedMemoryRange",
    "RmrFlags",
    "RootComplex",
    "RootComplex33",
]


class RootComplexFlags(IntFlag):
    """What a root complex supports."""

    ATS_SUPPORTED = 1
    PRI_SUPPORTED = 2
    PASID_FORWARDING_SUPPORTED = 4


class RmrFlags(IntFlag):
    """How a reserved range may be used; bits 9:2: attributes of the accesses."""

    REMAPPING_PERMITTED = 1
    PRIVILEGED = 2
    ATTRIBUTE_NGNRE = 1 << 2
    ATTRIBUTE_NGRE = 2 << 2
    ATTRIBUTE_GRE = 3 << 2
    ATTRIBUTE_NORMAL_NON_CACHEABLE = 4 << 2
    ATTRIBUTE_NORMAL_WRITE_BACK = 5 << 2


@record
class ItsGroup(Structure):
    """Interrupt translation services.  20 bytes and 4 for each.  Spec: Arm DEN0049E.f, 3.1.1.1."""

    type: Type = 0
    length: StructureLength16
    revision: Revision = 0
    identifier: Identifier = 0
    mapping_count: Annotated[MappingCount, Label(must=0)] = 0
    mapping_offset: Annotated[MappingOffset, Label(must=0)] = 0
    its_count: Annotated[U32, Label("ItsCount", computed=True), "Services."]
    its_ids: Annotated[IntArray, Integers(4, "its_count"), Label("Identifiers"), "Ids, as in the MADT."] = IntArray(
        b"", 4
    )


@record
class NamedComponent(Structure):
    """A device that the namespace knows.  29 bytes, its path and mappings.  Spec: Arm DEN0049E.f, 3.1.1.5."""

    type: Type = 1
    length: StructureLength16
    revision: Revision = 0
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    node_flags: Annotated[Hex32, "0 stalls, 5:1 bits of a substream id."]
    memory_properties: MemoryProperties
    memory_size_limit: Annotated[U8, "Bits of an address."]
    device_name: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."]
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class RootComplex33(Structure):
    """A PCI root complex, revision 0.  33 bytes and mappings."""

    type: Type = 2
    length: StructureLength16
    revision: Revision = 0
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    memory_properties: MemoryProperties
    ats_attribute: Annotated[
        RootComplexFlags, flags32(RootComplexFlags), Label("ATS Attribute", bits=()), "What it supports."
    ]
    segment: Annotated[U32, Label("PCI Segment Number"), "PCI segment group."]
    memory_size_limit: Annotated[U8, "Bits of an address."]
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class RootComplex(Structure):
    """A PCI root complex.  36 bytes and mappings.  Spec: Arm DEN0049E.f, 3.1.1.4."""

    type: Type = 2
    length: StructureLength16
    revision: Revision = 1
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    memory_properties: MemoryProperties
    ats_attribute: Annotated[
        RootComplexFlags, flags32(RootComplexFlags), Label("ATS Attribute", bits=()), "What it supports."
    ]
    segment: Annotated[U32, Label("PCI Segment Number"), "PCI segment group."]
    memory_size_limit: Annotated[U8, "Bits of an address."]
    pasid_capabilities: Annotated[U16, Label("Reserved", join=1), "4:0 bits of a PASID; revision 4, before reserved."]
    reserved: Reserved8 = 0
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class PmuCounterGroup32(Structure):
    """Counters of an SMMU, revision 0.  32 bytes and mappings."""

    type: Type = 5
    length: StructureLength16
    revision: Revision = 0
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    page_0_base_address: Annotated[Address64, "Registers, page 0."]
    overflow_interrupt: Annotated[U32, Label("Overflow Interrupt GSIV"), "Global system interrupt."]
    node_reference: Annotated[Hex32, "Offset in the table of the node that is counted."]
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class PmuCounterGroup(Structure):
    """Counters of an SMMU.  40 bytes and mappings.  Spec: Arm DEN0049E.f, 3.1.1.6."""

    type: Type = 5
    length: StructureLength16
    revision: Revision = 1
    identifier: Identifier = 0
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    page_0_base_address: Annotated[Address64, "Registers, page 0."]
    overflow_interrupt: Annotated[U32, Label("Overflow Interrupt GSIV"), "Global system interrupt."]
    node_reference: Annotated[Hex32, "Offset in the table of the node that is counted."]
    page_1_base_address: Annotated[Address64, "Registers, page 1."]
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class MemoryRangeDescriptor(Record):
    """A range that is reserved.  20 bytes.  Spec: Arm DEN0049E.f, table 22."""

    base_address: Annotated[Address64, "First byte."]
    range_length: Annotated[Size64, "Bytes."]
    reserved: Reserved32 = 0


def _before_mappings(node: Any) -> int:
    # Ranges that lie in front of the mappings: either order is right, and both are met.
    return node.range_count if node.range_offset < node.mapping_offset or not node.mapping_count else 0


@record
class ReservedMemoryRange(Structure):
    """Memory that devices use all the time.  28 bytes, mappings and ranges.  Spec: Arm DEN0049E.f, 3.1.1.9."""

    type: Type = 6
    length: StructureLength16
    revision: Revision = 3
    identifier: Identifier
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    flags: Annotated[RmrFlags, flags32(RmrFlags), Label(whole=True), "How it may be used."]
    range_count: Annotated[U32, "Ranges."]
    range_offset: Annotated[U32, "Bytes from the start of the node."]
    gap1: Annotated[bytes, Gap("range_offset", _before_mappings), "Bytes before ranges that come first."] = b""
    ranges_first: Annotated[
        tuple[MemoryRangeDescriptor, ...],
        Repeated(MemoryRangeDescriptor, "range_count", at="range_offset"),
        "Ranges in front of the mappings.",
    ] = ()
    gap: MappingGap = b""
    mappings: Mappings = ()
    gap2: Annotated[bytes, Gap("range_offset", "range_count"), "Bytes before the ranges."] = b""
    ranges: Annotated[
        tuple[MemoryRangeDescriptor, ...],
        Repeated(MemoryRangeDescriptor, "range_count", at="range_offset"),
        "Ranges after the mappings.",
    ] = ()


@record
class InterruptWireBridge(Structure):
    """A bridge from wires to messages of a GICv5.  26 bytes, its path and mappings.  Spec: Arm DEN0049, IWB."""

    type: Type = 7
    length: StructureLength16
    revision: Revision = 0
    identifier: Identifier
    mapping_count: MappingCount
    mapping_offset: MappingOffset
    config_base_address: Annotated[Address64, "Configuration frame."]
    iwb_index: Annotated[U16, "Number of the bridge."]
    device_name: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."]
    gap: MappingGap = b""
    mappings: Mappings = ()
