"""Subspaces of the PCCT.  Spec: ACPI 6.5, 14.1.2 to 14.1.7."""

from enum import IntFlag
from typing import Annotated

from acpitools.codec.fields import U16, U32, Address64, Hex64, Size32, Size64, flags8
from acpitools.codec.labels import Label
from acpitools.codec.record import record
from acpitools.codec.structures import Structure
from acpitools.tables.field_types import Gas, Reserved8, Reserved48, Reserved64, StructureLength8, Type8

__all__ = [
    "ExtendedSubspace",
    "GenericSubspace",
    "HardwareReducedSubspace",
    "HardwareReducedSubspace2",
    "RegisterSubspace",
    "SubspaceInterruptFlags",
]


class SubspaceInterruptFlags(IntFlag):
    """Polarity and trigger of the platform's interrupt."""

    ACTIVE_LOW = 1
    EDGE = 2


Interrupt = Annotated[U32, "Global system interrupt that the platform raises."]
InterruptFlags = Annotated[
    SubspaceInterruptFlags,
    flags8(SubspaceInterruptFlags),
    Label("Flags (Decoded Below)", bits=("Polarity", "Mode")),
    "Polarity and trigger.",
]
Base = Annotated[Address64, "Shared memory."]
Length = Annotated[Size64, "Bytes of shared memory."]
Doorbell = Annotated[Gas, "Register that rings the platform."]
Preserve = Annotated[Hex64, "Bits of the register to keep."]
Set = Annotated[Hex64, "Bits of the register to set."]
Latency = Annotated[U32, "Microseconds of a command, as expected."]
Rate = Annotated[U32, "Commands a minute at most; 0: any number."]
Turnaround = Annotated[U16, "Microseconds to the next command at least."]


@record
class GenericSubspace(Structure):
    """Type 0: a doorbell.  62 bytes."""

    type: Type8 = 0
    length: StructureLength8 = 62
    reserved: Reserved48 = bytes(6)
    base_address: Base
    address_length: Length
    doorbell_register: Doorbell
    preserve_mask: Preserve
    write_mask: Set
    command_latency: Latency
    maximum_access_rate: Rate
    minimum_turnaround_time: Turnaround


@record
class HardwareReducedSubspace(Structure):
    """Type 1: and an interrupt.  62 bytes."""

    type: Type8 = 1
    length: StructureLength8 = 62
    platform_interrupt: Interrupt
    flags: InterruptFlags
    reserved: Reserved8 = 0
    base_address: Base
    address_length: Length
    doorbell_register: Doorbell
    preserve_mask: Preserve
    write_mask: Set
    command_latency: Latency
    maximum_access_rate: Rate
    minimum_turnaround_time: Turnaround


@record
class HardwareReducedSubspace2(HardwareReducedSubspace):
    """Type 2: and a register that acknowledges it.  90 bytes."""

    type: Type8 = 2
    length: StructureLength8 = 90
    platform_ack_register: Annotated[Gas, Label("Platform ACK Register"), "Register that acknowledges the interrupt."]
    ack_preserve_mask: Annotated[Preserve, Label("ACK Preserve Mask")]
    ack_write_mask: Annotated[Set, Label("ACK Write Mask")]


@record
class ExtendedSubspace(Structure):
    """Types 3 (initiator) and 4 (responder).  164 bytes."""

    type: Type8 = 3
    length: StructureLength8 = 164
    platform_interrupt: Interrupt
    flags: InterruptFlags
    reserved1: Reserved8 = 0
    base_address: Base
    address_length: Annotated[Size32, "Bytes of shared memory."]
    doorbell_register: Doorbell
    preserve_mask: Preserve
    write_mask: Set
    command_latency: Latency
    maximum_access_rate: Rate
    minimum_turnaround_time: Annotated[U32, "Microseconds to the next command at least."]
    platform_ack_register: Annotated[Gas, Label("Platform ACK Register"), "Register that acknowledges the interrupt."]
    ack_preserve_mask: Annotated[Preserve, Label("ACK Preserve Mask")]
    ack_set_mask: Annotated[Set, Label("ACK Set Mask")]
    reserved2: Reserved64 = 0
    command_complete_register: Annotated[Gas, "Register that tells the end of a command."]
    command_complete_check_mask: Annotated[Hex64, "Bits that tell it."]
    command_update_register: Annotated[Gas, "Register that begins a command."]
    command_update_preserve_mask: Preserve
    command_update_set_mask: Set
    error_status_register: Annotated[Gas, "Register that tells an error."]
    error_status_mask: Annotated[Hex64, "Bits that tell it."]


@record
class RegisterSubspace(Structure):
    """Type 5: registers of hardware.  96 bytes."""

    type: Type8 = 5
    length: StructureLength8 = 96
    version: Annotated[U16, "Version: 1."]
    base_address: Base
    address_length: Annotated[Size64, "Bytes of shared memory."]
    doorbell_register: Doorbell
    preserve_mask: Preserve
    write_mask: Set
    command_complete_register: Annotated[Gas, "Register that tells the end of a command."]
    command_complete_check_mask: Annotated[Hex64, "Bits that tell it."]
    error_status_register: Annotated[Gas, "Register that tells an error."]
    error_status_mask: Annotated[Hex64, "Bits that tell it."]
    nominal_latency: Latency
    minimum_turnaround_time: Annotated[U32, "Microseconds to the next command at least."]
