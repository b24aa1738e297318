"""Fields that are handed over whole: serial buses, IPMI, pins, communication channels.  Spec: ACPI 6.5, 5.5.2.4.4 to 9.

No access width and no update rule applies to them.  ACPICA: exserial.c, acpi_ex_read_data_from_field,
acpi_ex_write_data_to_field.
"""

from __future__ import annotations

from typing import Final

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp.exceptions import AE_AML_PROTOCOL
from acpitools.interp.objects import Buffer, FieldUnit, Integer, Object, Transfer, kind_of
from acpitools.interp.regions import BusHandler, located, unanswered

__all__ = ["BUS_SPACES", "HEADER", "PROTOCOL_BYTES", "read_whole", "write_whole"]

SMBUS, IPMI, GPIO, SERIAL_BUS, CHANNEL, RUNTIME_MECHANISM = 4, 7, 8, 9, 0xA, 0xB
BUS_SPACES: Final = frozenset({SMBUS, IPMI, GPIO, SERIAL_BUS, CHANNEL, RUNTIME_MECHANISM})
"""Numbers of the address spaces whose fields are handed over whole."""
HEADER: Final = 2
"""Bytes of status and length before the data."""
PROTOCOL_BYTES: Final = {2: 0, 4: 1, 6: 1, 8: 2, 0xA: 255, 0xB: 255, 0xC: 2, 0xD: 255, 0xE: 255, 0xF: 255}
"""Access attribute -> bytes of data that are handed over.  ACPICA: acpi_ex_get_protocol_buffer_length."""

_SIZES: Final = {SMBUS: 34, IPMI: 66, RUNTIME_MECHANISM: 26}
_RAW_PROCESS_BYTES = 0xF
_MAIN_SUBSPACE = 3
_COMMAND: Final = range(4, 6)
_MAIN_COMMAND: Final = range(12, 16)


def read_whole(unit: FieldUnit, size: int) -> Integer | Buffer:
    """Read a field; a number of ``size`` bytes at most of pins and channels, else a buffer.  Raises AmlError."""
    space = unit.region.space_id
    length = (unit.length + 7) // 8
    if space == CHANNEL:
        data = bytes(_shared(unit)[unit.base : unit.base + length]).ljust(length, b"\0")
    elif space == GPIO:
        data = _transfer(unit, bytes(length), writes=False)
    else:
        if space == SERIAL_BUS and unit.attribute == _RAW_PROCESS_BYTES:
            why = "a protocol that writes, then reads, cannot be read"
            raise AmlRuntimeError(unit.node.text, "", why, exception=AE_AML_PROTOCOL)
        return Buffer(bytearray(_transfer(unit, bytes(_size(unit)), writes=False)))
    return Buffer(bytearray(data)) if length > size else Integer(int.from_bytes(data, "little"))


def write_whole(unit: FieldUnit, value: Object) -> Buffer | None:
    """Write a field; give what a bus hands back in place of what was written, if it does.  Raises AmlError."""
    space = unit.region.space_id
    length = (unit.length + 7) // 8
    if space == GPIO:
        if not isinstance(value, Integer):
            raise AmlTypeError(unit.node.text, "", f"{kind_of(value)} where an integer is needed")
        _transfer(unit, value.value.to_bytes(max(8, length), "little")[:length], writes=True)
        return None
    if not isinstance(value, Buffer):
        raise AmlTypeError(unit.node.text, "", f"{kind_of(value)} where a buffer is needed")
    if space != CHANNEL:
        size = _size(unit)
        return Buffer(bytearray(_transfer(unit, bytes(value.data[:size]).ljust(size, b"\0"), writes=True)))
    shared = _shared(unit)
    end = min(unit.base + length, len(shared))
    shared[unit.base : end] = bytes(value.data).ljust(length, b"\0")[: max(0, end - unit.base)]
    if unit.base in _COMMAND or (unit.region.offset == _MAIN_SUBSPACE and unit.base in _MAIN_COMMAND):
        located(unit.region, unit.base, unit.width, unit.node)
        shared[:] = _transfer(unit, bytes(shared), writes=True)[: len(shared)].ljust(len(shared), b"\0")
    return None


def _shared(unit: FieldUnit) -> bytearray:
    # The memory of a channel, which its handler sees when the command is written.
    region = unit.region
    located(region, 0, 0, unit.node)
    if region.shared is None:
        region.shared = bytearray(unit.bus.fits(region.length))
    return region.shared


def _size(unit: FieldUnit) -> int:
    # Bytes of the buffer that is handed over.
    space = unit.region.space_id
    _handler(unit)
    if space in (SMBUS, SERIAL_BUS) and unit.attribute not in PROTOCOL_BYTES:
        why = f"there is no protocol {unit.attribute:#x}"
        raise AmlRuntimeError(unit.node.text, "", why, exception=AE_AML_PROTOCOL)
    return _SIZES.get(space) or HEADER + PROTOCOL_BYTES[unit.attribute]


def _handler(unit: FieldUnit) -> BusHandler:
    region = unit.region
    handler = region.bus.buses.get(region.space)
    if handler is None:
        raise unanswered(region, unit.node, "buses")
    return handler


def _transfer(unit: FieldUnit, data: bytes, *, writes: bool) -> bytes:
    region = unit.region
    region.bus.step()
    linear = region.space_id in (GPIO, CHANNEL, RUNTIME_MECHANISM)
    located(region, unit.base if linear else 0, unit.width if linear else 0, unit.node)
    handler = _handler(unit)
    done = Transfer(
        space=region.space,
        address=region.offset + (0 if region.space_id == CHANNEL else unit.base),
        writes=writes,
        data=data,
        attribute=unit.attribute,
        access_length=unit.access_length,
        connection=bytes(unit.connection.data) if unit.connection else b"",
        pin=unit.pin,
        pins=unit.length,
    )
    answer = handler.transfer(done)
    listener = region.bus.listener()
    if listener is not None:
        sent = f"writes ({data.hex(' ')}) to" if writes else "reads"
        listener(f"{unit.node.text} {sent} {done.address:#x} of {region.space}: ({answer.hex(' ')})")
    return answer
