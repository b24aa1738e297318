"""Numbers and sizes as the kernel reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.units import (
    PFN_DOWN,
    PFN_UP,
    U64_MAX,
    format_size,
    memparse,
    round_down,
    round_up,
    simple_strtoull,
)


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("12", 12, ""),
        ("0x10", 16, ""),
        ("0X1f,", 31, ","),
        ("010", 8, ""),
        ("08", 0, "8"),
        ("0", 0, ""),
        ("0x", 0, "x"),
        ("x", 0, "x"),
        ("", 0, ""),
        ("-1", 0, "-1"),
        ("18446744073709551616", 0, ""),
    ],
)
def test_a_number_takes_its_base_from_the_prefix(text: str, value: int, rest: str) -> None:
    assert simple_strtoull(text) == (value, rest)


@pytest.mark.parametrize(
    ("text", "value", "rest"),
    [
        ("1K", 1 << 10, ""),
        ("2m@4G", 2 << 20, "@4G"),
        ("0x10G", 16 << 30, ""),
        ("3T", 3 << 40, ""),
        ("1P", 1 << 50, ""),
        ("1E", 1 << 60, ""),
        ("16E", 0, ""),
        ("5", 5, ""),
        ("5B", 5, "B"),
        ("G", 0, ""),
    ],
)
def test_a_size_may_have_a_suffix(text: str, value: int, rest: str) -> None:
    assert memparse(text) == (value, rest)


@given(st.integers(0, U64_MAX), st.sampled_from([1, 64, 4096, 1 << 21, 3]))
def test_rounding_goes_to_the_next_multiple(value: int, align: int) -> None:
    down, up = round_down(value, align), round_up(value, align)
    assert down % align == up % align == 0
    assert down <= value <= up
    assert up - down in (0, align)


def test_page_frames_round_inwards_for_whole_pages() -> None:
    assert (PFN_UP(1), PFN_DOWN(8191)) == (1, 1)
    assert (PFN_UP(4096), PFN_DOWN(4096)) == (1, 1)


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (1023, "1023 B"), (1 << 10, "1 KiB"), (3 << 29, "1.5 GiB"), (1 << 31, "2 GiB"), (1 << 46, "64 TiB")],
)
def test_sizes_are_shown_in_their_largest_unit(size: int, text: str) -> None:
    assert format_size(size) == text
