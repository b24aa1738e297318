"""Macros of GPIO and serial bus descriptors.  Spec: ACPI 6.5, 19.6.

Each function gives the macro, and the bytes that it stands for: where these are not the descriptor's, no macro fits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from acpitools.aml.resources.connections import Gpio, SerialBus, part
from acpitools.asl.format.lexical import string_text
from acpitools.asl.format.macros_common import SHARING, Macro, byte_list, large

__all__ = ["CONNECTIONS"]

_PULLS = ("PullDefault", "PullUp", "PullDown", "PullNone")
_RESTRICTIONS = (
    "IoRestrictionNone",
    "IoRestrictionInputOnly",
    "IoRestrictionOutputOnly",
    "IoRestrictionNoneAndPreserve",
)
_POLARITIES = ("ActiveHigh", "ActiveLow", "ActiveBoth")


def _pull(value: int) -> str:
    return _PULLS[value] if value < len(_PULLS) else f"0x{value:02X}"


def _usage(consumer: int) -> str:
    return "ResourceConsumer" if consumer else "ResourceProducer"


def _vendor(data: bytes) -> str:
    return f"RawDataBuffer (0x{len(data):02X}) {byte_list(data)}" if data else ""


def _gpio(item: Gpio) -> Macro | None:
    name = part(item, item.source_name, item.vendor_data)
    pins = part(item, item.pin_table, item.source_name)
    vendor = part(item, item.vendor_data, item.vendor_data + item.vendor_size) if item.vendor_size else b""
    if not name.endswith(b"\0") or 0 in name[:-1] or len(pins) % 2 or not pins:
        return None
    consumer = item.flags & 1
    flags = item.interrupt_flags
    sharing = flags >> 3 & 3
    shown = [f"0x{number:04X}" for number in struct.unpack(f"<{len(pins) // 2}H", pins)]
    source = [string_text(name[:-1]), f"0x{item.source_index:02X}", _usage(consumer), "", _vendor(vendor)]
    if item.connection_type == 0:
        polarity = flags >> 1 & 3
        if polarity > 2 or len(shown) != 1:  # the macro takes one pin
            return None
        words = [
            "Edge" if flags & 1 else "Level",
            _POLARITIES[polarity],
            SHARING[sharing],
            _pull(item.pin_configuration),
            f"0x{item.debounce:04X}",
        ]
        kept, drive, name_of = flags & 0x1F, 0, "GpioInt"
        debounce = item.debounce
    else:
        words = [
            SHARING[sharing],
            _pull(item.pin_configuration),
            f"0x{item.debounce:04X}",
            f"0x{item.drive_strength:04X}",
            _RESTRICTIONS[flags & 3],
        ]
        kept, drive, name_of = flags & 0x1B, item.drive_strength, "GpioIo"
        debounce = item.debounce
    fixed = 23
    names = fixed + len(pins)
    after = names + len(name)
    body = struct.pack(
        "<BBHHBHHHBHHH",
        1,
        item.connection_type & 1,
        consumer,
        kept,
        item.pin_configuration,
        drive,
        debounce,
        fixed,
        item.source_index,
        names,
        after,
        len(vendor),
    )
    body += pins + name + vendor
    return f"{name_of} ({', '.join([*words, *source])}) {{ {', '.join(shown)} }}", large(0x8C, body)


def _serial(item: SerialBus) -> Macro | None:
    write = _BUSES.get(item.bus)
    fixed = _FIXED.get(item.bus, 0)
    own, vendor, name = item.rest[:fixed], item.rest[fixed : item.type_size], item.rest[item.type_size :]
    if write is None or len(own) < fixed or not name.endswith(b"\0") or 0 in name[:-1] or item.type_size < fixed:
        return None
    target, consumer, shared = item.flags & 1, item.flags >> 1 & 1, item.flags >> 2 & 1
    found = write(item, own, target)
    if found is None:
        return None
    words, kept = found
    shown = [
        *words[1:],
        string_text(name[:-1]),
        f"0x{item.source_index:02X}",
        _usage(consumer),
        "",
        SHARING[shared],
        _vendor(vendor),
    ]
    flags = target | consumer << 1 | shared << 2
    body = struct.pack(
        "<BBBBHBH", 2 if item.revision == 2 else 1, item.source_index, item.bus, flags, kept, 1, item.type_size
    )
    suffix = "V2" if item.revision == 2 else ""
    if not suffix and shared:
        return None
    if not suffix:  # the older macros have no word for sharing
        shown = [
            *words[1:],
            string_text(name[:-1]),
            f"0x{item.source_index:02X}",
            _usage(consumer),
            "",
            _vendor(vendor),
        ]
    return f"{words[0]}{suffix} ({', '.join(shown)})", large(0x8E, body + own + vendor + name)


def _initiated(target: int) -> str:
    return "DeviceInitiated" if target else "ControllerInitiated"


def _i2c(item: SerialBus, own: bytes, target: int) -> tuple[list[str], int]:
    speed, address = struct.unpack("<IH", own)
    wide = item.type_flags & 1
    mode = "AddressingMode10Bit" if wide else "AddressingMode7Bit"
    return ["I2cSerialBus", f"0x{address:04X}", _initiated(target), f"0x{speed:08X}", mode], wide


def _spi(item: SerialBus, own: bytes, target: int) -> tuple[list[str], int] | None:
    speed, length, phase, polarity, selection = struct.unpack("<IBBBH", own)
    if phase > 1 or polarity > 1:
        return None
    flags = item.type_flags & 3
    words = [
        "SpiSerialBus",
        f"0x{selection:04X}",
        "PolarityHigh" if flags & 2 else "PolarityLow",
        "ThreeWireMode" if flags & 1 else "FourWireMode",
        f"0x{length:02X}",
        _initiated(target),
        f"0x{speed:08X}",
        "ClockPolarityHigh" if polarity else "ClockPolarityLow",
        "ClockPhaseSecond" if phase else "ClockPhaseFirst",
    ]
    return words, flags


_DATA_BITS = ("DataBitsFive", "DataBitsSix", "DataBitsSeven", "DataBitsEight", "DataBitsNine")
_STOP_BITS = ("StopBitsZero", "StopBitsOne", "StopBitsOnePlusHalf", "StopBitsTwo")
_PARITIES = ("ParityTypeNone", "ParityTypeEven", "ParityTypeOdd", "ParityTypeMark", "ParityTypeSpace")
_FLOWS = ("FlowControlNone", "FlowControlHardware", "FlowControlXON")


def _uart(item: SerialBus, own: bytes, target: int) -> tuple[list[str], int] | None:
    baud, receive, transmit, parity, lines = struct.unpack("<IHHBB", own)
    flags = item.type_flags
    flow, stop, data = flags & 3, flags >> 2 & 3, flags >> 4 & 7
    if target or flow >= len(_FLOWS) or data >= len(_DATA_BITS) or parity >= len(_PARITIES):
        return None
    words = [
        "UartSerialBus",
        f"0x{baud:08X}",
        _DATA_BITS[data],
        _STOP_BITS[stop],
        f"0x{lines:02X}",
        "BigEndian" if flags >> 7 & 1 else "LittleEndian",
        _PARITIES[parity],
        _FLOWS[flow],
        f"0x{receive:04X}",
        f"0x{transmit:04X}",
    ]
    return words, flags & 0xFF


_FIXED = {1: 6, 2: 9, 3: 10}
"""Bytes of each bus's own data."""
_BUSES: dict[int, Callable[[SerialBus, bytes, int], tuple[list[str], int] | None]] = {1: _i2c, 2: _spi, 3: _uart}

CONNECTIONS: dict[type, Callable[[Any], Macro | None]] = {Gpio: _gpio, SerialBus: _serial}
"""Record to what writes its macro."""
