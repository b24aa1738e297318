"""Sizes of late allocations, worked out by hand from the kernel's rules."""

from __future__ import annotations

import pytest

from acpitools.core.units import GIB, KIB, MIB
from acpitools.kernel.late_sizes import hash_table_size, percpu_units, swiotlb_size

PAGE = 4096


@pytest.mark.parametrize(
    ("option", "cpus", "size"),
    [
        (None, 1, 64 * MIB),
        ("", 64, 64 * MIB),
        ("force", 1, 64 * MIB),
        ("65536", 1, 128 * MIB),
        ("0x10000,force", 1, 128 * MIB),
        ("1", 1, 256 * KIB),
        ("0", 1, 256 * KIB),
        ("100000", 1, 256 * MIB),
    ],
)
def test_bounce_buffers_are_64_mib_or_slots_of_2_kib(option: str | None, cpus: int, size: int) -> None:
    """Slots come in segments of 128, and their number becomes a power of two: 100000 is 131072."""
    assert swiotlb_size(option, cpus) == size


@pytest.mark.parametrize(
    ("option", "cpus", "size"),
    [
        (None, 256, 64 * MIB),
        (None, 257, 128 * MIB),
        (None, 1024, 256 * MIB),
        ("1", 3, 4 * 256 * KIB),
        ("1,8", 2, 8 * 256 * KIB),
        (",5", 2, 64 * MIB),
    ],
)
def test_every_cpu_has_an_area_of_at_least_256_kib(option: str | None, cpus: int, size: int) -> None:
    """Areas are a power of two: 257 CPUs have 512 areas of 128 slots, twice the default."""
    assert swiotlb_size(option, cpus) == size


def test_before_the_cpus_are_known_slots_are_only_rounded_to_segments() -> None:
    """100000 slots are 781.25 segments: 782 of them."""
    assert swiotlb_size("100000") == 782 * 128 * 2048


@pytest.mark.parametrize(
    ("memory", "scale", "size"),
    [
        (4 * GIB, 13, 4 * MIB),
        (4 * GIB, 14, 2 * MIB),
        (4 * GIB + MIB, 13, 8 * MIB),
        (64 * GIB, 13, 64 * MIB),
        (64 * GIB + MIB, 13, 64 * MIB),
        (256 * GIB, 13, 128 * MIB),
        (256 * GIB + MIB, 13, 128 * MIB),
    ],
)
def test_hash_tables_have_a_bucket_for_each_8_or_16_kib(memory: int, scale: int, size: int) -> None:
    """4 GiB / 8 KiB = 524288 buckets of 8 bytes; above 64 GiB half as many, above 256 GiB a quarter."""
    assert hash_table_size(memory // PAGE, scale, 8) == size


def test_a_hash_table_takes_at_least_a_page() -> None:
    """One MiB has 128 buckets of 8 KiB: 1 KiB, so a page is taken."""
    assert hash_table_size(256, 13, 8) == 4 * KIB


def test_a_hash_table_asked_for_takes_the_next_power_of_two_up_to_a_16th_of_memory() -> None:
    assert hash_table_size(4 * GIB // PAGE, 13, 8, asked=3) == 4 * 8
    assert hash_table_size(4 * GIB // PAGE, 13, 8, asked=1 << 40) == 256 * MIB
    assert hash_table_size(3 * GIB // PAGE, 13, 8, asked=1 << 40) == 128 * MIB


@pytest.mark.parametrize(
    ("groups", "units"),
    [
        ([1], 1),  # four places, three of them wasted: more than a third of the CPUs
        ([2], 2),
        ([3], 4),  # one of four is wasted: not more than a third of 3
        ([4], 4),
        ([8], 4),
        ([4, 4], 4),
        ([1, 1], 1),
        ([6, 6], 4),  # four of sixteen are wasted: not more than a third of 12
        ([5, 5], 2),  # by four six are wasted, by two two
    ],
)
def test_cpus_that_share_an_allocation_of_2_mib(groups: list[int], units: int) -> None:
    """One CPU needs 66 pages: seven would fit, but 2 MiB is cut into 4, 2 or 1 equal units."""
    assert percpu_units(groups, 66 * PAGE) == units
