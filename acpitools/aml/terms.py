"""Terms: what AML says, as light values from which the same bytes can be written.

A term is an opcode with its arguments (:mod:`acpitools.aml.opcodes` says which).  Four ops have no opcode of their own:

    NamePath   (NameString,)            a name as operand or statement that calls nothing
    Call       (NameString, Term...)    a method invocation
    NullName   ()                       a target that is not given; one zero byte
    Raw        (bytes,)                 bytes that could not be read, kept as they are
"""

from __future__ import annotations

from typing import Any, NamedTuple

from acpitools.aml.encoding import NameString
from acpitools.core.errors import EncodeError

__all__ = ["MAX_DEPTH", "NULL_NAME", "Argument", "Term", "call", "integer", "name_path", "raw", "string"]

MAX_DEPTH = 2000
"""Levels of terms inside terms that are read; deeper ones stay Raw.  Walk terms with a stack of your own."""


class Term(NamedTuple):
    """An opcode and its arguments; frozen, compared by op, args and form."""

    op: str
    """Name in OPS or FIELD_ELEMENTS, or NamePath, Call, NullName, Raw."""
    args: tuple[Any, ...] = ()
    """Arguments in the order of the encoding, PkgLength left out."""
    start: int = -1
    """Offset in the table, bytes; -1 where it is not known (terms without arguments are shared)."""
    end: int = -1
    """Offset of the first byte after the term; -1 where it is not known."""
    form: int | bytes = 0
    """How the PkgLength (or BitLength) is encoded: 0, in as few bytes as it takes; 2, 3 or 4, in so many bytes, more
    than it takes; bytes, exactly these, whatever they say."""

    def __eq__(self, other: object) -> bool:
        """Compare what is encoded; where it stood does not count."""
        if not isinstance(other, Term):
            return NotImplemented
        todo: list[tuple[Any, Any]] = [(self, other)]
        while todo:
            ours, theirs = todo.pop()
            if isinstance(ours, Term):
                if not isinstance(theirs, Term) or ours.op != theirs.op or ours.form != theirs.form:
                    return False
                ours, theirs = ours.args, theirs.args
            if type(ours) is tuple and type(theirs) is tuple:
                if len(ours) != len(theirs):
                    return False
                todo.extend(zip(ours, theirs, strict=True))
            elif ours != theirs:
                return False
        return True

    def __ne__(self, other: object) -> bool:
        """Compare what is encoded."""
        return not self == other

    def __hash__(self) -> int:
        return hash((self.op, self.form, len(self.args)))


Argument = Term | NameString | int | bytes | tuple[Term, ...]

NULL_NAME = Term("NullName")
"""A target that is not given."""

_SHORT = {0: Term("Zero"), 1: Term("One")}
_WIDTHS = ((0xFF, "ByteConst"), (0xFFFF, "WordConst"), (0xFFFF_FFFF, "DWordConst"), ((1 << 64) - 1, "QWordConst"))


def integer(value: int) -> Term:
    """Give the shortest constant; all bits set is QWordConst, since how many ``Ones`` has depends on the table.

    Raises EncodeError for what is no unsigned integer of 64 bits.
    """
    if value in _SHORT:
        return _SHORT[value]
    for limit, op in _WIDTHS:
        if 0 < value <= limit:
            return Term(op, (value,))
    raise EncodeError("integer", hex(value), "it does not fit 64 bits")


def string(text: bytes) -> Term:
    """Give a string constant.  Raises EncodeError for a NUL inside."""
    if b"\0" in text:
        raise EncodeError("string", repr(text), "it has a NUL inside")
    return Term("String", (text,))


def name_path(name: NameString) -> Term:
    """Give a name that calls nothing."""
    return Term("NamePath", (name,))


def call(name: NameString, *arguments: Term) -> Term:
    """Give a method invocation."""
    return Term("Call", (name, *arguments))


def raw(data: bytes, start: int = -1) -> Term:
    """Give bytes that stay as they are."""
    return Term("Raw", (data,), start, -1 if start < 0 else start + len(data))
