"""Binary tables: one, or several back to back as the firmware lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.header import HEADER_SIZE
from acpitools.tables.registry import declared_size, is_cdat
from acpitools.tables.signatures import TITLES
from acpitools.tables.table_set import LoadedTable

__all__ = ["is_raw", "read_raw"]

_RSDP = b"RSD PTR "
_NAME = re.compile(rb"[A-Z0-9_!$#@-]{4}")
_MAX_PADDING = 4096


def is_raw(head: bytes) -> bool:
    """Tell whether bytes begin a table; text that begins with four capitals does not."""
    if head.startswith(_RSDP):
        return len(head) >= 20
    if is_cdat(head):
        return True
    if len(head) < 8 or not _NAME.match(head):
        return False
    if head[:4].decode("ascii") in TITLES:
        return _is_binary(head[4:HEADER_SIZE])
    return len(head) >= HEADER_SIZE and (declared_size(head) or 0) >= HEADER_SIZE and _is_binary(head[4:HEADER_SIZE])


def _is_binary(data: bytes) -> bool:
    # Lengths, revisions and addresses have bytes that no text has.
    return any(byte < 9 or 13 < byte < 32 or byte > 126 for byte in data)


def _follows(data: bytes, position: int) -> bool:
    # A table that lies in the bytes wholly: more is asked of it than of the first.
    if data.startswith(_RSDP, position):
        return len(data) - position >= 20
    head = data[position : position + HEADER_SIZE]
    smallest = 64 if head[:4] == b"FACS" else HEADER_SIZE
    size = declared_size(head) or 0
    return len(head) == HEADER_SIZE and bool(_NAME.match(head)) and smallest <= size <= len(data) - position


def read_raw(data: bytes, source: str) -> Iterator[LoadedTable | Finding]:
    """Give the tables; zeros between two of them are skipped, anything else stays with the table before it."""
    if is_cdat(data):
        yield LoadedTable(data=data, source=source)
        return
    position = 0
    while position < len(data):
        size = declared_size(data[position : position + HEADER_SIZE]) or 0
        smallest = 20 if data.startswith(_RSDP, position) else HEADER_SIZE
        stop = position + size if smallest <= size <= len(data) - position else len(data)
        following = stop
        if stop < len(data) and not _follows(data, stop):
            following = _skip_zeros(data, stop)
            if not _follows(data, following):
                stop = following = len(data)
        table = LoadedTable(data=data[position:stop], source=source)
        yield table
        if following > stop:
            where = Location(source=source, signature=table.signature, offset=stop - position)
            text = f"{following - stop} zero bytes between this table and the next are not part of either"
            yield Finding(code="SRC005", severity=Severity.INFO, message=text, location=where)
        position = following


def _skip_zeros(data: bytes, position: int) -> int:
    room = data[position : position + _MAX_PADDING]
    return position + len(room) - len(room.lstrip(b"\0"))
