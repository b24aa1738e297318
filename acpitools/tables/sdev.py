"""SDEV: devices of the secure system.  Spec: ACPI 6.5, 5.2.27."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U8, U16, Address64, Hex8, Hex16, Length16, Sig4, Size64, flags8
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Record, Rest, decode, record
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import RawStructure, Structure, StructureList
from acpitools.codec.tails import CountedBytes, Gap, String
from acpitools.tables.field_types import Reserved32, StructureLength16, Type8
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "IdentificationComponent",
    "MemoryComponent",
    "NamespaceDevice",
    "NamespaceDevice2",
    "PcieEndpointDevice",
    "PciePathEntry",
    "Sdev",
    "SdevFlags",
]


class SdevFlags(IntFlag):
    """What the secure system may do with a device."""

    ALLOW_HANDOFF = 1
    SECURE_COMPONENTS = 2


@record
class RawStructureSdev(RawStructure):
    """Unknown or malformed structure of the SDEV."""

    type: Annotated[U8, "Structure type."]
    flags: Annotated[Hex8, "Flags."] = 0
    length: Annotated[Length16, "Declared length in bytes, header included."]
    payload: Annotated[Rest, "Bytes after the header."] = b""


Flags = Annotated[
    SdevFlags,
    flags8(SdevFlags),
    Label(bits=("Allow handoff to unsecure OS",), whole=True),
    "What the secure system may do.",
]
Offset = Annotated[U16, "Bytes from the start of the structure."]


@record
class IdentificationComponent(Structure):
    """What a device is.  21 bytes and its ids.  Spec: ACPI 6.5, 5.2.27.4."""

    type: Type8 = 0
    flags: Annotated[Hex8, "Reserved."] = 0
    length: StructureLength16
    hardware_id_offset: Offset
    hardware_id_length: Annotated[U16, "Bytes of the hardware id."]
    subsystem_id_offset: Offset
    subsystem_id_length: Annotated[U16, "Bytes of the subsystem id."]
    hardware_revision: Annotated[Hex16, "Revision of the hardware."]
    hardware_rev_present: Annotated[U8, "1: the revision counts."]
    class_code_present: Annotated[U8, "1: the class counts."]
    pci_base_class: Annotated[Hex8, "PCI base class."]
    pci_sub_class: Annotated[Hex8, "PCI subclass."]
    pci_programming_interface: Annotated[Hex8, "PCI programming interface."]
    gap1: Annotated[bytes, Gap("hardware_id_offset", "hardware_id_length"), "Bytes before the hardware id."] = b""
    hardware_id: Annotated[str, String("hardware_id_length", at="hardware_id_offset"), "Hardware id."] = ""
    gap2: Annotated[bytes, Gap("subsystem_id_offset", "subsystem_id_length"), "Bytes before the subsystem id."] = b""
    subsystem_id: Annotated[str, String("subsystem_id_length", at="subsystem_id_offset"), "Subsystem id."] = ""


@record
class MemoryComponent(Structure):
    """Memory of a device.  24 bytes.  Spec: ACPI 6.5, 5.2.27.5."""

    type: Type8 = 1
    flags: Annotated[Hex8, "Reserved."] = 0
    length: StructureLength16 = 24
    reserved: Reserved32 = 0
    memory_base_address: Annotated[Address64, "First byte."]
    memory_length: Annotated[Size64, "Bytes."]


COMPONENTS = StructureList(
    RawStructureSdev,
    {0: (IdentificationComponent,), 1: (MemoryComponent,)},
    sized_by="secure_component_length",
    at="secure_component_offset",
)
DeviceId = Annotated[
    str, String("device_id_length", at="device_id_offset"), Label("Namepath", form=Form.STRING), "Path of the device."
]
VendorData = Annotated[bytes, CountedBytes("vendor_data_length", at="vendor_data_offset"), "For the vendor."]


@record
class NamespaceDevice(Structure):
    """A device that the namespace knows.  12 bytes, its path and data.  Spec: ACPI 6.2, 5.2.26.1."""

    type: Type8 = 0
    flags: Flags
    length: StructureLength16
    device_id_offset: Annotated[Offset, Label("Device ID Offset", computed=True)]
    device_id_length: Annotated[U16, Label("Device ID Length", computed=True), "Bytes of the path."]
    vendor_data_offset: Annotated[Offset, Label(computed=True)]
    vendor_data_length: Annotated[U16, Label(computed=True), "Bytes for the vendor."]
    gap1: Annotated[bytes, Gap("device_id_offset", "device_id_length"), "Bytes before the path."] = b""
    device_id: DeviceId = ""
    gap2: Annotated[bytes, Gap("vendor_data_offset", "vendor_data_length"), "Bytes before the data."] = b""
    vendor_data: VendorData = b""


@record
class NamespaceDevice2(Structure):
    """The same with secure access components.  16 bytes, its path, data and these.  Spec: ACPI 6.5, 5.2.27.1."""

    type: Type8 = 0
    flags: Flags
    length: StructureLength16
    device_id_offset: Annotated[Offset, Label("Device ID Offset", computed=True)]
    device_id_length: Annotated[U16, Label("Device ID Length", computed=True), "Bytes of the path."]
    vendor_data_offset: Annotated[Offset, Label(computed=True)]
    vendor_data_length: Annotated[U16, Label(computed=True), "Bytes for the vendor."]
    secure_component_offset: Offset
    secure_component_length: Annotated[U16, "Bytes of the components."]
    gap1: Annotated[bytes, Gap("device_id_offset", "device_id_length"), "Bytes before the path."] = b""
    device_id: DeviceId = ""
    gap2: Annotated[bytes, Gap("vendor_data_offset", "vendor_data_length"), "Bytes before the data."] = b""
    vendor_data: VendorData = b""
    gap3: Annotated[
        bytes, Gap("secure_component_offset", "secure_component_length"), "Bytes before the components."
    ] = b""
    components: Annotated[tuple[Structure, ...], COMPONENTS, "Secure access components."] = ()


@record
class PciePathEntry(Record):
    """A step of a path.  2 bytes."""

    device: Annotated[Hex8, "PCI device."]
    function: Annotated[Hex8, "PCI function."]


@record
class PcieEndpointDevice(Structure):
    """A PCI Express device.  16 bytes, its path and data.  Spec: ACPI 6.5, 5.2.27.2."""

    type: Type8 = 1
    flags: Flags
    length: StructureLength16
    segment: Annotated[U16, "PCI segment group."]
    start_bus: Annotated[U16, "Bus that the path begins on."]
    path_offset: Annotated[Offset, Label(computed=True)]
    path_length: Annotated[U16, Label(computed=True), "Bytes of the path."]
    vendor_data_offset: Annotated[Offset, Label(computed=True)]
    vendor_data_length: Annotated[U16, Label(computed=True), "Bytes for the vendor."]
    gap1: Annotated[bytes, Gap("path_offset", "path_length"), "Bytes before the path."] = b""
    path: Annotated[
        tuple[PciePathEntry, ...],
        Repeated(PciePathEntry, sized_by="path_length", at="path_offset"),
        "Steps.",
    ] = ()
    gap2: Annotated[bytes, Gap("vendor_data_offset", "vendor_data_length"), "Bytes before the data."] = b""
    vendor_data: VendorData = b""


def _room(data: bytes, start: int, stop: int) -> int:
    # The fixed part ends where the first data begins: 12 or 16 bytes in a namespace device.
    words = [int.from_bytes(data[start + at : start + at + 2], "little") for at in (4, 6, 8, 10)]
    if data[start] != 0:
        return stop - start
    offsets = [offset for offset, length in ((words[0], words[1]), (words[2], words[3])) if length]
    return min(offsets, default=stop - start)


STRUCTURES = StructureList(
    RawStructureSdev, {0: (NamespaceDevice, NamespaceDevice2), 1: (PcieEndpointDevice,)}, room=_room
)


@record
class Sdev(SdtHeader):
    """Secure Devices Table."""

    TITLE = "Secure Devices Table"
    SPEC = "ACPI 6.5, 5.2.27"
    signature: Sig4 = "SDEV"
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Devices, in firmware order."] = ()


def _refused(data: bytes, size: int) -> str | None:
    devices = decode(Sdev, data, 0, size).structures
    if any(isinstance(device, NamespaceDevice) and not device.vendor_data for device in devices):
        return "it wants data for the vendor behind each namespace device."
    return None


CODEC = TableCodec(records=(Sdev,), refused=_refused)
