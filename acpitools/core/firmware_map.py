"""The firmware's memory map: e820 entries and EFI memory descriptors.

Kernel: arch/x86/include/asm/e820/types.h, include/linux/efi.h.  Spec: UEFI 2.10, 7.2.3 (GetMemoryMap).
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from typing import NamedTuple

__all__ = ["E820Entry", "E820Type", "EfiAttribute", "EfiDescriptor", "EfiType", "e820_label"]


class E820Type(IntEnum):
    """Types of an e820 entry that the kernel knows."""

    RAM = 1
    RESERVED = 2
    ACPI = 3
    NVS = 4
    UNUSABLE = 5
    PMEM = 7
    PRAM = 12
    RESERVED_KERN = 128
    SOFT_RESERVED = 0xEFFFFFFF


_LABELS = {
    E820Type.RAM: "usable",
    E820Type.RESERVED: "reserved",
    E820Type.ACPI: "ACPI data",
    E820Type.NVS: "ACPI NVS",
    E820Type.UNUSABLE: "unusable",
    E820Type.PMEM: "persistent (type 7)",
    E820Type.PRAM: "persistent (type 12)",
    E820Type.RESERVED_KERN: "usable",
    E820Type.SOFT_RESERVED: "soft reserved",
}


def e820_label(kind: int) -> str:
    """Give the words that the kernel prints for a type."""
    return _LABELS.get(kind, f"type {kind}")  # type: ignore[call-overload,no-any-return]


class E820Entry(NamedTuple):
    """Bytes ``[start, end)`` of one type (a plain int: firmware may use values that have no name)."""

    start: int
    end: int
    type: int


class EfiType(IntEnum):
    """Types of an EFI memory descriptor."""

    RESERVED = 0
    LOADER_CODE = 1
    LOADER_DATA = 2
    BOOT_SERVICES_CODE = 3
    BOOT_SERVICES_DATA = 4
    RUNTIME_SERVICES_CODE = 5
    RUNTIME_SERVICES_DATA = 6
    CONVENTIONAL = 7
    UNUSABLE = 8
    ACPI_RECLAIM = 9
    ACPI_NVS = 10
    MMIO = 11
    MMIO_PORT = 12
    PAL_CODE = 13
    PERSISTENT = 14
    UNACCEPTED = 15


class EfiAttribute(IntFlag):
    """Attribute bits that decide what the kernel makes of a descriptor."""

    WB = 0x8
    MORE_RELIABLE = 0x10000
    SP = 0x40000
    RUNTIME = 1 << 63


class EfiDescriptor(NamedTuple):
    """Bytes ``[start, end)`` of one EFI memory type with its attribute bits."""

    start: int
    end: int
    type: int
    attribute: int
