"""Store and CopyObject: what a place makes of a value.  Spec: ACPI 6.5, 19.3.5.  ACPICA: exstore.c, exstoren.c."""

from __future__ import annotations

import enum

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import convert
from acpitools.interp.exceptions import AE_AML_BUFFER_LIMIT, AE_AML_TARGET_TYPE
from acpitools.interp.fields import write_unit, written_bytes
from acpitools.interp.objects import (
    Argument,
    Buffer,
    BufferField,
    Event,
    FieldUnit,
    IndexReference,
    Integer,
    Mutex,
    Node,
    Object,
    Package,
    Plain,
    Reference,
    Region,
    Slot,
    String,
    TableHandle,
    kind_of,
)
from acpitools.interp.semantics import Semantics

__all__ = ["How", "Place", "copy", "last_target", "read_field", "store", "write_field"]


class How(enum.Enum):
    """What stores: it decides what named objects become.  ACPICA: ARGI_*TARGET*."""

    STORE = enum.auto()
    COPY = enum.auto()
    """CopyObject: any object is replaced."""
    CONVERTED = enum.auto()
    """An explicit conversion: numbers, strings and buffers take its type."""
    RESULT = enum.auto()
    """Any other operator."""


_DATA = (Integer, String, Buffer)

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
    if isinstance(item, Reference):
        return Reference(item.target, explicit=True) if item.explicit else _copied(item)
    if isinstance(item, IndexReference):
        return IndexReference(item.container, item.index)
    if isinstance(item, Mutex):
        return Mutex(item.sync_level)
    if isinstance(item, Event):
        return Event()
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
            elif element is None or (isinstance(element, Reference) and not element.explicit):
                target.elements.append(element)
            else:
                target.elements.append(copy(element))
    return result


def _copied(item: Reference) -> Object:
    # A copied event or mutex is one of its own.  ACPICA: acpi_ut_copy_simple_object.
    named = item.target.value
    if isinstance(named, Mutex):
        return Mutex(named.sync_level)
    return Event() if isinstance(named, Event) else item


def read_field(item: BufferField, size: int) -> Integer | Buffer:
    """Give the bits of a buffer field: an integer where they fit one, else a buffer.

    ACPICA: acpi_ex_read_data_from_field.
    """
    start, shift = divmod(item.bit_offset, 8)
    end = (item.bit_offset + item.bit_length + 7) // 8
    if end > len(item.buffer.data):
        return _past_the_end(item)
    bits = int.from_bytes(item.buffer.data[start:end], "little") >> shift & ((1 << item.bit_length) - 1)
    if item.bit_length <= 8 * size and not item.always_buffer:
        return Integer(bits)
    return Buffer(bytearray(bits.to_bytes((item.bit_length + 7) // 8, "little")))


def _past_the_end(item: BufferField) -> Buffer:
    # The end of the field fits in 32 bits only because it wraps around.  Where its bytes do so, too, it is empty.
    if item.bit_length + 7 >> 32:
        return Buffer(bytearray())
    why = f"{item.bit_length} bits from bit {item.bit_offset} of a buffer of {8 * len(item.buffer.data)}"
    raise AmlRuntimeError("field of a buffer", "", why, exception=AE_AML_BUFFER_LIMIT)


def write_field(item: BufferField, value: Object, size: int) -> None:
    """Write bits of a buffer; a shorter value is extended with zeros."""
    data = written_bytes(value, size)
    if item.bit_offset + item.bit_length > 8 * len(item.buffer.data):
        _past_the_end(item)
        return
    mask = (1 << item.bit_length) - 1
    start, shift = divmod(item.bit_offset, 8)
    end = (item.bit_offset + item.bit_length + 7) // 8
    whole = int.from_bytes(item.buffer.data[start:end], "little") & ~(mask << shift)
    whole |= (int.from_bytes(data[: end - start], "little") & mask) << shift
    item.buffer.data[start:end] = whole.to_bytes(end - start, "little")


def store(value: Object, place: Place, semantics: Semantics, how: How = How.RESULT) -> Buffer | None:
    """Store a value, converted to the type of a named object that has one.

    Gives what a bus hands back in place of the value, if it does.  ACPICA: acpi_ex_store.
    """
    if place is None:
        return None
    if isinstance(place, Reference):
        return _store_to_slot(value, place.target, semantics, how, converts=True)
    if isinstance(place, Slot):
        held = place.value
        if held is value and not isinstance(place, Node):
            return None
        if not isinstance(held, Reference) or not held.explicit or isinstance(place, Node):
            return _store_to_slot(value, place, semantics, how, converts=True)
        if isinstance(place, Argument):
            return None if held is value else _store_to_slot(value, held.target, semantics, how, converts=False)
        if semantics.references_are_followed and how is not How.COPY and not isinstance(value, Reference):
            return _store_through(value, held, semantics, how)
        place.value = copy(value)
    elif isinstance(place, IndexReference):
        return _store_element(value, place, semantics, how)
    else:
        raise AmlTypeError("Store", "", f"a target cannot be {kind_of(place)}")
    return None


def last_target(reference: Reference) -> Slot:
    """Give the place at the end of references to references."""
    seen = {id(reference)}
    target = reference.target
    while isinstance(target.value, Reference) and target.value.explicit and id(target.value) not in seen:
        seen.add(id(target.value))
        target = target.value.target
    return target


def _store_through(value: Object, reference: Reference, semantics: Semantics, how: How) -> Buffer | None:
    # Store to what is at the end of references; what a variable holds there is converted to as if it had a name.
    slot = last_target(reference)
    held = slot.value
    if isinstance(slot, Node) or not isinstance(value, _DATA) or not isinstance(held, _DATA):
        return _store_to_slot(value, slot, semantics, how, converts=True)
    if isinstance(held, Integer):
        slot.value = held = Integer(held.value)  # a constant, maybe
    _convert(value, held, semantics)
    return None


def _store_to_slot(value: Object, slot: Slot, semantics: Semantics, how: How, *, converts: bool) -> Buffer | None:
    # ACPICA: acpi_ex_store_object_to_node.  A store through an argument does not convert.
    if not isinstance(slot, Node):
        slot.value = copy(value)
        return None
    held = slot.value
    if held is None:
        raise AmlRuntimeError("Store", slot.text, "what declares the field failed, so there is nothing to store to")
    if how is not How.COPY:
        _check(value, slot, how)
    if isinstance(held, BufferField):
        write_field(held, value, semantics.integer_size)
    elif isinstance(held, FieldUnit):
        return write_unit(held, value, semantics.integer_size)
    elif (
        how is How.COPY
        or not converts
        or isinstance(value, TableHandle)
        or not isinstance(held, Integer | String | Buffer)
    ):
        if not (isinstance(value, Reference) and value.target is slot and not value.explicit):
            slot.value = copy(value)
    elif how is How.CONVERTED and type(held) is not type(value):
        slot.value = value  # the object itself, even the operand.  ACPICA: acpi_ex_store_object_to_object
    else:
        _convert(value, held, semantics)
    return None


def _check(value: Object, node: Node, how: How) -> None:
    # Only CopyObject may overwrite any object.
    held = node.value
    if isinstance(held, Package) and not (how is How.STORE and isinstance(value, Package)):
        raise AmlTypeError(
            "Store", node.text, f"{kind_of(value)} cannot be stored to a package", exception=AE_AML_TARGET_TYPE
        )
    if isinstance(held, Event | Mutex | Region | Plain) or (isinstance(held, Reference) and not held.explicit):
        raise AmlTypeError("Store", node.text, f"{kind_of(held)} cannot be stored to", exception=AE_AML_TARGET_TYPE)
    if isinstance(held, Integer | String | Buffer | BufferField | FieldUnit) and not isinstance(
        value, Integer | String | Buffer | TableHandle
    ):
        raise AmlTypeError("Store", node.text, f"{kind_of(value)} cannot be stored to {kind_of(held)}")


def _convert(value: Object, held: Integer | String | Buffer, semantics: Semantics) -> None:
    # ACPICA: acpi_ex_store_object_to_object.
    size = semantics.integer_size
    if semantics.stores_copy_bytes:
        data = value.data if isinstance(value, String) else convert.to_buffer(value, size)
        if isinstance(held, Integer):
            held.value = int.from_bytes(data[:size], "little")
        else:
            held.data[:] = data[: len(held.data)].ljust(len(held.data), b"\0")
    elif isinstance(held, Integer):
        held.value = convert.to_integer(value, size) & ((1 << (8 * size)) - 1)
    elif isinstance(held, String):
        held.data[:] = convert.to_string(value, size)
    else:
        data = convert.to_buffer(value, size)
        length = len(held.data) or len(data)
        held.data[:] = data[:length].ljust(length, b"\0")


def _store_element(value: Object, place: IndexReference, semantics: Semantics, how: How) -> Buffer | None:
    container = place.container
    if isinstance(container, Package):
        held = container.elements[place.index]
        follows = semantics.references_are_followed and how is not How.COPY and not isinstance(value, Reference)
        if follows and isinstance(held, Reference) and held.explicit:
            return _store_through(value, held, semantics, how)
        container.elements[place.index] = copy(value)
        return None
    if place.index >= len(container.data):
        raise AmlRuntimeError("Store", "", f"there is no byte {place.index} any more")
    if isinstance(value, Integer):
        container.data[place.index] = value.value & 0xFF
    elif isinstance(value, String | Buffer):
        container.data[place.index] = (bytes(value.data) or b"\0")[0]
    else:
        raise AmlTypeError("Store", "", f"{kind_of(value)} cannot be stored to a byte")
    return None
