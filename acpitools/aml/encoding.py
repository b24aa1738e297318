"""The encodings below terms: PkgLength, NameString, integers.  Spec: ACPI 6.5, 20.2.2 to 20.2.4."""

from __future__ import annotations

import re
from typing import NamedTuple

from acpitools.core.errors import EncodeError

__all__ = [
    "INTEGER_SIZES",
    "MAX_PKG_LENGTH",
    "NameString",
    "canonical_name",
    "decode_name",
    "decode_pkg_length",
    "encode_integer",
    "encode_pkg_length",
    "name_from_text",
    "segment_text",
]

MAX_PKG_LENGTH = (1 << 28) - 1
"""Largest value that four bytes hold."""

INTEGER_SIZES = {"ByteData": 1, "WordData": 2, "DWordData": 4, "QWordData": 8}
"""Grammar word to bytes, little endian."""

_SEGMENT = re.compile(rb"[A-Z_][A-Z0-9_]{3}")
_SEGMENTS = re.compile(rb"(?:[A-Z_][A-Z0-9_]{3})*")
_TEXT = re.compile(r"(\\?)(\^*)((?:[A-Za-z_][A-Za-z0-9_]{0,3}(?:\.[A-Za-z_][A-Za-z0-9_]{0,3})*)?)")
_ROOT, _PARENT, _DUAL, _MULTI = 0x5C, 0x5E, 0x2E, 0x2F


class NameString(NamedTuple):
    r"""A name as encoded: ``\``, any number of ``^``, then segments of four characters, padded with ``_``."""

    raw: bytes
    """The encoding: two names are equal when their encodings are."""
    root: bool
    """Whether it begins with ``\\``."""
    parents: int
    """Number of ``^``."""
    path: bytes
    """The segments, four bytes each, one after another."""

    @property
    def segments(self) -> tuple[str, ...]:
        """Give the segments, padded to four characters."""
        text = self.path.decode("ascii")
        return tuple(text[index : index + 4] for index in range(0, len(text), 4))

    @property
    def is_canonical(self) -> bool:
        """Tell whether the encoding is the shortest for this name."""
        return self.raw == canonical_name(root=self.root, parents=self.parents, path=self.path)

    def __str__(self) -> str:
        segments = ".".join(map(segment_text, self.segments))
        return f"{chr(_ROOT) * self.root}{'^' * self.parents}{segments}"


def segment_text(segment: str) -> str:
    """Give a segment as ASL writes it, without the padding."""
    return segment.rstrip("_") or "_"


def canonical_name(*, root: bool = False, parents: int = 0, path: bytes = b"") -> bytes:
    """Give the shortest encoding of a name; path is segments of four bytes.  Raises EncodeError for over 255."""
    count = len(path) // 4
    if count > 255:
        raise EncodeError("name", f"{count} segments", "at most 255 can be encoded")
    head = b"\\" * root + b"^" * parents
    if count == 0:
        return head + b"\0"
    if count == 1:
        return head + path
    return head + (b"." if count == 2 else bytes((_MULTI, count))) + path


def name_from_text(text: str) -> NameString:
    r"""Give the name that ASL writes as ``\_SB.PCI0`` or ``^^FOO``.  Raises EncodeError for what is no name."""
    match = _TEXT.fullmatch(text)
    if match is None:
        raise EncodeError("name", repr(text), "segments have up to four of A-Z, 0-9 and _, no digit first")
    root, carets, rest = match.groups()
    path = b"".join(segment.upper().ljust(4, "_").encode() for segment in rest.split(".") if segment)
    raw = canonical_name(root=bool(root), parents=len(carets), path=path)
    return NameString(raw, bool(root), len(carets), path)


def decode_name(data: bytes, start: int, end: int) -> NameString | None:
    """Give the name whose encoding begins at start, or None where there is none before end (exclusive).

    Its size is that of ``raw``.
    """
    position = start
    root = position < end and data[position] == _ROOT
    if root:
        position += 1
    parents = 0
    while position < end and data[position] == _PARENT:
        position += 1
        parents += 1
    if position >= end:
        return None
    lead = data[position]
    if lead == 0:
        return NameString(data[start : position + 1], root, parents, b"")
    count = 1
    if lead == _DUAL:
        count, position = 2, position + 1
    elif lead == _MULTI:
        if position + 1 >= end:
            return None
        count, position = data[position + 1], position + 2
    stop = position + 4 * count
    path = data[position:stop]
    if stop > end or _SEGMENTS.fullmatch(path) is None:
        return None
    return NameString(data[start:stop], root, parents, path)


def decode_pkg_length(data: bytes, start: int) -> tuple[int, int]:
    """Give the value of the PkgLength at start and its size, 1 to 4 bytes; all of it has to be there."""
    lead = data[start]
    size = 1 + (lead >> 6)
    if size == 1:
        return lead, 1
    return lead & 0x0F | int.from_bytes(data[start + 1 : start + size], "little") << 4, size


def encode_pkg_length(value: int, size: int = 0) -> bytes:
    """Give a PkgLength of a value as it stands, in at least ``size`` bytes.  Raises EncodeError where none holds it."""
    if size <= 1 and 0 <= value < 0x40:
        return bytes((value,))
    for more in (1, 2, 3):
        if 0 <= value < 1 << (4 + 8 * more) and size <= more + 1:
            return bytes((more << 6 | value & 0x0F,)) + (value >> 4).to_bytes(more, "little")
    raise EncodeError("PkgLength", hex(value), "it does not fit 28 bits")


def encode_integer(word: str, value: int) -> bytes:
    """Give the bytes of ``ByteData`` and its kin.  Raises EncodeError where the value does not fit."""
    size = INTEGER_SIZES[word]
    if not 0 <= value < 1 << (8 * size):
        raise EncodeError(word, hex(value), f"it does not fit {size} byte{'s' * (size > 1)}")
    return value.to_bytes(size, "little")
