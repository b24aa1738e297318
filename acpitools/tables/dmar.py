"""DMAR: DMA remapping hardware and what it serves.  Spec: Intel VT-d 4.1, 8."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Address64, Hex8, Sig4, enum8, flags8, reserved_bytes
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure8, RawStructure16, Structure, StructureList
from acpitools.codec.tails import String
from acpitools.tables.field_types import (
    PciSegment16,
    ProximityDomain,
    Reserved8,
    Reserved16,
    Reserved24,
    Reserved32,
    StructureLength8,
    StructureLength16,
    Type16,
)
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "AcpiNamespaceDevice",
    "DeviceScope",
    "DeviceScopeType",
    "DmaRemappingHardwareUnit",
    "Dmar",
    "DmarFlags",
    "HardwareStaticAffinity",
    "HardwareUnitFlags",
    "ReservedMemoryRegion",
    "RootPortAtsCapability",
    "RootPortFlags",
    "SatcFlags",
    "SocDeviceProperty",
    "SocIntegratedAddressTranslationCache",
]


class DmarFlags(IntFlag):
    """What the platform says about remapping."""

    INTR_REMAP = 1
    X2APIC_OPT_OUT = 2
    DMA_CTRL_PLATFORM_OPT_IN = 4


class HardwareUnitFlags(IntFlag):
    """What a remapping unit serves; bits 5:4 of newer tables are the size of its registers."""

    INCLUDE_PCI_ALL = 1


class RootPortFlags(IntFlag):
    """Which root ports support address translation services."""

    ALL_PORTS = 1


class SatcFlags(IntFlag):
    """What the devices need."""

    ATC_REQUIRED = 1


class DeviceScopeType(IntEnum):
    """Kind of device in a scope."""

    PCI_ENDPOINT = 1
    PCI_SUB_HIERARCHY = 2
    IOAPIC = 3
    MSI_CAPABLE_HPET = 4
    ACPI_NAMESPACE_DEVICE = 5


@record
class DeviceScope(Structure):
    """A device, by its path from a bus.  6 bytes and two per step of the path.  Spec: VT-d 4.1, 8.3.1."""

    type: Annotated[int, enum8(DeviceScopeType), Label("Device Scope Type"), "Kind of device."]
    length: Annotated[StructureLength8, Label("Entry Length")]
    flags: Annotated[Hex8, Label("Reserved", join=1), "For a SIDP structure: 0 whether requests are with PASID."] = 0
    reserved: Reserved8 = 0
    enumeration_id: Annotated[U8, Label("Enumeration ID"), "I/O APIC id, HPET number or ACPI device number."]
    start_bus: Annotated[U8, Label("PCI Bus Number"), "Bus that the path begins on."]
    path: Annotated[Rest, Label("PCI Path", form=Form.PCI_PATH), "Steps of a device and a function byte."] = b""


SCOPES = StructureList(RawStructure8, dict.fromkeys(DeviceScopeType, (DeviceScope,)))
Scopes = Annotated[tuple[Structure, ...], SCOPES, "Devices."]


@record
class DmaRemappingHardwareUnit(Structure):
    """DRHD: a remapping unit and the devices that it serves.  Spec: VT-d 4.1, 8.3."""

    type: Type16 = 0
    length: StructureLength16
    flags: Annotated[HardwareUnitFlags, flags8(HardwareUnitFlags), Label(bits=()), "What it serves."]
    size: Annotated[
        Hex8, Label("Reserved"), "3:0 exponent of the register set's 4 KiB pages, VT-d 3.4; was reserved."
    ] = 0
    segment: PciSegment16
    register_base_address: Annotated[Address64, "Physical address of the registers."]
    scopes: Scopes = ()


@record
class ReservedMemoryRegion(Structure):
    """RMRR: memory that devices use all the time.  Spec: VT-d 4.1, 8.4."""

    type: Type16 = 1
    length: StructureLength16
    reserved: Reserved16 = 0
    segment: PciSegment16
    base_address: Annotated[Address64, "First byte of the region."]
    end_address: Annotated[Address64, Label("End Address (limit)"), "Last byte of the region (inclusive)."]
    scopes: Scopes = ()


@record
class RootPortAtsCapability(Structure):
    """ATSR: root ports that support address translation services.  Spec: VT-d 4.1, 8.5."""

    type: Type16 = 2
    length: StructureLength16
    flags: Annotated[RootPortFlags, flags8(RootPortFlags), Label(bits=()), "Which ports."]
    reserved: Reserved8 = 0
    segment: PciSegment16
    scopes: Scopes = ()


@record
class HardwareStaticAffinity(Structure):
    """RHSA: the proximity domain of a remapping unit.  20 bytes.  Spec: VT-d 4.1, 8.6."""

    type: Type16 = 3
    length: StructureLength16 = 20
    reserved: Reserved32 = 0
    register_base_address: Annotated[Address64, Label("Base Address"), "As in the unit's DRHD structure."]
    proximity_domain: ProximityDomain


@record
class AcpiNamespaceDevice(Structure):
    """ANDD: a device that only the namespace knows.  Spec: VT-d 4.1, 8.7."""

    type: Type16 = 4
    length: StructureLength16
    reserved: Reserved24 = 0
    device_number: Annotated[U8, "Number that device scopes call it by."]
    device_name: Annotated[str, String(zero_ended=True), "Path of the device, ended by NUL."]


@record
class SocIntegratedAddressTranslationCache(Structure):
    """SATC: integrated devices that cache translations.  Spec: VT-d 4.1, 8.8."""

    type: Type16 = 5
    length: StructureLength16
    flags: Annotated[SatcFlags, flags8(SatcFlags), Label(bits=()), "What they need."]
    reserved: Reserved8 = 0
    segment: PciSegment16
    scopes: Scopes = ()


@record
class SocDeviceProperty(Structure):
    """SIDP: properties of integrated devices.  Spec: VT-d 4.1, 8.9."""

    type: Type16 = 6
    length: StructureLength16
    reserved: Reserved16 = 0
    segment: PciSegment16
    scopes: Scopes = ()


STRUCTURES = StructureList(
    RawStructure16,
    {
        0: (DmaRemappingHardwareUnit,),
        1: (ReservedMemoryRegion,),
        2: (RootPortAtsCapability,),
        3: (HardwareStaticAffinity,),
        4: (AcpiNamespaceDevice,),
        5: (SocIntegratedAddressTranslationCache,),
        6: (SocDeviceProperty,),
    },
)


@record
class Dmar(SdtHeader):
    """DMA Remapping Table."""

    TITLE = "DMA Remapping Table"
    SPEC = "Intel VT-d 4.1, 8.1"
    signature: Sig4 = "DMAR"
    host_address_width: Annotated[U8, "Bits of a DMA address, less one."]
    flags: Annotated[DmarFlags, flags8(DmarFlags), Label(bits=()), "What the platform says about remapping."]
    reserved: Annotated[bytes, reserved_bytes(10)] = bytes(10)
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Remapping structures, in firmware order."] = ()


CODEC = TableCodec(records=(Dmar,))
