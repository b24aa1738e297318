"""MPAM: memory partitioning and monitoring of Arm machines.  Spec: Arm DEN0065B 3.0, 2."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U8, U32, Address64, Hex32, Hex64, Length16, Sig4, Size32, Text8, enum8
from acpitools.codec.record import Record, Rest, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.field_types import Reserved8, Reserved16, Reserved32, StructureLength16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "FunctionalDependency", "LocatorType", "MemorySystemComponent", "Mpam", "MscResource"]


class LocatorType(IntEnum):
    """What a resource is."""

    PROCESSOR_CACHE = 0
    MEMORY = 1
    SMMU = 2
    MEMORY_SIDE_CACHE = 3
    ACPI_DEVICE = 4
    INTERCONNECT = 5
    UNKNOWN = 255


@record
class RawStructureMpam(RawStructure):
    """Malformed component of the MPAM."""

    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class FunctionalDependency(Record):
    """A resource that another one depends on.  8 bytes.  Spec: Arm DEN0065B, table 10."""

    producer: Annotated[U32, "Number of the component."]
    reserved: Reserved32 = 0


@record
class MscResource(Record):
    """A resource that a component controls.  24 bytes and 8 per dependency.  Spec: Arm DEN0065B, table 9."""

    identifier: Annotated[U32, "Number of the resource."]
    ris_index: Annotated[U8, "Instance that selects it."]
    reserved: Reserved16 = 0
    locator_type: Annotated[int, enum8(LocatorType), "What the resource is."]
    locator_1: Annotated[Hex64, "Cache, proximity domain, SMMU or _HID, as the kind says."]
    locator_2: Annotated[Hex32, "More of it."]
    dependency_count: Annotated[U32, "Dependencies."]
    dependencies: Annotated[
        tuple[FunctionalDependency, ...], Repeated(FunctionalDependency, "dependency_count"), "Dependencies."
    ] = ()


@record
class MemorySystemComponent(Structure):
    """A component.  72 bytes and its resources.  Spec: Arm DEN0065B, table 4."""

    length: StructureLength16
    interface_type: Annotated[U8, "0: memory, 10: PCC."]
    reserved1: Reserved8 = 0
    identifier: Annotated[U32, "Number of the component."]
    base_address: Annotated[Address64, "Registers, or the subspace of the PCCT."]
    mmio_size: Annotated[Size32, "Bytes of registers."]
    overflow_interrupt: Annotated[U32, "Global system interrupt; 0: none."]
    overflow_interrupt_flags: Annotated[Hex32, "0 edge, 2:1 kind, 3 affinity, 4 valid."]
    reserved2: Reserved32 = 0
    overflow_interrupt_affinity: Annotated[U32, "UID of the processor or container."]
    error_interrupt: Annotated[U32, "Global system interrupt; 0: none."]
    error_interrupt_flags: Annotated[Hex32, "0 edge, 2:1 kind, 3 affinity, 4 valid."]
    reserved3: Reserved32 = 0
    error_interrupt_affinity: Annotated[U32, "UID of the processor or container."]
    max_not_ready_time: Annotated[U32, "Microseconds until a monitor is ready."]
    linked_device_hid: Annotated[Text8, "_HID of the device that powers it; zeros: none."]
    linked_device_uid: Annotated[U32, "_UID of that device."]
    resource_count: Annotated[U32, "Resources."]
    resources: Annotated[tuple[MscResource, ...], Repeated(MscResource, "resource_count"), "Resources."] = ()


STRUCTURES = StructureList(RawStructureMpam, {0: (MemorySystemComponent,)})


@record
class Mpam(SdtHeader):
    """Memory Partitioning and Monitoring Table."""

    TITLE = "Memory Partitioning and Monitoring Table"
    SPEC = "Arm DEN0065B 3.0, 2"
    signature: Sig4 = "MPAM"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Components, in firmware order."] = ()


CODEC = TableCodec(records=(Mpam,))
