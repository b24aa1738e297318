"""Reading and writing fields of operation regions, one access at a time.  Spec: ACPI 6.5, 19.6.48, 19.6.7, 19.6.64.

ACPICA: exfield.c, exfldio.c, exprep.c.  Where a register gives more bits than an access of the field takes, they go
where they go there.
"""

from __future__ import annotations

from collections.abc import Callable

from acpitools.core.errors import AmlRuntimeError
from acpitools.interp import convert
from acpitools.interp.buses import read_whole, write_whole
from acpitools.interp.exceptions import AE_AML_REGISTER_LIMIT
from acpitools.interp.limits import exceeded
from acpitools.interp.objects import Buffer, FieldUnit, Integer, Object, String
from acpitools.interp.regions import read_region, write_region

__all__ = ["read_unit", "write_unit", "written_bytes"]

_DATUM_BYTES = 8
"""Fields are put together from units of 64 bits at most."""
_DATUM_MASK = (1 << 64) - 1
_SELECTOR_MASK = (1 << 32) - 1
"""Bits of what is written to an index or bank register."""
_MAX_DEPTH = 32
"""Registers behind registers."""
_PRESERVE, _ONES, _ZEROS = range(3)


def read_unit(unit: FieldUnit, size: int) -> Integer | Buffer:
    """Read a field: an integer where its bytes fit one of ``size`` bytes, else a buffer.  Raises AmlError."""
    if unit.whole:
        return read_whole(unit, size)
    length = (unit.length + 7) // 8
    if length > size:
        return Buffer(bytearray(_extract(unit, unit.bus.fits(length)).to_bytes(length, "little")))
    return Integer(_extract(unit, size))


def write_unit(unit: FieldUnit, value: Object, size: int) -> Buffer | None:
    """Write a field; a shorter value is extended with zeros, a longer one cut.  Raises AmlError.

    Gives what a bus hands back in place of the value, if it does.
    """
    if unit.whole:
        return write_whole(unit, value)
    data = written_bytes(value, size)
    unit.bus.fits((unit.length + 7) // 8)
    _insert(unit, int.from_bytes(data, "little"))
    return None


def written_bytes(value: Object, size: int) -> bytes | bytearray:
    """Give the bytes that a field takes of a value: the characters of a string without a NUL, 8 of an integer.

    Raises AmlTypeError.  ACPICA: acpi_ex_write_data_to_field.
    """
    if isinstance(value, Integer):
        return value.value.to_bytes(_DATUM_BYTES, "little")
    return value.data if isinstance(value, String) else convert.to_buffer(value, size)


def _extract(unit: FieldUnit, size: int) -> int:
    # The bits of a field, of which there may be 8 * size.  ACPICA: acpi_ex_extract_from_field.
    if (unit.length + 7) // 8 > size:
        raise AmlRuntimeError(unit.node.text, "", f"{unit.length} bits where {8 * size} are taken")
    room = (1 << 8 * size) - 1
    if unit.start == 0 and unit.length == 8 * unit.width:
        return _read_datum(unit, 0) & room
    unit.width = min(unit.width, _DATUM_BYTES)
    width = 8 * unit.width
    raw = _read_datum(unit, 0)
    merged = raw >> unit.start
    if unit.start + unit.length <= width:
        return merged & ((1 << unit.length) - 1 if unit.length else -1) & room
    carry = _carry(unit, width)
    count = -(-unit.length // width)
    mask = (1 << width) - 1
    whole = bytearray()
    for index in range(1, -(-(unit.length + unit.start) // width)):
        raw = _read_datum(unit, index * unit.width)
        if carry is not None:
            merged |= raw << carry & _DATUM_MASK
        if index == count:
            break
        whole += (merged & mask).to_bytes(unit.width, "little")
        merged = raw >> unit.start
    if unit.length % width:
        merged &= (1 << unit.length % width) - 1
    whole += (merged & mask).to_bytes(unit.width, "little")
    return int.from_bytes(whole, "little") & room


def _insert(unit: FieldUnit, value: int) -> None:
    # Write the bits of a field.  ACPICA: acpi_ex_insert_into_field.
    unit.width = min(unit.width, _DATUM_BYTES)
    width = 8 * unit.width
    end = unit.length + unit.start
    if unit.length and end <= width:
        mask = ((1 << unit.length) - 1) << unit.start
        _write_datum(unit, 0, mask, value << unit.start & mask)
        return
    carry = _carry(unit, width)
    full = (1 << width) - 1
    count = -(-unit.length // width)
    data = (value & ((1 << width * max(1, count)) - 1)).to_bytes(unit.width * max(1, count), "little")
    mask = full & ~((1 << unit.start) - 1)
    raw = int.from_bytes(data[: unit.width], "little")
    merged = raw << unit.start
    at = 0
    for index in range(1, -(-end // width)):
        _write_datum(unit, at, mask, merged & mask)
        at += unit.width
        mask = full
        merged = 0 if carry is None else raw >> carry
        if index == count:
            break
        raw = int.from_bytes(data[at : at + unit.width], "little")
        merged |= raw << unit.start
    if end % width:
        mask &= (1 << end % width) - 1
    _write_datum(unit, at, mask, merged & mask)


def _carry(unit: FieldUnit, width: int) -> int | None:
    # How far the bits of a unit go into the one after it; None where none do: the fields of an embedded controller may
    # start behind the unit that is accessed.
    return width - unit.start if 0 <= width - unit.start < 8 * _DATUM_BYTES else None


def _read_datum(unit: FieldUnit, offset: int) -> int:
    # One access.  ACPICA: acpi_ex_field_datum_io.
    if unit.selector is not None:
        _select(unit, unit.selector, offset)
    data = unit.data
    if data is not None:
        return _nested(unit, lambda: _extract(data, _DATUM_BYTES))
    return read_region(unit.region, unit.base + offset, unit.width, unit.node)


def _write_datum(unit: FieldUnit, offset: int, mask: int, value: int) -> None:
    # One access, with the other bits of the unit.  ACPICA: acpi_ex_write_with_update_rule.
    others = _DATUM_MASK & ~mask
    if others and unit.update == _PRESERVE:
        if others & ((1 << 8 * unit.width) - 1):
            value |= _read_datum(unit, offset) & others
    elif others and unit.update == _ONES:
        value |= others
    elif others and unit.update != _ZEROS:
        raise AmlRuntimeError(unit.node.text, "", f"there is no update rule {unit.update}")
    if unit.selector is not None:
        _select(unit, unit.selector, offset)
    data = unit.data
    if data is not None:
        _nested(unit, lambda: _insert(data, value))
    else:
        write_region(unit.region, unit.base + offset, unit.width, value, unit.node)


def _select(unit: FieldUnit, register: FieldUnit, offset: int) -> None:
    # Write the index or bank register.  What the field begins with has to fit it.  ACPICA: acpi_ex_register_overflow.
    if unit.value >> register.length:
        why = f"{unit.value:#x} does not fit the {register.length} bits of {register.node.text}"
        raise AmlRuntimeError(unit.node.text, "", why, exception=AE_AML_REGISTER_LIMIT)
    value = unit.value if unit.data is None else unit.value + offset
    _nested(unit, lambda: _insert(register, value & _SELECTOR_MASK))


def _nested(unit: FieldUnit, access: Callable[[], int | None]) -> int:
    # A register may be reached through registers itself.
    bus = unit.bus
    if bus.depth >= _MAX_DEPTH:
        raise exceeded("registers behind registers", _MAX_DEPTH, unit.node.text)
    bus.depth += 1
    try:
        return access() or 0
    finally:
        bus.depth -= 1
