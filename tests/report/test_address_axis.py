"""The address axis: every byte of RAM has a column, in order, within the width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.ranges import coalesce, subtract, total
from acpitools.core.units import GIB, KIB, MIB, TIB
from acpitools.report.address_axis import Axis, by_magnitude, to_scale

RANGES = st.lists(
    st.tuples(st.integers(0, 1 << 46), st.integers(1, 1 << 42)).map(lambda p: (p[0], p[0] + p[1])),
    min_size=1,
    max_size=40,
)
MACHINE = ((4 * KIB, 636 * KIB), (MIB, 2 * GIB), (4 * GIB, 6 * GIB))


@given(
    RANGES,
    st.lists(st.integers(0, 1 << 46), max_size=40),
    st.integers(20, 120),
    st.sampled_from([to_scale, by_magnitude]),
)
def test_every_byte_of_ram_has_a_column(
    ranges: list[tuple[int, int]], borders: list[int], width: int, weight: object
) -> None:
    axis = Axis(ranges, width, borders=borders, weight=weight)  # type: ignore[arg-type]
    assert subtract(ranges, ((c.start, c.end) for c in axis.columns)) == []
    assert [c.number for c in axis.columns] == sorted({c.number for c in axis.columns})
    assert all(a.end <= b.start for a, b in zip(axis.columns, axis.columns[1:], strict=False))
    assert axis.columns[-1].number < axis.width <= width


@given(RANGES, st.integers(20, 120))
def test_ram_that_is_all_held_is_full_columns(ranges: list[tuple[int, int]], width: int) -> None:
    axis = Axis(ranges, width)
    row = axis.levels((c.start, c.end) for c in axis.columns)
    assert [row[c.number] for c in axis.columns if c.start < c.end] == ["█"] * sum(
        c.start < c.end for c in axis.columns
    )


@given(RANGES, st.integers(0, 99))
def test_a_single_byte_held_is_visible(ranges: list[tuple[int, int]], which: int) -> None:
    axis = Axis(ranges, 80)
    places = coalesce(ranges)
    start = places[which % len(places)].start
    row = axis.levels([(start, start + 1)])
    assert len(row.strip()) == 1
    assert row.strip() in "▁▂▃▄▅▆▇█"


def test_a_column_fills_with_what_is_held() -> None:
    axis = Axis([(0, 8 * MIB)], 8)
    held = [(n * MIB, n * MIB + (n + 1) * MIB // 8) for n in range(8)]
    assert axis.levels(held) == "▁▂▃▄▅▆▇█"


def test_overlapping_reservations_count_once() -> None:
    axis = Axis([(0, 8 * MIB)], 1)
    assert axis.levels([(0, 4 * MIB), (0, MIB), (MIB, 4 * MIB)]) == "▄"


def test_a_hole_is_one_column() -> None:
    axis = Axis(MACHINE, 60)
    assert axis.row([(start, end, "m") for start, end in MACHINE]).count(" ") == 2


def test_ram_is_to_scale() -> None:
    axis = Axis([(0, GIB), (4 * GIB, 7 * GIB)], 41)
    row = axis.row([(0, GIB, "a"), (4 * GIB, 7 * GIB, "b")])
    assert row.count("a") == pytest.approx(10, abs=1)
    assert row.count("b") == pytest.approx(30, abs=1)


def test_low_memory_stays_visible_beside_terabytes_by_magnitude() -> None:
    axis = Axis([(MIB, 2 * GIB), (4 * GIB, 64 * TIB)], 60, weight=by_magnitude)
    row = axis.row([(MIB, 2 * GIB, "a"), (4 * GIB, 64 * TIB, "b")])
    assert 5 <= row.count("a") < row.count("b")


def test_small_holes_are_drawn_over() -> None:
    axis = Axis([(0, GIB), (GIB + MIB, 2 * GIB), (4 * GIB, 5 * GIB)], 60, smallest_hole=2 * MIB)
    assert [c.start for c in axis.starts] == [0, 4 * GIB]


def test_a_column_begins_at_a_border() -> None:
    axis = Axis([(0, 2 * GIB)], 60, borders=(GIB // 3, 3 * GIB))
    assert GIB // 3 in {c.start for c in axis.columns}


def test_thousands_of_ranges_fit_the_width() -> None:
    ranges = [(n * GIB, n * GIB + GIB // 2) for n in range(5000)]
    axis = Axis(ranges, 60, borders=(start for start, _ in ranges))
    assert axis.width <= 60
    assert total((c.start, c.end) for c in axis.columns) >= total(ranges)


def test_a_column_shows_what_most_of_it_is() -> None:
    axis = Axis([(0, GIB)], 1)
    assert axis.row([(0, 100, "a"), (100, GIB // 2, "b"), (GIB // 2, GIB, "c")]) == "c"


def test_the_ruler_names_the_start_of_each_stretch_under_its_column() -> None:
    axis = Axis(MACHINE, 60)
    lines = axis.ruler()
    for column in axis.starts:
        named = [line[column.number :].split()[0] for line in lines if line[column.number : column.number + 2] == "0x"]
        assert named == [f"{column.start:#x}"]


def test_labels_stand_at_their_address_and_never_touch() -> None:
    axis = Axis([(0, 10 * MIB)], 10)
    assert axis.labels((n * MIB, str(n)) for n in range(10)) == "0 2 4 6 8"
    assert axis.labels([(0, "10"), (MIB, "11"), (3 * MIB + 8, "12")]) == "10 12"
    assert axis.labels([(2 * GIB, "5")]) == ""


def test_the_first_address_with_a_column_is_found_across_a_hole() -> None:
    axis = Axis(MACHINE, 60)
    assert axis.first_of(0, MIB) == 4 * KIB
    assert axis.first_of(2 * GIB, 5 * GIB) == 4 * GIB
    assert axis.first_of(GIB + 5, 2 * GIB) == GIB + 5
    assert axis.first_of(2 * GIB, 4 * GIB) is None
    assert axis.first_of(6 * GIB, 8 * GIB) is None


def test_no_ram_is_no_column() -> None:
    axis = Axis([], 60)
    assert (axis.columns, axis.width, axis.ruler(), axis.levels([(0, 5)])) == ((), 0, [], "")
