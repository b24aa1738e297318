"""All faults by name, and how they are applied: to records, then to bytes, or to the memory map."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from acpitools.core.errors import TopologyError
from acpitools.core.firmware_map import E820Entry
from acpitools.tables.header import Table
from acpitools.topology.faults import any_table, madt, memory_map, platform, slit_hmat, srat
from acpitools.topology.faults.fault import Fault

__all__ = ["FAULTS", "Chosen", "break_bytes", "break_map", "break_records", "parse_faults"]

FAULTS: dict[str, Fault] = {
    fault.name: fault
    for fault in (
        *any_table.FAULTS,
        *srat.FAULTS,
        *slit_hmat.FAULTS,
        *madt.FAULTS,
        *platform.FAULTS,
        *memory_map.FAULTS,
    )
}
"""Name to fault, in the order in which they are shown."""
_NAMES = {"MADT": "APIC"}


class Chosen(NamedTuple):
    """A fault and the table that gets it."""

    fault: Fault
    table: str


def parse_faults(names: Sequence[str]) -> tuple[Chosen, ...]:
    """Give the faults that names such as ``srat-overlap`` or ``checksum@SLIT`` stand for.  Raises TopologyError."""
    found: list[Chosen] = []
    for index, text in enumerate(names):
        name, _, table = text.partition("@")
        fault = FAULTS.get(name.lower())
        if fault is None:
            near = difflib.get_close_matches(name.lower(), FAULTS, 1)
            hint = f"did you mean {near[0]}?" if near else "--list-faults shows all"
            raise TopologyError("topology", f"faults[{index}]", f"no fault {name!r}; {hint}")
        signature = _NAMES.get(table.upper(), table.upper()) or fault.table
        if signature != fault.table and not fault.any_table:
            raise TopologyError("topology", f"faults[{index}]", f"{fault.name} is a fault of the {fault.table} only")
        found.append(Chosen(fault, signature))
    return tuple(found)


def break_records(records: Mapping[str, Table], faults: Sequence[Chosen]) -> dict[str, Table]:
    """Give tables with the faults that are in their content.  Raises TopologyError where there is nothing to break."""
    broken = dict(records)
    for fault, table in faults:
        if fault.map is None and table not in broken:
            raise TopologyError("topology", f"faults: {fault.name}", f"this machine has no {table}")
        if fault.record is not None:
            with _naming(fault):
                broken[table] = fault.record(broken[table])
    return broken


def break_bytes(tables: Sequence[tuple[str, bytes]], faults: Sequence[Chosen]) -> list[bytes]:
    """Give the tables' bytes with the faults that are in their frame; one may become several."""
    broken: dict[str, list[bytes]] = {signature: [data] for signature, data in tables}
    for fault, table in faults:
        if fault.data is not None:
            first, *rest = broken[table]
            with _naming(fault):
                made = fault.data(first)
            broken[table] = [*([made] if isinstance(made, bytes) else made), *rest]
    return [data for found in broken.values() for data in found]


def break_map(entries: Sequence[E820Entry], faults: Sequence[Chosen]) -> tuple[E820Entry, ...]:
    """Give the memory map with its faults."""
    broken = tuple(entries)
    for fault, _ in faults:
        if fault.map is not None:
            with _naming(fault):
                broken = tuple(fault.map(broken))
    return broken


@contextmanager
def _naming(fault: Fault) -> Iterator[None]:
    try:
        yield
    except TopologyError as error:
        raise TopologyError(error.what, f"faults: {fault.name}", error.why) from error
