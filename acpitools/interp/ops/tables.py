"""Tables that code loads.  Spec: ACPI 6.5, 19.6.76, 19.6.77, 19.6.146.  ACPICA: exconfig.c, acpi_tb_find_table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acpitools.core.errors import AmlRuntimeError, AmlTypeError
from acpitools.interp import convert
from acpitools.interp.exceptions import (
    AE_ALREADY_EXISTS,
    AE_AML_BUFFER_LIMIT,
    AE_BAD_CHECKSUM,
    AE_INVALID_TABLE_LENGTH,
)
from acpitools.interp.frames import Frame
from acpitools.interp.machine import Machine
from acpitools.interp.objects import Buffer, Integer, Node, Object, Region, Slot, String, TableHandle, kind_of
from acpitools.interp.regions import read_region

__all__ = ["load", "load_table", "unload"]

_HEADER = 36


def load(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object | None:
    """Load a table that a buffer, a field or a region holds; its handle, or that it succeeded, goes to the target."""
    node = machine.namespace.get(frame.scope, args[0], frame.text)
    data = _bytes(machine, node, frame)
    length = int.from_bytes(data[4:8], "little")
    if length < _HEADER or length > len(data):
        why = f"{node.text} holds {len(data)} bytes of a table of {length}"
        raise AmlRuntimeError(
            "Load", frame.text, why, exception=AE_INVALID_TABLE_LENGTH if length < _HEADER else AE_AML_BUFFER_LIMIT
        )
    data = data[:length]
    if sum(data) & 0xFF:
        why = f"the checksum of the table that {node.text} holds is wrong"
        raise AmlRuntimeError("Load", frame.text, why, exception=AE_BAD_CHECKSUM)
    handle = _loaded(machine, frame, data, b"")
    machine.tables.append(bytearray(data))
    if not machine.semantics.loads_tell:
        machine.result(handle, args[1])
        return None
    return machine.result(Integer(machine.mask), args[1])


def _bytes(machine: Machine, node: Node, frame: Frame) -> bytes:
    # The table that an object holds, byte by byte where that is a region.
    region = node.value
    if not isinstance(region, Region):
        item = machine.read(node, frame.text)
        if not isinstance(item, Buffer):
            raise AmlTypeError("Load", frame.text, f"{kind_of(item)} where a buffer or region is needed")
        return bytes(item.data)
    if region.space != "SystemMemory":
        raise AmlTypeError("Load", frame.text, f"a region in {region.space} holds no table")
    header = bytes(read_region(region, at, 1, node) for at in range(_HEADER))
    length = machine.fits(int.from_bytes(header[4:8], "little"))
    return header + bytes(read_region(region, at, 1, node) for at in range(_HEADER, length))


def load_table(machine: Machine, frame: Frame, args: Sequence[Any]) -> Object:
    """Load a table of the machine; 0 where it has none such.  Its code runs in a scope that may be given."""
    texts = [bytes(convert.to_string(item, machine.size)).partition(b"\0")[0] for item in args[:5]]
    data = machine.table(texts[:3], frame.text)
    if data is None:
        return Integer(0)
    root = machine.node(texts[3].decode("latin-1"), frame.scope).path if texts[3] else b""
    parameter = None
    if texts[4]:
        scope = frame.scope if texts[4][:1] in (b"\\", b"^") else root
        parameter = machine.node(texts[4].decode("latin-1"), scope)
    handle = _loaded(machine, frame, bytes(data), root)
    if parameter is not None:
        held = parameter.value
        if isinstance(held, Integer | String | Buffer) and type(args[5]) is not type(held):
            _taken_away(machine, handle)
            raise AmlTypeError("LoadTable", frame.text, f"{kind_of(args[5])} where {kind_of(held)} is needed")
        machine.result(args[5], parameter)
    return Integer(machine.mask) if machine.semantics.loads_tell else handle


def _loaded(machine: Machine, frame: Frame, data: bytes, root: bytes) -> TableHandle:
    if data in machine.blocks:
        raise AmlRuntimeError("Load", frame.text, "the table is loaded already", exception=AE_ALREADY_EXISTS)
    return machine.load_block(data, root)


def unload(machine: Machine, frame: Frame, args: Sequence[Any]) -> None:
    """Take away the names that a table made."""
    handle = args[0].value if isinstance(args[0], Slot) else args[0]
    if not isinstance(handle, TableHandle):
        raise AmlTypeError("Unload", frame.text, f"{kind_of(handle)} where what Load gave is needed")
    if handle.data not in machine.blocks:
        raise AmlRuntimeError("Unload", frame.text, "the table is not loaded any more")
    _taken_away(machine, handle)


def _taken_away(machine: Machine, handle: TableHandle) -> None:
    machine.blocks.remove(handle.data)
    for node in handle.names:
        machine.namespace.remove(node.path)
