"""IOVT: IOMMUs of LoongArch machines.  Spec: LoongArch I/O Virtualization Table 0.1."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address64,
    Hex8,
    Hex16,
    Hex32,
    Hex64,
    Length8,
    Sig4,
    Size32,
    enum8,
    flags32,
    reserved_bytes,
)
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, RawStructure16, Structure, StructureList
from acpitools.codec.tails import Gap
from acpitools.tables.field_types import ProximityDomain, Reserved24, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Iovt", "IovtDeviceEntry", "IovtDeviceType", "IovtIommu", "IovtIommuFlags"]


class IovtIommuFlags(IntFlag):
    """What an IOMMU is and serves."""

    PCI_DEVICE = 1
    PROXIMITY_DOMAIN_VALID = 2
    MANAGED_BY_SEGMENT = 4
    HARDWARE_CAPABILITY = 8
    MSI_BYPASS = 16


class IovtDeviceType(IntEnum):
    """What an entry says."""

    SINGLE = 0
    START = 1
    END = 2


@record
class IovtDeviceEntry(Structure):
    """A device, or an end of a range.  8 bytes."""

    type: Annotated[int, enum8(IovtDeviceType), "What the entry says."]
    length: Annotated[Length8, "Bytes of this entry."] = 8
    flags: Annotated[Hex8, "Flags."] = 0
    reserved: Reserved24 = 0
    device_id: Annotated[Hex16, "Device: bus 15:8, device 7:3, function 2:0."]


_DEVICES = StructureList(
    RawStructure8,
    {0: (IovtDeviceEntry,), 1: (IovtDeviceEntry,), 2: (IovtDeviceEntry,)},
    claimed="device_entry_count",
    at="device_entry_offset",
)


@record
class IovtIommu(Structure):
    """An IOMMU.  64 bytes and device entries."""

    type: Type16 = 0
    length: StructureLength16
    flags: Annotated[IovtIommuFlags, flags32(IovtIommuFlags), "What it is and serves."]
    segment: Annotated[Hex16, "PCI segment group."]
    physical_width: Annotated[U16, "Bits of a physical address."]
    virtual_width: Annotated[U16, "Bits of a virtual address."]
    max_page_level: Annotated[U16, "Levels of page tables."]
    page_size: Annotated[Hex64, "Sizes of pages that are supported."]
    device_id: Annotated[Hex32, "The IOMMU, where it is a PCI device."]
    base_address: Annotated[Address64, "Registers."]
    address_space_size: Annotated[Size32, "Bytes of registers."]
    interrupt_type: Annotated[U8, "Kind of interrupt."]
    reserved: Reserved24 = 0
    gsi_number: Annotated[U32, "Global system interrupt."]
    proximity_domain: ProximityDomain
    max_device_count: Annotated[U32, "Most devices."]
    device_entry_count: Annotated[U32, "Device entries."]
    device_entry_offset: Annotated[U32, "Bytes from the start of the structure."]
    gap: Annotated[bytes, Gap("device_entry_offset", "device_entry_count"), "Bytes before the entries."] = b""
    devices: Annotated[tuple[Structure, ...], _DEVICES, "Device entries."] = ()


STRUCTURES = StructureList(RawStructure16, {0: (IovtIommu,)}, claimed="iommu_count", at="iommu_offset")


@record
class Iovt(SdtHeader):
    """I/O Virtualization Table."""

    TITLE = "I/O Virtualization Table"
    SPEC = "LoongArch I/O Virtualization Table 0.1"
    signature: Sig4 = "IOVT"
    iommu_count: Annotated[U16, "IOMMUs."]
    iommu_offset: Annotated[U16, "Bytes from the start of the table."] = 48
    reserved: Annotated[bytes, reserved_bytes(8)] = bytes(8)
    gap: Annotated[bytes, Gap("iommu_offset", "iommu_count"), "Bytes before the IOMMUs."] = b""
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "IOMMUs, in firmware order."] = ()


CODEC = TableCodec(records=(Iovt,))
