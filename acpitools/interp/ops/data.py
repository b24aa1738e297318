"""Strings, buffers and packages: conversion, concatenation, parts.  Spec: ACPI 6.5, 19.6.  ACPICA: exconcat.c."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import convert
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Object, Package, Reference, Slot, String, kind_of

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
    "power resource": "PowerResource",
    "processor": "Processor",
    "thermal zone": "ThermalZone",
    "buffer field": "BufferField",
    "reference": "Reference",
}
_DATA = frozenset({"uninitialized", "integer", "string", "buffer", "package"})
_END_TAG = b"\x79\0"


def _data(machine: Machine, item: Object) -> Integer | String | Buffer:
    # What has no value takes part with the name of its type.
    if isinstance(item, Integer | String | Buffer):
        return item
    end = item.target.value if isinstance(item, Reference) and kind_of(item.target.value) not in _DATA else item
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
    parts = [_without_end(machine, item) for item in args[:2]]
    return machine.result(Buffer(bytearray(parts[0] + parts[1] + _END_TAG)), args[2])


def _without_end(machine: Machine, item: Object) -> bytes:
    # What is before the end tag.  ACPICA: acpi_ut_get_resource_end_tag, acpi_ut_validate_resource.
    from acpitools.aml.resources.descriptor import RawDescriptor
    from acpitools.aml.resources.small import EndTag
    from acpitools.aml.resources.template import decode_template, descriptor_size

    if not isinstance(item, Buffer):
        raise AmlTypeError("ConcatenateResTemplate", "", f"{kind_of(item)} where a buffer is needed")
    data = bytes(item.data)
    at = 0
    while at < len(data):
        machine.step()
        size = descriptor_size(data, at)
        found = decode_template(data[at : at + size]).descriptors
        if not found or isinstance(found[0], RawDescriptor) or found[0].trailing:
            raise AmlRuntimeError("ConcatenateResTemplate", "", f"no resource descriptor begins at byte {at}")
        if isinstance(found[0], EndTag):
            return data[:at]
        at += size
    if not data:
        return b""
    raise AmlRuntimeError("ConcatenateResTemplate", "", "a resource template has no end tag")


def index(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give a reference to a part of an object.  Spec: 19.6.63."""
    return machine.result(machine.element(args[0], machine.integer(args[1])), args[2])


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
    if isinstance(args[0], Slot) and args[0].value is None:
        machine.read(args[0], frame.text)
    item = machine.base(args[0])
    if isinstance(item, Package):
        return Integer(len(item.elements))
    if isinstance(item, String | Buffer):
        return Integer(len(item.data))
    if isinstance(item, Integer):
        return Integer(machine.size)
    raise AmlTypeError("SizeOf", "", f"{kind_of(item)} has no size")


def to_buffer(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to a buffer.  Spec: 19.6.137."""
    machine.weigh(args[0])
    return machine.converted(Buffer(convert.to_buffer(args[0], machine.size)), args[1])


def to_decimal(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to decimal digits.  Spec: 19.6.138."""
    machine.weigh(args[0])
    return machine.converted(String(convert.to_decimal(args[0], machine.size)), args[1])


def to_hex(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to hexadecimal digits.  Spec: 19.6.139."""
    machine.weigh(args[0])
    return machine.converted(
        String(convert.to_hex(args[0], machine.size, short=machine.semantics.hex_is_short)), args[1]
    )


def to_integer(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Convert to an integer.  Spec: 19.6.140."""
    number = convert.explicit_integer(args[0], machine.size, signs=machine.semantics.numbers_have_signs)
    return machine.converted(Integer(number & machine.mask), args[1])


def to_string(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Give the characters of a buffer up to a NUL or a length.  Spec: 19.6.143."""
    machine.weigh(args[0])
    data = convert.to_buffer(args[0], machine.size)[: machine.integer(args[1])]
    return machine.converted(String(data.partition(b"\0")[0]), args[2])
