"""MADT structures of RISC-V machines.  Spec: ACPI 6.6, 5.2.12.27 to 5.2.12.30."""

from typing import Annotated

from acpitools.codec.fields import U8, U16, U32, Address64, Hex32, Hex64, Reserved8, Reserved32, Size32
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.madt_common import Length, LocalApic, LocalApicFlags, Type

__all__ = ["Aplic", "Imsic", "Plic", "Rintc20", "Rintc36"]

Version = Annotated[U8, "Version of the structure."]


@record
class Rintc20(Structure):
    """A hart's interrupt controller, as of drafts before ACPI 6.6.  20 bytes."""

    type: Type = 24
    length: Length = 20
    version: Version = 1
    reserved: Reserved8 = 0
    flags: LocalApic = LocalApicFlags.ENABLED
    hart_id: Annotated[Hex64, "Hart id."]
    processor_uid: Annotated[U32, "ACPI UID of the processor."]


@record
class Rintc36(Rintc20):
    """Adds the external controller.  36 bytes."""

    length: Length = 36
    external_interrupt_controller_id: Annotated[Hex32, "31:24 id of the APLIC or PLIC, 15:0 its context."] = 0
    imsic_base_address: Annotated[Address64, "Physical address of the hart's IMSIC."] = 0
    imsic_size: Annotated[Size32, "Bytes of it."] = 0


@record
class Imsic(Structure):
    """The controller of incoming message-signalled interrupts."""

    type: Type = 25
    length: Length = 16
    version: Version = 1
    reserved: Reserved8 = 0
    flags: Reserved32 = 0
    supervisor_interrupt_identities: Annotated[U16, "63 to 2047."]
    guest_interrupt_identities: Annotated[U16, "63 to 2047; 0: no guests."]
    guest_index_bits: Annotated[U8, "0 to 7."]
    hart_index_bits: Annotated[U8, "0 to 15."]
    group_index_bits: Annotated[U8, "0 to 7."]
    group_index_shift: Annotated[U8, "0 to 55."]


@record
class Aplic(Structure):
    """An advanced platform-level interrupt controller."""

    type: Type = 26
    length: Length = 36
    version: Version = 1
    aplic_id: Annotated[U8, "Id of the controller."]
    flags: Reserved32 = 0
    hardware_id: Annotated[Hex64, "Hardware id; 0: none."] = 0
    idc_count: Annotated[U16, "Interrupt delivery controls; 0: messages only."]
    interrupt_source_count: Annotated[U16, "1 to 1023."]
    gsi_base: Annotated[U32, "Global system interrupt of its first source."]
    base_address: Annotated[Address64, "Physical address of its registers."]
    size: Annotated[Size32, "Bytes of its registers."]


@record
class Plic(Structure):
    """A platform-level interrupt controller."""

    type: Type = 27
    length: Length = 36
    version: Version = 1
    plic_id: Annotated[U8, "Id of the controller."]
    hardware_id: Annotated[Hex64, "Hardware id; 0: none."] = 0
    interrupt_source_count: Annotated[U16, "1 to 1023."]
    maximum_priority: Annotated[U16, "Largest priority."]
    flags: Reserved32 = 0
    size: Annotated[Size32, "Bytes of its registers."]
    base_address: Annotated[Address64, "Physical address of its registers."]
    gsi_base: Annotated[U32, "Global system interrupt of its first source."]
