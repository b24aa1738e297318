"""SRAT: which processors, memory and devices belong to which proximity domain.  Spec: ACPI 6.5, 5.2.16."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U24,
    U32,
    Address64,
    Length8,
    Reserved8,
    Reserved16,
    Reserved32,
    Reserved64,
    Sig4,
    Size64,
    enum8,
    flags32,
    raw_bytes,
)
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure8, Structure, StructureList
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = [
    "CODEC",
    "AffinityFlags",
    "DeviceHandleType",
    "GenericInitiatorAffinity",
    "GenericInitiatorFlags",
    "GenericPortAffinity",
    "GicItsAffinity",
    "GiccAffinity",
    "MemoryAffinity",
    "MemoryAffinityFlags",
    "ProcessorLocalApicAffinity",
    "ProcessorLocalX2apicAffinity",
    "RintcAffinity",
    "Srat",
]

Domain = Annotated[U32, "Proximity domain."]
Type = Annotated[U8, Label("Subtable Type"), "Structure type."]
Length = Annotated[Length8, "Bytes of this structure."]
ClockDomain = Annotated[U32, "Clock domain of the processor."]


class AffinityFlags(IntFlag):
    """Flags of a processor's affinity."""

    ENABLED = 1


class MemoryAffinityFlags(IntFlag):
    """Flags of a memory range."""

    ENABLED = 1
    HOT_PLUGGABLE = 2
    NON_VOLATILE = 4
    SPECIFIC_PURPOSE = 8


class GenericInitiatorFlags(IntFlag):
    """Flags of a generic initiator or port."""

    ENABLED = 1
    ARCHITECTURAL_TRANSACTIONS = 2


class DeviceHandleType(IntEnum):
    """What a device handle holds."""

    ACPI = 0
    PCI = 1


Flags = Annotated[AffinityFlags, flags32(AffinityFlags), "Without ENABLED the structure is ignored."]


@record
class ProcessorLocalApicAffinity(Structure):
    """A processor by its 8-bit local APIC id (or SAPIC id and EID).  Spec: ACPI 6.5, 5.2.16.1."""

    type: Type = 0
    length: Length = 16
    proximity_domain_low: Annotated[U8, Label("Proximity Domain Low(8)"), "Proximity domain, bits 7:0."]
    apic_id: Annotated[U8, Label("Apic ID"), "Local APIC id."]
    flags: Flags = AffinityFlags.ENABLED
    local_sapic_eid: Annotated[U8, Label("Local Sapic EID"), "Local SAPIC EID; 0 where there are APICs."] = 0
    proximity_domain_high: Annotated[
        U24, Label("Proximity Domain High(24)"), "Proximity domain, bits 31:8; counts from SRAT revision 2 on."
    ] = 0
    clock_domain: ClockDomain = 0

    @property
    def proximity_domain(self) -> int:
        """Give the 32-bit proximity domain, as SRAT revision 2 and later have it."""
        return self.proximity_domain_high << 8 | self.proximity_domain_low


@record
class MemoryAffinity(Structure):
    """One physical range and its proximity domain.  Spec: ACPI 6.5, 5.2.16.2."""

    type: Type = 1
    length: Length = 40
    proximity_domain: Annotated[U32, "Proximity domain; bits 7:0 alone count in SRAT revision 1."]
    reserved1: Reserved16 = 0
    base_address: Annotated[Address64, "First byte of the range."]
    range_length: Annotated[
        Size64, Label("Address Length"), "Bytes; the range ends before base_address + range_length."
    ]
    reserved2: Reserved32 = 0
    flags: Annotated[
        MemoryAffinityFlags,
        flags32(MemoryAffinityFlags),
        Label(bits=("Enabled", "Hot Pluggable", "Non-Volatile")),
        "Without ENABLED the structure is ignored.",
    ] = MemoryAffinityFlags.ENABLED
    reserved3: Reserved64 = 0


@record
class ProcessorLocalX2apicAffinity(Structure):
    """A processor by its 32-bit x2APIC id.  Spec: ACPI 6.5, 5.2.16.3."""

    type: Type = 2
    length: Length = 24
    reserved1: Reserved16 = 0
    proximity_domain: Domain
    x2apic_id: Annotated[U32, Label("Apic ID"), "Local x2APIC id."]
    flags: Flags = AffinityFlags.ENABLED
    clock_domain: ClockDomain = 0
    reserved2: Reserved32 = 0


@record
class GiccAffinity(Structure):
    """An Arm processor by its ACPI UID.  Spec: ACPI 6.5, 5.2.16.4."""

    type: Type = 3
    length: Length = 18
    proximity_domain: Domain
    acpi_processor_uid: Annotated[
        U32, Label("Acpi Processor UID"), "UID of the processor, as in the MADT GICC structure."
    ]
    flags: Flags = AffinityFlags.ENABLED
    clock_domain: ClockDomain = 0


@record
class GicItsAffinity(Structure):
    """An Arm interrupt translation service.  Spec: ACPI 6.5, 5.2.16.5."""

    type: Type = 4
    length: Length = 12
    proximity_domain: Domain
    reserved: Reserved16 = 0
    its_id: Annotated[U32, Label("ITS ID"), "Id of the ITS, as in the MADT GIC ITS structure."]


@record
class GenericInitiatorAffinity(Structure):
    """A device that starts memory transactions.  Spec: ACPI 6.5, 5.2.16.6."""

    type: Type = 5
    length: Length = 32
    reserved1: Reserved8 = 0
    device_handle_type: Annotated[int, enum8(DeviceHandleType), "What device_handle holds."] = DeviceHandleType.ACPI
    proximity_domain: Domain
    device_handle: Annotated[
        bytes, raw_bytes(16), "ACPI: 8 bytes _HID, 4 bytes _UID, 4 reserved.  PCI: segment, BDF, 12 reserved."
    ]
    flags: Annotated[
        GenericInitiatorFlags,
        flags32(GenericInitiatorFlags),
        Label(bits=("Enabled",)),
        "Without ENABLED the structure is ignored.",
    ] = GenericInitiatorFlags.ENABLED
    reserved2: Reserved32 = 0


@record
class GenericPortAffinity(Structure):
    """A port to memory that is not described at boot, such as a CXL host bridge.  Spec: ACPI 6.5, 5.2.16.7."""

    type: Type = 6
    length: Length = 32
    reserved1: Reserved8 = 0
    device_handle_type: Annotated[int, enum8(DeviceHandleType), "What device_handle holds."] = DeviceHandleType.ACPI
    proximity_domain: Domain
    device_handle: Annotated[
        bytes, raw_bytes(16), "ACPI: 8 bytes _HID, 4 bytes _UID, 4 reserved.  PCI: segment, BDF, 12 reserved."
    ]
    flags: Annotated[
        GenericInitiatorFlags, flags32(GenericInitiatorFlags), "Without ENABLED the structure is ignored."
    ] = GenericInitiatorFlags.ENABLED
    reserved2: Reserved32 = 0


@record
class RintcAffinity(Structure):
    """A RISC-V processor by its ACPI UID.  Spec: ACPI 6.6, 5.2.16.8."""

    type: Type = 7
    length: Length = 20
    reserved: Reserved16 = 0
    proximity_domain: Domain
    acpi_processor_uid: Annotated[
        U32, Label("Acpi Processor UID"), "UID of the processor, as in the MADT RINTC structure."
    ]
    flags: Flags = AffinityFlags.ENABLED
    clock_domain: ClockDomain = 0


STRUCTURES = StructureList(
    RawStructure8,
    {
        0: (ProcessorLocalApicAffinity,),
        1: (MemoryAffinity,),
        2: (ProcessorLocalX2apicAffinity,),
        3: (GiccAffinity,),
        4: (GicItsAffinity,),
        5: (GenericInitiatorAffinity,),
        6: (GenericPortAffinity,),
        7: (RintcAffinity,),
    },
)


@record
class Srat(SdtHeader):
    """System Resource Affinity Table.  Revision 1: ACPI 1-2, 8-bit domains; 2: ACPI 3; 3: ACPI 4 and later."""

    TITLE = "System Resource Affinity Table"
    SPEC = "ACPI 6.5, 5.2.16"
    signature: Sig4 = "SRAT"
    revision: U8 = 3
    table_revision: Annotated[U32, "1, for compatibility with old operating systems."] = 1
    reserved: Reserved64 = 0
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Affinity structures, in firmware order."] = ()


CODEC = TableCodec(records=(Srat,))
