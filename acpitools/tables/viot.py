"""VIOT: which virtual IOMMU serves which device.  Spec: ACPI 6.5, 5.2.32."""

from typing import Annotated

from acpitools.codec.fields import U16, U32, Address64, Hex16, Sig4, reserved_bytes
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8R16, Structure, StructureList
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import Reserved8, Reserved32, Reserved48, Reserved64, StructureLength16, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "MmioEndpoint", "PciRange", "Viot", "VirtioIommuMmio", "VirtioIommuPci"]

OutputNode = Annotated[U16, "Offset of the IOMMU's node in the table."]


@record
class PciRange(Structure):
    """PCI devices.  24 bytes.  Spec: ACPI 6.5, 5.2.32.1."""

    type: Type8 = 1
    reserved1: Reserved8 = 0
    length: StructureLength16 = 24
    endpoint_start: Annotated[U32, "Endpoint id of the first device."]
    segment_start: Annotated[Hex16, "First PCI segment group."]
    segment_end: Annotated[Hex16, "Last PCI segment group (inclusive)."]
    bdf_start: Annotated[Hex16, "First device: bus 15:8, device 7:3, function 2:0."]
    bdf_end: Annotated[Hex16, "Last device (inclusive)."]
    output_node: OutputNode
    reserved2: Reserved48 = bytes(6)


@record
class MmioEndpoint(Structure):
    """A device in memory.  24 bytes.  Spec: ACPI 6.5, 5.2.32.2."""

    type: Type8 = 2
    reserved1: Reserved8 = 0
    length: StructureLength16 = 24
    endpoint: Annotated[U32, "Endpoint id."]
    base_address: Annotated[Address64, "Registers of the device."]
    output_node: OutputNode
    reserved2: Reserved48 = bytes(6)


@record
class VirtioIommuPci(Structure):
    """A virtio IOMMU on PCI.  16 bytes.  Spec: ACPI 6.5, 5.2.32.3."""

    type: Type8 = 3
    reserved1: Reserved8 = 0
    length: StructureLength16 = 16
    segment: Annotated[Hex16, "PCI segment group."]
    bdf: Annotated[Hex16, "Bus 15:8, device 7:3, function 2:0."]
    reserved2: Reserved64 = 0


@record
class VirtioIommuMmio(Structure):
    """A virtio IOMMU in memory.  16 bytes.  Spec: ACPI 6.5, 5.2.32.4."""

    type: Type8 = 4
    reserved1: Reserved8 = 0
    length: StructureLength16 = 16
    reserved2: Reserved32 = 0
    base_address: Annotated[Address64, "Registers of the IOMMU."]


STRUCTURES = StructureList(
    RawStructure8R16,
    {1: (PciRange,), 2: (MmioEndpoint,), 3: (VirtioIommuPci,), 4: (VirtioIommuMmio,)},
    claimed="node_count",
    at="node_offset",
)


@record
class Viot(SdtHeader):
    """Virtual I/O Translation Table."""

    TITLE = "Virtual I/O Translation Table"
    SPEC = "ACPI 6.5, 5.2.32"
    signature: Sig4 = "VIOT"
    node_count: Annotated[U16, "Nodes."]
    node_offset: Annotated[U16, "Bytes from the start of the table."] = 48
    reserved: Annotated[bytes, reserved_bytes(8)] = bytes(8)
    gap: Annotated[bytes, Gap("node_offset", "node_count"), "Bytes before the nodes."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Nodes, in firmware order."] = ()


CODEC = TableCodec(records=(Viot,))
