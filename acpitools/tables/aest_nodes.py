"""Error nodes of the AEST.  Spec: Arm DEN0085 2.0, 2.1 to 2.8."""

from enum import IntEnum, IntFlag
from typing import Annotated, Any

from acpitools.codec.fields import U8, U32, Address64, Hex32, Hex64, Text8, enum8, enum32, flags8, raw_bytes
from acpitools.codec.record import Record, fixed_size, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import Structure
from acpitools.codec.tails import CountedBytes, Gap
from acpitools.tables.aest_interface import InterfaceCommon, NodeInterface, NodeInterrupt
from acpitools.tables.field_types import ProximityDomain, Reserved8, Reserved64, StructureLength16

__all__ = [
    "GicErrorNode",
    "MemoryErrorNode",
    "PcieErrorNode",
    "ProcessorErrorNode",
    "ProxyErrorNode",
    "SmmuErrorNode",
    "VendorErrorNode",
]


class ProcessorResource(IntEnum):
    """What of a processor is watched."""

    CACHE = 0
    TLB = 1
    GENERIC = 2


class ProcessorNodeFlags(IntFlag):
    """Whose the resource is."""

    GLOBAL = 1
    SHARED = 2


class GicInterfaceType(IntEnum):
    """Which part of an interrupt controller."""

    CPU = 0
    DISTRIBUTOR = 1
    REDISTRIBUTOR = 2
    ITS = 3


Offset = Annotated[U32, "Bytes from the start of the node."]
SpecificGap = Annotated[bytes, Gap("node_specific_offset"), "Bytes before the node's own data."]
InterfaceGap = Annotated[bytes, Gap("node_interface_offset"), "Bytes before the interface."]
Interface = Annotated[
    tuple[NodeInterface, ...], Repeated(NodeInterface, most=1, at="node_interface_offset"), "How to read the records."
]


def _common(node: Any) -> int:
    # Version 2 has more of the interface, up to the interrupts.
    if not node.interface:
        return 0
    size = 24 + 24 * len(node.interface[0].error_record_implemented)
    return int(node.node_interrupt_offset - node.node_interface_offset >= size + 32)


Common = Annotated[tuple[InterfaceCommon, ...], Repeated(InterfaceCommon, _common), "More of it, in version 2."]
InterruptGap = Annotated[bytes, Gap("node_interrupt_offset", "node_interrupt_count"), "Bytes before the interrupts."]
Interrupts = Annotated[
    tuple[NodeInterrupt, ...],
    Repeated(NodeInterrupt, "node_interrupt_count", at="node_interrupt_offset"),
    "Interrupts.",
]


@record
class _ErrorNode(Structure):
    """What all nodes begin with.  44 bytes."""

    type: Annotated[U8, "Node type."]
    length: StructureLength16
    reserved1: Reserved8 = 0
    node_specific_offset: Offset
    node_interface_offset: Offset
    node_interrupt_offset: Offset
    node_interrupt_count: Annotated[U32, "Interrupts."]
    timestamp_rate: Annotated[Hex64, "Hz of the timestamps; 0: none."]
    reserved2: Reserved64 = 0
    error_injection_rate: Annotated[Hex64, "Hz of the countdown of injected errors; 0: none."]


@record
class ProcessorData(Record):
    """A processor's resource.  16 bytes, then a reference to it."""

    processor_id: Annotated[U32, "ACPI id of the processor."]
    resource_type: Annotated[int, enum8(ProcessorResource), "What is watched."]
    reserved: Reserved8 = 0
    flags: Annotated[ProcessorNodeFlags, flags8(ProcessorNodeFlags), "Whose it is."]
    revision: Annotated[U8, "Revision of this part."]
    processor_affinity: Annotated[Hex64, "Processors that share it."]
    resource: Annotated[
        bytes,
        CountedBytes(lambda data: 4 if data.resource_type == ProcessorResource.GENERIC else 8),
        "Cache of the PPTT, level of the TLB, or what the vendor says.",
    ] = b""


@record
class ProcessorErrorNode(_ErrorNode):
    """Errors of a processor.  Spec: Arm DEN0085 2.0, 2.2."""

    type: Annotated[U8, "Node type."] = 0
    gap1: SpecificGap = b""
    data: Annotated[
        tuple[ProcessorData, ...], Repeated(ProcessorData, most=1, at="node_specific_offset"), "Resource."
    ] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class MemoryData(Record):
    """Memory of a domain.  4 bytes."""

    proximity_domain: ProximityDomain


@record
class MemoryErrorNode(_ErrorNode):
    """Errors of memory.  Spec: Arm DEN0085 2.0, 2.3."""

    type: Annotated[U8, "Node type."] = 1
    gap1: SpecificGap = b""
    data: Annotated[tuple[MemoryData, ...], Repeated(MemoryData, most=1, at="node_specific_offset"), "Memory."] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class SmmuData(Record):
    """An SMMU.  8 bytes."""

    iort_node_reference: Annotated[Hex32, "Offset of its node in the IORT."]
    subcomponent_reference: Annotated[Hex32, "Part of it."]


@record
class SmmuErrorNode(_ErrorNode):
    """Errors of an SMMU.  Spec: Arm DEN0085 2.0, 2.4."""

    type: Annotated[U8, "Node type."] = 2
    gap1: SpecificGap = b""
    data: Annotated[tuple[SmmuData, ...], Repeated(SmmuData, most=1, at="node_specific_offset"), "SMMU."] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class VendorData(Record):
    """A device of the vendor, in version 2.  28 bytes."""

    acpi_hid: Annotated[Text8, "_HID."]
    acpi_uid: Annotated[U32, "_UID."]
    vendor_specific_data: Annotated[bytes, raw_bytes(16), "As the vendor says."]


@record
class VendorData24(Record):
    """A device of the vendor, in version 1.  24 bytes."""

    acpi_hid: Annotated[Hex32, "_HID, packed as in AML."]
    acpi_uid: Annotated[U32, "_UID."]
    vendor_specific_data: Annotated[bytes, raw_bytes(16), "As the vendor says."]


def _vendor_size(node: Any) -> int:
    # The bytes up to the interface tell the version.
    return int(node.node_interface_offset - node.node_specific_offset)


def _vendor_1(node: Any) -> int:
    return int(fixed_size(VendorData24) <= _vendor_size(node) < fixed_size(VendorData))


def _vendor_2(node: Any) -> int:
    return int(_vendor_size(node) >= fixed_size(VendorData))


@record
class VendorErrorNode(_ErrorNode):
    """Errors of a device of the vendor.  Spec: Arm DEN0085 2.0, 2.5."""

    type: Annotated[U8, "Node type."] = 3
    gap1: SpecificGap = b""
    data24: Annotated[
        tuple[VendorData24, ...],
        Repeated(VendorData24, _vendor_1, at="node_specific_offset"),
        "Device, in version 1.",
    ] = ()
    data: Annotated[
        tuple[VendorData, ...],
        Repeated(VendorData, _vendor_2, at="node_specific_offset"),
        "Device, in version 2.",
    ] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class GicData(Record):
    """A part of an interrupt controller.  8 bytes."""

    interface_type: Annotated[int, enum32(GicInterfaceType), "Which part."]
    instance_id: Annotated[U32, "Which of them."]


@record
class GicErrorNode(_ErrorNode):
    """Errors of an interrupt controller.  Spec: Arm DEN0085 2.0, 2.6."""

    type: Annotated[U8, "Node type."] = 4
    gap1: SpecificGap = b""
    data: Annotated[tuple[GicData, ...], Repeated(GicData, most=1, at="node_specific_offset"), "Controller."] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class PcieData(Record):
    """A root complex.  4 bytes."""

    iort_node_reference: Annotated[Hex32, "Offset of its node in the IORT."]


@record
class PcieErrorNode(_ErrorNode):
    """Errors of a PCI root complex.  Spec: Arm DEN0085 2.0, 2.7."""

    type: Annotated[U8, "Node type."] = 5
    gap1: SpecificGap = b""
    data: Annotated[tuple[PcieData, ...], Repeated(PcieData, most=1, at="node_specific_offset"), "Root complex."] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()


@record
class ProxyData(Record):
    """Where the error really is.  8 bytes."""

    node_address: Annotated[Address64, "Registers of the node."]


@record
class ProxyErrorNode(_ErrorNode):
    """Errors that are told for another node.  Spec: Arm DEN0085 2.0, 2.8."""

    type: Annotated[U8, "Node type."] = 6
    gap1: SpecificGap = b""
    data: Annotated[tuple[ProxyData, ...], Repeated(ProxyData, most=1, at="node_specific_offset"), "Node."] = ()
    gap2: InterfaceGap = b""
    interface: Interface = ()
    common: Common = ()
    gap3: InterruptGap = b""
    interrupts: Interrupts = ()
