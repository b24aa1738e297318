"""Log lines of the firmware's memory map: ``BIOS-e820:`` and its kin, and ``efi: memNN:``.

Kernel: arch/x86/kernel/e820.c:e820__print_table, arch/x86/platform/efi/efi.c:efi_print_memmap,
drivers/firmware/efi/efi.c:efi_md_typeattr_format.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from acpitools.core.firmware_map import E820Entry, E820Type, EfiDescriptor, EfiType
from acpitools.core.units import U64_MAX

__all__ = ["e820_type", "efi_type", "inclusive_range", "parse_e820", "parse_efi"]

_TYPES: Final = {
    # the kernel's log
    "usable": E820Type.RAM,
    "reserved": E820Type.RESERVED,
    "device reserved": E820Type.RESERVED,
    "soft reserved": E820Type.SOFT_RESERVED,
    "acpi data": E820Type.ACPI,
    "acpi nvs": E820Type.NVS,
    "unusable": E820Type.UNUSABLE,
    # /sys/firmware/memmap and /proc/iomem
    "system ram": E820Type.RAM,
    "acpi tables": E820Type.ACPI,
    "acpi non-volatile storage": E820Type.NVS,
    "unusable memory": E820Type.UNUSABLE,
    "persistent memory": E820Type.PMEM,
    "persistent memory (legacy)": E820Type.PRAM,
    # sysfs hides the number of a type that the kernel does not know; such memory is left alone, as reserved memory is
    "unknown e820 type": E820Type.RESERVED,
}
_NUMBERED = r"(?:persistent )?(?:ram )?\(?type (\d+)\)?$"
_E820 = r"(?i)\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]\s+(?:\d+(?:\.\d+)?\s*[KMGTP]?i?B\s+)?(\S.*)$"
_E820_BEFORE_3_7 = r"(?i)([0-9a-f]{16}) - ([0-9a-f]{1,17}) (?:\((.+)\)|(type \d+))$"
_EFI = (
    r"(?i)mem(\d{1,9}):\s*\[([^|\]]{1,24}?)\s*\|(.*)\]\s*"
    r"range=\[0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})([\])])(?:\s*\(\d+[KMGT]i?B\))?$"
)
_EFI_RAW_ATTRIBUTE = r"(?i)attr=0x([0-9a-f]{1,16})$"
_EFI_NUMERIC = (
    r"(?i)mem(\d{1,9}): type=(\d{1,10}), attr=0x([0-9a-f]{1,16}), range=\[0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})([\])])"
    r"(?:\s*\(\d+[KMGT]i?B\))?$"
)
_EFI_TYPES: Final = {
    # since 5.6, and the longer names from before
    "Reserved": EfiType.RESERVED,
    "Loader Code": EfiType.LOADER_CODE,
    "Loader Data": EfiType.LOADER_DATA,
    "Boot Code": EfiType.BOOT_SERVICES_CODE,
    "Boot Data": EfiType.BOOT_SERVICES_DATA,
    "Runtime Code": EfiType.RUNTIME_SERVICES_CODE,
    "Runtime Data": EfiType.RUNTIME_SERVICES_DATA,
    "Conventional": EfiType.CONVENTIONAL,
    "Conventional Memory": EfiType.CONVENTIONAL,
    "Unusable": EfiType.UNUSABLE,
    "Unusable Memory": EfiType.UNUSABLE,
    "ACPI Reclaim": EfiType.ACPI_RECLAIM,
    "ACPI Reclaim Memory": EfiType.ACPI_RECLAIM,
    "ACPI Mem NVS": EfiType.ACPI_NVS,
    "ACPI Memory NVS": EfiType.ACPI_NVS,
    "MMIO": EfiType.MMIO,
    "Memory Mapped I/O": EfiType.MMIO,
    "MMIO Port": EfiType.MMIO_PORT,
    "MMIO Port Space": EfiType.MMIO_PORT,
    "PAL Code": EfiType.PAL_CODE,
    "Persistent": EfiType.PERSISTENT,
    "Persistent Memory": EfiType.PERSISTENT,
    "Unaccepted": EfiType.UNACCEPTED,
}
_EFI_ATTRIBUTES: Final = {
    "": 0,
    "UC": 1 << 0,
    "WC": 1 << 1,
    "WT": 1 << 2,
    "WB": 1 << 3,
    "UCE": 1 << 4,
    "WP": 1 << 12,
    "RP": 1 << 13,
    "XP": 1 << 14,
    "NV": 1 << 15,
    "MR": 1 << 16,
    "RO": 1 << 17,
    "SP": 1 << 18,
    "CC": 1 << 19,
    "HP": 1 << 20,
    "RUN": 1 << 63,
}


def e820_type(words: str) -> int:
    """Give the number of a type named as in the log, in sysfs or as ``type N``.

    Raises ValueError for other words.
    """
    key = " ".join(words.split()).lower()
    known = _TYPES.get(key)
    if known is not None:
        return int(known)
    numbered = re.match(_NUMBERED, key)
    if numbered and len(numbered[1]) <= 10 and int(numbered[1]) <= 0xFFFFFFFF:
        return int(numbered[1])
    raise ValueError(f"unknown memory type {words.strip()[:40]!r}")


def efi_type(name: str) -> int:
    """Give the number of an EFI memory type named as in the log, or as ``type=N``; raises ValueError for others."""
    if name.startswith("type=") and name[5:].isdecimal() and len(name) <= 15:
        return int(name[5:])
    if name not in _EFI_TYPES:
        raise ValueError(f"unknown EFI memory type {name[:20]!r}")
    return int(_EFI_TYPES[name])


def inclusive_range(start: str, last: str) -> tuple[int, int]:
    """Give half-open (start, end), in bytes, of two hexadecimal addresses, the second inclusive.

    ``last`` may be ``start - 1``: an empty range, as the kernel prints one.  Raises ValueError where the range is
    inverted or an address has more than 64 bits.
    """
    first, end = int(start, 16), int(last, 16) + 1
    if first > U64_MAX or end > U64_MAX + 1:
        raise ValueError("address of more than 64 bits")
    if end < first:
        raise ValueError(f"range ends at {last} before it starts at {start}")
    return first, end


def parse_e820(text: str) -> E820Entry | None:
    """Read what follows ``BIOS-e820:`` on its line; give None for a line about a gap, which holds no entry.

    Raises ValueError where it is no entry.
    """
    if found := re.match(_E820, text):
        start, end = inclusive_range(found[1], found[2])
        return E820Entry(start, end, e820_type(found[3]))
    if found := re.match(_E820_BEFORE_3_7, text):
        start, end = int(found[1], 16), int(found[2], 16)
        if end < start or end > U64_MAX + 1:
            raise ValueError(f"range ends at {found[2]} before it starts at {found[1]}")
        return E820Entry(start, end, e820_type(found[3] or found[4]))
    if text.startswith("[gap "):
        return None
    raise ValueError(f"no memory map entry: {text[:60]!r}")


def parse_efi(text: str) -> tuple[int, EfiDescriptor]:
    """Read what follows ``efi:`` on an ``efi: memNN:`` line; give its number and the descriptor.

    Raises ValueError where it is no descriptor.
    """
    if found := re.match(_EFI, text):
        name, attributes = found[2], found[3]
        kind, attribute = efi_type(name), _efi_attribute(attributes)
        ends = found[4], found[5], found[6]
    elif found := re.match(_EFI_NUMERIC, text):
        kind, attribute = int(found[2]), int(found[3], 16)
        ends = found[4], found[5], found[6]
    else:
        raise ValueError(f"no EFI memory descriptor: {text[:60]!r}")
    start, end = inclusive_range(ends[0], ends[1])
    if ends[2] == ")" and end > start:
        end -= 1  # until 4.7 the range was printed half open
    return int(found[1]), EfiDescriptor(start, end, kind, attribute)


@lru_cache(maxsize=256)
def _efi_attribute(text: str) -> int:
    if raw := re.match(_EFI_RAW_ATTRIBUTE, text):
        return int(raw[1], 16)
    attribute = 0
    for word in text.split("|"):
        name = word.strip()
        if name not in _EFI_ATTRIBUTES:
            raise ValueError(f"unknown memory attribute {name[:20]!r}")
        attribute |= _EFI_ATTRIBUTES[name]
    return attribute
