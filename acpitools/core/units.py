"""Units of the boot memory model: addresses in bytes, page frames, domains and nodes.

Kernel: include/linux/pfn.h, arch/x86/include/asm/page_types.h; sizes as lib/cmdline.c:memparse reads them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NewType

__all__ = [
    "GIB",
    "KIB",
    "MIB",
    "PAGE_SHIFT",
    "PAGE_SIZE",
    "PFN_DOWN",
    "PFN_PHYS",
    "PFN_UP",
    "TIB",
    "U64_MAX",
    "Nid",
    "Pfn",
    "PhysAddr",
    "Pxm",
    "format_size",
    "memparse",
    "round_down",
    "round_up",
    "simple_strtoull",
]

PhysAddr = NewType("PhysAddr", int)
"""A physical address in bytes."""
Pfn = NewType("Pfn", int)
"""A page frame number: address >> 12."""
Pxm = NewType("Pxm", int)
"""A proximity domain: the firmware's number."""
Nid = NewType("Nid", int)
"""A node: the kernel's number."""

PAGE_SHIFT: Final = 12
PAGE_SIZE: Final = 1 << PAGE_SHIFT
KIB: Final = 1 << 10
MIB: Final = 1 << 20
GIB: Final = 1 << 30
TIB: Final = 1 << 40
U64_MAX: Final = (1 << 64) - 1

_SUFFIX_SHIFT: Final = {"K": 10, "M": 20, "G": 30, "T": 40, "P": 50, "E": 60}
_MOST_DIGITS: Final = 1000  # at a time: longer numbers are dear to read
_DIGITS: Final = {8: "01234567", 10: "0123456789", 16: "0123456789abcdefABCDEF"}


def PFN_UP(address: int) -> int:
    """Give the first page frame that starts at or above an address (bytes)."""
    return (address + PAGE_SIZE - 1) >> PAGE_SHIFT


def PFN_DOWN(address: int) -> int:
    """Give the page frame that holds an address (bytes)."""
    return address >> PAGE_SHIFT


def PFN_PHYS(pfn: int) -> int:
    """Give the address (bytes) at which a page frame starts."""
    return pfn << PAGE_SHIFT


def round_up(value: int, align: int) -> int:
    """Round up to a multiple of align (a power of two or not)."""
    return -(-value // align) * align


def round_down(value: int, align: int) -> int:
    """Round down to a multiple of align."""
    return value - value % align


def simple_strtoull(text: str) -> tuple[int, str]:
    """Read a leading number, base by prefix (0x, 0, decimal); give it and the rest.

    No digits give 0 and the whole text.  Values wrap at 64 bits.  Kernel: lib/vsprintf.c:simple_strtoull.
    """
    base, start = 10, 0
    if text[:2] in ("0x", "0X") and text[2:3] in _DIGITS[16] and text[2:3]:
        base, start = 16, 2
    elif text[:1] == "0":
        base = 8
    end = start
    while end < len(text) and text[end] in _DIGITS[base]:
        end += 1
    if end == start:
        return 0, text
    value = 0
    for first in range(start, end, _MOST_DIGITS):
        digits = text[first : min(end, first + _MOST_DIGITS)]
        value = (value * base ** len(digits) + int(digits, base)) & U64_MAX
    return value, text[end:]


def memparse(text: str) -> tuple[int, str]:
    """Read a size such as ``512M`` or ``0x1000K`` at the start of a text; give bytes and the rest.

    Kernel: lib/cmdline.c:memparse (suffixes K M G T P E, either case; the value wraps at 64 bits).
    """
    value, rest = simple_strtoull(text)
    shift = _SUFFIX_SHIFT.get(rest[:1].upper(), 0) if rest else 0
    if shift:
        return (value << shift) & U64_MAX, rest[1:]
    return value, rest


@lru_cache(maxsize=1024)
def format_size(size: int) -> str:
    """Give a size in bytes as the largest unit that divides it, or to one decimal: ``2 GiB``, ``1.5 GiB``."""
    for shift, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")):
        if size >= 1 << shift:
            whole, part = divmod(size, 1 << shift)
            return f"{whole} {unit}" if not part else f"{size / (1 << shift):.1f} {unit}"
    return f"{size} B"
