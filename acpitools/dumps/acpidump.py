"""Text as acpidump writes it: ``SRAT @ 0x000000007FFE1000`` and lines of sixteen hexadecimal bytes.

Old and new styles, several tables of one signature, CR LF, tabs, foreign lines anywhere, a missing column of
characters.  Format: ACPICA source/tools/acpidump, read by acpixtract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from acpitools.core.findings import Finding, Location, Severity
from acpitools.tables.registry import signature_of
from acpitools.tables.table_set import LoadedTable

__all__ = ["is_acpidump", "read_acpidump", "write_acpidump"]

_MARK = re.compile(rb"@[ \t]*0[xX]")
_HEADER = re.compile(rb"[ \t]*([!-~](?:[ -~]{0,6}[!-~])?)[ \t]*@[ \t]*0[xX]([0-9A-Fa-f]{1,16})[ \t]*")
_PAIR = rb"[0-9A-Fa-f]{2}"
# Pairs stand one separator apart; the column of characters is further away and may look like pairs too.
_LINE = re.compile(
    rb"[ \t]*([0-9A-Fa-f]{1,8}):[ \t]*(" + _PAIR + rb"(?:(?: " + _PAIR + rb"){1,15}|(?:\t" + _PAIR + rb"){1,15})?)"
    rb"(?![0-9A-Fa-f])"
)
_CHUNK = 1 << 20
_ROW = 16
_WINDOW = 2 + 3 * _ROW - 1
"""Characters of a row from the colon to its last pair."""
_MAX_GAPS = 16


def is_acpidump(data: bytes) -> bool:
    """Tell whether text has the heading of a table."""
    return next(_headings(data), None) is not None


def _headings(data: bytes) -> Iterator[tuple[int, int, bytes, int]]:
    # (start of line, end of line, name, address) of every heading; each line is looked at once.
    done = 0
    for mark in _MARK.finditer(data):
        if mark.start() < done:
            continue
        start = data.rfind(b"\n", done, mark.start()) + 1 or done
        end = data.find(b"\n", mark.end())
        end = len(data) if end < 0 else end
        done = end
        if end - start < 128 and (match := _HEADER.fullmatch(data, start, end)):
            yield start, end, match[1], int(match[2], 16)


def read_acpidump(data: bytes, source: str) -> Iterator[LoadedTable | Finding]:
    """Give the tables of a dump, in its order, and a finding for a heading without any bytes."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    headings = list(_headings(data))
    for number, (_, start, name, address) in enumerate(headings):
        end = headings[number + 1][0] if number + 1 < len(headings) else len(data)
        table, gaps = _hex_bytes(data, start, end)
        signature = signature_of(table).strip() if table else name.decode("ascii")
        findings = []
        for offset, stated in gaps:
            where = Location(source=source, signature=signature, offset=offset)
            text = f"the dump's offset column says {stated:#x} where {offset:#x} follows; lines are missing or foreign"
            findings.append(Finding(code="SRC003", severity=Severity.ERROR, message=text, location=where))
        if not table:
            where = Location(source=source, signature=signature)
            text = f"the heading {name.decode('ascii')} @ {address:#x} has no bytes below it"
            yield Finding(code="SRC004", severity=Severity.WARNING, message=text, location=where)
            continue
        # Address 0 is written where the dumper did not know.
        yield LoadedTable(data=table, source=source, address=address or None, findings=tuple(findings))


def _hex_bytes(data: bytes, start: int, end: int) -> tuple[bytes, list[tuple[int, int]]]:
    # The bytes of the lines in [start, end), and (offset, stated offset) where the two disagree.
    found = bytearray()
    gaps: list[tuple[int, int]] = []
    while start < end:
        # By the megabyte: a list of all lines of hostile text would be many times its size.
        stop = data.rfind(b"\n", start, start + _CHUNK) + 1 if end - start > _CHUNK else end
        if stop <= start:
            stop = data.find(b"\n", start) + 1 or end
        lines = data[start:stop].rstrip().split(b"\n")
        start = stop
        if not lines[0]:
            del lines[0]
        if not lines:
            continue
        last = lines.pop()
        if lines and not _take_rows(lines, found):
            for line in lines:
                _take_line(line, found, gaps)
        _take_line(last, found, gaps)
    return bytes(found), gaps


def _take_rows(lines: list[bytes], found: bytearray) -> bool:
    # Full rows in the usual columns, all at once; False, and nothing taken, where one of them is anything else.
    try:
        first, last = lines[0].index(b":"), lines[-1].index(b":")
        if first == last:
            windows = [line[first : first + _WINDOW] for line in lines]
        else:  # offsets grow by a digit
            windows = [line[(at := line.index(b":")) : at + _WINDOW] for line in lines]
        # A colon, and sixteen pairs with a space before each: no row can have borrowed from its column of characters.
        joined = b"  ".join(windows)
        if (
            len(joined) != (_WINDOW + 2) * len(lines) - 2
            or joined[:: _WINDOW + 2].strip(b":")
            or joined[1::3].strip(b" ")
        ):
            return False
        rows = bytes.fromhex(joined.replace(b":", b"").decode("ascii"))
        offset, end = int(lines[0][:first], 16), int(lines[-1][:last], 16) + _ROW
    except ValueError:
        return False
    if len(rows) != _ROW * len(lines) or offset != len(found) or end != offset + len(rows):
        return False
    found += rows
    return True


def _take_line(line: bytes, found: bytearray, gaps: list[tuple[int, int]]) -> None:
    match = _LINE.match(line)
    if match is None:
        return
    stated = int(match[1], 16)
    # One finding for each place where the column jumps.  Some dumpers print the low 16 bits of the offset only.
    expected = len(found) + (gaps[-1][1] - gaps[-1][0] if gaps else 0)
    if stated != expected and stated != expected & 0xFFFF and len(gaps) < _MAX_GAPS:
        gaps.append((len(found), stated))
    found += bytes.fromhex(match[2].decode("ascii"))


_PRINTABLE = bytes(byte if 32 <= byte < 127 else ord(".") for byte in range(256))


def write_acpidump(table: LoadedTable) -> Iterator[str]:
    """Give the lines of a table as acpidump prints them, in blocks; acpixtract reads them."""
    data = table.data
    # A reader takes the name to end at a space; the bytes below it have the signature as it is.
    name = table.signature.encode("latin-1").translate(_PRINTABLE).decode("ascii").replace(" ", ".")
    name = "RSDP" if table.signature == "RSD PTR " else name
    yield f"{name} @ 0x{table.address or 0:016X}\n"
    for start in range(0, len(data), 4096):
        lines = []
        for offset in range(start, min(start + 4096, len(data)), _ROW):
            row = data[offset : offset + _ROW]
            text = row.translate(_PRINTABLE).decode("ascii")
            lines.append(f"    {offset:04X}: {row.hex(' ').upper():<47}  {text}\n")
        yield "".join(lines)
    yield "\n"
