"""A described machine to its tables: records, then whatever is to be wrong with them, then bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acpitools.codec.checksum import seal
from acpitools.codec.record import encode
from acpitools.core.firmware_map import E820Entry
from acpitools.tables.header import Table
from acpitools.tables.table_set import LoadedTable, TableSet
from acpitools.topology.build_numa import build_hmat, build_msct, build_slit, build_srat
from acpitools.topology.build_platform import build_cedt, build_madt
from acpitools.topology.build_pptt import build_pptt
from acpitools.topology.build_ssdt import build_ssdt
from acpitools.topology.faults.registry import break_bytes, break_map, break_records, parse_faults
from acpitools.topology.spec import Spec

__all__ = ["build", "memory_map"]

_BUILDERS: dict[str, Callable[[Spec, dict[str, Any]], Table | None]] = {
    "APIC": build_madt,
    "SRAT": build_srat,
    "SLIT": build_slit,
    "HMAT": build_hmat,
    "MSCT": build_msct,
    "CEDT": build_cedt,
    "PPTT": build_pptt,
}
_SOURCE = "synth"


def build(spec: Spec) -> TableSet:
    """Make the tables that a machine asks for; the same machine gives the same bytes.

    Lengths and checksums are right unless a fault says otherwise.  Raises TopologyError for a fault that is unknown,
    or that this machine has nothing to break for; EncodeError where a value does not fit its field.
    """
    faults = parse_faults(spec.faults)
    records: dict[str, Table] = {}
    for signature in spec.tables:
        record = _BUILDERS[signature](spec, _header(spec, signature))
        if record is not None:
            records[signature] = record
    if any(slots.namespace for slots in spec.dimms):
        records["SSDT"] = build_ssdt(spec, _header(spec, "SSDT"))
    records = break_records(records, faults)
    sealed = [(signature, encode(seal(record))) for signature, record in records.items()]
    tables = break_bytes(sealed, faults)
    return TableSet(tables=tuple(LoadedTable(data=data, source=_SOURCE) for data in tables))


def _header(spec: Spec, signature: str) -> dict[str, Any]:
    oem = dict(spec.oem_of).get(signature, spec.oem)
    header: dict[str, Any] = {
        "oem_id": oem.id.ljust(6),
        "oem_table_id": oem.table_id.ljust(8),
        "oem_revision": oem.revision,
        "creator_id": oem.creator_id.ljust(4),
        "creator_revision": oem.creator_revision,
    }
    if (revision := dict(spec.revisions).get(signature)) is not None:
        header["revision"] = revision
    return header


def memory_map(spec: Spec) -> tuple[E820Entry, ...]:
    """Give the memory map of a machine, with the faults that are asked for."""
    return break_map(spec.memory_map, parse_faults(spec.faults))
