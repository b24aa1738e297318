"""RIMT: how requests of RISC-V devices reach IOMMUs.  Spec: RISC-V IO Mapping Table 1.0."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address64,
    Hex8,
    Hex16,
    Hex32,
    Length16,
    Sig4,
    Text8,
    flags32,
)
from acpitools.codec.record import Record, Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import Gap, String
from acpitools.tables.field_types import ProximityDomain, Reserved16, Reserved32, StructureLength16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "IdMapping",
    "InterruptWire",
    "IommuFlags",
    "IommuNode",
    "PcieRootComplexNode",
    "PlatformDeviceNode",
    "Rimt",
]


class IommuFlags(IntFlag):
    """What an IOMMU is."""

    PCI_DEVICE = 1
    PROXIMITY_DOMAIN_VALID = 2


class WireFlags(IntFlag):
    """Trigger and polarity of a wire."""

    LEVEL = 1
    ACTIVE_HIGH = 2


class MappingFlags(IntFlag):
    """What a mapping needs."""

    ATS_REQUIRED = 1
    PRI_REQUIRED = 2
    RCIEP = 4


class RootComplexFlags(IntFlag):
    """What a root complex supports."""

    ATS_SUPPORTED = 1
    PRI_SUPPORTED = 2


Type = Annotated[U8, "Node type."]
Revision = Annotated[U8, "Revision of the node."]
Id = Annotated[U16, "Number of the node."]
Offset = Annotated[U16, "Bytes from the start of the node."]


@record
class RawStructureRimt(RawStructure):
    """Unknown or malformed node of the RIMT."""

    type: Type
    revision: Annotated[Hex8, "Revision of the node."] = 1
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class InterruptWire(Record):
    """A wire of an IOMMU.  8 bytes."""

    interrupt: Annotated[U32, "Global system interrupt."]
    flags: Annotated[WireFlags, flags32(WireFlags), "Trigger and polarity."]


@record
class IommuNode(Structure):
    """An IOMMU.  40 bytes and 8 per wire."""

    type: Type = 0
    revision: Revision = 1
    length: StructureLength16
    reserved: Reserved16 = 0
    id: Id
    hardware_id: Annotated[Text8, "_HID."]
    base_address: Annotated[Address64, "Registers."]
    flags: Annotated[IommuFlags, flags32(IommuFlags), "What it is."]
    proximity_domain: ProximityDomain
    segment: Annotated[Hex16, "PCI segment group."]
    bdf: Annotated[Hex16, "Bus 15:8, device 7:3, function 2:0."]
    wire_count: Annotated[U16, "Wires."]
    wire_offset: Offset
    gap: Annotated[bytes, Gap("wire_offset", "wire_count"), "Bytes before the wires."] = b""
    wires: Annotated[tuple[InterruptWire, ...], Repeated(InterruptWire, "wire_count", at="wire_offset"), "Wires."] = ()


@record
class IdMapping(Record):
    """A range of ids, and what they become.  20 bytes."""

    source_id_base: Annotated[Hex32, "First id that comes in."]
    id_count: Annotated[U32, "Ids."]
    destination_id_base: Annotated[Hex32, "What the first one becomes."]
    destination_offset: Annotated[Hex32, "Offset of the IOMMU in the table."]
    flags: Annotated[MappingFlags, flags32(MappingFlags), "What the devices need."]


Mappings = Annotated[
    tuple[IdMapping, ...], Repeated(IdMapping, "mapping_count", at="mapping_offset"), "Mappings of ids."
]
MappingGap = Annotated[bytes, Gap("mapping_offset", "mapping_count"), "Bytes before the mappings."]


@record
class PcieRootComplexNode(Structure):
    """A PCI root complex.  20 bytes and mappings."""

    type: Type = 1
    revision: Revision = 1
    length: StructureLength16
    reserved1: Reserved16 = 0
    id: Id
    flags: Annotated[RootComplexFlags, flags32(RootComplexFlags), "What it supports."]
    reserved2: Reserved16 = 0
    segment: Annotated[Hex16, "PCI segment group."]
    mapping_offset: Offset
    mapping_count: Annotated[U16, "Mappings."]
    gap: MappingGap = b""
    mappings: Mappings = ()


@record
class PlatformDeviceNode(Structure):
    """A device that the namespace knows.  12 bytes, its path and mappings."""

    type: Type = 2
    revision: Revision = 1
    length: StructureLength16
    reserved: Reserved16 = 0
    id: Id
    mapping_offset: Offset
    mapping_count: Annotated[U16, "Mappings."]
    device_name: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."]
    gap: MappingGap = b""
    mappings: Mappings = ()


STRUCTURES = StructureList(
    RawStructureRimt,
    {0: (IommuNode,), 1: (PcieRootComplexNode,), 2: (PlatformDeviceNode,)},
    claimed="node_count",
    at="node_offset",
)


@record
class Rimt(SdtHeader):
    """RISC-V I/O Mapping Table."""

    TITLE = "RISC-V I/O Mapping Table"
    SPEC = "RISC-V IO Mapping Table 1.0"
    signature: Sig4 = "RIMT"
    node_count: Annotated[U32, "Nodes."]
    node_offset: Annotated[U32, "Bytes from the start of the table."] = 48
    reserved: Reserved32 = 0
    gap: Annotated[bytes, Gap("node_offset", "node_count"), "Bytes before the nodes."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Rimt,))
