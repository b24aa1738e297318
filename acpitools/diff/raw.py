"""Bytes compared as bytes: how many differ, and where.  For AML, and for tables whose layout is unknown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from acpitools.diff.values import Change, Kind, listed

__all__ = ["byte_ranges", "compare_bytes"]

_MOST_RANGES = 4096
_BRIDGED = 8
"""Equal bytes between two differences that are told as one."""


def byte_ranges(before: bytes, after: bytes) -> tuple[list[tuple[int, int]], int]:
    """Give the offsets ``[start, end)`` at which bytes of equal length differ, and the number of bytes that do."""
    ranges: list[tuple[int, int]] = []
    count = 0
    for start in range(0, len(before), 256):
        if before[start : start + 256] == after[start : start + 256]:
            continue
        for offset in range(start, min(start + 256, len(before))):
            if before[offset] == after[offset]:
                continue
            count += 1
            if ranges and offset - ranges[-1][1] <= _BRIDGED:
                ranges[-1] = (ranges[-1][0], offset + 1)
            elif len(ranges) < _MOST_RANGES:
                ranges.append((offset, offset + 1))
    return ranges, count


def compare_bytes(before: bytes, after: bytes, start: int, what: str) -> Iterator[Change]:
    """Compare the bytes from an offset on.

    Of unequal length: what the two have in common at their beginnings and ends is left out.
    """
    if before[start:] == after[start:]:
        return
    was, now = (hashlib.sha256(data).hexdigest() for data in (before, after))
    digests = f"sha256 {was[:8]} -> {now[:8]}"
    if len(before) == len(after):
        ranges, count = byte_ranges(before[start:], after[start:])
        places = [f"{start + a:#x}" + (f"-{start + b - 1:#x}" if b - a > 1 else "") for a, b in ranges]
        where = f"in {len(ranges)} places: {listed(places)}" if len(ranges) > 1 else f"at {places[0]}"
        text = f"{count} of {len(before)} bytes differ {where} ({digests})"
    else:
        head = _common(before[start:], after[start:])
        tail = _common(before[start + head :][::-1], after[start + head :][::-1])
        first = start + head
        gone, come = len(before) - tail - first, len(after) - tail - first
        text = f"{len(before)} -> {len(after)} bytes; from offset {first:#x} on {gone} bytes became {come} ({digests})"
    words = {"size": len(before), "sha256": was}, {"size": len(after), "sha256": now}
    yield Change(kind=Kind.CHANGED, subject=what, text=text, before=words[0], after=words[1])


def _common(a: bytes, b: bytes) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[:middle] == b[:middle]:
            low = middle
        else:
            high = middle - 1
    return low
