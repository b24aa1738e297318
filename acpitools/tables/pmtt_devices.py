"""Devices of the PMTT: a device's length has those that it holds, so that each knows its own end otherwise."""

from enum import IntFlag
from typing import Annotated, Any

from acpitools.codec.arrays import IntArray
from acpitools.codec.fields import U8, U16, U32, Hex32, flags16, guid
from acpitools.codec.labels import Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import RawStructure, SelfSizedList, Structure
from acpitools.codec.tails import CountedBytes, Integers
from acpitools.tables.field_types import Reserved8, Reserved16, Type8

__all__ = [
    "DEVICES",
    "DEVICES_1",
    "MemoryController",
    "MemoryController1",
    "MemoryDeviceFlags",
    "MemoryModule",
    "MemoryModule1",
    "MemorySocket",
    "MemorySocket1",
    "MemoryVendorDevice",
]


class MemoryDeviceFlags(IntFlag):
    """What a device is; bits 3:2: kind of memory (0 volatile, 1 both, 2 non-volatile)."""

    TOP_LEVEL = 1
    PHYSICAL_ELEMENT = 2
    BOTH_KINDS = 4
    NON_VOLATILE = 8


Length = Annotated[U16, "Bytes of this device and of those that it holds."]
Flags = Annotated[
    MemoryDeviceFlags,
    flags16(MemoryDeviceFlags),
    Label(bits=("Top-level Device", "Physical Element", ("Memory Type", 2))),
    "What the device is.",
]
Count = Annotated[U32, "Devices that it holds; they follow."]


@record
class RawStructurePmtt(RawStructure):
    """A device of unknown type, and all that follows it."""

    type: Annotated[U8, "Structure type."]
    payload: Annotated[Rest, "Bytes after the type."] = b""


@record
class MemorySocket1(Structure):
    """A socket, in revision 1.  12 bytes.  Spec: ACPI 6.3, 5.2.21.12.1."""

    type: Type8 = 0
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    socket_id: Annotated[U16, Label("Socket ID"), "Number of the socket."]
    reserved3: Reserved16 = 0


@record
class MemoryController1(Structure):
    """A memory controller, in revision 1.  28 bytes and 4 per domain.  Spec: ACPI 6.3, 5.2.21.12.2."""

    type: Type8 = 1
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    read_latency: Annotated[U32, "Nanoseconds."]
    write_latency: Annotated[U32, "Nanoseconds."]
    read_bandwidth: Annotated[U32, "MB/s."]
    write_bandwidth: Annotated[U32, "MB/s."]
    access_width: Annotated[U16, "Bits of the best access."]
    alignment: Annotated[U16, "Bits of the best alignment."]
    reserved3: Reserved16 = 0
    domain_count: Annotated[U16, "Proximity domains."]
    domains: Annotated[IntArray, Integers(4, "domain_count"), Label("Proximity Domain"), "Proximity domains."] = (
        IntArray(b"", 4)
    )


@record
class MemoryModule1(Structure):
    """A module, in revision 1.  20 bytes.  Spec: ACPI 6.3, 5.2.21.12.3."""

    type: Type8 = 2
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    component_id: Annotated[U16, Label("Component ID"), "Number of the component."]
    reserved3: Reserved16 = 0
    memory_size: Annotated[U32, "MiB."]
    bios_handle: Annotated[Hex32, "SMBIOS handle of the memory device; 0xFFFFFFFF: none."]


@record
class MemorySocket(Structure):
    """A socket.  16 bytes.  Spec: ACPI 6.5, 5.2.21.1."""

    type: Type8 = 0
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    memory_device_count: Count
    socket_id: Annotated[U16, "Number of the socket."]
    reserved3: Reserved16 = 0


@record
class MemoryController(Structure):
    """A memory controller.  16 bytes.  Spec: ACPI 6.5, 5.2.21.2."""

    type: Type8 = 1
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    memory_device_count: Count
    controller_id: Annotated[U16, "Number of the controller."]
    reserved3: Reserved16 = 0


@record
class MemoryModule(Structure):
    """A module.  16 bytes.  Spec: ACPI 6.5, 5.2.21.3."""

    type: Type8 = 2
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    memory_device_count: Count
    bios_handle: Annotated[Hex32, "SMBIOS handle of the memory device; 0xFFFFFFFF: none."]


def _vendor_bytes(device: Any) -> int:
    # What it holds cannot be told from its own data; one that holds nothing ends with its data.
    return device.length - 28 if device.memory_device_count == 0 else 0


@record
class MemoryVendorDevice(Structure):
    """A device of the vendor.  28 bytes and data.  Spec: ACPI 6.5, 5.2.21.4."""

    type: Type8 = 0xFF
    reserved1: Reserved8 = 0
    length: Length
    flags: Flags
    reserved2: Reserved16 = 0
    memory_device_count: Count
    type_uuid: Annotated[str, guid(), "Kind of device."]
    data: Annotated[bytes, CountedBytes(_vendor_bytes), "As the vendor says."] = b""


DEVICES_1 = SelfSizedList(RawStructurePmtt, {0: (MemorySocket1,), 1: (MemoryController1,), 2: (MemoryModule1,)})
DEVICES = SelfSizedList(
    RawStructurePmtt, {0: (MemorySocket,), 1: (MemoryController,), 2: (MemoryModule,), 0xFF: (MemoryVendorDevice,)}
)
