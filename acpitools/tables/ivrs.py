"""IVRS: AMD's I/O virtualization hardware.  Spec: AMD I/O Virtualization Technology 3.07, 5.2."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    Address64,
    Hex8,
    Hex16,
    Hex32,
    Hex64,
    Length16,
    Sig4,
    Size64,
    enum8,
    flags8,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.tables.field_types import Reserved64, StructureLength16
from acpitools.tables.header import SdtHeader
from acpitools.tables.ivrs_devices import DEVICES
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "HardwareDefinition",
    "HardwareDefinition40",
    "HardwareFlags",
    "Ivrs",
    "IvrsType",
    "MemoryDefinition",
    "MemoryFlags",
]


class IvrsType(IntEnum):
    """Kind of structure."""

    HARDWARE_10H = 0x10
    HARDWARE_11H = 0x11
    HARDWARE_40H = 0x40
    MEMORY_ALL = 0x20
    MEMORY_DEVICE = 0x21
    MEMORY_RANGE = 0x22


class HardwareFlags(IntFlag):
    """How an IOMMU treats requests."""

    HT_TUN_EN = 1
    PASS_PW = 2
    RES_PASS_PW = 4
    ISOC = 8
    IOTLB_SUP = 16
    COHERENT = 32
    PREF_SUP = 64
    PPR_SUP = 128


class MemoryFlags(IntFlag):
    """What devices may do with a block of memory."""

    UNITY = 1
    READ = 2
    WRITE = 4
    EXCLUSION_RANGE = 8


@record
class RawStructureIvrs(RawStructure):
    """Unknown or malformed structure of the IVRS."""

    type: Annotated[U8, "Structure type."]
    flags: Annotated[Hex8, "Flags."] = 0
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


Type = Annotated[int, enum8(IvrsType), Label("Subtable Type"), "Kind of structure."]


@record
class HardwareDefinition(Structure):
    """IVHD: an IOMMU and its devices.  24 bytes, then device entries."""

    type: Type = IvrsType.HARDWARE_10H
    flags: Annotated[HardwareFlags, flags8(HardwareFlags), Label(bits=()), "How it treats requests."]
    length: StructureLength16
    device_id: Annotated[Hex16, Label("DeviceId"), "IOMMU: bus 15:8, device 7:3, function 2:0."]
    capability_offset: Annotated[Hex16, "Offset of the capability block in PCI configuration space."]
    base_address: Annotated[Address64, "Physical address of the registers."]
    segment: Annotated[U16, Label("PCI Segment Group"), "PCI segment group."]
    info: Annotated[Hex16, Label("Virtualization Info"), "12:8 unit, 4:0 MSI number."]
    feature_reporting: Annotated[Hex32, "Type 10h: features; later types: attributes."]
    devices: Annotated[tuple[Structure, ...], DEVICES, "Device entries."] = ()


@record
class HardwareDefinition40(Structure):
    """IVHD with the extended feature register.  40 bytes, then device entries."""

    type: Type = IvrsType.HARDWARE_11H
    flags: Annotated[HardwareFlags, flags8(HardwareFlags), Label(bits=()), "How it treats requests."]
    length: StructureLength16
    device_id: Annotated[Hex16, Label("DeviceId"), "IOMMU: bus 15:8, device 7:3, function 2:0."]
    capability_offset: Annotated[Hex16, "Offset of the capability block in PCI configuration space."]
    base_address: Annotated[Address64, "Physical address of the registers."]
    segment: Annotated[U16, Label("PCI Segment Group"), "PCI segment group."]
    info: Annotated[Hex16, Label("Virtualization Info"), "12:8 unit, 4:0 MSI number."]
    attributes: Annotated[Hex32, "27:23 performance counters, 22:13 counter banks and more."]
    efr_register_image: Annotated[Hex64, Label("EFR Image"), "Extended feature register."]
    efr_register_image2: Annotated[Hex64, Label("Reserved"), "Extended feature register 2; once reserved."]
    devices: Annotated[tuple[Structure, ...], DEVICES, "Device entries."] = ()


@record
class MemoryDefinition(Structure):
    """IVMD: memory that devices use, or must not.  32 bytes."""

    type: Type = IvrsType.MEMORY_ALL
    flags: Annotated[MemoryFlags, flags8(MemoryFlags), Label(bits=()), "What devices may do."]
    length: StructureLength16 = 32
    device_id: Annotated[Hex16, Label("DeviceId"), "Device, or first of a range."]
    auxiliary_data: Annotated[Hex16, "Last device of a range."]
    reserved: Reserved64 = 0
    start_address: Annotated[Address64, "First byte."]
    memory_length: Annotated[Size64, "Bytes."]


STRUCTURES = StructureList(
    RawStructureIvrs,
    {
        0x10: (HardwareDefinition,),
        0x11: (HardwareDefinition40,),
        0x20: (MemoryDefinition,),
        0x21: (MemoryDefinition,),
        0x22: (MemoryDefinition,),
        0x40: (HardwareDefinition40,),
    },
)


@record
class Ivrs(SdtHeader):
    """I/O Virtualization Reporting Structure."""

    TITLE = "I/O Virtualization Reporting Structure"
    SPEC = "AMD I/O Virtualization Technology 3.07, 5.2.1"
    signature: Sig4 = "IVRS"
    info: Annotated[
        Hex32, Label("Virtualization Info"), "22 HT address translation, 21:15 virtual, 14:8 physical, 7:5 guest size."
    ]
    reserved: Reserved64 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Definition blocks, in firmware order."] = ()


CODEC = TableCodec(records=(Ivrs,))
