"""Where each structure of a table lies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from acpitools.codec.fields import Leaf, Show
from acpitools.codec.record import FieldSpec, Record, size_of
from acpitools.codec.structures import Structure, spans
from acpitools.tables.header import Table

__all__ = ["field_spans", "record_spans", "row_places", "structure_spans", "structures_offset"]


def field_spans(record: Record, start: int = 0) -> Iterator[tuple[FieldSpec, int, Any]]:
    """Give (declaration, offset, value) of each field of a record that lies at ``start``."""
    offset = start
    for spec in record.FIELDS:
        value = getattr(record, spec.name)
        yield spec, offset, value
        offset += spec.leaf.size if isinstance(spec.leaf, Leaf) else spec.leaf.size_of(value)


def record_spans(record: Record, start: int = 0) -> Iterator[tuple[int, Record]]:
    """Give (offset, record) of a record that lies at ``start`` and of all records in it, in their order."""
    yield start, record
    for spec, offset, value in field_spans(record, start):
        if isinstance(spec.leaf, Leaf):
            if spec.leaf.show is Show.RECORD:
                yield from record_spans(value, offset)
        elif isinstance(value, tuple):
            for place, item in row_places(value, offset):
                yield from record_spans(item, place)


def row_places(records: Sequence[Record], start: int) -> Iterator[tuple[int, Record]]:
    """Give (offset, record) of records that follow one another from ``start``."""
    for record in records:
        yield start, record
        start += size_of(record)


def structures_offset(table: Table) -> int:
    """Give the offset in bytes of a table's first structure."""
    offset = 0
    for spec in table.FIELDS:
        if spec.name == "structures":
            return offset
        value = getattr(table, spec.name)
        offset += spec.leaf.size if isinstance(spec.leaf, Leaf) else spec.leaf.size_of(value)
    return offset


def structure_spans(table: Table) -> Iterator[tuple[int, int, Structure]]:
    """Give (index, offset, structure) of a table's structures; none where it has no such list.

    Indices count from 0, offsets are bytes from the start of the table.
    """
    return spans(getattr(table, "structures", ()), structures_offset(table))
