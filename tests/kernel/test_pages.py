"""Counting by bisection against counting page by page."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acpitools.kernel.pages import PageSet

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8)


@given(RANGES, st.integers(0, 45), st.integers(0, 45))
def test_count_gives_the_pages_of_the_window_that_are_in_the_set(
    ranges: list[tuple[int, int]], start: int, end: int
) -> None:
    pages = {page for low, high in ranges for page in range(low, high)}
    assert PageSet(ranges).count(start, end) == len(pages & set(range(start, end)))


@given(RANGES)
def test_a_set_is_true_where_it_holds_a_page(ranges: list[tuple[int, int]]) -> None:
    assert bool(PageSet(ranges)) == any(low < high for low, high in ranges)


def test_a_window_that_ends_before_it_starts_holds_nothing() -> None:
    assert PageSet([(0, 10)]).count(8, 2) == 0


def test_ranges_are_sorted_and_joined() -> None:
    assert PageSet([(5, 9), (0, 2), (2, 3), (8, 12), (4, 4)]).ranges == [(0, 3), (5, 12)]
