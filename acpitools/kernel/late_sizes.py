"""Sizes of what the kernel allocates late in boot, from options and counts (bytes)."""

from __future__ import annotations

from typing import Final

from acpitools.core.units import GIB, MIB, PAGE_SHIFT, PAGE_SIZE, round_up, simple_strtoull

__all__ = ["hash_table_size", "percpu_units", "swiotlb_size"]

_SLOT: Final = 2048
_SEGMENT: Final = 128  # slots
_DEFAULT_SLOTS: Final = 64 * MIB // _SLOT
_MOST_BUCKETS: Final = 1 << 31


def _power_of_two(number: int) -> int:
    # Round up; 0 counts as 1.
    return 1 << max(0, number - 1).bit_length()


def _starts_with_digit(text: str) -> bool:
    return "0" <= text[:1] <= "9"


def swiotlb_size(option: str | None, cpus: int = 0) -> int:
    """Give the bytes of the bounce buffer: 64 MiB, or swiotlb= slots of 2 KiB, rounded up for the areas it has.

    There is an area for each CPU, unless the option says how many; with neither nothing is rounded yet.
    Kernel: kernel/dma/swiotlb.c:setup_io_tlb_npages, swiotlb_adjust_nareas.
    """
    rest, slots, areas = option or "", _DEFAULT_SLOTS, cpus
    if _starts_with_digit(rest):
        slots, rest = simple_strtoull(rest)
        slots = round_up(slots, _SEGMENT)
    rest = rest.removeprefix(",")
    if _starts_with_digit(rest):
        areas = max(1, simple_strtoull(rest)[0])
    if areas:
        slots = _power_of_two(max(slots, _SEGMENT * _power_of_two(areas)))
    return slots * _SLOT


def hash_table_size(pages: int, scale: int, entry: int, asked: int = 0, bounds: tuple[int, int] | None = None) -> int:
    """Give the bytes of a boot-time hash table with one bucket for 2^scale bytes of memory.

    Kernel: alloc_large_system_hash (memory rounded up to MiB; one halving at each factor 4 above 64 GiB; at least a
    page, at most a 16th of memory), or with numbers of buckets within bounds.
    """
    buckets = asked
    if not buckets:
        buckets = round_up(pages, MIB >> PAGE_SHIFT)
        adaptive = 64 * GIB >> PAGE_SHIFT
        while adaptive < buckets:
            scale += 1
            adaptive <<= 2
        buckets = buckets >> (scale - PAGE_SHIFT) if scale > PAGE_SHIFT else buckets << (PAGE_SHIFT - scale)
        buckets = max(buckets, PAGE_SIZE // entry)
    least, most = bounds or (1, min((pages << PAGE_SHIFT) // 16 // entry, _MOST_BUCKETS))
    buckets = max(least, 1, min(_power_of_two(buckets), most))
    return entry << buckets.bit_length() - 1


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
