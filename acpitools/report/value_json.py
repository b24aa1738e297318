"""What evaluating an object gave, as JSON ``acpitools.value/1``."""

from __future__ import annotations

import json
from typing import Any

from acpitools.interp.limits import exceeded
from acpitools.interp.machine import Machine
from acpitools.interp.objects import (
    Buffer,
    IndexReference,
    Integer,
    Node,
    Object,
    Package,
    Reference,
    String,
    Unresolved,
    kind_of,
)

__all__ = ["as_data", "value_json"]


def as_data(machine: Machine, item: Object | None) -> dict[str, Any]:
    """Give an object as ``{"type": ..., "value": ...}``; packages inside packages without recursion."""
    result: dict[str, Any] = {}
    todo: list[tuple[Object | None, dict[str, Any], int]] = [(item, result, 0)]
    left = machine.limits.object_size
    while todo:
        left -= 1
        if left < 0:
            raise exceeded("elements to show", machine.limits.object_size)
        current, target, depth = todo.pop()
        if isinstance(current, Unresolved) and machine.namespace.find(current.scope, current.name) is not None:
            current = machine.resolved(current)
        target["type"] = kind_of(current)
        if isinstance(current, Integer):
            target["value"] = current.value
        elif isinstance(current, String):
            target["value"] = current.data.decode("latin-1")
        elif isinstance(current, Buffer):
            target["value"] = current.data.hex()
        elif isinstance(current, Package):
            if depth > machine.limits.references:
                target["type"] = "reference"
                target["value"] = "a package inside itself"
                continue
            inner: list[dict[str, Any]] = [{} for _ in current.elements]
            target["value"] = inner
            todo.extend(zip(current.elements, inner, [depth + 1] * len(inner), strict=True))
        elif isinstance(current, Reference):
            target["value"] = current.target.text if isinstance(current.target, Node) else "a variable"
        elif isinstance(current, Unresolved):
            target["value"] = current.name.raw.decode("latin-1")
        elif isinstance(current, IndexReference):
            target["value"] = f"element {current.index}"
    return result


def value_json(machine: Machine, path: str, item: Object | None) -> str:
    """Render a value, the notifications on the way, and the steps that it took."""
    document = {
        "schema": "acpitools.value/1",
        "path": path,
        "value": as_data(machine, item),
        "notifies": [{"path": device, "value": value} for device, value in machine.notifies],
        "steps": machine.steps,
    }
    return json.dumps(document, indent=2) + "\n"
