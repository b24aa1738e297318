"""The e820 table against a model that looks at every address."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acpitools.core.firmware_map import E820Entry, E820Type
from acpitools.core.units import GIB, MIB, U64_MAX
from acpitools.kernel import e820
from acpitools.kernel.cmdline import Param

RAM, RESERVED, ACPI, PRAM = E820Type.RAM, E820Type.RESERVED, E820Type.ACPI, E820Type.PRAM
SPACE = 24
ENTRIES = st.tuples(st.integers(0, SPACE), st.integers(0, SPACE), st.sampled_from([1, 2, 3, 4, 5, 7, 99])).map(
    lambda e: E820Entry(min(e[:2]), max(e[:2]), e[2])
)


def types(table: list[E820Entry] | tuple[E820Entry, ...]) -> list[int]:
    """Give the highest type at every address, 0 for none."""
    return [max((e.type for e in table if e.start <= address < e.end), default=0) for address in range(SPACE)]


@given(st.lists(ENTRIES, min_size=2, max_size=10))
def test_sanitize_keeps_the_highest_type_of_every_address(table: list[E820Entry]) -> None:
    clean = e820.sanitize(table, 100)
    assert clean is not None
    assert types(clean) == types(table)


@given(st.lists(ENTRIES, min_size=2, max_size=10))
def test_sanitize_gives_sorted_entries_and_merges_alike_neighbours(table: list[E820Entry]) -> None:
    clean = e820.sanitize(table, 100) or ()
    for left, right in itertools.pairwise(clean):
        assert left.end <= right.start
        assert not (left.end == right.start and left.type == right.type)


def test_persistent_and_soft_reserved_entries_never_merge() -> None:
    table = [E820Entry(0, 4, PRAM), E820Entry(4, 8, PRAM), E820Entry(8, 9, RAM)]
    assert e820.sanitize(table, 9) == tuple(table)


@pytest.mark.parametrize(
    "table",
    [[E820Entry(0, 4, RAM)], [E820Entry(0, 4, RAM), E820Entry(U64_MAX, U64_MAX + 9, RAM)]],
    ids=["one", "wraps"],
)
def test_a_table_of_one_entry_or_one_that_wraps_is_left_untouched(table: list[E820Entry]) -> None:
    assert e820.sanitize(table, 9) is None


def test_a_full_table_ends_there() -> None:
    table = [E820Entry(2 * n, 2 * n + 1, RAM) for n in range(9)]
    assert e820.sanitize(table, 3) == tuple(table[:3])


@given(st.lists(ENTRIES, max_size=6), ENTRIES, st.sampled_from([1, 2, 3]))
def test_retype_changes_the_parts_of_one_type_only(table: list[E820Entry], place: E820Entry, old: int) -> None:
    new = 98
    changed = e820.retype(table, place.start, place.end, old, new)
    for address in range(SPACE):
        was = sorted(e.type for e in table if e.start <= address < e.end)
        now = sorted(e.type for e in changed if e.start <= address < e.end)
        inside = place.start <= address < place.end
        assert now == sorted(new if inside and kind == old else kind for kind in was)


@given(st.lists(ENTRIES, max_size=6), ENTRIES, st.sampled_from([1, 2, None]))
def test_remove_takes_one_type_or_all_out_of_a_range(table: list[E820Entry], place: E820Entry, old: int | None) -> None:
    changed = e820.remove(table, place.start, place.end, old)
    for address in range(SPACE):
        was = [e.type for e in table if e.start <= address < e.end]
        now = [e.type for e in changed if e.start <= address < e.end]
        inside = place.start <= address < place.end
        assert sorted(now) == sorted(kind for kind in was if not (inside and old in (None, kind)))


def test_entries_that_vanish_still_count() -> None:
    """mem=1 on two entries leaves two empty ones, so that the map counts as a map of two."""
    left = e820.remove([E820Entry(0, 4, RAM), E820Entry(8, 9, RAM)], 0, 99, RAM)
    assert len(left) == 2


MAP = [E820Entry(0, GIB, RAM), E820Entry(GIB, 2 * GIB, RESERVED), E820Entry(4 * GIB, 6 * GIB, RAM)]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("mem", "5G", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1)]),
        ("memmap", "5G", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1)]),
        ("memmap", "1G@8G", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 6 * GIB, 1), (8 * GIB, 9 * GIB, 1)]),
        ("memmap", "1G#5G", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1), (5 * GIB, 6 * GIB, 3)]),
        ("memmap", "1G$5G", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1), (5 * GIB, 6 * GIB, 2)]),
        (
            "memmap",
            "0x40000000!0x140000000",
            [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1), (5 * GIB, 6 * GIB, 12)],
        ),
        ("memmap", "1G%5G-1+7", [(0, GIB, 1), (GIB, 2 * GIB, 2), (4 * GIB, 5 * GIB, 1), (5 * GIB, 6 * GIB, 7)]),
        ("memmap", "1G%1G+5", [(0, GIB, 1), (GIB, 2 * GIB, 5), (4 * GIB, 6 * GIB, 1)]),
        ("memmap", "1G%1G-2", [(0, GIB, 1), (4 * GIB, 6 * GIB, 1)]),
        ("memmap", "8G%0", []),
        ("memmap", "exactmap,1G@0,1G@4G", [(0, GIB, 1), (4 * GIB, 5 * GIB, 1)]),
        (
            "memmap",
            "1M@8G,1M@9G",
            [
                (0, GIB, 1),
                (GIB, 2 * GIB, 2),
                (4 * GIB, 6 * GIB, 1),
                (8 * GIB, 8 * GIB + MIB, 1),
                (9 * GIB, 9 * GIB + MIB, 1),
            ],
        ),
    ],
)
def test_options_edit_the_map(name: str, value: str, expected: list[tuple[int, int, int]]) -> None:
    table, problem = e820.apply_option(MAP, Param(name, value))
    assert problem is None
    assert [tuple(entry) for entry in e820.sanitize(table, 100) or ()] == expected


def test_ram_over_reserved_memory_has_no_effect() -> None:
    table, _ = e820.apply_option(MAP, Param("memmap", "1G@1G"))
    assert e820.sanitize(table, 100) == e820.sanitize(MAP, 100)


@pytest.mark.parametrize("value", ["", "nonsense", "1G%5G-1+7x", "@5G"])
def test_a_malformed_memmap_changes_nothing_and_is_named(value: str) -> None:
    table, problem = e820.apply_option(MAP, Param("memmap", value))
    assert table == MAP
    assert problem is not None


@pytest.mark.parametrize("value", ["0", "nopentium", "nonsense"])
def test_a_mem_of_nothing_is_ignored(value: str) -> None:
    table, problem = e820.apply_option(MAP, Param("mem", value))
    assert (table, problem) == (MAP, f"mem={value}: the kernel ignores it")


def test_the_end_of_ram_counts_acpi_data_where_asked() -> None:
    table = [E820Entry(0, GIB, RAM), E820Entry(2 * GIB, 2 * GIB + MIB, ACPI)]
    assert e820.end_of_ram(table, (RAM,), 1 << 40) == GIB >> 12
    assert e820.end_of_ram(table, (RAM, ACPI), 1 << 40) == (2 * GIB + MIB) >> 12
    assert e820.end_of_ram(table, (RAM, ACPI), 1000) == 1000
