"""Namespaces and devices as JSON, schemas ``acpitools.namespace/1`` and ``acpitools.devices/1``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from acpitools.aml.devices import AmlDevice
from acpitools.aml.names import path_text
from acpitools.aml.namespace import NamespaceObject
from acpitools.aml.resources.descriptor import Descriptor
from acpitools.codec.record import encode

__all__ = ["devices_json", "namespace_json"]


def namespace_json(objects: Mapping[bytes, NamespaceObject], tables: Sequence[str]) -> Iterator[str]:
    """Give all objects, in the order of their declarations."""
    rows = (
        {
            "path": path_text(item.path),
            "type": item.kind,
            "arguments": item.arguments,
            "table": tables[item.table] if item.table >= 0 else None,
            "offset": item.term.start if item.term is not None else None,
            "conditional": item.conditional,
        }
        for item in objects.values()
    )
    yield from _document("acpitools.namespace/1", "objects", rows)


def devices_json(devices: Iterable[AmlDevice], tables: Sequence[str]) -> Iterator[str]:
    """Give all devices; what takes running code to know is null, and named in ``needs_run``."""
    rows = (
        {
            "path": path_text(device.path),
            "hid": device.hid,
            "cid": list(device.cid),
            "uid": device.uid,
            "adr": device.adr,
            "sta": device.sta,
            "pxm": device.pxm,
            "crs": None if device.crs is None else [_resource(item) for item in device.crs],
            "needs_run": list(device.needs_run),
            "table": tables[device.table],
            "conditional": device.conditional,
        }
        for device in devices
    )
    yield from _document("acpitools.devices/1", "devices", rows)


def _document(schema: str, name: str, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f'{{"schema": {json.dumps(schema)},\n "{name}": ['
    separator = "\n  "
    for row in rows:
        yield separator + json.dumps(row, ensure_ascii=True)
        separator = ",\n  "
    yield "]}\n"


def _resource(item: Descriptor) -> dict[str, Any]:
    fields = {spec.name: _plain(getattr(item, spec.name)) for spec in item.FIELDS}
    for unwanted in ("tag", "length", "trailing"):
        fields.pop(unwanted, None)
    return {"kind": item.KIND, **fields, "bytes": encode(item).hex()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return int(value) if isinstance(value, int) else list(value)
