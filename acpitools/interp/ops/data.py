"""Strings, buffers and packages: conversion, concatenation, parts.  Spec: ACPI 6.5, 19.6.  ACPICA: exconcat.c."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.core.errors import AmlTypeError
from acpitools.interp import convert, references
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Object, Package, Reference, Slot, String, kind_of
from acpitools.interp.templates import end_of_descriptors

__all__ = ["concatenate", "concatenate_resources", "index", "mid", "size_of", "to_buffer", "to_decimal", "to_hex"]
__all__ += ["to_integer", "to_string"]

_TYPE_NAMES = {
    "package": "Package",
    "field unit": "FieldUnit",
    "device": "Device",
    "event": "Event",
    "method": "Method",
    "mutex": "Mutex",
    "region": "Region",
    "power resource": "Power",
    "processor": "Processor",
    "thermal zone": "Thermal",
    "buffer field": "BufferField",
    "reference": "Reference",
}
_DIGITS = 8
"""Times that making digits of bytes is dearer than copying them."""
_END_TAG = b"\x79\0"


def _data(machine: Machine, item: Object) -> Integer | String | Buffer:
    # What has no value takes part with the name of its type.
    if isinstance(item, Integer | String | Buffer):
        return item
    end = item.target.value if isinstance(item, Reference) and not item.explicit else item
    return String(bytearray(f"[{_TYPE_NAMES.get(kind_of(end), 'Reference')} Object]".encode()))


def concatenate(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Join two objects; the first decides the type.  Spec: 19.6.12."""
    left, right = _data(machine, args[0]), _data(machine, args[1])
    machine.weigh(left)
    machine.weigh(right)
    size = machine.size
    joined: Object
    if isinstance(left, Integer):
        number = Integer(machine.integer(right))
        joined = Buffer(convert.to_buffer(left, size) + convert.to_buffer(number, size))
    elif isinstance(left, Buffer):
        joined = Buffer(left.data + convert.to_buffer(right, size))
    else:
        joined = String(convert.to_string(left, size) + convert.to_string(right, size))
    machine.fits(len(joined.data))
    return machine.result(joined, args[2])


def concatenate_resources(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Join two resource templates under one end tag.  Spec: 19.6.13."""
    templates = [_converted_buffer(machine, item) for item in args[:2]]
    parts = [data[: end_of_descriptors(data, machine.step)] for data in templates]
    return machine.result(Buffer(bytearray(parts[0] + parts[1] + _END_TAG)), args[2])


def _converted_buffer(machine: Machine, item: Object) -> bytearray:
    machine.weigh(item)
    return convert.to_buffer(item, machine.size)


def index(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give a reference to a part of an object.  Spec: 19.6.63."""
    return machine.result(references.element(args[0], machine.integer(args[1])), args[2])


def mid(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
    """Give a part of a string or buffer; nothing where a bus hands something back for it.  Spec: 19.6.85."""
    source = args[0]
    start, length = machine.integer(args[1]), machine.integer(args[2])
    if isinstance(source, Integer):
        source = Buffer(convert.to_buffer(source, machine.size))
    if not isinstance(source, String | Buffer):
        raise AmlTypeError("Mid", "", f"{kind_of(source)} where a string or buffer is needed")
    made = type(source)(source.data[start : start + length])
    return made if machine.result(made, args[3]) is made else None  # ACPICA: acpi_ex_opcode_3A_1T_1R


def size_of(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the bytes of a string or buffer, or the elements of a package.  Spec: 19.6.126."""
    place = references.existing(args[0])
    if isinstance(place, Slot) and place.value is None:
        machine.read(place, frame.text)
    item = references.base(machine, place)
    if isinstance(item, Package):
        return Integer(len(item.elements))
    if isinstance(item, String | Buffer):
        return Integer(len(item.data))
    if isinstance(item, Integer):
        return Integer(machine.size)
    raise AmlTypeError("SizeOf", "", f"{kind_of(item)} has no size")


def to_buffer(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to a buffer.  Spec: 19.6.137."""
    item = args[0]
    machine.weigh(item)
    made = item if isinstance(item, Buffer) else Buffer(convert.to_buffer(item, machine.size))
    return machine.converted(made, args[1], item)


def to_decimal(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to decimal digits.  Spec: 19.6.138."""
    item = args[0]
    machine.weigh(item, _DIGITS)
    made = item if isinstance(item, String) else String(convert.to_decimal(item, machine.size))
    return machine.converted(made, args[1], item)


def to_hex(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to hexadecimal digits.  Spec: 19.6.139."""
    item = args[0]
    machine.weigh(item, _DIGITS)
    short = machine.semantics.hex_is_short
    made = item if isinstance(item, String) else String(convert.to_hex(item, machine.size, short=short))
    return machine.converted(made, args[1], item)


def to_integer(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to an integer.  Spec: 19.6.140."""
    number = convert.explicit_integer(args[0], machine.size, signs=machine.semantics.numbers_have_signs)
    return machine.converted(Integer(number & machine.mask), args[1])


def to_string(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the characters of a buffer up to a NUL or a length.  Spec: 19.6.143."""
    machine.weigh(args[0])
    data = convert.to_buffer(args[0], machine.size)[: machine.integer(args[1])]
    return machine.converted(String(data.partition(b"\0")[0]), args[2])
