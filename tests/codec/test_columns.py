"""Columns hold what records hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acpitools.codec.columns import columns
from acpitools.codec.fields import Leaf
from acpitools.codec.structures import StructureList, spans
from acpitools.tables import cedt, hmat, madt, msct, srat
from tests.strategies import structures

LISTS = [srat.STRUCTURES, madt.STRUCTURES, cedt.STRUCTURES, hmat.STRUCTURES, msct.STRUCTURES]


@pytest.mark.parametrize("known", LISTS, ids=lambda known: known.raw.__name__)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_columns_and_records_agree(known: StructureList, data: st.DataObject) -> None:
    raw = b"".join(known.put([item]) for item in data.draw(st.lists(structures(known), max_size=8)))
    raw += data.draw(st.binary(max_size=12))
    found, _ = known.take(None, raw, 0, len(raw))
    for cls in {type(item) for item in found}:
        table = columns(known, cls, raw, 0)
        mine = [(index, offset, item) for index, offset, item in spans(found, 0) if type(item) is cls]
        assert table["index"] == tuple(index for index, _, _ in mine)
        assert table["offset"] == tuple(offset for _, offset, _ in mine)
        for spec in cls.FIELDS:
            if isinstance(spec.leaf, Leaf):
                assert table[spec.name] == tuple(getattr(item, spec.name) for _, _, item in mine)


def test_no_structure_gives_empty_columns() -> None:
    table = columns(srat.STRUCTURES, srat.MemoryAffinity, b"", 0)
    assert set(table.values()) == {()}
    assert list(table)[:4] == ["index", "offset", "type", "length"]
