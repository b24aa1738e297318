"""Device entries of an IVHD block: their type alone tells their size.  Spec: AMD IOMMU 3.07, 5.2.2.3 to 5.2.2.8."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, Hex16, Hex32, Text8, enum8, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, SelfSizedList, Structure
from acpitools.codec.tails import CountedBytes
from acpitools.tables.field_types import Reserved8

__all__ = [
    "DEVICES",
    "AcpiDeviceEntry",
    "AliasDeviceEntry",
    "DataSetting",
    "DeviceEntry",
    "DeviceEntryType",
    "ExtendedDeviceEntry",
    "PaddingEntry",
    "SpecialDeviceEntry",
]


class DeviceEntryType(IntEnum):
    """What an entry says."""

    PAD4 = 0
    ALL = 1
    SELECT = 2
    START = 3
    END = 4
    PAD8 = 64
    ALIAS_SELECT = 66
    ALIAS_START = 67
    EXT_SELECT = 70
    EXT_START = 71
    SPECIAL = 72
    ACPI_HID = 240


class DataSetting(IntFlag):
    """Which messages pass."""

    INIT_PASS = 1
    EINT_PASS = 2
    NMI_PASS = 4
    RESERVED_3 = 8
    SYSTEM_MANAGEMENT_1 = 16
    SYSTEM_MANAGEMENT_2 = 32
    LINT0_PASS = 64
    LINT1_PASS = 128


Type = Annotated[int, enum8(DeviceEntryType), Label("Entry Type"), "What the entry says."]
DeviceId = Annotated[Hex16, Label("Device ID"), "Device: bus 15:8, device 7:3, function 2:0."]
Setting = Annotated[DataSetting, flags8(DataSetting), Label("Data Setting", bits=()), "Which messages pass."]
SourceId = Annotated[Hex16, Label("Source Used Device ID"), "Device id that its requests carry."]


@record
class RawStructureIvrsDevice(RawStructure):
    """A device entry of unknown type."""

    type: Annotated[U8, "Entry type."]
    payload: Annotated[Rest, "Bytes after the type."] = b""


@record
class DeviceEntry(Structure):
    """A device, all of them, or an end of a range.  4 bytes."""

    type: Type
    device_id: DeviceId
    data_setting: Setting


@record
class PaddingEntry(Structure):
    """Nothing.  8 bytes."""

    type: Type = DeviceEntryType.PAD8
    device_id: DeviceId
    data_setting: Setting
    extended_data: Annotated[Hex32, "Nothing."] = 0


@record
class AliasDeviceEntry(Structure):
    """A device whose requests carry another device id.  8 bytes."""

    type: Type = DeviceEntryType.ALIAS_SELECT
    device_id: DeviceId
    data_setting: Setting
    reserved1: Reserved8 = 0
    source_device_id: SourceId
    reserved2: Reserved8 = 0


@record
class ExtendedDeviceEntry(Structure):
    """A device with extended settings.  8 bytes."""

    type: Type = DeviceEntryType.EXT_SELECT
    device_id: DeviceId
    data_setting: Setting
    extended_data: Annotated[Hex32, "31: ATS requests are blocked."]


@record
class SpecialDeviceEntry(Structure):
    """An I/O APIC or HPET.  8 bytes."""

    type: Type = DeviceEntryType.SPECIAL
    device_id: DeviceId
    data_setting: Setting
    handle: Annotated[U8, "I/O APIC id or HPET number."]
    source_device_id: SourceId
    variety: Annotated[U8, "1: I/O APIC, 2: HPET."]


@record
class AcpiDeviceEntry(Structure):
    """A device that the namespace knows.  22 bytes and its UID."""

    type: Type = DeviceEntryType.ACPI_HID
    device_id: DeviceId
    data_setting: Setting
    acpi_hid: Annotated[Text8, Label("ACPI HID"), "_HID."]
    acpi_cid: Annotated[Text8, Label("ACPI CID"), "_CID; zeros: none."]
    uid_type: Annotated[U8, Label("UID Format"), "0: no UID, 1: integer, 2: string."]
    uid_length: Annotated[U8, Label("UID Length"), "Bytes of the UID."]
    uid: Annotated[bytes, CountedBytes("uid_length"), Label("UID"), "_UID."] = b""


DEVICES = SelfSizedList(
    RawStructureIvrsDevice,
    {
        0: (DeviceEntry,),
        1: (DeviceEntry,),
        2: (DeviceEntry,),
        3: (DeviceEntry,),
        4: (DeviceEntry,),
        64: (PaddingEntry,),
        66: (AliasDeviceEntry,),
        67: (AliasDeviceEntry,),
        70: (ExtendedDeviceEntry,),
        71: (ExtendedDeviceEntry,),
        72: (SpecialDeviceEntry,),
        240: (AcpiDeviceEntry,),
    },
    # Bits 7:6 of the type: 4, 8, 16 or 32 bytes; 240 and above tell their own.
    unknown_size=lambda number: 4 << (number >> 6) if number < 240 else None,
)
