"""Pieces of every page: wrapping, tables, lists of numbers, shares, bars."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.report.terminal import Palette, bar, cut, mem, named, numbers, percent, table, wrapped


def test_a_range_is_shown_with_its_last_byte() -> None:
    assert mem(0x100000000, 0x180000000) == "[mem 0x100000000-0x17fffffff]"


@given(st.lists(st.text("abc-[]", min_size=1, max_size=12), max_size=30), st.integers(30, 90))
def test_wrapping_keeps_every_word_and_the_width(words: list[str], width: int) -> None:
    lines = list(wrapped(" ".join(words), width, "  ", "    "))
    assert " ".join(lines).split() == words
    assert all(len(line) <= width for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_a_word_longer_than_the_width_is_not_cut() -> None:
    assert list(wrapped(f"a {'b' * 90} c", 40, "")) == ["a", "b" * 90, "c"]


@pytest.mark.parametrize("whole", ["[mem 0x100000000-0x17fffffff]", "SRAT[5] at offset 0x98"])
def test_a_range_and_a_place_in_a_table_stay_on_one_line(whole: str) -> None:
    for before in range(40):
        lines = list(wrapped(f"{'x' * before} {whole}", 40, ""))
        assert any(whole in line for line in lines)


def test_nothing_to_wrap_is_no_line() -> None:
    assert list(wrapped("", 40, "  ")) == []


def test_columns_are_aligned() -> None:
    lines = list(table(("name", "pages"), [("a", 5), ("longer", 12345)], "1"))
    assert lines == ["  name    pages", "  a           5", "  longer  12345"]


def test_the_last_column_goes_on_in_lines_of_its_own() -> None:
    reason = "a reason that takes more than one line of this table"
    lines = list(table(("block", "because"), [("memory1", reason), ("memory2", "short")], width=40))
    assert all(len(line) <= 40 for line in lines)
    assert len(lines) > 3
    assert " ".join(" ".join(lines[1:-1]).split()) == f"memory1 {reason}"
    assert lines[-1] == "  memory2  short"


@pytest.mark.parametrize(
    ("values", "text"),
    [((), ""), ((4,), "4"), ((0, 1, 2, 3, 5), "0-3, 5"), ((1, 3), "1, 3")],
)
def test_neighbouring_numbers_are_a_range(values: tuple[int, ...], text: str) -> None:
    assert numbers(values) == text


def test_a_noun_agrees_with_its_numbers() -> None:
    assert (named("node", [1]), named("node", [1, 2])) == ("node 1", "nodes 1-2")


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 5, "0 %"),
        (0, 0, "0 %"),
        (1, 1000, "less than 1 %"),
        (999, 1000, "more than 99 %"),
        (5, 5, "100 %"),
        (1, 2, "50 %"),
    ],
)
def test_a_share_never_hides_what_is_there_or_missing(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=4), st.integers(16, 80))
def test_a_bar_shows_every_part_within_its_room(amounts: list[int], width: int) -> None:
    whole = max(1, sum(amounts))
    drawn = bar(list(zip(amounts, "abcd", strict=False)), whole, width)
    assert len(drawn) <= width
    assert [mark in drawn for mark in "abcd"[: len(amounts)]] == [amount > 0 for amount in amounts]


def test_a_list_is_cut_with_a_count_of_what_is_left_out() -> None:
    shown, rest = cut(range(10), 4, verbose=False)
    assert list(shown) == [0, 1, 2, 3]
    assert rest == ["  ... and 6 more (-v shows all, --format json has them)"]
    assert cut(range(10), 4, verbose=True) == (range(10), [])


def test_a_single_item_is_not_replaced_by_a_line_that_counts_it() -> None:
    assert cut(range(5), 4, verbose=False) == (range(5), [])


def test_colours_are_codes_around_the_text_or_nothing() -> None:
    assert Palette(True).paint("green", "a") == "\x1b[32ma\x1b[0m"
    assert Palette(True).paint(None, "a") == Palette(False).paint("green", "a") == "a"
    assert Palette(True).marks("aab", {"a": "red"}) == "\x1b[31maa\x1b[0mb"
    assert Palette(False).marks("aab", {"a": "red"}) == "aab"
