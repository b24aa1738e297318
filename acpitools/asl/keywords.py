"""The operators of ASL and what they take, joined to the opcodes by name.  ACPI 6.5, 19.3 to 19.6.

An operator that takes and gives what its opcode does is only listed; its arguments are those of the opcode.  What is
written otherwise than it is encoded has a row of its own, or is lowered by a function of its own.
"""

from __future__ import annotations

from typing import NamedTuple

from acpitools.aml.opcodes import BY_NAME

__all__ = [
    "ACCESS_ATTRIBUTES",
    "ACCESS_TYPES",
    "BEGINNINGS",
    "BODIES",
    "CONSTANTS",
    "LEAVES",
    "LOCK_RULES",
    "MATCHES",
    "OBJECT_TYPES",
    "OPERATORS",
    "REGION_SPACES",
    "RESERVED_WORDS",
    "SERIALIZE_RULES",
    "SPECIAL",
    "STATEMENTS",
    "UPDATE_RULES",
    "Operator",
    "keyword",
]


class Operator(NamedTuple):
    """How an operator is written: its opcode and the words for its arguments, in the order of both."""

    op: str
    words: tuple[str, ...]
    required: int
    """Arguments that must be there; those after them may be left out."""


_PLAIN = """
    Store RefOf Add Concatenate Subtract Increment Decrement Multiply Divide ShiftLeft ShiftRight And NAnd Or NOr
    XOr Not FindSetLeftBit FindSetRightBit DerefOf ConcatenateResTemplate Mod Notify SizeOf Index ObjectType LAnd
    LOr LNot LEqual LGreater LLess ToBuffer ToDecimalString ToHexString ToInteger CopyObject Mid Event Stall Sleep
    Acquire Signal Wait Reset FromBCD ToBCD Release Unload Fatal DataTableRegion
"""


def _plain(name: str) -> Operator:
    words = BY_NAME[name].arguments
    optional = 0
    while optional < len(words) and words[-1 - optional] == "Target":
        optional += 1
    return Operator(name, words, len(words) - optional)


OPERATORS: dict[str, Operator] = {
    **{name: _plain(name) for name in _PLAIN.split()},
    "ToString": Operator("ToString", ("TermArg", "LengthOrOnes", "Target"), 1),
    "LoadTable": Operator(
        "LoadTable", ("TermArg", "TermArg", "TermArg", "TermArgOrEmpty", "TermArgOrEmpty", "TermArgOrZero"), 3
    ),
    "Match": Operator("Match", ("TermArg", "MatchOp", "TermArg", "MatchOp", "TermArg", "TermArg"), 6),
    "Load": Operator("Load", ("NameReference", "SuperName"), 2),
    "CondRefOf": Operator("CondRefOf", ("PossibleName", "PossibleTarget"), 1),
    "CopyObject": Operator("CopyObject", ("TermArg", "SimpleTarget"), 2),
    "DerefOf": Operator("DerefOf", ("Dereferenced",), 1),
    "Stall": Operator("Stall", ("Microseconds",), 1),
    "Mutex": Operator("Mutex", ("NameString", "SyncLevel"), 1),
}
"""Operators lowered from this table alone."""

SPECIAL = frozenset(
    [
        "Alias",
        "BankField",
        "Buffer",
        "Case",
        "Connection",
        "CreateBitField",
        "CreateByteField",
        "CreateDWordField",
        "CreateField",
        "CreateQWordField",
        "CreateWordField",
        "Default",
        "DefinitionBlock",
        "Device",
        "EisaId",
        "Else",
        "ElseIf",
        "External",
        "Field",
        "For",
        "Fprintf",
        "Function",
        "If",
        "Include",
        "IndexField",
        "LGreaterEqual",
        "LLessEqual",
        "LNotEqual",
        "Method",
        "Name",
        "OperationRegion",
        "Package",
        "PowerResource",
        "Printf",
        "Processor",
        "ResourceTemplate",
        "Return",
        "Scope",
        "Switch",
        "ThermalZone",
        "Timer",
        "ToPLD",
        "ToUUID",
        "Unicode",
        "While",
    ]
)
"""Operators that functions of their own lower."""

LEAVES = frozenset(
    [
        "Arg0",
        "Arg1",
        "Arg2",
        "Arg3",
        "Arg4",
        "Arg5",
        "Arg6",
        "Local0",
        "Local1",
        "Local2",
        "Local3",
        "Local4",
        "Local5",
        "Local6",
        "Local7",
        "Debug",
        "Zero",
        "One",
        "Ones",
        "Revision",
        "Timer",
        "Break",
        "BreakPoint",
        "Continue",
        "Noop",
        "Return",
    ]
)
"""Keywords that stand alone and are, but for Return, opcodes without operands."""

CONSTANTS = frozenset({"Zero", "One", "Ones", "__LINE__", "__FILE__", "__PATH__", "__DATE__", "__METHOD__"})

MATCHES = {"MTR": 0, "MEQ": 1, "MLE": 2, "MLT": 3, "MGE": 4, "MGT": 5}
OBJECT_TYPES = {
    "UnknownObj": 0,
    "IntObj": 1,
    "StrObj": 2,
    "BuffObj": 3,
    "PkgObj": 4,
    "FieldUnitObj": 5,
    "DeviceObj": 6,
    "EventObj": 7,
    "MethodObj": 8,
    "MutexObj": 9,
    "OpRegionObj": 10,
    "PowerResObj": 11,
    "ProcessorObj": 12,
    "ThermalZoneObj": 13,
    "BuffFieldObj": 14,
    "DDBHandleObj": 15,
}
"""ASL keyword -> ACPI object type (19.6.95); External encodes it."""
ACCESS_TYPES = {"AnyAcc": 0, "ByteAcc": 1, "WordAcc": 2, "DWordAcc": 3, "QWordAcc": 4, "BufferAcc": 5}
LOCK_RULES = {"NoLock": 0, "Lock": 0x10}
UPDATE_RULES = {"Preserve": 0, "WriteAsOnes": 0x20, "WriteAsZeros": 0x40}
ACCESS_ATTRIBUTES = {
    "AttribQuick": 0x02,
    "AttribSendReceive": 0x04,
    "AttribByte": 0x06,
    "AttribWord": 0x08,
    "AttribBlock": 0x0A,
    "AttribBytes": 0x0B,
    "AttribProcessCall": 0x0C,
    "AttribBlockProcessCall": 0x0D,
    "AttribRawBytes": 0x0E,
    "AttribRawProcessBytes": 0x0F,
    "SMBQuick": 0x02,
    "SMBSendReceive": 0x04,
    "SMBByte": 0x06,
    "SMBWord": 0x08,
    "SMBBlock": 0x0A,
    "SMBProcessCall": 0x0C,
    "SMBBlockProcessCall": 0x0D,
}
"""AttribBytes and the Raw ones take a length in parentheses."""
REGION_SPACES = {
    "SystemMemory": 0,
    "SystemIO": 1,
    "PCI_Config": 2,
    "EmbeddedControl": 3,
    "SMBus": 4,
    "SystemCMOS": 5,
    "PciBarTarget": 6,
    "IPMI": 7,
    "GeneralPurposeIo": 8,
    "GenericSerialBus": 9,
    "PCC": 10,
    "PlatformRtMechanism": 11,
    "FFixedHW": 0x7F,
}
SERIALIZE_RULES = {"NotSerialized": 0, "Serialized": 8}

BODIES = frozenset(
    [
        "BankField", "Buffer", "Case", "Default", "DefinitionBlock", "Device", "Else", "ElseIf", "Field",
        "For", "Function", "If", "IndexField", "Method", "Package", "PowerResource", "Processor",
        "ResourceTemplate", "Scope", "Switch", "ThermalZone", "While",
    ]
)  # fmt: skip
"""Operators that take a list in braces."""
STATEMENTS = BODIES - {"Buffer", "Package", "ResourceTemplate"} | frozenset(
    [
        "Alias", "Break", "BreakPoint", "Continue", "CreateBitField", "CreateByteField", "CreateDWordField",
        "CreateField", "CreateQWordField", "CreateWordField", "DataTableRegion", "Event", "External",
        "Fatal", "Include", "Load", "Mutex", "Name", "Noop", "Notify", "OperationRegion", "Printf",
        "Release", "Reset", "Return", "Signal", "Sleep", "Stall", "Unload",
    ]
)  # fmt: skip
"""Operators that give no value: they cannot be operands."""
RESERVED_WORDS = frozenset(["edge", "lock", "ipmi", "pcc", "meq", "mge", "mgt", "mle", "mlt", "mtr"])
"""Words besides the operators that look like names, and are none."""

BEGINNINGS = frozenset(
    name.lower()
    for name in (
        *[
            "Alias",
            "BankField",
            "Case",
            "Default",
            "Device",
            "Else",
            "ElseIf",
            "Event",
            "External",
            "Field",
            "For",
            "If",
            "IndexField",
            "Method",
            "Mutex",
            "Name",
        ],
        *[
            "Notify",
            "OperationRegion",
            "Package",
            "PowerResource",
            "Printf",
            "Processor",
            "Return",
            "Scope",
            "Store",
            "Switch",
            "ThermalZone",
        ],
        *[
            "While",
            "Break",
            "Continue",
            "Fatal",
            "Function",
            "Sleep",
            "Stall",
            "Acquire",
            "Release",
            "DefinitionBlock",
            "Local0",
            "Local1",
            "Local2",
        ],
        *[
            "CreateDWordField",
            "CreateWordField",
            "CreateByteField",
            "CreateBitField",
            "CreateField",
            "CreateQWordField",
            "Debug",
        ],
    )
)
"""What is likely to begin a statement where it begins a line; the parser takes up there after an error."""

_CANONICAL = {name.lower(): name for name in (*OPERATORS, *SPECIAL, *LEAVES, *CONSTANTS)}


def keyword(text: str) -> str | None:
    """Return the canonical spelling of an operator or constant, however its letters are cased; None for a name."""
    return _CANONICAL.get(text.lower())
