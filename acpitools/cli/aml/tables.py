"""SOURCEs to the AML tables of a machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from acpitools.aml.machine import AML_SIGNATURES, AmlTable, read_machine
from acpitools.cli.messages import detail, warn
from acpitools.core.errors import InputError
from acpitools.core.findings import Severity
from acpitools.dumps.load import load
from acpitools.tables.table_set import LoadedTable

__all__ = ["all_tables", "aml_tables", "labels", "read_aml", "tell_findings"]


def aml_tables(sources: Sequence[str]) -> tuple[tuple[LoadedTable, ...], tuple[AmlTable, ...]]:
    """Give the tables that hold AML, as found and as read.  Raises InputError where there is none."""
    found = tuple(table for table in all_tables(sources) if table.signature in AML_SIGNATURES)
    return found, read_aml(found)


def all_tables(sources: Sequence[str]) -> tuple[LoadedTable, ...]:
    """Give all tables of a machine with AML, as found.  Raises InputError where there is no AML."""
    loaded = load(sources, stdin=sys.stdin.buffer)
    if not any(table.signature in AML_SIGNATURES for table in loaded):
        names = ", ".join(dict.fromkeys(table.signature.strip() for table in loaded))
        there = f"there are {names}" if names else "there are no tables"
        raise InputError("no AML", ", ".join(sources), f"it is in DSDT, SSDT and PSDT; {there}")
    return tuple(loaded)


def read_aml(tables: Sequence[LoadedTable]) -> tuple[AmlTable, ...]:
    """Give those of a machine's tables that hold AML, as read together."""
    return read_machine([table.data for table in tables if table.signature in AML_SIGNATURES])


def labels(tables: Sequence[AmlTable]) -> tuple[str, ...]:
    """Give the names of tables: ``DSDT``, ``SSDT[0]``, counted by signature in the order of the SOURCEs."""
    counts: dict[str, int] = {}
    for table in tables:
        counts[table.signature] = counts.get(table.signature, 0) + 1
    seen: dict[str, int] = {}
    found = []
    for table in tables:
        number = seen.get(table.signature, 0)
        seen[table.signature] = number + 1
        alone = counts[table.signature] == 1 and table.signature == "DSDT"
        found.append(table.signature if alone else f"{table.signature}[{number}]")
    return tuple(found)


def tell_findings(tables: Sequence[AmlTable], names: Sequence[str]) -> None:
    """Warn, on stderr, of what is damaged in the tables; with -v, tell what else was noticed."""
    for table, name in zip(tables, names, strict=True):
        for finding in table.findings:
            text = f"{name} at offset {finding.location.offset or 0:#x}: {finding.message}"
            (detail if finding.severity is Severity.INFO else warn)(text)
