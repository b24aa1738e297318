"""Faults of the memory map: it and the SRAT disagree.  Kernel: arch/x86/kernel/e820.c, mm/numa_memblks.c."""

from __future__ import annotations

from collections.abc import Sequence

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.units import GIB, KIB, MIB
from acpitools.topology.faults.fault import Fault, nothing

__all__ = ["FAULTS"]


def _last_ram(entries: Sequence[E820Entry]) -> int:
    found = [
        index
        for index, entry in enumerate(entries)
        if entry.type == E820Type.RAM and entry.end - entry.start > 64 * MIB
    ]
    if not found:
        raise nothing("the memory map has no piece of RAM above 64 MiB")
    return found[-1]


def _replaced(entries: Sequence[E820Entry], index: int, *others: E820Entry) -> Sequence[E820Entry]:
    return (*entries[:index], *others, *entries[index + 1 :])


def _more(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    index = _last_ram(entries)
    found = entries[index]
    return _replaced(entries, index, found._replace(end=found.end + 64 * MIB))


def _less(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    index = _last_ram(entries)
    found = entries[index]
    middle = (found.start + found.end) // 2 & -MIB
    return _replaced(entries, index, found._replace(end=middle))


def _hole(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    index = _last_ram(entries)
    found = entries[index]
    middle = (found.start + found.end) // 2 & -MIB
    kept = E820Entry(middle, middle + 64 * KIB, E820Type.RESERVED)
    return _replaced(entries, index, found._replace(end=middle), kept, found._replace(start=kept.end))


def _overlap(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    index = _last_ram(entries)
    found = entries[index]
    return _replaced(entries, index, found, E820Entry(found.start + MIB, found.start + 2 * MIB, E820Type.RESERVED))


def _unsorted(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    return tuple(reversed(entries))


def _subpage(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    index = _last_ram(entries)
    found = entries[index]
    return _replaced(entries, index, found._replace(end=found.end - 512))


def _stray(entries: Sequence[E820Entry]) -> Sequence[E820Entry]:
    end = max(entry.end for entry in entries)
    start = (max(end, 1 << 44) + GIB - 1) // GIB * GIB
    return (*entries, E820Entry(start, start + 64 * MIB, E820Type.RAM))


FAULTS = (
    Fault(
        "map-more-ram",
        "MAP",
        "64 MiB of RAM after the last range that the SRAT covers; the kernel drops the SRAT",
        map=_more,
    ),
    Fault("map-less-ram", "MAP", "half of the last piece of RAM is missing", map=_less),
    Fault(
        "map-reserved-inside",
        "MAP",
        "64 KiB in the middle of the last piece of RAM are reserved: a block that cannot go offline",
        map=_hole,
    ),
    Fault("map-overlap", "MAP", "a reserved MiB overlaps the last piece of RAM", map=_overlap),
    Fault("map-unsorted", "MAP", "entries in descending order", map=_unsorted),
    Fault("map-subpage", "MAP", "the last piece of RAM ends inside a page", map=_subpage),
    Fault("map-stray-ram", "MAP", "64 MiB of RAM far above everything else, at 16 TiB or more", map=_stray),
)
