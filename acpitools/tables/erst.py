"""ERST: how to keep error records.  Spec: ACPI 6.5, 18.5."""

from enum import IntEnum
from typing import Annotated

from acpitools.codec.fields import U32, Hex64, Sig4, enum8, flags8
from acpitools.codec.record import Record, record
from acpitools.codec.repeated import Repeated
from acpitools.tables.field_types import Gas, Reserved8, Reserved32
from acpitools.tables.header import SdtHeader
from acpitools.tables.instructions import Instruction, InstructionFlags
from acpitools.tables.table_codec import TableCodec

__all__ = ["CODEC", "Erst", "SerializationAction", "SerializationInstructionEntry"]


class SerializationAction(IntEnum):
    """What an instruction is a part of."""

    BEGIN_WRITE_OPERATION = 0
    BEGIN_READ_OPERATION = 1
    BEGIN_CLEAR_OPERATION = 2
    END_OPERATION = 3
    SET_RECORD_OFFSET = 4
    EXECUTE_OPERATION = 5
    CHECK_BUSY_STATUS = 6
    GET_COMMAND_STATUS = 7
    GET_RECORD_IDENTIFIER = 8
    SET_RECORD_IDENTIFIER = 9
    GET_RECORD_COUNT = 10
    BEGIN_DUMMY_WRITE = 11
    UNUSED = 12
    GET_ERROR_LOG_ADDRESS_RANGE = 13
    GET_ERROR_LOG_ADDRESS_LENGTH = 14
    GET_ERROR_LOG_ADDRESS_ATTRIBUTES = 15
    GET_EXECUTE_TIMINGS = 16


@record
class SerializationInstructionEntry(Record):
    """One instruction.  32 bytes.  Spec: ACPI 6.5, 18.5.1.2."""

    action: Annotated[int, enum8(SerializationAction), "Action that it is a part of."]
    instruction: Annotated[int, enum8(Instruction), "What to do."]
    flags: Annotated[InstructionFlags, flags8(InstructionFlags), "How to write."]
    reserved: Reserved8 = 0
    register_region: Annotated[Gas, "Register."]
    value: Annotated[Hex64, "What to compare with, or to write."]
    mask: Annotated[Hex64, "Bits of the register that count."]


@record
class Erst(SdtHeader):
    """Error Record Serialization Table."""

    TITLE = "Error Record Serialization Table"
    SPEC = "ACPI 6.5, 18.5.1"
    signature: Sig4 = "ERST"
    serialization_header_length: Annotated[U32, "Bytes of the header: 48, or 12 without the common part."] = 48
    reserved: Reserved32 = 0
    instruction_entry_count: Annotated[U32, "Instructions."]
    entries: Annotated[
        tuple[SerializationInstructionEntry, ...],
        Repeated(SerializationInstructionEntry, claimed="instruction_entry_count"),
        "Instructions, in their order.",
    ] = ()


CODEC = TableCodec(records=(Erst,))
