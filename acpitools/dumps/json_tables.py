"""JSON made by ``decode``: tables as they stand there, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator

from acpitools.codec.record import encode
from acpitools.core.errors import DecodeError, EncodeError
from acpitools.tables.document import SCHEMA, tables_from_document
from acpitools.tables.table_set import LoadedTable

__all__ = ["parse_document", "read_json"]


def parse_document(data: bytes, source: str) -> object:
    """Give the JSON value in bytes (UTF-8).  Raises DecodeError, with line and column, where it is none."""
    try:
        return json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as exc:
        raise DecodeError("not JSON", f"{source}:{exc.lineno}:{exc.colno}", exc.msg) from exc
    except UnicodeDecodeError as exc:
        raise DecodeError("not JSON", source, f"byte {exc.start} is not UTF-8") from exc
    except RecursionError as exc:
        raise DecodeError("not JSON", source, "nested too deep") from exc
    except ValueError as exc:  # a number of more digits than Python converts
        raise DecodeError("not JSON", source, str(exc)) from exc


def read_json(data: bytes, source: str) -> Iterator[LoadedTable]:
    """Give the tables of a document.  Raises DecodeError for other JSON, EncodeError for values that do not fit."""
    document = parse_document(data, source)
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        stated = f"schema {schema!r}" if schema else "no schema"
        raise DecodeError("no ACPI table", source, f"JSON with {stated}; expected {SCHEMA!r}")
    try:
        found = [(encode(table), entry) for table, entry in tables_from_document(document)]
    except EncodeError as exc:
        raise EncodeError(exc.what, f"{source}: {exc.where}", exc.why) from exc
    for data, entry in found:
        address = entry.get("address")
        name = entry.get("source")
        yield LoadedTable(
            data=data,
            source=name if isinstance(name, str) else source,
            address=address if isinstance(address, int) and not isinstance(address, bool) else None,
        )
