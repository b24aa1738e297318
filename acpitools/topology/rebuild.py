"""A machine's tables with something changed: what the change does not touch stays as it was, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from acpitools.core.firmware_map import E820Entry
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.build import build
from acpitools.topology.explain import document
from acpitools.topology.from_tables import from_tables
from acpitools.topology.merge import merged
from acpitools.topology.read import read_spec
from acpitools.topology.spec import Spec

__all__ = ["Rebuilt", "rebuild"]


class Rebuilt(NamedTuple):
    """A changed machine."""

    spec: Spec
    made: tuple[LoadedTable, ...]
    """Tables of its topology, unchanged ones included."""
    kept: tuple[LoadedTable, ...] = ()
    """All others that the machine had."""
    notes: tuple[str, ...] = ()
    platform: tuple[LoadedTable, ...] = ()
    """The tables that it had before."""


def rebuild(
    tables: TableSet, changes: Mapping[str, Any], memory_map: Sequence[E820Entry] = (), where: str = ""
) -> Rebuilt:
    """Describe a machine by its tables, change the description, and make the tables that differ by it.

    Raises TopologyError as ``read_spec`` and ``build`` do, and where the tables have no SRAT.
    """
    found = from_tables(tables, memory_map)
    base = document(found.spec)
    kept_names = {table.signature for table in found.kept}
    spec = read_spec(merged(base, changes, kept_names), where) if changes else read_spec(base, where)
    before = {table.signature: table for table in build(found.spec)}
    made: list[LoadedTable] = []
    for table in build(spec):
        old, original = before.get(table.signature), tables.first(table.signature)
        same = old is not None and original is not None and old.data == table.data
        made.append(original if same and original is not None else table)
    names = {table.signature for table in made}
    notes = tuple(note for note in found.notes if note[:4] not in names)
    kept = tuple(t for t in found.kept if t.signature not in names or t is not tables.first(t.signature))
    return Rebuilt(spec, tuple(made), kept, notes, tables.tables)
