"""Half-open ranges of addresses or page frames, and sets of them by sort and sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["AddrRange", "coalesce", "intersect", "overlapping", "subtract", "total"]


class AddrRange(NamedTuple):
    """Bytes ``[start, end)``: start inclusive, end exclusive."""

    start: int
    end: int

    @property
    def size(self) -> int:
        """Length in bytes; 0 where the range is empty or inverted."""
        return max(0, self.end - self.start)

    def __str__(self) -> str:
        return f"[mem {self.start:#010x}-{self.end - 1:#010x}]"


def coalesce(ranges: Iterable[tuple[int, int]]) -> list[AddrRange]:
    """Give the same bytes as sorted, disjoint ranges that do not touch; empty ranges vanish."""
    merged: list[AddrRange] = []
    for start, end in sorted(r[:2] for r in ranges):
        if start >= end:
            continue
        if merged and start <= merged[-1].end:
            if end > merged[-1].end:
                merged[-1] = AddrRange(merged[-1].start, end)
        else:
            merged.append(AddrRange(start, end))
    return merged


def intersect(left: Iterable[tuple[int, int]], right: Iterable[tuple[int, int]]) -> list[AddrRange]:
    """Give the bytes that are in both sets."""
    a, b = coalesce(left), coalesce(right)
    common: list[AddrRange] = []
    i = j = 0
    while i < len(a) and j < len(b):
        start, end = max(a[i].start, b[j].start), min(a[i].end, b[j].end)
        if start < end:
            common.append(AddrRange(start, end))
        if a[i].end < b[j].end:
            i += 1
        else:
            j += 1
    return common


def subtract(left: Iterable[tuple[int, int]], right: Iterable[tuple[int, int]]) -> list[AddrRange]:
    """Give the bytes of the first set that are not in the second."""
    rest: list[AddrRange] = []
    holes = coalesce(right)
    j = 0
    for start, end in coalesce(left):
        while j < len(holes) and holes[j].end <= start:
            j += 1
        k, cursor = j, start
        while k < len(holes) and holes[k].start < end:
            if cursor < holes[k].start:
                rest.append(AddrRange(cursor, holes[k].start))
            cursor = max(cursor, holes[k].end)
            k += 1
        if cursor < end:
            rest.append(AddrRange(cursor, end))
    return rest


def overlapping(ranges: Iterable[tuple[int, int]]) -> list[AddrRange]:
    """Give the bytes that more than one of the ranges holds."""
    twice: list[AddrRange] = []
    reach = -1
    for start, end in sorted(r[:2] for r in ranges if r[0] < r[1]):
        if start < reach:
            twice.append(AddrRange(start, min(end, reach)))
        reach = max(reach, end)
    return coalesce(twice)


def total(ranges: Iterable[tuple[int, int]]) -> int:
    """Give the number of bytes in a set of ranges, each counted once."""
    return sum(r.size for r in coalesce(ranges))
