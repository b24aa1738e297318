"""ASPT: registers of AMD's secure processor.  Spec: AMD 58028, 2."""

from typing import Annotated

from acpitools.codec.fields import U8, U32, Address64, Sig4, reserved_bytes
from acpitools.codec.record import record
from acpitools.codec.structures import RawStructure16, Structure, StructureList
from acpitools.tables.field_types import Reserved24, Reserved32, StructureLength16, Type16
from acpitools.tables.header import SdtHeader
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "AcpiMailboxRegisters", "Aspt", "GlobalRegisters", "SevMailboxRegisters"]


@record
class GlobalRegisters(Structure):
    """Registers of the processor.  32 bytes."""

    type: Type16 = 0
    length: StructureLength16 = 32
    reserved: Reserved32 = 0
    feature_register_address: Annotated[Address64, "Features."]
    interrupt_enable_register_address: Annotated[Address64, "Interrupts that are enabled."]
    interrupt_status_register_address: Annotated[Address64, "Interrupts that are pending."]


@record
class SevMailboxRegisters(Structure):
    """Mailbox of encrypted virtualization.  32 bytes."""

    type: Type16 = 1
    length: StructureLength16 = 32
    mailbox_interrupt_id: Annotated[U8, "Bit of its interrupt."]
    reserved: Reserved24 = 0
    command_response_register_address: Annotated[Address64, "Command and response."]
    command_buffer_low_register_address: Annotated[Address64, "Address of the buffer, low half."]
    command_buffer_high_register_address: Annotated[Address64, "Address of the buffer, high half."]


@record
class AcpiMailboxRegisters(Structure):
    """Mailbox of ACPI.  32 bytes."""

    type: Type16 = 2
    length: StructureLength16 = 32
    reserved1: Reserved32 = 0
    command_response_register_address: Annotated[Address64, "Command and response."]
    reserved2: Annotated[bytes, reserved_bytes(16)] = bytes(16)


STRUCTURES = StructureList(
    RawStructure16,
    {0: (GlobalRegisters,), 1: (SevMailboxRegisters,), 2: (AcpiMailboxRegisters,)},
    count="entry_count",
)


@record
class Aspt(SdtHeader):
    """AMD Secure Processor Table."""

    TITLE = "AMD Secure Processor Table"
    SPEC = "AMD 58028, 2"
    signature: Sig4 = "ASPT"
    entry_count: Annotated[U32, "Structures."]
    structures: Annotated[tuple[Structure, ...], STRUCTURES, "Registers, in firmware order."] = ()


CODEC = TableCodec(records=(Aspt,))
