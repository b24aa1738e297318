"""APMT: performance monitors of Arm components.  Spec: Arm DEN0117 1.0, 2."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U32, Address64, Hex32, Hex64, Length16, Sig4, enum8, flags8, flags32
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.field_types import Reserved32, StructureLength16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Apmt", "ApmtNodeFlags", "ApmtNodeType", "PerformanceMonitorNode"]


class ApmtNodeType(IntEnum):
    """What is monitored."""

    MEMORY_CONTROLLER = 0
    SMMU = 1
    PCIE_ROOT_COMPLEX = 2
    ACPI_DEVICE = 3
    CPU_CACHE = 4


class ApmtNodeFlags(IntFlag):
    """How a monitor is laid out."""

    DUAL_PAGE = 1
    AFFINITY_CONTAINER = 2
    ATOMIC_64BIT = 4


class OverflowInterruptFlags(IntFlag):
    """Trigger of the overflow interrupt."""

    EDGE = 1


@record
class RawStructureApmt(RawStructure):
    """Malformed node of the APMT."""

    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


@record
class PerformanceMonitorNode(Structure):
    """A monitor.  56 bytes."""

    length: StructureLength16 = 56
    flags: Annotated[ApmtNodeFlags, flags8(ApmtNodeFlags), "How it is laid out."]
    type: Annotated[int, enum8(ApmtNodeType), "What is monitored."]
    id: Annotated[U32, "Number of the node."]
    instance_primary: Annotated[Hex64, "Component, as its type says."]
    instance_secondary: Annotated[Hex32, "Component, as its type says."]
    base_address_0: Annotated[Address64, "Registers, page 0."]
    base_address_1: Annotated[Address64, "Registers, page 1."]
    overflow_interrupt: Annotated[U32, "Global system interrupt; 0: none."]
    reserved: Reserved32 = 0
    overflow_interrupt_flags: Annotated[
        OverflowInterruptFlags, flags32(OverflowInterruptFlags), "Trigger of the interrupt."
    ]
    processor_affinity: Annotated[U32, "UID of the processor or container."]
    implementation_id: Annotated[Hex32, "Implementation."]


STRUCTURES = StructureList(RawStructureApmt, {0: (PerformanceMonitorNode,)})


@record
class Apmt(SdtHeader):
    """Arm Performance Monitoring Unit Table."""

    TITLE = "Arm Performance Monitoring Unit Table"
    SPEC = "Arm DEN0117 1.0, 2"
    signature: Sig4 = "APMT"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Monitors, in firmware order."] = ()


CODEC = TableCodec(records=(Apmt,))
