"""Values of the data-table language to bytes, one line at a time; what does not fit is an error with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn

from acpitools.codec.labels import Bit, Form
from acpitools.dumps.dsl_source import Entry, Source

__all__ = ["bit_value", "bytes_of", "fixed_bytes", "integer"]

_HEX = re.compile(r"[0-9A-Fa-f]+\Z")
_LEADING = re.compile(r"(?:0[xX](?=[0-9A-Fa-f]))?([0-9A-Fa-f]+)")
_BYTES = re.compile(r"(?:[0-9A-Fa-f]{2} ++)*+[0-9A-Fa-f]{2}\Z")
_BYTE = re.compile(r"[^ \t,\r]+")
_GUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\Z")


def integer(source: Source, entry: Entry, labels: Mapping[str, int]) -> int:
    """Give the value of an integer line.  Raises SourceError."""
    text = entry.value
    if _HEX.match(text):
        value = int(text, 16)
        if value >> 64:
            source.fail(entry.value_at, "this number has more than 64 bits")
        return value
    from acpitools.dumps.dsl_expressions import ExpressionError, evaluate

    try:
        return evaluate(text, labels)
    except ExpressionError as exc:
        source.fail(entry.value_at + exc.at, f"{entry.label}: {exc.message}")


def bit_value(source: Source, entry: Entry, bit: Bit, labels: Mapping[str, int]) -> tuple[int, int]:
    """Give the value of a bit field as iasl reads it, its leading digits, and that of the expression.

    Raises SourceError.
    """
    meant = integer(source, entry, labels)
    leading = _LEADING.match(entry.value)
    value = 0 if leading is None else int(leading[1], 16)
    if value >> bit.width:
        what = "bit" if bit.width == 1 else "bits"
        source.fail(entry.value_at, f"{entry.label}: {value:X} does not fit; expected at most {bit.width} {what}")
    return value, meant


def fixed_bytes(source: Source, entry: Entry, form: Form, size: int, labels: Mapping[str, int]) -> bytes:
    """Give the bytes of a line of fixed size.  Raises SourceError."""
    if form is Form.INTEGER:
        value = integer(source, entry, labels)
        if value >> (8 * size):
            _misfit(source, entry, f"{value:X} does not fit; expected at most {size} bytes")
        return value.to_bytes(size, "little")
    data = bytes_of(source, entry, form)
    if form is Form.STRING:
        # Quoted text is filled up with zeros, and ends at the field's end without one.
        data = entry.value.encode("latin-1")
        if len(data) > size:
            _misfit(source, entry, f"{len(data)} characters; expected at most {size}")
        return data.ljust(size, b"\0")
    if len(data) != size:
        _misfit(source, entry, f"{len(data)} bytes; expected {size}")
    return data


def bytes_of(source: Source, entry: Entry, form: Form) -> bytes:
    """Give the bytes of a line whose size follows from its value.  Raises SourceError."""
    text = entry.value
    if form is Form.STRING:
        return text.encode("latin-1") + b"\0"
    if form is Form.UNICODE:
        return (text + "\0").encode("utf-16-le")
    if form is Form.GUID:
        return _guid(source, entry)
    if _BYTES.match(text):
        return bytes.fromhex(text)
    data = bytearray()
    for match in _BYTE.finditer(text):
        if len(match[0]) != 2 or not _HEX.match(match[0]):
            source.fail(entry.value_at + match.start(), f"{entry.label}: {match[0]!r}; expected two hexadecimal digits")
        data.append(int(match[0], 16))
    return bytes(data)


def _guid(source: Source, entry: Entry) -> bytes:
    if not _GUID.match(entry.value):
        _misfit(source, entry, "expected a GUID such as 01234567-89AB-CDEF-0123-456789ABCDEF")
    first, second, third, fourth, last = entry.value.split("-")
    # UEFI 2.10, appendix A: the first three groups are little-endian integers.
    return b"".join(bytes.fromhex(group)[::-1] for group in (first, second, third)) + bytes.fromhex(fourth + last)


def _misfit(source: Source, entry: Entry, message: str) -> NoReturn:
    source.fail(entry.value_at, f"{entry.label}: {message}")
