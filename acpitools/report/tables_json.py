"""Tables as JSON, schema ``acpitools.tables/1`` (see ``acpitools.tables.document``); one structure a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from acpitools.core.findings import Finding
from acpitools.tables.document import SCHEMA, record_entry, record_fields
from acpitools.tables.header import Table
from acpitools.tables.spans import structure_spans
from acpitools.tables.table_set import LoadedTable

__all__ = ["tables_json"]

_BLOCK = 1024


def tables_json(
    tables: Iterable[tuple[LoadedTable, Iterable[Finding]]], findings: Iterable[Finding] = ()
) -> Iterator[str]:
    """Give the document in blocks: each table with its findings, then those that belong to no table."""
    yield f'{{"schema": {_dump(SCHEMA)},\n "tables": ['
    separator = "\n"
    for table, own in tables:
        yield separator
        yield from _entry(table, own)
        separator = ",\n"
    yield f'],\n "findings": {_list([_finding(finding) for finding in findings], "  ")}}}\n'


def _entry(table: LoadedTable, findings: Iterable[Finding]) -> Iterator[str]:
    record = table.record
    head = {
        "signature": table.signature,
        "record": type(record).__name__,
        "source": table.source,
        "address": table.address,
        "size": len(table.data),
    }
    yield "  " + _dump(head)[:-1]
    yield f',\n   "findings": {_list([_finding(finding) for finding in findings], "    ")}'
    yield ',\n   "fields": {'
    separator = "\n"
    for name, value in record_fields(record).items():
        yield f"{separator}    {_dump(name)}: "
        yield from _value(record, name, value)
        separator = ",\n"
    yield "}}"


def _value(record: Table, name: str, value: Any) -> Iterator[str]:
    if name == "structures":
        yield from _structures(record)
    elif isinstance(value, tuple):
        yield _list([record_entry(item) for item in value], "      ")
    elif isinstance(value, list) and value and isinstance(value[0], list):
        yield _list(value, "      ")
    else:
        yield _dump(value)


def _structures(record: Table) -> Iterator[str]:
    block: list[str] = ["["]
    separator = "\n"
    for _, offset, structure in structure_spans(record):
        fields = {"record": type(structure).__name__, "offset": offset, **record_fields(structure)}
        block.append(f"{separator}      {_dump(fields)}")
        separator = ",\n"
        if len(block) > _BLOCK:
            yield "".join(block)
            block = []
    yield "".join([*block, "]"])


def _finding(finding: Finding) -> dict[str, Any]:
    where = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "source": where.source,
        "signature": where.signature,
        "index": where.index,
        "offset": where.offset,
    }


def _list(items: list[Any], indent: str) -> str:
    return "[" + ",".join(f"\n{indent}{_dump(item)}" for item in items) + "]"


def _dump(value: Any) -> str:
    # ASCII only: names of files that are no valid text survive as escaped surrogates.
    return json.dumps(value)
