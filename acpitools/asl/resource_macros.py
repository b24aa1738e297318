"""The macros of resource templates as data: what they take, and where it goes.  ACPI 6.5, 6.4 and 19.6.

A parameter says which bits of the descriptor it fills and the name by which a program can refer to them (table 6.39 and
those after it).  What a descriptor holds after its fixed part is named by ``tail`` and ``body``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["MACROS", "Macro", "Parameter"]


class Parameter(NamedTuple):
    """One argument of a macro."""

    kind: str
    """A group of ``acpitools.asl.resource_words.WORDS``, or number, index, source, label, tag, vendor."""
    bit: int = 0
    """First bit in the descriptor."""
    size: int = 0
    """Bits."""
    name: str = ""
    """The name that programs use, without the padding."""
    default: int | None = None
    """Value where it is left out; None where it must be given."""


class Macro(NamedTuple):
    """One macro."""

    fixed: bytes
    """The fixed part of the descriptor, with all parameters 0; lengths are set later."""
    parameters: tuple[Parameter, ...]
    body: str = ""
    """What the braces hold: irq, dma, bytes, interrupts, pins, or nothing."""
    tail: str = ""
    """What follows the fixed part; see the functions of acpitools/asl/lower/resources.py."""
    names: tuple[tuple[str, int, int], ...] = ()
    """Names of bits that no parameter fills: name, first bit, bits."""


TAG = Parameter("tag")
SOURCE = Parameter("source")
INDEX = Parameter("index")
VENDOR = Parameter("vendor")
LABEL = Parameter("label")


def _word(kind: str, bit: int, size: int = 1, name: str = "", default: int | None = None) -> Parameter:
    return Parameter(kind, bit, size, name, default)


def _number(bit: int, size: int, name: str = "", default: int | None = None) -> Parameter:
    return Parameter("number", bit, size, name, default)


def _small(tag: int, size: int) -> bytes:
    return bytes((tag,)) + bytes(size)


def _large(tag: int, size: int, *start: int) -> bytes:
    # ``size`` counts the three bytes of tag and length; ``start`` are constants after them.
    return bytes((tag, 0, 0, *start)) + bytes(size - 3 - len(start))


def _numbers(first: int, size: int, names: str) -> tuple[Parameter, ...]:
    return tuple(_number(first + size * place, size, name) for place, name in enumerate(names.split()))


_ADDRESSES = "_GRA _MIN _MAX _TRA _LEN"
_USAGE = _word("usage", 32, 1, "", 1)
_DECODE = _word("decode", 33, 1, "_DEC", 0)
_MIN = _word("min", 34, 1, "_MIF", 0)
_MAX = _word("max", 35, 1, "_MAF", 0)
_RANGE = _word("range", 40, 2, "_RNG", 3)
_MEMORY = (_word("memory", 41, 2, "_MEM", 0), _word("access", 40, 1, "_RW", 1))
_IO_END = (_word("translation", 44, 1, "_TTP", 0), _word("sparse", 45, 1, "_TRS", 0))
_MEMORY_END = (_word("attribute", 43, 2, "_MTP", 0), _word("translation", 45, 1, "_TTP", 0))


def _address(tag: int, size: int, space: int | None, kind: str) -> Macro:
    """Make an address space descriptor with numbers of ``size`` bits; ``kind`` is io, memory, bus or space."""
    fixed = _large(tag, 6 + 5 * size // 8, 0 if space is None else space)
    numbers = _numbers(48, size, _ADDRESSES)
    end: tuple[Parameter, ...] = (INDEX, SOURCE, TAG)
    return Macro(fixed, _address_parameters(kind, numbers, end), tail="source")


def _extended(space: int | None, kind: str) -> Macro:
    fixed = _large(0x8B, 56, 0 if space is None else space, 0, 0, 1)
    return Macro(fixed, _address_parameters(kind, _numbers(64, 64, _ADDRESSES), (_number(384, 64, "_ATT", 0), TAG)))


def _address_parameters(kind: str, numbers: tuple[Parameter, ...], end: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
    if kind == "io":
        return (_USAGE, _MIN, _MAX, _DECODE, _RANGE, *numbers, *end, *_IO_END)
    if kind == "memory":
        return (_USAGE, _DECODE, _MIN, _MAX, *_MEMORY, *numbers, *end, *_MEMORY_END)
    if kind == "bus":
        return (_USAGE, _MIN, _MAX, _DECODE, *numbers, *end)
    return (_number(24, 8), _USAGE, _DECODE, _MIN, _MAX, _number(40, 8), *numbers, *end)


_SERIAL_END = (SOURCE, INDEX, _word("usage", 49, 1, "", 1), TAG)
_SERIAL_SHARE = _word("share", 50, 1, "_SHR", 0)


def _serial(kind: int, size: int, revision: int, parameters: tuple[Parameter, ...]) -> Macro:
    # Revision, source index, kind, flags, type flags (2), type revision, type data length (2); set when it is built.
    fixed = _large(0x8E, size, revision, 0, kind, 0, 0, 0, 1)
    share = (_SERIAL_SHARE,) if revision == 2 else ()
    names: tuple[tuple[str, int, int], ...] = (("_SHR", 50, 1),) if revision == 1 else ()
    if kind == 3:
        names += (("_SLV", 48, 1),)
    return Macro(fixed, (*parameters, *_SERIAL_END, *share, VENDOR), tail="serial", names=names)


_SLAVE = _word("slave", 48, 1, "_SLV", 0)
_I2C = (
    _number(128, 16, "_ADR"),
    _SLAVE,
    _number(96, 32, "_SPE"),
    _word("addressing", 56, 1, "_MOD", 0),
)
_SPI = (
    _number(152, 16, "_ADR"),
    _word("select", 57, 1, "_DPL", 0),
    _word("wire", 56, 1, "_MOD", 0),
    _number(128, 8, "_LEN"),
    _SLAVE,
    _number(96, 32, "_SPE"),
    _word("clock_polarity", 144, 8, "_POL"),
    _word("clock_phase", 136, 8, "_PHA"),
)
_UART = (
    _number(96, 32, "_SPE"),
    _word("data_bits", 60, 3, "_LEN", 3),
    _word("stop_bits", 58, 2, "_STB", 1),
    _number(168, 8, "_LIN"),
    _word("endian", 63, 1, "_END", 0),
    _word("parity", 160, 8, "_PAR", 0),
    _word("flow", 56, 2, "_FLC", 0),
    _number(128, 16, "_RXL"),
    _number(144, 16, "_TXL"),
)
_CSI2 = (
    _SLAVE,
    _number(56, 2, "_PHY"),
    _number(58, 6, "_PRT", 0),
)
_SHARE_PIN = _word("share", 32, 1, "_SHR", 0)
_USAGE_PIN = _word("usage", 33, 1, "", 1)

MACROS: Mapping[str, Macro] = {
    "IRQ": Macro(
        _small(0x23, 3),
        (
            _word("mode", 24, 1, "_HE"),
            _word("polarity", 27, 1, "_LL"),
            _word("share", 28, 2, "_SHR", 0),
            TAG,
        ),
        body="irq",
    ),
    "IRQNoFlags": Macro(_small(0x22, 2), (TAG,), body="irq"),
    "DMA": Macro(
        _small(0x2A, 2),
        (
            _word("dma", 21, 2, "_TYP"),
            _word("master", 18, 1, "_BM", 1),
            _word("transfer", 16, 2, "_SIZ"),
            TAG,
        ),
        body="dma",
    ),
    "StartDependentFn": Macro(_small(0x31, 1), (_number(8, 2), _number(10, 2)), body="macros"),
    "StartDependentFnNoPri": Macro(_small(0x30, 0), (), body="macros"),
    "EndDependentFn": Macro(_small(0x38, 0), ()),
    "IO": Macro(
        _small(0x47, 7),
        (
            _word("io", 8, 1, "_DEC"),
            _number(16, 16, "_MIN"),
            _number(32, 16, "_MAX"),
            _number(48, 8, "_ALN"),
            _number(56, 8, "_LEN"),
            TAG,
        ),
    ),
    "FixedIO": Macro(_small(0x4B, 3), (_number(8, 16, "_BAS"), _number(24, 8, "_LEN"), TAG)),
    "FixedDMA": Macro(
        _small(0x55, 5),
        (_number(8, 16, "_DMA"), _number(24, 16, "_TYP"), _word("width", 40, 8, "_SIZ", 2), TAG),
    ),
    "VendorShort": Macro(_small(0x70, 0), (TAG,), body="bytes"),
    "Memory24": Macro(
        _large(0x81, 12), (_word("access", 24, 1, "_RW", 1), *_numbers(32, 16, "_MIN _MAX _ALN _LEN"), TAG)
    ),
    "Register": Macro(
        _large(0x82, 15),
        (
            _word("space", 24, 8, "_ASI"),
            _number(32, 8, "_RBW"),
            _number(40, 8, "_RBO"),
            _number(56, 64, "_ADR"),
            _number(48, 8, "_ASZ", 0),
            TAG,
        ),
    ),
    "VendorLong": Macro(_large(0x84, 3), (TAG,), body="bytes"),
    "Memory32": Macro(
        _large(0x85, 20), (_word("access", 24, 1, "_RW", 1), *_numbers(32, 32, "_MIN _MAX _ALN _LEN"), TAG)
    ),
    "Memory32Fixed": Macro(_large(0x86, 12), (_word("access", 24, 1, "_RW", 1), *_numbers(32, 32, "_BAS _LEN"), TAG)),
    "DWordIO": _address(0x87, 32, 1, "io"),
    "DWordMemory": _address(0x87, 32, 0, "memory"),
    "DWordSpace": _address(0x87, 32, None, "space"),
    "WordIO": _address(0x88, 16, 1, "io"),
    "WordBusNumber": _address(0x88, 16, 2, "bus"),
    "WordSpace": _address(0x88, 16, None, "space"),
    "QWordIO": _address(0x8A, 64, 1, "io"),
    "QWordMemory": _address(0x8A, 64, 0, "memory"),
    "QWordSpace": _address(0x8A, 64, None, "space"),
    "ExtendedIO": _extended(1, "io"),
    "ExtendedMemory": _extended(0, "memory"),
    "ExtendedSpace": _extended(None, "space"),
    "Interrupt": Macro(
        _large(0x89, 5),
        (
            _word("usage", 24, 1, "", 1),
            _word("mode", 25, 1, "_HE"),
            _word("polarity", 26, 1, "_LL"),
            _word("share", 27, 2, "_SHR", 0),
            INDEX,
            SOURCE,
            TAG,
        ),
        body="interrupts",
        tail="source",
    ),
    "GpioInt": Macro(
        _large(0x8C, 23, 1, 0),
        (
            _word("mode", 56, 1, "_MOD"),
            _word("polarity", 57, 2, "_POL"),
            _word("share", 59, 2, "_SHR", 0),
            _word("pull", 72, 8, "_PPI"),
            _number(96, 16, "_DBT", 0),
            SOURCE,
            INDEX,
            _word("usage", 40, 1, "", 1),
            TAG,
            VENDOR,
        ),
        body="pins",
        tail="gpio",
    ),
    "GpioIo": Macro(
        _large(0x8C, 23, 1, 1),
        (
            _word("share", 59, 2, "_SHR", 0),
            _word("pull", 72, 8, "_PPI"),
            _number(96, 16, "_DBT", 0),
            _number(80, 16, "_DRS", 0),
            _word("restriction", 56, 2, "_IOR", 0),
            SOURCE,
            INDEX,
            _word("usage", 40, 1, "", 1),
            TAG,
            VENDOR,
        ),
        body="pins",
        tail="gpio",
    ),
    "PinFunction": Macro(
        _large(0x8D, 18, 1),
        (
            _SHARE_PIN,
            _word("pull", 48, 8, "_PPI"),
            _number(56, 16, "_FUN"),
            SOURCE,
            INDEX,
            _word("usage", 0, 0, "", 1),
            TAG,
            VENDOR,
        ),
        body="pins",
        tail="pin_function",
    ),
    "I2cSerialBus": _serial(1, 18, 1, _I2C),
    "I2cSerialBusV2": _serial(1, 18, 2, _I2C),
    "SpiSerialBus": _serial(2, 21, 1, _SPI),
    "SpiSerialBusV2": _serial(2, 21, 2, _SPI),
    "UartSerialBus": _serial(3, 22, 1, _UART),
    "UartSerialBusV2": _serial(3, 22, 2, _UART),
    "Csi2Bus": _serial(4, 12, 1, _CSI2),
    "PinConfig": Macro(
        _large(0x8F, 20, 1),
        (
            _SHARE_PIN,
            _number(48, 8, "_TYP"),
            _number(56, 32, "_VAL"),
            SOURCE,
            INDEX,
            _USAGE_PIN,
            TAG,
            VENDOR,
        ),
        body="pins",
        tail="pin_config",
    ),
    "PinGroup": Macro(
        _large(0x90, 14, 1),
        (LABEL, _word("usage", 32, 1, "", 0), TAG, VENDOR),
        body="pins",
        tail="group",
    ),
    "PinGroupFunction": Macro(
        _large(0x91, 17, 1),
        (_SHARE_PIN, _number(48, 16, "_FUN"), SOURCE, INDEX, LABEL, _USAGE_PIN, TAG, VENDOR),
        tail="group_function",
    ),
    "PinGroupConfig": Macro(
        _large(0x92, 20, 1),
        (
            _SHARE_PIN,
            _number(48, 8, "_TYP"),
            _number(56, 32, "_VAL"),
            SOURCE,
            INDEX,
            LABEL,
            _USAGE_PIN,
            TAG,
            VENDOR,
        ),
        tail="group_config",
    ),
    "ClockInput": Macro(
        _large(0x93, 12, 1),
        (
            _number(64, 32, "_FQN"),
            _number(48, 16, "_FQD"),
            _word("clock_scale", 33, 2),
            _word("clock_mode", 32, 1),
            SOURCE,
            INDEX,
        ),
        tail="clock",
    ),
}
"""Macro -> what it is made of; the names are matched whatever the case of their letters."""
