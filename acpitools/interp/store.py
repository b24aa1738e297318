"""Store and CopyObject: what a place makes of a value.  Spec: ACPI 6.5, 19.3.5.  ACPICA: exstore.c, exstoren.c."""

from __future__ import annotations

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import convert
from acpitools.interp.fields import write_unit
from acpitools.interp.objects import (
    Argument,
    Buffer,
    BufferField,
    Debug,
    FieldUnit,
    IndexReference,
    Integer,
    Node,
    Object,
    Package,
    Reference,
    Slot,
    String,
    kind_of,
)

__all__ = ["Place", "copy", "copy_to", "read_field", "store", "write_field"]

Place = Slot | Object | None
"""Where a result goes; None where it goes nowhere."""


def copy(item: Object) -> Object:
    """Copy an object; packages with all that is in them."""
    if isinstance(item, Integer):
        return Integer(item.value)
    if isinstance(item, String):
        return String(bytearray(item.data))
    if isinstance(item, Buffer):
        return Buffer(bytearray(item.data))
    if not isinstance(item, Package):
        return item
    result = Package([])
    todo = [(item, result)]
    while todo:
        source, target = todo.pop()
        for element in source.elements:
            if isinstance(element, Package):
                inner = Package([])
                todo.append((element, inner))
                target.elements.append(inner)
            else:
                target.elements.append(None if element is None else copy(element))
    return result


def read_field(item: BufferField, size: int) -> Integer | Buffer:
    """Give the bits of a buffer field: an integer where they fit one, else a buffer.

    ACPICA: acpi_ex_read_data_from_field.
    """
    bits = int.from_bytes(item.buffer.data, "little") >> item.bit_offset & ((1 << item.bit_length) - 1)
    if item.bit_length <= 8 * size and not item.always_buffer:
        return Integer(bits)
    return Buffer(bytearray(bits.to_bytes((item.bit_length + 7) // 8, "little")))


def write_field(item: BufferField, value: Object, size: int) -> None:
    """Write bits of a buffer; a shorter value is extended with zeros."""
    data = value.data if isinstance(value, String) else convert.to_buffer(value, size)
    mask = (1 << item.bit_length) - 1
    whole = int.from_bytes(item.buffer.data, "little") & ~(mask << item.bit_offset)
    whole |= (int.from_bytes(data, "little") & mask) << item.bit_offset
    item.buffer.data[:] = whole.to_bytes(len(item.buffer.data), "little")


def store(value: Object, place: Place, size: int) -> None:
    """Store a value, converted to the type of a named object that has one."""
    if place is None or isinstance(place, Debug):
        return
    if isinstance(place, Reference):
        place = place.target
    if isinstance(place, Node):
        _store_named(value, place, size)
    elif isinstance(place, Slot):
        if isinstance(place, Argument) and isinstance(place.value, Reference):
            _through(value, place.value.target, size)
        else:
            place.value = copy(value)
    elif isinstance(place, IndexReference):
        _store_element(value, place)
    else:
        raise AmlTypeError("Store", "", f"a target cannot be {kind_of(place)}")


def copy_to(value: Object, place: Place, size: int) -> None:
    """Copy an object into a place, whatever that held (CopyObject)."""
    if isinstance(place, Reference):
        place = place.target
    if isinstance(place, Node):
        if isinstance(place.value, BufferField):
            write_field(place.value, value, size)
        elif isinstance(place.value, FieldUnit):
            write_unit(place.value, value, size)
        else:
            place.value = copy(value)
    else:
        store(value, place, size)


def _through(value: Object, target: Slot, size: int) -> None:
    # A store through an argument replaces the object without converting; fields are written.
    if isinstance(target, Node):
        copy_to(value, target, size)
    else:
        target.value = copy(value)


def _store_named(value: Object, node: Node, size: int) -> None:
    held = node.value
    if isinstance(held, Integer):
        held.value = convert.to_integer(value, size) & ((1 << (8 * size)) - 1)
    elif isinstance(held, String):
        held.data[:] = convert.to_string(value, size)
    elif isinstance(held, Buffer):
        data = convert.to_buffer(value, size)
        length = len(held.data) or len(data)
        held.data[:] = data[:length].ljust(length, b"\0")
    elif isinstance(held, BufferField):
        write_field(held, value, size)
    elif isinstance(held, Package) and isinstance(value, Package):
        node.value = copy(value)
    elif isinstance(held, FieldUnit):
        write_unit(held, value, size)
    else:
        raise AmlTypeError("Store", node.text, f"{kind_of(value)} cannot be stored to {kind_of(held)}")


def _store_element(value: Object, place: IndexReference) -> None:
    container = place.container
    if isinstance(container, Package):
        container.elements[place.index] = copy(value)
        return
    if place.index >= len(container.data):
        raise AmlRuntimeError("Store", "", f"there is no byte {place.index} any more")
    if isinstance(value, Integer):
        container.data[place.index] = value.value & 0xFF
    elif isinstance(value, String | Buffer):
        container.data[place.index] = (bytes(value.data) or b"\0")[0]
    else:
        raise AmlTypeError("Store", "", f"{kind_of(value)} cannot be stored to a byte")
