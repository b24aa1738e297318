"""The one table of AML opcodes: reader, writer, disassembler, compiler and interpreter all read it.

Operands are in the words of the grammar (ACPI 6.5, 20.2).  ``PkgLength`` stands where the encoding has it, but is no
argument of a term: the writer computes it.  The other words, and what a :class:`~acpitools.aml.terms.Term` holds for
them:

    TermArg DataRefObject              a Term
    Target SuperName                   a Term; NullName where there is none; a name that is a method is a call
    SimpleName                         a Term; a name is never a call
    NameString NameSeg                 a NameString
    ByteData WordData DWordData QWordData BitLength    an int
    AsciiCharList ByteList             bytes
    TermList FieldList PackageElementList              a tuple of Terms
    Connection                         a NameString, or a Term (a buffer)
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["BUFFER_FIELDS", "BY_NAME", "FIELD_ELEMENTS", "OPS", "Op"]


class Op(NamedTuple):
    """One opcode."""

    name: str
    """The ASL keyword where there is one."""
    code: bytes
    """One byte, or two that begin with ExtOpPrefix (5B)."""
    operands: tuple[str, ...]
    """Grammar words, in the order of the encoding."""
    flags: frozenset[str]
    """``named``: declares its first NameString; ``scope``: its TermList is a scope of its own; ``statement``: may stand
    alone in a TermList; ``value``: may be an operand; ``const``: a literal."""
    section: str
    """Section of ACPI 6.5."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """Give the operands that are arguments of a term."""
        return tuple(word for word in self.operands if word != "PkgLength")

    @property
    def packaged(self) -> bool:
        """Tell whether a PkgLength says where the term ends."""
        return "PkgLength" in self.operands


def _op(name: str, code: int, operands: str, flags: str, section: str) -> Op:
    size = 2 if code > 0xFF else 1
    return Op(name, code.to_bytes(size, "big"), tuple(operands.split()), frozenset(flags.split()), section)


_TWO = "TermArg TermArg Target"

OPS: tuple[Op, ...] = (
    _op("Zero", 0x00, "", "value const", "20.2.3"),
    _op("One", 0x01, "", "value const", "20.2.3"),
    _op("Alias", 0x06, "NameString NameString", "named statement", "20.2.5.1"),
    _op("Name", 0x08, "NameString DataRefObject", "named statement", "20.2.5.1"),
    _op("ByteConst", 0x0A, "ByteData", "value const", "20.2.3"),
    _op("WordConst", 0x0B, "WordData", "value const", "20.2.3"),
    _op("DWordConst", 0x0C, "DWordData", "value const", "20.2.3"),
    _op("String", 0x0D, "AsciiCharList", "value const", "20.2.3"),
    _op("QWordConst", 0x0E, "QWordData", "value const", "20.2.3"),
    _op("Scope", 0x10, "PkgLength NameString TermList", "scope statement", "20.2.5.1"),
    _op("Buffer", 0x11, "PkgLength TermArg ByteList", "value", "20.2.5.4"),
    _op("Package", 0x12, "PkgLength ByteData PackageElementList", "value", "20.2.5.4"),
    _op("VarPackage", 0x13, "PkgLength TermArg PackageElementList", "value", "20.2.5.4"),
    _op("Method", 0x14, "PkgLength NameString ByteData TermList", "named scope statement", "20.2.5.2"),
    _op("External", 0x15, "NameString ByteData ByteData", "statement", "20.2.5.2"),
    _op("Local0", 0x60, "", "value", "20.2.6.2"),
    _op("Local1", 0x61, "", "value", "20.2.6.2"),
    _op("Local2", 0x62, "", "value", "20.2.6.2"),
    _op("Local3", 0x63, "", "value", "20.2.6.2"),
    _op("Local4", 0x64, "", "value", "20.2.6.2"),
    _op("Local5", 0x65, "", "value", "20.2.6.2"),
    _op("Local6", 0x66, "", "value", "20.2.6.2"),
    _op("Local7", 0x67, "", "value", "20.2.6.2"),
    _op("Arg0", 0x68, "", "value", "20.2.6.1"),
    _op("Arg1", 0x69, "", "value", "20.2.6.1"),
    _op("Arg2", 0x6A, "", "value", "20.2.6.1"),
    _op("Arg3", 0x6B, "", "value", "20.2.6.1"),
    _op("Arg4", 0x6C, "", "value", "20.2.6.1"),
    _op("Arg5", 0x6D, "", "value", "20.2.6.1"),
    _op("Arg6", 0x6E, "", "value", "20.2.6.1"),
    _op("Store", 0x70, "TermArg SuperName", "statement value", "20.2.5.4"),
    _op("RefOf", 0x71, "SimpleName", "statement value", "20.2.5.4"),
    _op("Add", 0x72, _TWO, "statement value", "20.2.5.4"),
    _op("Concatenate", 0x73, _TWO, "statement value", "20.2.5.4"),
    _op("Subtract", 0x74, _TWO, "statement value", "20.2.5.4"),
    _op("Increment", 0x75, "SuperName", "statement value", "20.2.5.4"),
    _op("Decrement", 0x76, "SuperName", "statement value", "20.2.5.4"),
    _op("Multiply", 0x77, _TWO, "statement value", "20.2.5.4"),
    _op("Divide", 0x78, "TermArg TermArg Target Target", "statement value", "20.2.5.4"),
    _op("ShiftLeft", 0x79, _TWO, "statement value", "20.2.5.4"),
    _op("ShiftRight", 0x7A, _TWO, "statement value", "20.2.5.4"),
    _op("And", 0x7B, _TWO, "statement value", "20.2.5.4"),
    _op("NAnd", 0x7C, _TWO, "statement value", "20.2.5.4"),
    _op("Or", 0x7D, _TWO, "statement value", "20.2.5.4"),
    _op("NOr", 0x7E, _TWO, "statement value", "20.2.5.4"),
    _op("XOr", 0x7F, _TWO, "statement value", "20.2.5.4"),
    _op("Not", 0x80, "TermArg Target", "statement value", "20.2.5.4"),
    _op("FindSetLeftBit", 0x81, "TermArg Target", "statement value", "20.2.5.4"),
    _op("FindSetRightBit", 0x82, "TermArg Target", "statement value", "20.2.5.4"),
    _op("DerefOf", 0x83, "SuperName", "statement value", "20.2.5.4"),
    _op("ConcatenateResTemplate", 0x84, _TWO, "statement value", "20.2.5.4"),
    _op("Mod", 0x85, _TWO, "statement value", "20.2.5.4"),
    _op("Notify", 0x86, "SuperName TermArg", "statement", "20.2.5.3"),
    _op("SizeOf", 0x87, "SuperName", "statement value", "20.2.5.4"),
    _op("Index", 0x88, _TWO, "statement value", "20.2.5.4"),
    _op("Match", 0x89, "TermArg ByteData TermArg ByteData TermArg TermArg", "statement value", "20.2.5.4"),
    _op("CreateDWordField", 0x8A, "TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("CreateWordField", 0x8B, "TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("CreateByteField", 0x8C, "TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("CreateBitField", 0x8D, "TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("ObjectType", 0x8E, "SimpleName", "statement value", "20.2.5.4"),
    _op("CreateQWordField", 0x8F, "TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("LAnd", 0x90, "TermArg TermArg", "statement value", "20.2.5.4"),
    _op("LOr", 0x91, "TermArg TermArg", "statement value", "20.2.5.4"),
    _op("LNot", 0x92, "TermArg", "statement value", "20.2.5.4"),
    _op("LEqual", 0x93, "TermArg TermArg", "statement value", "20.2.5.4"),
    _op("LGreater", 0x94, "TermArg TermArg", "statement value", "20.2.5.4"),
    _op("LLess", 0x95, "TermArg TermArg", "statement value", "20.2.5.4"),
    _op("ToBuffer", 0x96, "TermArg Target", "statement value", "20.2.5.4"),
    _op("ToDecimalString", 0x97, "TermArg Target", "statement value", "20.2.5.4"),
    _op("ToHexString", 0x98, "TermArg Target", "statement value", "20.2.5.4"),
    _op("ToInteger", 0x99, "TermArg Target", "statement value", "20.2.5.4"),
    _op("ToString", 0x9C, _TWO, "statement value", "20.2.5.4"),
    _op("CopyObject", 0x9D, "TermArg SimpleName", "statement value", "20.2.5.4"),
    _op("Mid", 0x9E, "TermArg TermArg TermArg Target", "statement value", "20.2.5.4"),
    _op("Continue", 0x9F, "", "statement", "20.2.5.3"),
    _op("If", 0xA0, "PkgLength TermArg TermList", "statement", "20.2.5.3"),
    _op("Else", 0xA1, "PkgLength TermList", "statement", "20.2.5.3"),
    _op("While", 0xA2, "PkgLength TermArg TermList", "statement", "20.2.5.3"),
    _op("Noop", 0xA3, "", "statement", "20.2.5.3"),
    _op("Return", 0xA4, "TermArg", "statement", "20.2.5.3"),
    _op("Break", 0xA5, "", "statement", "20.2.5.3"),
    _op("BreakPoint", 0xCC, "", "statement", "20.2.5.3"),
    _op("Ones", 0xFF, "", "value const", "20.2.3"),
    _op("Mutex", 0x5B01, "NameString ByteData", "named statement", "20.2.5.2"),
    _op("Event", 0x5B02, "NameString", "named statement", "20.2.5.2"),
    _op("CondRefOf", 0x5B12, "SimpleName Target", "statement value", "20.2.5.4"),
    _op("CreateField", 0x5B13, "TermArg TermArg TermArg NameString", "named statement", "20.2.5.2"),
    _op("LoadTable", 0x5B1F, "TermArg TermArg TermArg TermArg TermArg TermArg", "statement value", "20.2.5.4"),
    _op("Load", 0x5B20, "NameString SuperName", "statement value", "20.2.5.3"),
    _op("Stall", 0x5B21, "TermArg", "statement", "20.2.5.3"),
    _op("Sleep", 0x5B22, "TermArg", "statement", "20.2.5.3"),
    _op("Acquire", 0x5B23, "SuperName WordData", "statement value", "20.2.5.4"),
    _op("Signal", 0x5B24, "SuperName", "statement", "20.2.5.3"),
    _op("Wait", 0x5B25, "SuperName TermArg", "statement value", "20.2.5.4"),
    _op("Reset", 0x5B26, "SuperName", "statement", "20.2.5.3"),
    _op("Release", 0x5B27, "SuperName", "statement", "20.2.5.3"),
    _op("FromBCD", 0x5B28, "TermArg Target", "statement value", "20.2.5.4"),
    _op("ToBCD", 0x5B29, "TermArg Target", "statement value", "20.2.5.4"),
    _op("Unload", 0x5B2A, "SuperName", "statement", "20.2.5.3"),
    _op("Revision", 0x5B30, "", "value const", "20.2.3"),
    _op("Debug", 0x5B31, "", "value", "20.2.6.3"),
    _op("Fatal", 0x5B32, "ByteData DWordData TermArg", "statement", "20.2.5.3"),
    _op("Timer", 0x5B33, "", "value statement", "20.2.5.4"),
    _op("OperationRegion", 0x5B80, "NameString ByteData TermArg TermArg", "named statement", "20.2.5.2"),
    _op("Field", 0x5B81, "PkgLength NameString ByteData FieldList", "statement", "20.2.5.2"),
    _op("Device", 0x5B82, "PkgLength NameString TermList", "named scope statement", "20.2.5.2"),
    _op(
        "Processor",
        0x5B83,
        "PkgLength NameString ByteData DWordData ByteData TermList",
        "named scope statement",
        "20.2.5.2",
    ),
    _op(
        "PowerResource", 0x5B84, "PkgLength NameString ByteData WordData TermList", "named scope statement", "20.2.5.2"
    ),
    _op("ThermalZone", 0x5B85, "PkgLength NameString TermList", "named scope statement", "20.2.5.2"),
    _op("IndexField", 0x5B86, "PkgLength NameString NameString ByteData FieldList", "statement", "20.2.5.2"),
    _op("BankField", 0x5B87, "PkgLength NameString NameString TermArg ByteData FieldList", "statement", "20.2.5.2"),
    _op("DataTableRegion", 0x5B88, "NameString TermArg TermArg TermArg", "named statement", "20.2.5.2"),
)
"""Every opcode of ACPI 6.5, and Processor, which 6.4 dropped and firmware still uses."""

FIELD_ELEMENTS: tuple[Op, ...] = (
    Op("NamedField", b"", ("NameSeg", "BitLength"), frozenset({"named"}), "20.2.5.2"),
    Op("ReservedField", b"\0", ("BitLength",), frozenset(), "20.2.5.2"),
    Op("AccessField", b"\1", ("ByteData", "ByteData"), frozenset(), "20.2.5.2"),
    Op("ConnectField", b"\2", ("Connection",), frozenset(), "20.2.5.2"),
    Op("ExtendedAccessField", b"\3", ("ByteData", "ByteData", "ByteData"), frozenset(), "20.2.5.2"),
)
"""What a FieldList is made of.  BitLength is encoded like a PkgLength, but counts bits."""

BY_NAME: dict[str, Op] = {op.name: op for op in (*OPS, *FIELD_ELEMENTS)}
"""Op name to row, field elements among them."""

BUFFER_FIELDS = {
    "CreateBitField": 2,
    "CreateByteField": 2,
    "CreateDWordField": 2,
    "CreateField": 3,
    "CreateQWordField": 2,
    "CreateWordField": 2,
}
"""Op that makes a field of a buffer -> which argument is the name.  Spec: ACPI 6.5, 20.2.5.2."""
