"""MADT structures of x86 and Itanium machines.  Spec: ACPI 6.5, 5.2.12.2 to 5.2.12.13 and 5.2.12.19."""

from enum import IntEnum, IntFlag
from typing import Annotated

from acpitools.codec.fields import (
    U8,
    U16,
    U32,
    Address32,
    Address64,
    Reserved8,
    Reserved16,
    Reserved24,
    Reserved32,
    enum8,
    flags32,
)
from acpitools.codec.labels import Form, Label
from acpitools.codec.record import Rest, record
from acpitools.codec.structures import Structure
from acpitools.tables.madt_common import Inti, IntiFlags, Length, LocalApic, LocalApicFlags, Type

__all__ = [
    "InterruptSourceOverride",
    "IoApic",
    "IoSapic",
    "LocalApicAddressOverride",
    "LocalApicNmi",
    "LocalSapic",
    "LocalX2apicNmi",
    "MultiprocessorWakeup",
    "MultiprocessorWakeup1",
    "NmiSource",
    "PlatformInterruptSource",
    "PlatformInterruptType",
    "ProcessorLocalApic",
    "ProcessorLocalX2apic",
]

Gsi = Annotated[U32, Label("Interrupt"), "Global system interrupt."]


class PlatformInterruptType(IntEnum):
    """What a platform interrupt is for."""

    PMI = 1
    INIT = 2
    CORRECTED_PLATFORM_ERROR = 3


class PlatformInterruptFlags(IntFlag):
    """How a platform interrupt is handled."""

    CPEI_PROCESSOR_OVERRIDE = 1


@record
class ProcessorLocalApic(Structure):
    """A processor by its 8-bit local APIC id."""

    type: Type = 0
    length: Length = 8
    processor_uid: Annotated[U8, Label("Processor ID"), "ACPI UID of the processor."]
    apic_id: Annotated[U8, Label("Local Apic ID"), "Local APIC id; 255: none."]
    flags: LocalApic = LocalApicFlags.ENABLED


@record
class IoApic(Structure):
    """An I/O APIC."""

    type: Type = 1
    length: Length = 12
    io_apic_id: Annotated[U8, Label("I/O Apic ID"), "I/O APIC id."]
    reserved: Reserved8 = 0
    address: Annotated[Address32, "Physical address of its registers."]
    gsi_base: Annotated[U32, Label("Interrupt"), "Global system interrupt of its first input."]


@record
class InterruptSourceOverride(Structure):
    """An ISA interrupt that is not wired one to one."""

    type: Type = 2
    length: Length = 10
    bus: Annotated[U8, "0: ISA."] = 0
    source: Annotated[U8, "IRQ on that bus."]
    gsi: Gsi
    flags: Inti = IntiFlags(0)


@record
class NmiSource(Structure):
    """A global system interrupt that is non-maskable."""

    type: Type = 3
    length: Length = 8
    flags: Inti = IntiFlags(0)
    gsi: Gsi


@record
class LocalApicNmi(Structure):
    """The local APIC input that NMI is wired to."""

    type: Type = 4
    length: Length = 6
    processor_uid: Annotated[U8, Label("Processor ID"), "ACPI UID of the processor; 255: all."] = 255
    flags: Inti = IntiFlags(0)
    lint: Annotated[U8, Label("Interrupt Input LINT"), "Local interrupt input: 0 or 1."] = 1


@record
class LocalApicAddressOverride(Structure):
    """The 64-bit address of the local APICs."""

    type: Type = 5
    length: Length = 12
    reserved: Reserved16 = 0
    address: Annotated[Address64, Label("APIC Address"), "Physical address of the local APICs."]


@record
class IoSapic(Structure):
    """An I/O SAPIC."""

    type: Type = 6
    length: Length = 16
    io_apic_id: Annotated[U8, Label("I/O Sapic ID"), "I/O SAPIC id."]
    reserved: Reserved8 = 0
    gsi_base: Annotated[U32, Label("Interrupt Base"), "Global system interrupt of its first input."]
    address: Annotated[Address64, "Physical address of its registers."]


@record
class LocalSapic(Structure):
    """A processor by its local SAPIC; its UID may be a string."""

    type: Type = 7
    length: Length
    processor_id: Annotated[U8, Label("Processor ID"), "ACPI id of the processor."]
    local_sapic_id: Annotated[U8, Label("Local Sapic ID"), "Local SAPIC id."]
    local_sapic_eid: Annotated[U8, Label("Local Sapic EID"), "Local SAPIC EID."]
    reserved: Reserved24 = 0
    flags: Annotated[LocalApic, Label(bits=("Processor Enabled",))] = LocalApicFlags.ENABLED
    processor_uid: Annotated[U32, Label("Processor UID"), "UID of the processor where it is a number."] = 0
    processor_uid_string: Annotated[
        Rest,
        Label("Processor UID String", form=Form.STRING),
        "UID of the processor where it is a string, ended by NUL.",
    ] = b"\0"


@record
class PlatformInterruptSource(Structure):
    """An interrupt of the platform itself."""

    type: Type = 8
    length: Length = 16
    flags: Inti = IntiFlags(0)
    interrupt_type: Annotated[int, enum8(PlatformInterruptType), Label("InterruptType"), "What it is for."]
    processor_id: Annotated[U8, Label("Processor ID"), "Processor that gets it."]
    processor_eid: Annotated[U8, Label("Processor EID"), "EID of that processor."]
    io_sapic_vector: Annotated[U8, Label("I/O Sapic Vector"), "Vector to program."]
    gsi: Gsi
    source_flags: Annotated[
        PlatformInterruptFlags,
        flags32(PlatformInterruptFlags),
        Label("Flags (decoded below)", bits=("CPEI Override",)),
        "How it is handled.",
    ] = PlatformInterruptFlags(0)


@record
class ProcessorLocalX2apic(Structure):
    """A processor by its 32-bit x2APIC id."""

    type: Type = 9
    length: Length = 16
    reserved: Reserved16 = 0
    x2apic_id: Annotated[U32, Label("Processor x2Apic ID"), "Local x2APIC id."]
    flags: Annotated[LocalApic, Label(bits=("Processor Enabled",))] = LocalApicFlags.ENABLED
    processor_uid: Annotated[U32, Label("Processor UID"), "ACPI UID of the processor."]


@record
class LocalX2apicNmi(Structure):
    """The x2APIC input that NMI is wired to."""

    type: Type = 10
    length: Length = 12
    flags: Inti = IntiFlags(0)
    processor_uid: Annotated[U32, Label("Processor UID"), "ACPI UID of the processor; 0xFFFFFFFF: all."] = 0xFFFFFFFF
    lint: Annotated[U8, Label("Interrupt Input LINT"), "Local interrupt input: 0 or 1."] = 1
    reserved: Reserved24 = 0


@record
class MultiprocessorWakeup(Structure):
    """The mailbox that wakes application processors.  16 bytes."""

    type: Type = 16
    length: Length = 16
    mailbox_version: Annotated[U16, "0 or 1."] = 0
    reserved: Reserved32 = 0
    mailbox_address: Annotated[Address64, "Physical address of the mailbox, 4 KiB aligned."]


@record
class MultiprocessorWakeup1(MultiprocessorWakeup):
    """Adds the reset vector of mailbox version 1.  24 bytes."""

    length: Length = 24
    mailbox_version: U16 = 1
    reset_vector: Annotated[Address64, "Where a processor goes that is taken offline."]
