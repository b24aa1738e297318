"""Everything that a boot starts from, as one frozen value; and the views of ACPI tables that the kernel takes.

This is where plain table fields become addresses (bytes), proximity domains and structure indices.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import IntEnum
from typing import Final, NamedTuple

from acpitools.codec.record import decode, encode, fixed_size
from acpitools.codec.structures import RawStructure8, RawStructure8R16, Structure, spans
from acpitools.core.boot_log import BootLog
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.core.units import U64_MAX
from acpitools.core.value import value
from acpitools.kernel.layout import Assumption
from acpitools.tables import cedt, hmat, slit, srat

__all__ = [
    "Affinity",
    "AffinityType",
    "BootInputs",
    "CedtWindow",
    "HmatView",
    "KernelImage",
    "SlitView",
    "SratView",
    "TableInMemory",
    "TableOverride",
    "cedt_windows",
    "hmat_view",
    "slit_view",
    "srat_from_log",
    "srat_view",
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


@value
class SratView:
    """The SRAT as the kernel walks it."""

    revision: int
    entries: tuple[Affinity, ...]
    """Structures in table order; the walk stops after one of length 0."""
    node_of: Mapping[int, int] | None = None
    """Domain to node, where a log gave it; then entries must not be numbered again."""


@value
class SlitView:
    """The distance matrix, row by row, one byte an entry."""

    localities: int
    matrix: bytes


@value
class HmatView:
    """Latencies of memory, by the proximity domains of initiator and target."""

    read_latency: Mapping[tuple[int, int], int]
    """Nanoseconds, of a read or, where the table gives no other, of an access."""


class CedtWindow(NamedTuple):
    """A CXL fixed memory window, half open, bytes.  Spec: CXL 3.1, 9.18.1.3 (CFMWS)."""

    start: int
    end: int
    number: int
    """Place in the table, from 0."""


@value
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


@value
class BootInputs:
    """Inputs of one boot; None where something is not known.  All ranges are half open, in bytes."""

    e820: tuple[E820Entry, ...]
    """The map before any option: with SETUP_E820_EXT entries, without setup_data."""
    cmdline: str = ""
    release: str = "6.12"
    """As asked for: a model's name or a full release."""
    srat: SratView | None = None
    slit: SlitView | None = None
    hmat: HmatView | None = None
    """Changes no layout; tells how far memory is."""
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
    mtrr_trimmed: tuple[AddrRange, ...] = ()
    """Where they lie, if that is known."""
    assumed: tuple[Assumption, ...] = field(default=())
    """What the caller did not know, and took."""


# --- views of tables --------------------------------------------------------------------------------------------

_RAW_FIELDS: Final = {
    AffinityType.APIC: srat.ProcessorLocalApicAffinity,
    AffinityType.MEMORY: srat.MemoryAffinity,
    AffinityType.X2APIC: srat.ProcessorLocalX2apicAffinity,
    AffinityType.GENERIC_INITIATOR: srat.GenericInitiatorAffinity,
}


_UNREACHABLE: Final = 0xFFFF
_OTHER_TYPES: Final = (srat.GiccAffinity, srat.GicItsAffinity, srat.GenericPortAffinity, srat.RintcAffinity)


def srat_view(table: srat.Srat) -> SratView:
    """Give the SRAT as the kernel walks it.

    A structure cut off by the end of the table is read with zeros behind it; the kernel reads whatever lies there.
    """
    entries: list[Affinity] = []
    append = entries.append
    revision = table.revision
    first = fixed_size(srat.Srat)
    item: Structure
    for number, offset, item in spans(table.structures, first):
        if isinstance(item, RawStructure8) and item.type in _RAW_FIELDS:
            whole = _RAW_FIELDS[AffinityType(item.type)]
            data = encode(item)[: fixed_size(whole)].ljust(fixed_size(whole), b"\0")
            item = decode(whole, data)
        if isinstance(item, srat.MemoryAffinity):
            append(
                Affinity(
                    number,
                    offset,
                    1,
                    item.length,
                    item.proximity_domain,
                    int(item.flags),
                    item.base_address,
                    item.range_length,
                )
            )
        elif isinstance(item, srat.ProcessorLocalApicAffinity):
            pxm = item.proximity_domain if revision >= 2 else item.proximity_domain_low
            append(Affinity(number, offset, 0, item.length, pxm, int(item.flags), 0, 0, item.apic_id))
        elif isinstance(item, srat.ProcessorLocalX2apicAffinity):
            append(
                Affinity(number, offset, 2, item.length, item.proximity_domain, int(item.flags), 0, 0, item.x2apic_id)
            )
        elif isinstance(item, srat.GenericInitiatorAffinity):
            append(Affinity(number, offset, 5, item.length, item.proximity_domain, int(item.flags)))
        elif isinstance(item, (RawStructure8, *_OTHER_TYPES)):
            append(Affinity(number, offset, item.type, item.length, 0, 0))
    return SratView(revision=revision, entries=tuple(entries))


def srat_from_log(log: BootLog) -> SratView | None:
    """Give the SRAT as far as a log's lines tell it, with the log's own node numbers; None where there are none."""
    if not log.srat_memory:
        return None
    entries = [
        Affinity(number, -1, AffinityType.X2APIC, 24, cpu.pxm, 1, 0, 0, cpu.apic_id)
        for number, cpu in enumerate(log.srat_cpus)
    ]
    for memory in log.srat_memory:
        flags = 1 | memory.hotplug << 1 | memory.non_volatile << 2
        size = memory.end - memory.start
        entries.append(
            Affinity(len(entries), -1, AffinityType.MEMORY, 40, memory.pxm, flags, memory.start, size & U64_MAX)
        )
    nodes = {cpu.pxm: cpu.node for cpu in log.srat_cpus} | {memory.pxm: memory.node for memory in log.srat_memory}
    return SratView(revision=3, entries=tuple(entries), node_of=nodes)


def slit_view(table: slit.Slit) -> SlitView:
    """Give the distance matrix."""
    return SlitView(localities=table.locality_count, matrix=table.matrix)


def hmat_view(table: hmat.Hmat | hmat.Hmat1) -> HmatView:
    """Give the read latencies of memory itself, not of its caches.  Kernel: drivers/acpi/numa/hmat.c:hmat_normalize."""
    found: dict[int, dict[tuple[int, int], int]] = {}
    unit = 1 if table.revision < 2 else 1000  # nanoseconds, then picoseconds
    for item in table.structures:
        if not isinstance(item, hmat.SystemLocalityInformation) or int(item.flags) & 0xF:
            continue
        if item.data_type not in (hmat.LocalityDataType.ACCESS_LATENCY, hmat.LocalityDataType.READ_LATENCY):
            continue
        targets, entries = list(item.targets), list(item.entries)
        for row, initiator in enumerate(item.initiators):
            for target, entry in zip(targets, entries[row * len(targets) :], strict=False):
                if 0 < entry < _UNREACHABLE:
                    time = -(-entry * item.entry_base_unit // unit)
                    found.setdefault(item.data_type, {})[initiator, target] = time
    access, read = (found.get(kind, {}) for kind in (0, 1))
    return HmatView(read_latency={**access, **read})


def cedt_windows(table: cedt.Cedt) -> tuple[CedtWindow, ...]:
    """Give the fixed memory windows up to, and with, a record of length 0.  Kernel: acpi_parse_cfmws."""
    windows = []
    for number, item in enumerate(table.structures):
        window = item if isinstance(item, cedt.CxlFixedMemoryWindow) else None
        length = window.length if window else None
        if isinstance(item, RawStructure8R16):
            length = item.length
            if item.type == 1:
                size = fixed_size(cedt.CxlFixedMemoryWindow)
                window = decode(cedt.CxlFixedMemoryWindow, encode(item)[:size].ljust(size, b"\0"))
        if window:
            end = (window.base_hpa + window.window_size) & U64_MAX
            windows.append(CedtWindow(window.base_hpa, end, number))
        if length == 0:
            break
    return tuple(windows)
