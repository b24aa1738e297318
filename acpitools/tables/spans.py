"""Where each structure of a table lies."""

from __future__ import annotations

from collections.abc import Iterator

from acpitools.codec.fields import Leaf
from acpitools.codec.structures import Structure, spans
from acpitools.tables.header import Table

__all__ = ["structure_spans", "structures_offset"]


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
