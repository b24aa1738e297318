"""Sets of ranges against sets of numbers."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.ranges import AddrRange, coalesce, intersect, overlapping, subtract, total

RANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)


def numbers(ranges: list[tuple[int, int]] | list[AddrRange]) -> set[int]:
    """Give every number that is in one of the ranges."""
    return {number for start, end in ranges for number in range(start, end)}


@given(RANGES)
def test_coalesce_keeps_the_numbers_in_sorted_ranges_with_gaps_between(ranges: list[tuple[int, int]]) -> None:
    merged = coalesce(ranges)
    assert numbers(merged) == numbers(ranges)
    assert all(left.end < right.start for left, right in itertools.pairwise(merged))
    assert all(place.start < place.end for place in merged)


@given(RANGES, RANGES)
def test_intersect_and_subtract_part_a_set(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    assert numbers(intersect(left, right)) == numbers(left) & numbers(right)
    assert numbers(subtract(left, right)) == numbers(left) - numbers(right)


@given(RANGES)
def test_overlapping_gives_what_is_held_twice(ranges: list[tuple[int, int]]) -> None:
    held = [number for start, end in ranges for number in range(start, end)]
    assert numbers(overlapping(ranges)) == {number for number in held if held.count(number) > 1}


@given(RANGES)
def test_total_counts_each_number_once(ranges: list[tuple[int, int]]) -> None:
    assert total(ranges) == len(numbers(ranges))


def test_a_range_shows_its_last_byte() -> None:
    assert str(AddrRange(0x1000, 0x3000)) == "[mem 0x00001000-0x00002fff]"
