"""Checksums, and ``seal``: the only place that repairs lengths, counts and checksums."""

from __future__ import annotations

import dataclasses
from math import isqrt
from typing import Any, TypeVar

from acpitools.codec.fields import Leaf, Role
from acpitools.codec.record import FieldSpec, Record, encode, size_of
from acpitools.codec.repeated import Repeated
from acpitools.codec.structures import StructureList
from acpitools.codec.tails import CountedBytes, Gap, String

__all__ = ["checksum_ok", "seal", "stated_checksums", "sum8"]

_R = TypeVar("_R", bound=Record)


def sum8(data: bytes | bytearray) -> int:
    """Give the 8-bit sum of bytes."""
    if len(data) < _LARGE:
        return sum(data) & 0xFF
    from zlib import adler32

    # The lower half of an Adler-32 is one more than the sum of the bytes, and does not wrap for so few: three times
    # as fast as adding numbers.  RFC 1950, 9.
    view = memoryview(data)
    return sum([(adler32(view[at : at + _SUMMED]) & 0xFFFF) - 1 for at in range(0, len(data), _SUMMED)]) & 0xFF


_LARGE = 1 << 16
"""Bytes from which on another way of adding is worth its module."""
_SUMMED = 256


def checksum_ok(data: bytes) -> bool:
    """Tell whether the 8-bit sum of bytes is zero, as of every ACPI table.  Spec: ACPI 6.5, 5.2.6."""
    return sum8(data) == 0


def stated_checksums(cls: type[Record]) -> list[FieldSpec]:
    """Give the checksum fields of a record class, in their order."""
    return [spec for spec in cls.FIELDS if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.CHECKSUM]


def seal(record: _R) -> _R:
    """Give a copy with right lengths, counts, offsets and checksums, structures inside included.

    Bytes after the last known field belong to the record from then on.  Raises EncodeError where a value, for
    instance a length that is now larger than its field, does not fit.
    """
    changes: dict[str, Any] = {}
    offset = 0
    for spec in record.FIELDS:
        leaf, value = spec.leaf, getattr(record, spec.name)
        if isinstance(leaf, Leaf):
            offset += leaf.size
            continue
        if isinstance(leaf, StructureList | Repeated):
            value = changes[spec.name] = tuple(map(seal, value))
        size = leaf.size_of(value)
        if (counted_by := getattr(leaf, "counted_by", None)) is not None:
            # Two rows may share a count.
            changes[counted_by] = max(changes.get(counted_by, 0), size if isinstance(leaf, String) else len(value))
        elif isinstance(leaf, CountedBytes) and leaf.side is not None and isqrt(len(value)) ** 2 == len(value):
            changes[leaf.side] = isqrt(len(value))
        if (sized_by := getattr(leaf, "sized_by", None)) is not None:
            changes[sized_by] = size
        if size and not isinstance(leaf, Gap) and (at := getattr(leaf, "at", None)) is not None:
            changes[at] = offset
        offset += size
    record = _with(record, changes)
    for spec in record.FIELDS:
        if isinstance(spec.leaf, Leaf) and spec.leaf.role is Role.LENGTH:
            record = _with(record, {spec.name: size_of(record)})
    for spec in stated_checksums(type(record)):
        blank = encode(_with(record, {spec.name: 0}))
        record = _with(record, {spec.name: -sum(blank[: spec.leaf.covers]) & 0xFF})
    return record


def _with(record: _R, changes: dict[str, Any]) -> _R:
    # Most structures are right as they are, and stay the same object.
    different = {name: value for name, value in changes.items() if getattr(record, name) != value}
    return dataclasses.replace(record, **different) if different else record
