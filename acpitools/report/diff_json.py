"""What differs between two machines' tables, as JSON: acpitools.diff/1.

    {"schema": "acpitools.diff/1", "a": "old.acpidump", "b": "new.acpidump", "same": false,
     "tables": [{"signature": "SRAT", "status": "changed", "title": "...",
                 "a": {"index": 0, "oem_id": "BOCHS ", "oem_table_id": "BXPC    ", "size": 312, "address": null,
                       "source": "..."},
                 "b": {...},
                 "changes": [{"kind": "changed", "subject": "[mem ...]", "text": "became hot-pluggable",
                              "before": ..., "after": ...}],
                 "more": 0, "volatile": [...]}]}

Statuses: same, changed, added, removed.  ``volatile`` are differences that do not count: addresses, who made a table,
another order of the same.  Ranges are half open, in bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from acpitools.diff.values import Change, MachineDifference, TableDifference, TableId

__all__ = ["diff_json"]


def diff_json(found: MachineDifference) -> Iterator[str]:
    """Give the document, a table at a time."""
    head = {"schema": "acpitools.diff/1", "a": _name(found.before), "b": _name(found.after), "same": found.same}
    yield json.dumps(head)[:-1] + ', "tables": ['
    for index, table in enumerate(found.tables):
        yield (",\n  " if index else "\n  ") + json.dumps(_table(table))
    yield "\n]}\n"


def _name(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _table(table: TableDifference) -> dict[str, Any]:
    return {
        "signature": table.id.signature,
        "status": table.status.value,
        "title": table.title,
        "a": _id(table.before),
        "b": _id(table.after),
        "changes": [_change(change) for change in table.changes],
        "more": table.more,
        "volatile": [_change(change) for change in table.volatile],
    }


def _id(table: TableId | None) -> dict[str, Any] | None:
    if table is None:
        return None
    return {
        "index": table.index,
        "oem_id": table.oem_id,
        "oem_table_id": table.oem_table_id,
        "size": table.size,
        "address": table.address,
        "source": _name(table.source),
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "subject": change.subject,
        "text": change.text,
        "before": change.before,
        "after": change.after,
    }
