"""Structures of the NFIT.  Spec: ACPI 6.5, 5.2.25.2 to 5.2.25.9."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    U64,
    Address64,
    Hex8,
    Hex16,
    Hex32,
    Hex64,
    Size32,
    Size64,
    flags8,
    flags16,
    flags32,
    guid,
)
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import Structure
from acpitools.codec.tails import Integers
from acpitools.tables.field_types import (
    ProximityDomain,
    Reserved16,
    Reserved24,
    Reserved32,
    Reserved48,
    StructureLength16,
    Type16,
)

__all__ = [
    "ControlRegionFlags",
    "FlushHintAddress",
    "Interleave",
    "NvdimmBlockDataWindow",
    "NvdimmControlRegion",
    "NvdimmControlRegion32",
    "NvdimmRegionMapping",
    "NvdimmState",
    "PlatformCapabilities",
    "PlatformCapabilityFlags",
    "RangeFlags",
    "SmbiosInformation",
    "SystemPhysicalAddressRange",
    "SystemPhysicalAddressRange56",
]

REGION_TYPES = {
    "66f0d379-b4f3-4074-ac43-0d3318b78cdb": "persistent memory region",
    "92f701f6-13b4-405d-910b-299367e8234c": "NVDIMM control region",
    "91af0530-5d86-470e-a6b0-0a2db9408249": "NVDIMM block data window",
    "7305944f-fdda-44e3-b16c-3f22d252e5d0": "volatile memory region",
    "77ab535a-45fc-624b-5560-f7b281d1f96e": "RAM disk, virtual disk in volatile memory",
    "3d5abd30-4175-87ce-6d64-d2ade523c4bb": "RAM disk, virtual CD in volatile memory",
    "5cea02c9-4d07-69d3-269f-4496fbe096f9": "RAM disk, virtual disk in persistent memory",
    "08018188-42cd-bb48-100f-5387d53ded3d": "RAM disk, virtual CD in persistent memory",
}


class RangeFlags(IntFlag):
    """How a range may be used, and which of its fields are valid."""

    ADD_ONLINE_OPERATION_ONLY = 1
    PROXIMITY_DOMAIN_VALID = 2
    LOCATION_COOKIE_VALID = 4


class NvdimmState(IntFlag):
    """State of an NVDIMM."""

    SAVE_FAILED = 1
    RESTORE_FAILED = 2
    FLUSH_FAILED = 4
    NOT_ARMED = 8
    HEALTH_OBSERVED = 16
    HEALTH_ENABLED = 32
    MAP_FAILED = 64


class ControlRegionFlags(IntFlag):
    """Block windows."""

    BUFFERED = 1


class ControlRegionValid(IntFlag):
    """Which fields are valid."""

    MANUFACTURING = 1


class PlatformCapabilityFlags(IntFlag):
    """What reaches the NVDIMMs when power fails."""

    CACHE_FLUSH = 1
    MEMORY_CONTROLLER_FLUSH = 2
    MEMORY_MIRRORING = 4


@record
class SystemPhysicalAddressRange56(Structure):
    """A range of memory.  56 bytes.  Spec: ACPI 6.3, 5.2.25.2."""

    type: Type16 = 0
    length: StructureLength16 = 56
    range_index: Annotated[U16, "Number of the range; not 0."]
    flags: Annotated[
        RangeFlags,
        flags16(RangeFlags),
        Label(bits=("Add/Online Operation Only", "Proximity Domain Valid")),
        "How it may be used.",
    ]
    reserved: Reserved32 = 0
    proximity_domain: ProximityDomain
    region_type_guid: Annotated[str, guid(REGION_TYPES), Label("Region Type GUID"), "Kind of memory."]
    address_range_base: Annotated[Address64, "First byte of the range."]
    address_range_length: Annotated[Size64, "Bytes."]
    memory_map_attribute: Annotated[Hex64, "Attributes, as in the UEFI memory map."]


@record
class SystemPhysicalAddressRange(SystemPhysicalAddressRange56):
    """A range of memory, with a cookie.  64 bytes.  Spec: ACPI 6.5, 5.2.25.2."""

    length: StructureLength16 = 64
    location_cookie: Annotated[Hex64, "Opaque; ACPI 6.4."] = 0


@record
class NvdimmRegionMapping(Structure):
    """A part of an NVDIMM in a range.  48 bytes.  Spec: ACPI 6.5, 5.2.25.3."""

    type: Type16 = 1
    length: StructureLength16 = 48
    device_handle: Annotated[Hex32, "31:28 reserved, 27:16 node, 15:12 socket, 11:8 controller, 7:4 channel, 3:0 DIMM."]
    physical_id: Annotated[Hex16, "SMBIOS handle of the memory device."]
    region_id: Annotated[U16, "Number of the region in the NVDIMM."]
    range_index: Annotated[U16, "Range that it is a part of; 0: none."]
    control_region_index: Annotated[U16, "Control region; not 0."]
    region_size: Annotated[Size64, "Bytes of the region."]
    region_offset: Annotated[Hex64, "Bytes from the start of the range."]
    address_region_base: Annotated[Hex64, "First byte of the region in the NVDIMM."]
    interleave_index: Annotated[U16, "Interleave structure; 0: none."]
    interleave_ways: Annotated[U16, "NVDIMMs that are interleaved."]
    flags: Annotated[
        NvdimmState,
        flags16(NvdimmState),
        Label(
            "Flags",
            bits=(
                "Save to device failed",
                "Restore from device failed",
                "Platform flush failed",
                "Device not armed",
                "Health events observed",
                "Health events enabled",
                "Mapping failed",
            ),
        ),
        "State of the NVDIMM.",
    ]
    reserved: Reserved16 = 0


@record
class Interleave(Structure):
    """Where the lines of an interleaved region are.  16 bytes and 4 per line.  Spec: ACPI 6.5, 5.2.25.4."""

    type: Type16 = 2
    length: StructureLength16
    interleave_index: Annotated[U16, "Number of the structure; not 0."]
    reserved: Reserved16 = 0
    line_count: Annotated[U32, Label(computed=True), "Lines."]
    line_size: Annotated[Size32, "Bytes of a line."]
    line_offsets: Annotated[
        IntArray, Integers(4, "line_count"), Label("Line Offset"), "Multiples of the line size."
    ] = IntArray(b"", 4)


@record
class SmbiosInformation(Structure):
    """SMBIOS structures of the NVDIMMs.  8 bytes and these.  Spec: ACPI 6.5, 5.2.25.5."""

    type: Type16 = 3
    length: StructureLength16
    reserved: Reserved32 = 0
    smbios_table_entries: Annotated[Rest, Label("SMBIOS Table Entries"), "SMBIOS structures."] = b""


@record
class NvdimmControlRegion32(Structure):
    """What an NVDIMM is, without block windows.  32 bytes.  Spec: ACPI 6.5, 5.2.25.6."""

    type: Type16 = 4
    length: StructureLength16 = 32
    region_index: Annotated[U16, "Number of the control region; not 0."]
    vendor_id: Annotated[Hex16, "Vendor of the NVDIMM, as JEDEC has it."]
    device_id: Annotated[Hex16, "Device."]
    revision_id: Annotated[Hex16, "Revision."]
    subsystem_vendor_id: Annotated[Hex16, "Vendor of the controller."]
    subsystem_device_id: Annotated[Hex16, "Controller."]
    subsystem_revision_id: Annotated[Hex16, "Its revision."]
    valid_fields: Annotated[
        ControlRegionValid, flags8(ControlRegionValid), Label(bits=()), "Whether the next two fields are valid."
    ]
    manufacturing_location: Annotated[Hex8, "Where it was made."]
    manufacturing_date: Annotated[Hex16, "7:0 year, 15:8 week, as BCD."]
    reserved1: Reserved16 = 0
    serial_number: Annotated[Hex32, "Serial number."]
    code: Annotated[Hex16, "Region format interface code."]
    window_count: Annotated[U16, "Block control windows."] = 0


@record
class NvdimmControlRegion(NvdimmControlRegion32):
    """What an NVDIMM is, and its block windows.  80 bytes.  Spec: ACPI 6.5, 5.2.25.6."""

    length: StructureLength16 = 80
    window_size: Annotated[Size64, "Bytes of a window."]
    command_offset: Annotated[Hex64, "Command register in a window."]
    command_size: Annotated[U64, "Bytes of it."]
    status_offset: Annotated[Hex64, "Status register in a window."]
    status_size: Annotated[U64, "Bytes of it."]
    flags: Annotated[
        ControlRegionFlags, flags16(ControlRegionFlags), Label("Flags", bits=("Windows buffered",)), "Windows."
    ]
    reserved2: Annotated[Reserved48, Label("Reserved1", form=Form.INTEGER)] = bytes(6)


@record
class NvdimmBlockDataWindow(Structure):
    """Windows to the blocks of an NVDIMM.  40 bytes.  Spec: ACPI 6.5, 5.2.25.7."""

    type: Type16 = 5
    length: StructureLength16 = 40
    region_index: Annotated[U16, "Control region."]
    window_count: Annotated[U16, "Windows."]
    offset: Annotated[Hex64, "First window."]
    size: Annotated[Size64, "Bytes of a window."]
    capacity: Annotated[Size64, "Bytes that are reached through them."]
    start_address: Annotated[Hex64, "First byte of these in the NVDIMM."]


@record
class FlushHintAddress(Structure):
    """Where to write so that stores are durable.  16 bytes and 8 per address.  Spec: ACPI 6.5, 5.2.25.8."""

    type: Type16 = 6
    length: StructureLength16
    device_handle: Annotated[Hex32, "NVDIMM."]
    hint_count: Annotated[U16, Label(computed=True), "Addresses."]
    reserved: Reserved48 = bytes(6)
    hint_addresses: Annotated[
        IntArray, Integers(8, "hint_count", hexadecimal=True), Label("Hint Address"), "Physical addresses."
    ] = IntArray(b"", 8)


@record
class PlatformCapabilities(Structure):
    """What the platform does when power fails.  16 bytes.  Spec: ACPI 6.5, 5.2.25.9."""

    type: Type16 = 7
    length: StructureLength16 = 16
    highest_capability: Annotated[U8, "Highest bit of the capabilities that is valid."]
    reserved1: Reserved24 = 0
    capabilities: Annotated[
        PlatformCapabilityFlags,
        flags32(PlatformCapabilityFlags),
        Label(bits=("Cache Flush to NVDIMM", "Memory Flush to NVDIMM", "Memory Mirroring")),
        "What it does.",
    ]
    reserved2: Reserved32 = 0
