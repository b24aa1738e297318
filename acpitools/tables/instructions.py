"""Serialization instructions, which EINJ, ERST and WDAT share.  Spec: ACPI 6.5, 18.5.1.2."""

from enum import IntEnum, IntFlag

__all__ = ["Instruction", "InstructionFlags"]


class Instruction(IntEnum):
    """What to do with the register; EINJ knows those up to NOOP."""

    READ_REGISTER = 0
    READ_REGISTER_VALUE = 1
    WRITE_REGISTER = 2
    WRITE_REGISTER_VALUE = 3
    NOOP = 4
    LOAD_VAR1 = 5
    LOAD_VAR2 = 6
    STORE_VAR1 = 7
    ADD = 8
    SUBTRACT = 9
    ADD_VALUE = 10
    SUBTRACT_VALUE = 11
    STALL = 12
    STALL_WHILE_TRUE = 13
    SKIP_NEXT_IF_TRUE = 14
    GOTO = 15
    SET_SOURCE_BASE = 16
    SET_DESTINATION_BASE = 17
    MOVE_DATA = 18


class InstructionFlags(IntFlag):
    """How a register is written."""

    PRESERVE_REGISTER_BITS = 1
