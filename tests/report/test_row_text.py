"""Rows of many records: the same text as one record at a time."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.record import Record, encode, fixed_size, plan_of
from acpitools.codec.structures import Structure
from acpitools.report.record_text import record_text
from acpitools.report.row_text import FEWEST, Cell, Digits, Place, Rows
from acpitools.tables.srat import MemoryAffinity
from tests.record_classes import RECORDS
from tests.strategies import records

FLAT = [cls for cls in RECORDS if issubclass(cls, Structure) and plan_of(cls).flat]


def bare(cls: type[Record]) -> st.SearchStrategy[Record]:
    """Records of a class without bytes after the last field."""
    return records(cls).map(lambda record: dataclasses.replace(record, trailing=b""))


@pytest.mark.parametrize("cls", FLAT, ids=lambda cls: cls.__name__)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_rows_are_the_text_of_each_record(cls: type[Record], data: st.DataObject) -> None:
    some = data.draw(st.lists(bare(cls), min_size=1, max_size=3))
    chosen = data.draw(st.lists(st.sampled_from(some), min_size=FEWEST, max_size=FEWEST + 4))
    start, gap = data.draw(st.integers(0, 0x12_0000)), data.draw(st.sampled_from((0, 0, 5)))
    step = fixed_size(cls) + gap
    offsets = [start + step * number for number in range(len(chosen))]
    table = bytes(start) + b"".join(encode(record) + bytes(gap) for record in chosen)
    text = record_text(cls)
    expected = [text.render(offset, record) for offset, record in zip(offsets, chosen, strict=True)]
    assert text.render_all(offsets, chosen, table) == expected


@pytest.mark.parametrize("digits", [4, 5, 6])
def test_offsets_that_get_one_digit_more_are_right(digits: int) -> None:
    row = MemoryAffinity(proximity_domain=0, base_address=0, range_length=1 << 30)
    start = (1 << 4 * digits) - 8 * 40 - 20
    offsets = range(start, start + 20 * 40, 40)
    lines = "".join(record_text(MemoryAffinity).render_all(offsets, [row] * 20, bytes(start) + encode(row) * 20))
    expected = [f"{offset + inner:04x}" for offset in offsets for inner in (0, 1, 2, 6, 8, 16, 24, 28, 32)]
    assert [line.split()[0] for line in lines.splitlines()] == expected


def test_parts_of_a_row() -> None:
    cell = Cell("proximity_domain", 2, 4, lambda value: "x" * value)
    rows = Rows(("at ", Place(4), ": ", Digits(4, 2), " ", cell, "\n"))
    some = [MemoryAffinity(proximity_domain=pxm, base_address=0, range_length=0) for pxm in (0, 3, 1)]
    assert rows.render([0, 40, 80], some, b"".join(map(encode, some))) == [
        "at 0004: 0000 \n",
        "at 002c: 0000 xxx\n",
        "at 0054: 0000 x\n",
    ]


def test_letters_beyond_ascii_are_escaped() -> None:
    rows = Rows((Cell("proximity_domain", 2, 4, "{}\u00e9".format),))
    some = [MemoryAffinity(proximity_domain=pxm, base_address=0, range_length=0) for pxm in (0, 3)]
    assert rows.render([0, 40], some, b"".join(map(encode, some))) == ["0\\xe9", "3\\xe9"]
