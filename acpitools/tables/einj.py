"""EINJ: how to inject errors.  Spec: ACPI 6.5, 18.6."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U32, Hex8, Hex64, Sig4, enum8, flags8
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Gas, Reserved8, Reserved24
from acpitools.tables.header import SdtHeader
from acpitools.tables.instructions import Instruction, InstructionFlags
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Einj", "InjectionAction", "InjectionInstructionEntry"]


class InjectionAction(IntEnum):
    """What an instruction is a part of."""

    BEGIN_OPERATION = 0
    GET_TRIGGER_TABLE = 1
    SET_ERROR_TYPE = 2
    GET_ERROR_TYPE = 3
    END_OPERATION = 4
    EXECUTE_OPERATION = 5
    CHECK_BUSY_STATUS = 6
    GET_COMMAND_STATUS = 7
    SET_ERROR_TYPE_WITH_ADDRESS = 8
    GET_EXECUTE_TIMINGS = 9
    EINJV2_SET_ERROR_TYPE = 0x10
    EINJV2_GET_ERROR_TYPE = 0x11
    TRIGGER_ERROR = 0xFF


@record
class InjectionInstructionEntry(Record):
    """One instruction.  32 bytes.  Spec: ACPI 6.5, 18.6.2."""

    action: Annotated[int, enum8(InjectionAction), "Action that it is a part of."]
    instruction: Annotated[int, enum8(Instruction), "What to do."]
    flags: Annotated[InstructionFlags, flags8(InstructionFlags), "How to write."]
    reserved: Reserved8 = 0
    register_region: Annotated[Gas, "Register."]
    value: Annotated[Hex64, "What to compare with, or to write."]
    mask: Annotated[Hex64, "Bits of the register that count."]


@record
class Einj(SdtHeader):
    """Error Injection Table."""

    TITLE = "Error Injection Table"
    SPEC = "ACPI 6.5, 18.6.1"
    signature: Sig4 = "EINJ"
    injection_header_length: Annotated[U32, "Bytes of the header: 48, or 12 without the common part."] = 48
    flags: Annotated[Hex8, "Reserved."] = 0
    reserved: Reserved24 = 0
    injection_entry_count: Annotated[U32, "Instructions."]
    entries: Annotated[
        tuple[InjectionInstructionEntry, ...],
        Repeated(InjectionInstructionEntry, claimed="injection_entry_count"),
        "Instructions, in their order.",
    ] = ()


CODEC = TableCodec(records=(Einj,))
