"""Namespaces and devices as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from acpitools.aml.devices import AmlDevice
from acpitools.aml.encoding import segment_text
from acpitools.aml.identifiers import DEVICE_IDS
from acpitools.aml.names import path_text
from acpitools.aml.namespace import NamespaceObject
from acpitools.aml.predefined import describe_name
from acpitools.report.resources_text import resource_text

__all__ = ["devices_text", "namespace_text"]

_STATUS = ("present", "enabled", "shown", "working", "battery present")


def namespace_text(objects: Mapping[bytes, NamespaceObject], tables: Sequence[str]) -> Iterator[str]:
    """Give the tree: name, kind, table, and what predefined names stand for; ``?`` marks what is conditional."""
    children: dict[bytes, list[bytes]] = {}
    for path in objects:
        children.setdefault(path[:-4], []).append(path)
    # Objects whose scope is declared nowhere hang from the root, under their whole path.
    roots = [path for path in objects if not path[:-4] or path[:-4] not in objects]
    stack = [(path, 0) for path in sorted(roots, reverse=True)]
    yield "\\\n"
    while stack:
        path, depth = stack.pop()
        yield _line(objects[path], depth, tables)
        stack.extend((child, depth + 1) for child in sorted(children.get(path, ()), reverse=True))


def _line(item: NamespaceObject, depth: int, tables: Sequence[str]) -> str:
    segment = item.path[-4:].decode("latin-1")
    name = segment_text(segment) if depth or len(item.path) == 4 else path_text(item.path)
    kind = item.kind if item.arguments is None else f"method, {item.arguments} argument{'s' * (item.arguments != 1)}"
    where = tables[item.table] if item.table >= 0 else "predefined"
    meaning = describe_name(segment)
    mark = "?" if item.conditional else ""
    left = f"{'  ' * (depth + 1)}{name}{mark}"
    return f"{left:<28}  {kind:<22}  {where:<10}{'  ' + meaning if meaning else ''}".rstrip() + "\n"


def devices_text(
    devices: Sequence[AmlDevice], tables: Sequence[str], unknown: str = "known only when the code runs"
) -> Iterator[str]:
    """Give a paragraph for each device; ``unknown`` is said of objects that gave no value."""
    for number, device in enumerate(devices):
        yield "\n" * (number > 0)
        where = tables[device.table] + (", conditional" if device.conditional else "")
        yield f"{path_text(device.path)}  ({where})\n"
        if device.hid is not None:
            meaning = DEVICE_IDS.get(device.hid)
            yield f"  _HID  {device.hid}{f'  {meaning}' if meaning else ''}\n"
        if device.cid:
            yield f"  _CID  {', '.join(device.cid)}\n"
        if device.uid is not None:
            yield f"  _UID  {device.uid}\n"
        if device.adr is not None:
            yield f"  _ADR  0x{device.adr:08X}\n"
        if device.sta is not None:
            names = [name for bit, name in enumerate(_STATUS) if device.sta >> bit & 1]
            yield f"  _STA  0x{device.sta:X}  {', '.join(names) or 'not present'}\n"
        if device.pxm is not None:
            yield f"  _PXM  {device.pxm}\n"
        for row, item in enumerate(device.crs or ()):
            yield f"  {'_CRS' if row == 0 else '    '}  {resource_text(item)}\n"
        if device.crs == ():
            yield "  _CRS  no resources\n"
        if device.needs_run:
            yield f"  {', '.join(device.needs_run)}: {unknown}\n"
    if not devices:
        yield "no such device\n"
