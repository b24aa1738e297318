"""Arrays of regions: the primitives below every memblock operation, as pure functions on sorted tuples.

Kernel: mm/memblock.c (memblock_isolate_range, memblock_merge_regions, the clipping of memblock_add_range).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Final, NamedTuple

__all__ = [
    "DRIVER_MANAGED",
    "HOTPLUG",
    "MIRROR",
    "NOMAP",
    "NUMA_NO_NODE",
    "RSRV_NOINIT",
    "UNSET_NID",
    "Region",
    "Regions",
    "changed",
    "first_overlap",
    "flag_names",
    "gaps_down",
    "gaps_up",
    "inserted",
    "isolated",
]

HOTPLUG: Final = 0x1
MIRROR: Final = 0x2
NOMAP: Final = 0x4
DRIVER_MANAGED: Final = 0x8
RSRV_NOINIT: Final = 0x10
_FLAG_NAMES: Final = (
    (HOTPLUG, "hotplug"),
    (MIRROR, "mirror"),
    (NOMAP, "nomap"),
    (DRIVER_MANAGED, "driver_managed"),
    (RSRV_NOINIT, "rsrv_noinit"),
)

NUMA_NO_NODE: Final = -1
UNSET_NID: Final = 1 << 16
"""Stands for MAX_NUMNODES, the node of a region that nobody gave one; above every real node."""


class Region(NamedTuple):
    """Bytes ``[base, end)`` with a node and flags."""

    base: int
    end: int
    nid: int = UNSET_NID
    flags: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.base


class Regions(tuple[Region, ...]):
    """An array of regions, with its indices made on first use."""

    @cached_property
    def _usable(self) -> dict[tuple[int, int], tuple[tuple[Region, ...], dict[int, tuple[Region, ...]]]]:
        return {}

    def usable(self, skip: int, need: int) -> tuple[tuple[Region, ...], dict[int, tuple[Region, ...]]]:
        """Give the regions with none of some flags and all of others: in address order, and by node."""
        found = self._usable.get((skip, need))
        if found is None:
            chosen = Regions(r for r in self if not r.flags & skip and r.flags & need == need)
            found = self._usable[skip, need] = (chosen, chosen.by_nid)
        return found

    @cached_property
    def by_nid(self) -> dict[int, tuple[Region, ...]]:
        """Regions of each node, in address order."""
        ordered = sorted(self, key=lambda region: (region.nid, region.base))
        return {nid: tuple(group) for nid, group in groupby(ordered, key=lambda region: region.nid)}


def flag_names(flags: int) -> tuple[str, ...]:
    """Give the names of the flags that are set."""
    return tuple(name for bit, name in _FLAG_NAMES if flags & bit)


def first_overlap(regions: Sequence[Region], base: int) -> int:
    """Give the index of the first region that ends after an address (bytes)."""
    index = bisect_left(regions, (base,))
    return index - 1 if index and regions[index - 1].end > base else index


def _alike(left: Region, right: Region) -> bool:
    return left.end == right.base and left.nid == right.nid and left.flags == right.flags


def _working(regions: Sequence[Region]) -> list[Region]:
    # A list is a stage's own working copy, changed in place; anything else is left as it is.
    return regions if isinstance(regions, list) else list(regions)


def _merged(regions: list[Region], start: int, end: int) -> None:
    # Merge alike neighbours among regions[start-1 : end+1]; the rest was minimal before.
    low, high = max(0, start - 1), min(len(regions), end + 1)
    out: list[Region] = []
    for region in regions[low:high]:
        if out and _alike(out[-1], region):
            out[-1] = out[-1]._replace(end=region.end)
        else:
            out.append(region)
    regions[low:high] = out


def gaps_up(regions: Sequence[Region], base: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the pieces of ``[base, end)`` that no region holds, lowest first."""
    for index in range(first_overlap(regions, base), len(regions)):
        region = regions[index]
        if region.base >= end:
            break
        if base < region.base:
            yield base, region.base
        base = max(base, region.end)
    if base < end:
        yield base, end


def gaps_down(regions: Sequence[Region], base: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the pieces of ``[base, end)`` that no region holds, highest first."""
    for index in range(bisect_left(regions, (end,)) - 1, -1, -1):
        region = regions[index]
        if region.end <= base:
            break
        if region.end < end:
            yield region.end, end
        end = min(end, region.base)
    if base < end:
        yield base, end


def inserted(regions: Sequence[Region], pieces: Sequence[tuple[int, int]], nid: int, flags: int) -> Sequence[Region]:
    """Put new pieces, which no region holds, among the regions and merge them with alike neighbours.

    A tuple gives a new tuple; a list, the working copy of a stage, is changed and given back.
    """
    out = _working(regions)
    first = last = None
    for base, end in pieces:
        index = bisect_left(out, (base,))
        out.insert(index, Region(base, end, nid, flags))
        first, last = (index if first is None else first), index + 1
    if first is not None and last is not None:
        _merged(out, first, last)
    return out if out is regions else tuple(out)


def isolated(regions: Sequence[Region], base: int, end: int) -> tuple[list[Region], int, int]:
    """Split regions at base and end; give the new list, and the slice of it that lies inside.

    A list, the working copy of a stage, is changed and given back.
    """
    out = _working(regions)
    index = start = first_overlap(out, base)
    while index < len(out) and out[index].base < end:
        region = out[index]
        if region.base < base:
            out[index : index + 1] = [region._replace(end=base), region._replace(base=base)]
            index = start = index + 1
        elif region.end > end:
            out[index : index + 1] = [region._replace(end=end), region._replace(base=end)]
            index += 1
            break
        else:
            index += 1
    return out, start, index


def changed(regions: Sequence[Region], base: int, end: int, change: Callable[[Region], Region]) -> Sequence[Region]:
    """Change the regions in ``[base, end)``, splitting those that reach over its ends, and merge alike neighbours.

    A tuple gives a new tuple; a list, the working copy of a stage, is changed and given back.
    """
    out, start, stop = isolated(regions, base, end)
    out[start:stop] = [change(region) for region in out[start:stop]]
    if start < stop:
        _merged(out, start, stop)
    return out if out is regions else tuple(out)
