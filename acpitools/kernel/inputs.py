"""Everything that a boot starts from, as one frozen value; and the views of ACPI tables that the kernel takes.

This is where plain table fields become addresses (bytes), proximity domains and structure indices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.kernel.layout import Assumption

__all__ = [
    "Affinity",
    "AffinityType",
    "BootInputs",
    "CedtWindow",
    "KernelImage",
    "SlitView",
    "SratView",
    "TableInMemory",
    "TableOverride",
]


class AffinityType(IntEnum):
    """SRAT structure types that Linux on x86 looks at.  Spec: ACPI 6.5, 5.2.16."""

    APIC = 0
    MEMORY = 1
    X2APIC = 2
    GENERIC_INITIATOR = 5


class Affinity(NamedTuple):
    """One SRAT structure as the kernel reads it; fields that its type does not have are 0."""

    number: int
    """Place in the table, from 0."""
    offset: int
    """Bytes from the start of the table; -1 where the entry comes from a log."""
    type: int
    length: int
    """Declared length in bytes; 0 ends the kernel's walk after this structure."""
    pxm: int
    flags: int
    """Bit 0 enabled, bit 1 hot-pluggable, bit 2 non-volatile."""
    base: int = 0
    """Bytes, of a memory range."""
    size: int = 0
    """Bytes, of a memory range; 0 is an empty range."""
    apic_id: int = 0

    @property
    def source(self) -> str:
        """The structure's name for people: ``SRAT[5] at offset 0x98``."""
        place = f" at offset {self.offset:#x}" if self.offset >= 0 else " (from the log)"
        return f"SRAT[{self.number}]{place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SratView:
    """The SRAT as the kernel walks it."""

    revision: int
    entries: tuple[Affinity, ...]
    """Structures in table order; the walk stops after one of length 0."""
    node_of: Mapping[int, int] | None = None
    """Domain to node, where a log gave it; then entries must not be numbered again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlitView:
    """The distance matrix, row by row, one byte an entry."""

    localities: int
    matrix: bytes


class CedtWindow(NamedTuple):
    """A CXL fixed memory window, half open, bytes.  Spec: CXL 3.1, 9.18.1.3 (CFMWS)."""

    start: int
    end: int
    number: int
    """Place in the table, from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelImage:
    """Physical place of the kernel, bytes: `_text` and the end of bss (exclusive, page aligned)."""

    start: int
    end: int


class TableInMemory(NamedTuple):
    """An ACPI table where the firmware put it (bytes)."""

    signature: str
    address: int
    length: int


class TableOverride(NamedTuple):
    """A table file of the initrd (bytes)."""

    signature: str
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BootInputs:
    """Inputs of one boot; None where something is not known.  All ranges are half open, in bytes."""

    e820: tuple[E820Entry, ...]
    """The map before any option: with SETUP_E820_EXT entries, without setup_data."""
    cmdline: str = ""
    release: str = "6.12"
    """As asked for: a model's name or a full release."""
    srat: SratView | None = None
    slit: SlitView | None = None
    cedt: tuple[CedtWindow, ...] = ()
    efi: bool = False
    efi_memmap: tuple[EfiDescriptor, ...] = ()
    efi_reservations: tuple[tuple[str, AddrRange], ...] = ()
    """Tables of the EFI configuration that the kernel keeps (MEMATTR, ESRT ...)."""
    unaccepted_table: AddrRange | None = None
    setup_data: tuple[AddrRange, ...] = ()
    initrd: AddrRange | None = None
    image: KernelImage | None = None
    acpi_tables: tuple[TableInMemory, ...] = ()
    overrides: tuple[TableOverride, ...] = ()
    mp_tables: tuple[AddrRange, ...] = ()
    bios_reserved_from: int = 0x9F000
    """Start of the BIOS area below 1 MiB (ebda.c:reserve_bios_regions)."""
    apic_ids: tuple[int, ...] = (0,)
    """Possible CPUs, boot CPU first."""
    boot_x2apic: bool = False
    hypervisor: bool = True
    la57: bool = False
    gigabyte_pages: bool = True
    mtrr_losing: int = 0
    """Bytes of RAM at the top that no MTRR covers."""
    assumed: tuple[Assumption, ...] = field(default=())
    """What the caller did not know, and took."""
