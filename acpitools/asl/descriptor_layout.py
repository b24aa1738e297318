"""Resource descriptors put together from what a macro says, and taken apart again.  ACPI 6.5, 6.4.

Both directions follow the table of acpitools/asl/resource_macros.py, so what is taken apart can be checked by putting
it together.
"""

from __future__ import annotations

from typing import NamedTuple

from acpitools.asl.resource_macros import Macro

__all__ = ["Contents", "DescriptorSizeError", "assemble", "seal", "tag_fields", "take_apart"]

_LARGE_MAX = 0xFFFF
_SMALL_MAX = 7


class DescriptorSizeError(Exception):
    """A descriptor that is longer than its length can say."""


class Contents(NamedTuple):
    """What the arguments and the braces of a macro hold."""

    values: int
    """Every parameter that fills bits, at its place."""
    body: bytes = b""
    """What the braces hold: the mask of IRQ and DMA, else bytes that follow the fixed part."""
    source_index: int | None = None
    source: bytes | None = None
    """With the zero that ends it."""
    label: bytes | None = None
    vendor: bytes = b""
    vendor_said: int | None = None
    """Bytes of vendor data that the fixed part says there are, where it has a field for that; None for all."""


class _Offsets(NamedTuple):
    # Where the fixed part has the offsets of what follows it, 0 where it has none; the size of the vendor data follows
    # its offset.
    index_at: int
    pins: int
    source: int
    label: int
    vendor: int


_OFFSETS = {
    "gpio": _Offsets(16, 14, 17, 0, 19),
    "pin_function": _Offsets(11, 9, 12, 0, 14),
    "pin_config": _Offsets(13, 11, 14, 0, 16),
    "group": _Offsets(0, 6, 0, 8, 10),
    "group_function": _Offsets(8, 0, 9, 11, 13),
    "group_config": _Offsets(11, 0, 12, 14, 16),
}
_SERIAL_DATA = 12
"""Bytes of a serial bus descriptor before what its own length counts."""
_MASKS = {"irq": slice(1, 3), "dma": slice(1, 2)}


def assemble(macro: Macro, given: Contents) -> tuple[bytearray, int]:
    """Return a descriptor whose length is not set yet, and the offset of its vendor data."""
    fixed = int.from_bytes(macro.fixed, "little") | given.values
    data = bytearray(fixed.to_bytes(len(macro.fixed), "little"))
    body = given.body
    if macro.body in _MASKS:
        data[_MASKS[macro.body]] = body
        body = b""
    elif macro.body == "interrupts":
        data[4] = len(body) // 4 & 0xFF
    offsets = _OFFSETS.get(macro.tail)
    if offsets is not None:
        return data, _append_parts(data, offsets, body, given)
    if macro.tail == "serial":
        start = len(data)
        data[4] = given.source_index or 0
        data[10:12] = (start - _SERIAL_DATA + len(given.vendor) & 0xFFFF).to_bytes(2, "little")
        data += given.vendor + (given.source or b"\0")
        return data, start
    data += body
    if given.source_index is not None:
        data.append(given.source_index)
        data += given.source or b""
    return data, len(data)


def _append_parts(data: bytearray, offsets: _Offsets, pins: bytes, given: Contents) -> int:
    if offsets.index_at:
        data[offsets.index_at] = given.source_index or 0
    parts = ((offsets.pins, pins), (offsets.source, given.source or b"\0"), (offsets.label, given.label or b"\0"))
    for place, part in parts:
        if place:
            data[place : place + 2] = (len(data) & 0xFFFF).to_bytes(2, "little")
            data += part
    start = len(data)
    said = len(given.vendor) if given.vendor_said is None else given.vendor_said
    data[offsets.vendor : offsets.vendor + 4] = (start & 0xFFFF | (said & 0xFFFF) << 16).to_bytes(4, "little")
    data += given.vendor
    return start


def seal(data: bytearray) -> bytes:
    """Return a descriptor with its length set: two bytes in a large one, three bits in a small one."""
    if data[0] & 0x80:
        length = len(data) - 3
        if length > _LARGE_MAX:
            raise DescriptorSizeError("this descriptor is longer than 65535 bytes")
        data[1:3] = length.to_bytes(2, "little")
    else:
        if len(data) - 1 > _SMALL_MAX:
            raise DescriptorSizeError("this descriptor holds at most 7 bytes")
        data[0] = data[0] & 0xF8 | len(data) - 1
    return bytes(data)


_BODY_FIELDS = {
    "irq": [("_INT", 8, 16)],
    "dma": [("_DMA", 8, 8)],
    "interrupts": [("_INT", 40, 32)],
}
"""What programs can refer to in the braces: name, first bit, bits."""


def tag_fields(macro: Macro, given: Contents, vendor_at: int) -> list[tuple[str, int, int]]:
    """Return what programs can refer to in a descriptor that has a name: name, first bit, bits."""
    fields = [(parameter.name, parameter.bit, parameter.size) for parameter in macro.parameters if parameter.name]
    fields += [*macro.names, *_BODY_FIELDS.get(macro.body, [])]
    if macro.body == "pins":
        fields.append(("_PIN", 8 * len(macro.fixed), 16))
    if given.vendor:
        fields.append(("_VEN", 8 * vendor_at, 8 * len(given.vendor)))
    return fields


def take_apart(macro: Macro, data: bytes) -> Contents | None:
    """Return what a macro has to hold to give these bytes; None where it cannot give them."""
    fixed = len(macro.fixed)
    if len(data) < fixed:
        return None
    number = int.from_bytes(data[:fixed], "little")
    values = 0
    for parameter in macro.parameters:
        if parameter.size:
            values |= number & ((1 << parameter.size) - 1 << parameter.bit)
    given = _contents(macro, values, data)
    if given is None:
        return None
    try:
        return given if seal(assemble(macro, given)[0]) == data else None
    except DescriptorSizeError:
        return None


def _contents(macro: Macro, values: int, data: bytes) -> Contents | None:
    fixed = len(macro.fixed)
    if macro.body in _MASKS:
        return Contents(values, data[_MASKS[macro.body]])
    offsets = _OFFSETS.get(macro.tail)
    if offsets is not None:
        return _parts(values, offsets, data)
    if macro.tail == "serial":
        end = _SERIAL_DATA + int.from_bytes(data[10:12], "little")
        return Contents(values, b"", data[4], _text(data[end:]), None, data[fixed:end]) if end >= fixed else None
    if macro.tail in ("source", "clock"):
        end = fixed + (4 * data[4] if macro.body == "interrupts" else 0)
        rest = data[end:]
        return Contents(values, data[fixed:end], rest[0] if rest else None, rest[1:] or None)
    return Contents(values, data[fixed:] if macro.body == "bytes" else b"")


def _parts(values: int, offsets: _Offsets, data: bytes) -> Contents:
    def at(place: int) -> int:
        return int.from_bytes(data[place : place + 2], "little")

    starts = [at(place) if place else -1 for place in offsets[1:]]
    cut = []
    for position, start in enumerate(starts[:3]):
        end = next((later for later in starts[position + 1 :] if later >= 0), len(data))
        cut.append(data[start:end] if start >= 0 else b"")
    pins, source, label = cut
    index = data[offsets.index_at] if offsets.index_at else None
    vendor = data[starts[3] : starts[3] + at(offsets.vendor + 2)]
    return Contents(values, pins, index, _text(source), _text(label), vendor)


def _text(data: bytes) -> bytes | None:
    return data or None
