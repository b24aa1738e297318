"""Inputs of any size, made the same every time: SRAT, SLIT, memory map and acpidump text of machines that do not exist.

Layouts: ACPI specification 6.5, 5.2.16 (SRAT), 5.2.17 (SLIT).
"""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

GIB = 1 << 30
TIB = 1 << 40
LOW_END = 2 * GIB
"""End of RAM below the hole under 4 GiB, bytes."""
HIGH_START = 4 * GIB

_HEADER = struct.Struct("<4sIBB6s8sI4sI")
_MEMORY = struct.Struct("<BBIHQQIIQ")
_X2APIC = struct.Struct("<BBHIIIII")
_ENABLED = 1


def table(signature: bytes, body: bytes, revision: int = 3) -> bytes:
    """Return a whole table: header, right length, right checksum."""
    size = _HEADER.size + len(body)
    head = _HEADER.pack(signature, size, revision, 0, b"BENCH ", b"SYNTH   ", 1, b"ACPT", 1)
    data = bytearray(head + body)
    data[9] = -sum(data) & 0xFF
    return bytes(data)


def srat(nodes: int, ranges: int, end: int) -> bytes:
    """Return an SRAT of one CPU a node and as many memory structures as said, in the order of their addresses.

    RAM ends at ``end`` (bytes, exclusive).  The ranges cover it all, alike in size but for the first.
    """
    parts = [struct.pack("<IQ", 1, 0)]
    parts += [_X2APIC.pack(2, _X2APIC.size, 0, node, node, _ENABLED, 0, 0) for node in range(nodes)]
    for node, start, stop in node_ranges(nodes, ranges, end):
        parts.append(_MEMORY.pack(1, _MEMORY.size, node, 0, start, stop - start, 0, _ENABLED, 0))
    return table(b"SRAT", b"".join(parts))


def node_ranges(nodes: int, ranges: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (node, start, end) of every range, half open, bytes: node after node, upwards."""
    step = end // ranges
    for number in range(ranges):
        yield number * nodes // ranges, number * step, end if number == ranges - 1 else (number + 1) * step


def slit(nodes: int) -> bytes:
    """Return a SLIT of 10 on the diagonal, and else a distance that grows with the difference of the numbers."""
    ring = bytes(min(20 + (gap * 7 % 200), 254) for gap in range(nodes))
    rows = [ring[node:0:-1] + b"\x0a" + ring[1 : nodes - node] for node in range(nodes)]
    return table(b"SLIT", struct.pack("<Q", nodes) + b"".join(rows), revision=1)


def memory_map(end: int) -> str:
    """Return the lines ``START END TYPE`` (inclusive) of a firmware map whose RAM ends at ``end`` (exclusive)."""
    entries = [
        (0, 0x9FC00, "System RAM"),
        (0x9FC00, 0x100000, "Reserved"),
        (0x100000, LOW_END - (1 << 20), "System RAM"),
        (LOW_END - (1 << 20), LOW_END, "Reserved"),
        (HIGH_START, end, "System RAM"),
    ]
    return "".join(f"{start:#x} {stop - 1:#x} {kind}\n" for start, stop, kind in entries)


def acpidump(size: int) -> str:
    """Return acpidump text of about that many characters: one DSDT and SSDTs of 48 KiB with bytes that mean nothing."""
    source = random.Random("acpidump")
    parts: list[str] = []
    made = 0
    while made < size:
        signature = b"SSDT" if parts else b"DSDT"
        data = table(signature, source.randbytes(48 << 10), revision=2)
        parts.append(dump_text(signature.decode(), 0x7FE00000 + made, data))
        made += len(parts[-1])
    return "".join(parts)


def dump_text(signature: str, address: int, data: bytes) -> str:
    """Return one table as acpidump prints it."""
    lines = [f"{signature} @ 0x{address:016X}"]
    for offset in range(0, len(data), 16):
        row = data[offset : offset + 16]
        shown = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in row)
        lines.append(f"{f'{offset:04X}':>8}: {row.hex(' ').upper():<47}  {shown}")
    return "\n".join(lines) + "\n\n"
