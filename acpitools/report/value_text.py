"""What evaluating an object gave, as text."""

from __future__ import annotations

from typing import Any

from acpitools.interp.machine import Machine
from acpitools.interp.objects import Object
from acpitools.report.value_json import as_data

__all__ = ["value_lines", "value_text"]


def value_text(machine: Machine, path: str, item: Object | None) -> str:
    """Render a value, one line for each element, and the notifications on the way."""
    lines = value_lines(machine, f"{path} = ", item)
    lines += [f"notified {device} with {value:#x}" for device, value in machine.notifies]
    return "\n".join(lines) + "\n"


def value_lines(machine: Machine, label: str, item: Object | None) -> list[str]:
    """Render a value behind a label, one line for each element."""
    lines: list[str] = []
    todo: list[tuple[int, str, dict[str, Any]]] = [(0, label, as_data(machine, item))]
    while todo:
        depth, label, data = todo.pop()
        value = data.get("value")
        if isinstance(value, list):
            lines.append(f"{'  ' * depth}{label}package of {len(value)}")
            todo.extend((depth + 1, f"[{index}] ", value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            lines.append(f"{'  ' * depth}{label}{_plain(data['type'], value)}")
    return lines


def _plain(kind: str, value: Any) -> str:
    if kind == "integer":
        return f"integer {value:#x} ({value})"
    if kind == "string":
        text = str(value).encode("unicode_escape").decode().replace('"', '\\"')
        return f'string "{text}"'
    if kind == "buffer":
        return f"buffer of {len(value) // 2}: {bytes.fromhex(value).hex(' ')}"
    return kind if value is None else f"{kind} {value}"
