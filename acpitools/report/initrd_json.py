"""What a kernel makes of an initrd's ACPI tables, as JSON: acpitools.initrd/1.  Sizes and offsets in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from acpitools.image.inspection import ArchivedTable, Inspection

__all__ = ["initrd_json"]


def initrd_json(inspection: Inspection) -> Iterator[str]:
    """Give the document."""
    document = {
        "schema": "acpitools.initrd/1",
        "kernel": inspection.release,
        "signatures_of": inspection.list_release,
        "platform_known": inspection.platform_known,
        "copied_bytes": inspection.copied_bytes,
        "early": {
            "members": inspection.early_members,
            "end": inspection.early_end,
            "stop": inspection.early_stop,
        },
        "tables": [_table(item) for item in inspection.tables],
    }
    yield json.dumps(document, indent=1) + "\n"


def _table(item: ArchivedTable) -> dict[str, Any]:
    oem = item.oem
    return {
        "path": item.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"),
        "offset": item.offset,
        "size": item.size,
        "signature": item.signature,
        "oem_id": oem.oem_id if oem else None,
        "oem_table_id": oem.oem_table_id if oem else None,
        "oem_revision": oem.oem_revision if oem else None,
        "result": item.verdict.outcome.value,
        "code": item.verdict.code,
        "reason": item.verdict.text,
        "function": item.verdict.function,
    }
