"""Sizes of what the kernel allocates late in boot, from options and counts (bytes)."""

from __future__ import annotations

from typing import Final

from acpitools.core.units import GIB, MIB, PAGE_SHIFT, round_up, simple_strtoull

__all__ = ["hash_table_size", "percpu_units", "swiotlb_size"]

_SLOT: Final = 2048
_SEGMENT: Final = 128 * _SLOT
_DEFAULT_SWIOTLB: Final = 64 * MIB


def swiotlb_size(option: str | None) -> int:
    """Give the bytes of the bounce buffer: 64 MiB, or swiotlb= slots of 2 KiB.  Kernel: kernel/dma/swiotlb.c."""
    slots = simple_strtoull(option or "")[0]
    return round_up(slots * _SLOT, _SEGMENT) if slots else _DEFAULT_SWIOTLB


def hash_table_size(pages: int, scale: int, entry: int, asked: int = 0) -> int:
    """Give the bytes of a boot-time hash table with one bucket for 2^scale bytes of memory.

    Kernel: alloc_large_system_hash (memory rounded up to MiB; one halving at each factor 4 above 64 GiB).
    """
    entries = asked
    if not entries:
        entries = round_up(pages, MIB >> PAGE_SHIFT)
        adaptive = 64 * GIB >> PAGE_SHIFT
        while adaptive < entries:
            scale += 1
            adaptive <<= 2
        entries = entries >> (scale - PAGE_SHIFT) if scale > PAGE_SHIFT else entries << (PAGE_SHIFT - scale)
        entries = max(entries, 1)
    return entry << max(0, (entries - 1).bit_length())


def percpu_units(groups: list[int], used: int) -> int:
    """Give how many CPUs share one 2 MiB allocation of the first per-cpu chunk.

    Groups are numbers of CPUs that are near each other; used is what one CPU needs, in bytes.
    Kernel: mm/percpu.c:pcpu_build_alloc_info.
    """
    size, most, total = 2 * MIB, max(1, 2 * MIB // used), sum(groups)
    best, fewest = 1, None
    for share in range(most, 0, -1):
        if size % share or size // share % 4096:
            continue
        allocations = sum(-(-count // share) for count in groups)
        wasted = sum(-(-count // share) * share - count for count in groups)
        if wasted > total // 3:
            continue
        if fewest is not None and allocations > fewest:
            break
        best, fewest = share, allocations
    return best
