"""Counting pages in sets of ranges by bisection, never by loops over pages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

from acpitools.core.ranges import coalesce

__all__ = ["PageSet"]


class PageSet:
    """Page frames as sorted, disjoint ranges ``[start_pfn, end_pfn)``, with their running total."""

    def __init__(self, ranges: Iterable[tuple[int, int]]) -> None:
        self.ranges = coalesce(ranges)
        self._starts = [r.start for r in self.ranges]
        self._totals = [0, *accumulate(r.end - r.start for r in self.ranges)]

    def _below(self, pfn: int) -> int:
        index = bisect_right(self._starts, pfn)
        if not index:
            return 0
        last = self.ranges[index - 1]
        return self._totals[index - 1] + min(pfn, last.end) - last.start

    def count(self, start: int, end: int) -> int:
        """Give the number of pages of ``[start, end)`` that are in the set."""
        return self._below(end) - self._below(start) if start < end else 0

    def __bool__(self) -> bool:
        return bool(self.ranges)
