"""Repairs of single predefined names: identifiers, lists that have to be sorted, reversed routes.

ACPICA: nsrepair2.c.
"""

from __future__ import annotations

from collections.abc import Callable

from acpitools.interp.objects import Buffer, Integer, Object, Package, String

__all__ = ["NAMES"]

Repair = Callable[[Object], Object]

_ROUTE = 4
"""Elements of a package of _PRT."""
_DRIVES = 5
"""Floppy drives that _FDE tells of."""
_BITS = 0xFFFF_FFFF


def _identifier(item: Object) -> Object:
    # An asterisk before it goes; letters become capitals.
    if not isinstance(item, String) or not item.data:
        return item
    return String(bytearray(bytes(item.data).removeprefix(b"*").upper()))


def _identifiers(item: Object) -> Object:
    if isinstance(item, Package):
        item.elements[:] = [
            _identifier(element) if isinstance(element, String) else element for element in item.elements
        ]
        return item
    return _identifier(item)


def _sorted(item: Object, start: int, count: int, key: int, *, descending: bool) -> bool:
    # Sort packages from the first that is out of order on; tell whether they are such as can be sorted.
    if not isinstance(item, Package) or start >= len(item.elements):
        return False
    before = _BITS if descending else 0
    for element in item.elements[start:]:
        if not isinstance(element, Package) or len(element.elements) < count:
            return False
        number = element.elements[key]
        if not isinstance(number, Integer):
            return False
        if number.value > before if descending else number.value < before:
            return _sort(item, start, key, descending=descending)
        before = number.value & _BITS
    return True


def _sort(item: Package, start: int, key: int, *, descending: bool) -> bool:
    numbers = []
    for element in item.elements[start:]:
        number = element.elements[key] if isinstance(element, Package) and key < len(element.elements) else None
        if not isinstance(number, Integer):
            return False
        numbers.append(-number.value if descending else number.value)
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    item.elements[start:] = [item.elements[start + index] for index in order]
    return True


def _illuminance(item: Object) -> Object:
    _sorted(item, 0, 2, 1, descending=False)
    return item


def _performance(item: Object) -> Object:
    _sorted(item, 0, 6, 0, descending=True)
    return item


def _throttling(item: Object) -> Object:
    _sorted(item, 0, 5, 1, descending=True)
    return item


def _idle(item: Object) -> Object:
    # States of type 0 go, and what is no package; they are no longer counted.
    if not isinstance(item, Package) or not item.elements:
        return item
    item.elements[1:] = [element for element in item.elements[1:] if not _is_empty(element)]
    if isinstance(item.elements[0], Integer):
        item.elements[0] = Integer(len(item.elements) - 1)
    _sorted(item, 1, 4, 1, descending=False)
    return item


def _is_empty(element: Object | None) -> bool:
    if not isinstance(element, Package):
        return True
    kind = element.elements[1] if len(element.elements) > 1 else None
    return not element.elements or (isinstance(kind, Integer) and kind.value & _BITS == 0)


def _drives(item: Object) -> Object:
    # Bytes become double words.
    if isinstance(item, Buffer) and len(item.data) == _DRIVES:
        return Buffer(bytearray(b"".join(byte.to_bytes(4, "little") for byte in item.data)))
    return item


def _routes(item: Object) -> Object:
    # Source and source index may be the wrong way round.
    for route in item.elements if isinstance(item, Package) else ():
        if isinstance(route, Package) and len(route.elements) >= _ROUTE and not isinstance(route.elements[3], Integer):
            route.elements[2], route.elements[3] = route.elements[3], route.elements[2]
    return item


NAMES: dict[bytes, Repair] = {
    b"_ALR": _illuminance,
    b"_CID": _identifiers,
    b"_CST": _idle,
    b"_FDE": _drives,
    b"_GTM": _drives,
    b"_HID": _identifier,
    b"_PRT": _routes,
    b"_PSS": _performance,
    b"_TSS": _throttling,
}
"""Last segment of a path -> what is done to the value, whatever else was wrong with it."""
