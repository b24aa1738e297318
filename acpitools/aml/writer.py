"""Terms to AML bytes: exactly what the reader read.

Bytes are put down from the last to the first, so that the length of a package is known when its PkgLength is due, and
nothing recurses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from acpitools.aml.encoding import INTEGER_SIZES, NameString, encode_integer, encode_pkg_length
from acpitools.aml.opcodes import BY_NAME
from acpitools.aml.terms import Term
from acpitools.core.errors import EncodeError

__all__ = ["size_of_terms", "write_terms"]

_LISTS = frozenset({"TermList", "FieldList", "PackageElementList"})


class _Head:
    """What comes before the operands of a package, once its size is known."""

    __slots__ = ("code", "form", "size_before")

    def __init__(self, code: bytes, form: int | bytes, size_before: int) -> None:
        self.code = code
        self.form = form
        self.size_before = size_before
        """Bytes that follow the package."""


def write_terms(terms: Iterable[Term]) -> bytes:
    """Give the bytes of terms, one after another.

    Raises EncodeError for a term that is none: an unknown op, a wrong number or type of arguments, a value that does
    not fit.
    """
    chunks: list[bytes] = []
    size = 0
    stack: list[Any] = list(terms)
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is Term or (kind is not bytes and isinstance(item, Term)):
            shape = _SHAPES.get(item.op)
            if shape is None:
                _unfold_special(item, stack)
            elif shape.whole is not None and not item.args:
                chunks.append(shape.whole)
                size += len(shape.whole)
            else:
                _unfold(item, shape, stack, size)
        elif kind is bytes:
            chunks.append(item)
            size += len(item)
        elif kind is _Head:
            head = item.code + _pkg_length(item.form, size - item.size_before)
            chunks.append(head)
            size += len(head)
        else:
            raise EncodeError("term", repr(item)[:80], "it is none")
    chunks.reverse()
    return b"".join(chunks)


def size_of_terms(terms: Iterable[Term]) -> int:
    """Give the number of bytes that terms take."""
    return len(write_terms(terms))


def _pkg_length(form: int | bytes, body: int) -> bytes:
    if isinstance(form, bytes):
        return form
    for size in (1, 2, 3, 4):
        made = encode_pkg_length(body + size, max(form, size))
        if len(made) <= max(form, size):
            return encode_pkg_length(body + len(made), len(made))
    raise EncodeError("package", f"{body} bytes", "too large for a PkgLength")


class _Shape(NamedTuple):
    """How an op is encoded."""

    code: bytes
    words: tuple[str, ...]
    packaged: bool
    whole: bytes | None
    """All of it, where it has no arguments."""


_SHAPES = {
    name: _Shape(op.code, op.arguments, op.packaged, None if op.operands else op.code) for name, op in BY_NAME.items()
}


def _unfold(term: Term, shape: _Shape, stack: list[Any], size: int) -> None:
    # Puts the parts of a term on the stack, the first at the bottom.
    code, words, packaged, _ = shape
    args = term.args
    if len(words) != len(args):
        raise EncodeError(term.op, f"{len(args)} arguments", f"it takes {len(words)}")
    stack.append(_Head(code, term.form, size) if packaged else code)
    for word, arg in zip(words, args, strict=True):
        kind = type(arg)
        if kind is Term or kind is bytes:
            stack.append(arg + b"\0" if word == "AsciiCharList" else arg)
        elif kind is NameString:
            stack.append(arg.raw)
        elif word in INTEGER_SIZES:
            stack.append(encode_integer(word, arg))
        elif word in _LISTS:
            stack.extend(arg)
        elif word == "BitLength":
            stack.append(term.form if isinstance(term.form, bytes) else encode_pkg_length(arg, term.form))
        else:
            stack.append(arg)


def _unfold_special(term: Term, stack: list[Any]) -> None:
    args = term.args
    if term.op in ("NamePath", "Call"):
        stack.append(args[0].raw)
        stack.extend(args[1:])
    elif term.op == "Raw":
        stack.append(args[0])
    elif term.op == "NullName":
        stack.append(b"\0")
    else:
        raise EncodeError("term", term.op, "there is no such opcode")
