"""Resource descriptors as one line each."""

from __future__ import annotations

from acpitools.aml.resources.address_space import AddressSpace
from acpitools.aml.resources.connections import Gpio, SerialBus, controller_of, pins_of
from acpitools.aml.resources.descriptor import Descriptor
from acpitools.aml.resources.memory import GenericRegister, Interrupts, Memory24, Memory32, Memory32Fixed
from acpitools.aml.resources.small import Dma, FixedDma, FixedIo, Io, Irq, IrqNoFlags
from acpitools.codec.record import encode
from acpitools.report.terminal import mem, numbers

__all__ = ["resource_text"]

_BUSES = {1: "I2C", 2: "SPI", 3: "UART", 4: "CSI-2"}
_TYPES = {0: "memory", 1: "I/O", 2: "bus numbers", 10: "PCC"}

_PREFETCHABLE = 3
_USES = ("", ", reserved", ", ACPI tables", ", ACPI NVS")
"""Bits 3 and 4 of the flags of a memory range.  Spec: ACPI 6.5, table 6.51."""


def resource_text(item: Descriptor) -> str:
    """Give what a descriptor says in a line; memory as the kernel shows ranges, ends included."""
    match item:
        case Memory32Fixed():
            return _movable("memory", item.base, item.base, item.size, _write(item.information))
        case Memory32():
            return _movable("memory", item.minimum, item.maximum, item.size, _write(item.information))
        case Memory24():
            low, high, size = item.minimum << 8, item.maximum << 8, item.size << 8
            return _movable("memory", low, high, size, _write(item.information))
        case AddressSpace():
            return _space(item)
        case Io():
            if item.minimum == item.maximum:
                return f"I/O 0x{item.minimum:04x}-0x{item.minimum + max(1, item.size) - 1:04x}"
            return f"I/O, {item.size} ports from 0x{item.minimum:04x} to 0x{item.maximum:04x}"
        case FixedIo():
            return f"I/O 0x{item.base:04x}-0x{item.base + max(1, item.size) - 1:04x}"
        case IrqNoFlags():
            lines = numbers([bit for bit in range(16) if item.mask >> bit & 1]) or "none"
            signal = _signal(item.flags & 1, item.flags >> 3 & 1, item.flags >> 4 & 1) if isinstance(item, Irq) else ""
            return f"IRQ {lines}{signal}"
        case Interrupts():
            signal = _signal(item.flags >> 1 & 1, item.flags >> 2 & 1, item.flags >> 3 & 1)
            return f"interrupt {', '.join(map(str, item.interrupts)) or 'none'}{signal}"
        case Dma():
            return f"DMA {numbers([bit for bit in range(8) if item.mask >> bit & 1]) or 'none'}"
        case FixedDma():
            return f"DMA request {item.request_line}, channel {item.channel}"
        case GenericRegister():
            return f"register, space {item.space}, address 0x{item.address:x}, {item.bit_width} bits"
        case Gpio():
            kind = "interrupt" if item.connection_type == 0 else "I/O"
            return f"GPIO {kind} {_plain(controller_of(item))} pin {', '.join(map(str, pins_of(item)))}"
        case SerialBus():
            return f"{_BUSES.get(item.bus, f'serial bus {item.bus}')} on {_plain(controller_of(item))}"
    return f"{item.KIND.replace('_', ' ')}, {len(encode(item))} bytes"


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _signal(edge: int, low: int, shared: int) -> str:
    return f" ({'edge' if edge else 'level'}, active {'low' if low else 'high'}{', shared' * shared})"


def _write(information: int) -> str:
    return "" if information & 1 else ", read only"


def _movable(kind: str, low: int, high: int, size: int, more: str) -> str:
    if low == high and not size:
        return f"{kind}, nothing at 0x{low:08x}{more}"
    if low == high:
        return f"{kind} {mem(low, low + size)}{more}"
    return f"{kind}, 0x{size:x} bytes from 0x{low:x} to 0x{high:x}{more}"


def _space(item: AddressSpace) -> str:
    low, high, size = (int(getattr(item, name)) for name in ("minimum", "maximum", "size"))
    kind = _TYPES.get(item.resource_type, f"space {item.resource_type}")
    moved = int(getattr(item, "translation", 0))
    more = f", translated by 0x{moved:x}" if moved else ""
    if item.resource_type == 0:
        more += _write(item.type_flags)
        more += ", prefetchable" * (item.type_flags >> 1 & 3 == _PREFETCHABLE)
        more += _USES[item.type_flags >> 3 & 3]
    if not size:
        return f"{kind}, nothing{more}"
    if item.resource_type == 2:
        return f"{kind} {low:#04x}-{high:#04x}"
    if item.resource_type == 0:
        return f"{kind} {mem(low, low + size)}{more}"
    return f"{kind} 0x{low:04x}-0x{high:04x}{more}"
