"""What a byte of AML begins, as tables of numbers for the reader's loop; made from OPS."""

from __future__ import annotations

from typing import Any

from acpitools.aml.opcodes import OPS, Op
from acpitools.aml.terms import Term

# Kinds of operands, as numbers: those up to SIMPLE are terms, those from TERMS on end their term.
TERM, SUPER, SIMPLE, NAME, BYTE, WORD, DWORD, QWORD, CHARS, BYTES, TERMS, ELEMENTS, FIELDS = range(13)
_KINDS = {
    "TermArg": TERM,
    "DataRefObject": TERM,
    "SuperName": SUPER,
    "Target": SUPER,
    "SimpleName": SIMPLE,
    "NameString": NAME,
    "ByteData": BYTE,
    "WordData": WORD,
    "DWordData": DWORD,
    "QWordData": QWORD,
    "AsciiCharList": CHARS,
    "ByteList": BYTES,
    "TermList": TERMS,
    "PackageElementList": ELEMENTS,
    "FieldList": FIELDS,
}
NO_CALL = frozenset({SIMPLE, ELEMENTS})
"""Where a name is a reference, even if it is a method's."""
SIZE = {BYTE: 1, WORD: 2, DWORD: 4, QWORD: 8}

# What a first byte begins.
LEAF, OPERATOR, CONSTANT, STRING, PATH, EXTENDED, NOTHING = range(7)

_Start = tuple[int, Any, tuple[int, ...], bool]
"""(what it begins, leaf term or op name, kinds of operands or the size of a constant, has a PkgLength)"""

_NOTHING_STARTS: _Start = (NOTHING, None, (), False)


def _start_of(op: Op) -> _Start:
    kinds = tuple(_KINDS[word] for word in op.arguments)
    if not kinds:
        return LEAF, Term(op.name), (), False
    if kinds[0] in SIZE and len(kinds) == 1:
        return CONSTANT, op.name, (SIZE[kinds[0]],), False
    if kinds[0] == CHARS:
        return STRING, op.name, kinds, False
    return OPERATOR, op.name, kinds, op.packaged


def _starts() -> tuple[list[_Start], list[_Start]]:
    one = [_NOTHING_STARTS] * 256
    two = [_NOTHING_STARTS] * 256
    for byte in (*b"\\^./_", *range(ord("A"), ord("Z") + 1)):
        one[byte] = (PATH, None, (), False)
    one[0x5B] = (EXTENDED, None, (), False)
    for op in OPS:
        (one if len(op.code) == 1 else two)[op.code[-1]] = _start_of(op)
    return one, two


ONE, TWO = _starts()
