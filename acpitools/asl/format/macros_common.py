"""Macros of small, memory, interrupt and address space descriptors.  Spec: ACPI 6.5, 19.6.

Each function gives the macro, and the bytes that it stands for: where these are not the descriptor's, no macro fits.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from acpitools.aml.resources.address_space import AddressSpace, DWordSpace, ExtendedSpace, QWordSpace, WordSpace
from acpitools.aml.resources.memory import GenericRegister, Interrupts, Memory24, Memory32, Memory32Fixed, VendorLong
from acpitools.aml.resources.small import (
    Dma,
    EndDependentFunctions,
    FixedDma,
    FixedIo,
    Io,
    Irq,
    IrqNoFlags,
    StartDependentFunctions,
    StartDependentFunctionsNoPriority,
    VendorShort,
)
from acpitools.asl.format.lexical import SPACES, string_text

__all__ = ["COMMON", "SHARING", "TAG", "Macro", "byte_list", "large", "source_words"]

TAG = "\0"
"""Where the descriptor's name would stand."""

Macro = tuple[str, bytes]
Writer = Callable[[Any], Macro | None]

SHARING = ("Exclusive", "Shared", "ExclusiveAndWake", "SharedAndWake")


def byte_list(data: bytes) -> str:
    """Give bytes between braces, in one line."""
    return f"{{{', '.join(f'0x{byte:02X}' for byte in data)}}}" if data else "{}"


def source_words(source: bytes) -> tuple[str, str] | None:
    """Give (index, name) of a source as macros take them, both empty without one; None for what macros cannot give."""
    if not source:
        return "", ""
    if len(source) == 1:
        return f"0x{source[0]:02X}", ""
    if source[-1] or 0 in source[1:-1]:
        return None
    return f"0x{source[0]:02X}", string_text(source[1:-1])


def _bits(mask: int, width: int) -> str:
    return ", ".join(str(bit) for bit in range(width) if mask >> bit & 1)


def large(tag: int, body: bytes) -> bytes:
    """Give a large descriptor: tag, length, body."""
    return struct.pack("<BH", tag, len(body)) + body


def _irq_no_flags(item: IrqNoFlags) -> Macro:
    return f"IRQNoFlags () {{{_bits(item.mask, 16)}}}", struct.pack("<BH", 0x22, item.mask)


def _irq(item: Irq) -> Macro:
    flags = item.flags
    mode, polarity, sharing = flags & 1, flags >> 3 & 1, flags >> 4 & 3
    words = f"{'Edge' if mode else 'Level'}, {'ActiveLow' if polarity else 'ActiveHigh'}, {SHARING[sharing]}, "
    made = struct.pack("<BHB", 0x23, item.mask, mode | polarity << 3 | sharing << 4)
    return f"IRQ ({words}) {{{_bits(item.mask, 16)}}}", made


def _dma(item: Dma) -> Macro | None:
    speed, master, width = item.flags >> 5 & 3, item.flags >> 2 & 1, item.flags & 3
    if width > 2:
        return None
    words = (
        ("Compatibility", "TypeA", "TypeB", "TypeF")[speed],
        "BusMaster" if master else "NotBusMaster",
        ("Transfer8", "Transfer8_16", "Transfer16")[width],
    )
    made = struct.pack("<BBB", 0x2A, item.mask, speed << 5 | master << 2 | width)
    return f"DMA ({', '.join(words)}, ) {{{_bits(item.mask, 8)}}}", made


def _start(item: StartDependentFunctions) -> Macro | None:
    compatibility, performance = item.priority & 3, item.priority >> 2 & 3
    made = struct.pack("<BB", 0x31, compatibility | performance << 2)
    if 3 in (compatibility, performance):
        return None
    return f"StartDependentFn (0x{compatibility:02X}, 0x{performance:02X})", made


def _start_plain(_: StartDependentFunctionsNoPriority) -> Macro:
    return "StartDependentFnNoPri ()", b"\x30"


def _end(_: EndDependentFunctions) -> Macro:
    return "EndDependentFn ()", b"\x38"


def _io(item: Io) -> Macro:
    numbers = f"0x{item.minimum:04X}, 0x{item.maximum:04X}, 0x{item.alignment:02X}, 0x{item.size:02X}"
    decode = item.decode & 1
    made = struct.pack("<BBHHBB", 0x47, decode, item.minimum, item.maximum, item.alignment, item.size)
    return f"IO (Decode{'16' if decode else '10'}, {numbers}, {TAG})", made


def _fixed_io(item: FixedIo) -> Macro:
    return f"FixedIO (0x{item.base:04X}, 0x{item.size:02X}, )", struct.pack("<BHB", 0x4B, item.base, item.size)


def _fixed_dma(item: FixedDma) -> Macro | None:
    if item.width > 5:
        return None
    width = ("Width8bit", "Width16bit", "Width32bit", "Width64bit", "Width128bit", "Width256bit")[item.width]
    made = struct.pack("<BHHB", 0x55, item.request_line, item.channel, item.width)
    return f"FixedDMA (0x{item.request_line:04X}, 0x{item.channel:04X}, {width}, )", made


def _vendor_short(item: VendorShort) -> Macro:
    return f"VendorShort () {byte_list(item.data)}", bytes((0x70 | len(item.data),)) + item.data


def _vendor_long(item: VendorLong) -> Macro:
    return f"VendorLong () {byte_list(item.data)}", large(0x84, item.data)


def _write(information: int) -> str:
    return "ReadWrite" if information & 1 else "ReadOnly"


def _memory24(item: Memory24) -> Macro:
    numbers = (item.minimum, item.maximum, item.alignment, item.size)
    made = large(0x81, struct.pack("<BHHHH", item.information & 1, *numbers))
    return f"Memory24 ({_write(item.information)}, {', '.join(f'0x{n:04X}' for n in numbers)}, {TAG})", made


def _memory32(item: Memory32) -> Macro:
    numbers = (item.minimum, item.maximum, item.alignment, item.size)
    made = large(0x85, struct.pack("<BIIII", item.information & 1, *numbers))
    return f"Memory32 ({_write(item.information)}, {', '.join(f'0x{n:08X}' for n in numbers)}, {TAG})", made


def _memory32_fixed(item: Memory32Fixed) -> Macro:
    made = large(0x86, struct.pack("<BII", item.information & 1, item.base, item.size))
    return f"Memory32Fixed ({_write(item.information)}, 0x{item.base:08X}, 0x{item.size:08X}, )", made


def _register(item: GenericRegister) -> Macro | None:
    space = SPACES[item.space] if item.space < len(SPACES) else "FFixedHW" if item.space == 0x7F else None
    if space is None or item.access_size > 4:
        return None
    numbers = (item.bit_width, item.bit_offset, item.address, item.access_size)
    text = "0x{:02X}, 0x{:02X}, 0x{:016X}, 0x{:02X}".format(*numbers)
    made = large(
        0x82, struct.pack("<BBBBQ", item.space, item.bit_width, item.bit_offset, item.access_size, item.address)
    )
    return f"Register ({space}, {text}, )", made


def _interrupts(item: Interrupts) -> Macro | None:
    words = source_words(item.source)
    if words is None or not item.interrupts:
        return None
    flags = item.flags & 0x1F
    shown = ", ".join(
        (
            "ResourceConsumer" if flags & 1 else "ResourceProducer",
            "Edge" if flags & 2 else "Level",
            "ActiveLow" if flags & 4 else "ActiveHigh",
            SHARING[flags >> 3],
            *words,
            "",
        )
    )
    numbers = ", ".join(f"0x{number:08X}" for number in item.interrupts)
    body = bytes((flags, len(item.interrupts))) + item.interrupts.data + item.source
    return f"Interrupt ({shown}) {{ {numbers} }}", large(0x89, body)


# --- address spaces ---

_WIDTHS: dict[type[AddressSpace], tuple[str, int, str, str]] = {
    WordSpace: ("Word", 0x88, "HHHHH", "0x{:04X}"),
    DWordSpace: ("DWord", 0x87, "IIIII", "0x{:08X}"),
    QWordSpace: ("QWord", 0x8A, "QQQQQ", "0x{:016X}"),
    ExtendedSpace: ("Extended", 0x8B, "QQQQQ", "0x{:016X}"),
}
_CACHING = ("NonCacheable", "Cacheable", "WriteCombining", "Prefetchable")
_MEMORY_TYPES = ("AddressRangeMemory", "AddressRangeReserved", "AddressRangeACPI", "AddressRangeNVS")
_PORTS = (None, "NonISAOnlyRanges", "ISAOnlyRanges", "EntireRange")


def _space(item: Any) -> Macro | None:
    prefix, tag, layout, form = _WIDTHS[type(item)]
    extended = isinstance(item, ExtendedSpace)
    words = ("", "") if extended else source_words(item.source)
    kind = _kind(item)
    if words is None or kind is None:
        return None
    name, before, after, flags = kind
    numbers = (item.granularity, item.minimum, item.maximum, item.translation, item.size)
    shown = [*before, *(form.format(number) for number in numbers)]
    if extended:
        shown.append(form.format(item.attributes))
        body = struct.pack("<BBBBB", item.resource_type, item.flags & 0x0F, flags, 1, 0)
        body += struct.pack("<5QQ", *numbers, item.attributes)
        shown += [TAG, *after]
    else:
        body = struct.pack("<BBB" + layout, item.resource_type, item.flags & 0x0F, flags, *numbers) + item.source
        shown += [*words, TAG, *after]
    return f"{prefix}{name} ({', '.join(shown)})", large(tag, body)


def _kind(item: AddressSpace) -> tuple[str, list[str], list[str], int] | None:
    # (macro, words before the numbers, words after the tag, flags that these words stand for)
    usage = "ResourceConsumer" if item.flags & 1 else "ResourceProducer"
    decode = "SubDecode" if item.flags & 2 else "PosDecode"
    fixed = ["MinFixed" if item.flags & 4 else "MinNotFixed", "MaxFixed" if item.flags & 8 else "MaxNotFixed"]
    flags = item.type_flags
    match item.resource_type:
        case 0 if not isinstance(item, WordSpace):
            writable = "ReadWrite" if flags & 1 else "ReadOnly"
            after = [_MEMORY_TYPES[flags >> 3 & 3], "TypeTranslation" if flags >> 5 & 1 else "TypeStatic"]
            return "Memory", [usage, decode, *fixed, _CACHING[flags >> 1 & 3], writable], after, flags & 0x3F
        case 1:
            ports = _PORTS[flags & 3]
            if ports is None:
                return None
            after = [
                "TypeTranslation" if flags >> 4 & 1 else "TypeStatic",
                "SparseTranslation" if flags >> 5 & 1 else "DenseTranslation",
            ]
            return "IO", [usage, *fixed, decode, ports], after, flags & 0x33
        case 2 if isinstance(item, WordSpace):
            return "BusNumber", [usage, *fixed, decode], [], 0
        case kind if kind >= 0xC0:
            words = [f"0x{kind:02X}", usage, decode, *fixed, f"0x{flags:02X}"]
            return "Space", words, [], flags
    return None


COMMON: dict[type, Writer] = {
    IrqNoFlags: _irq_no_flags,
    Irq: _irq,
    Dma: _dma,
    StartDependentFunctions: _start,
    StartDependentFunctionsNoPriority: _start_plain,
    EndDependentFunctions: _end,
    Io: _io,
    FixedIo: _fixed_io,
    FixedDma: _fixed_dma,
    VendorShort: _vendor_short,
    VendorLong: _vendor_long,
    Memory24: _memory24,
    Memory32: _memory32,
    Memory32Fixed: _memory32_fixed,
    GenericRegister: _register,
    Interrupts: _interrupts,
    **dict.fromkeys(_WIDTHS, _space),
}
"""Record to what writes its macro."""
