"""What a kernel log says of a boot's *inputs*: the firmware's side, never the kernel's results."""

from __future__ import annotations

from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.core.value import value

__all__ = ["BootLog", "LoggedCpu", "LoggedMemory", "LoggedOverride", "LoggedTable"]


@value
class LoggedTable:
    """``ACPI: SIG 0xADDRESS LENGTH`` line: a table that the kernel found in memory (bytes)."""

    signature: str
    address: int
    length: int
    from_initrd: bool = False
    """The line follows ``Table Upgrade:``: the address is the kernel's copy of an override table."""


@value
class LoggedOverride:
    """``SIG ACPI table found in initrd [PATH][0xLENGTH]`` line (bytes)."""

    signature: str
    path: str
    length: int


@value
class LoggedMemory:
    """``SRAT: Node N PXM P [mem ...]`` line; the range is half open.

    An entry of length 0 has end == start; one whose end wraps at 64 bits has end < start, as the kernel sees it.
    """

    node: int
    pxm: int
    start: int
    end: int
    hotplug: bool
    non_volatile: bool


@value
class LoggedCpu:
    """``SRAT: PXM P -> APIC 0xNN -> Node N`` line."""

    pxm: int
    apic_id: int
    node: int
    skipped: bool = False
    """``skipped apicid that is too big``: the node number is taken, the CPU is not counted."""


@value
class BootLog:
    """Inputs of a boot as its log names them; None or empty where the log does not say."""

    release: str | None = None
    """``6.12.117+deb12-amd64``, from the ``Linux version`` line."""
    command_line: str | None = None
    """The ``Kernel command line:`` where there is one, else the boot loader's ``Command line:``."""
    e820: tuple[E820Entry, ...] = ()
    """``BIOS-e820:`` lines, in the order of the log."""
    extended_e820: tuple[E820Entry, ...] = ()
    """``extended:`` lines: the map after SETUP_E820_EXT entries were appended."""
    reserve_setup_data: tuple[E820Entry, ...] = ()
    """``reserve setup_data:`` lines: the map after setup_data was taken out of it (same labels)."""
    efi: bool = False
    """The kernel was started by EFI."""
    efi_memmap: tuple[EfiDescriptor, ...] = ()
    """``efi: memNN:`` lines (printed with efi=debug)."""
    efi_tables: tuple[tuple[str, int], ...] = ()
    """Name and address of the tables on the ``efi: ACPI=0x... MEMATTR=0x...`` line."""
    ramdisk: AddrRange | None = None
    """``RAMDISK:`` as the boot loader placed it."""
    relocated_ramdisk: AddrRange | None = None
    """``Allocated new RAMDISK:``, where the kernel moved it because RAM did not back all of the first place."""
    mtrr_losing_mib: int | None = None
    """``CPU MTRRs don't cover all of memory, losing NMB of RAM``: MiB (rounded down) turned into reserved memory."""
    mtrr_trimmed: tuple[AddrRange, ...] = ()
    """Where those bytes lie: RAM in these ranges became reserved.  Empty where no line tells."""
    tables: tuple[LoggedTable, ...] = ()
    """Every ACPI table listed, root tables included, in the order of the log."""
    overrides: tuple[LoggedOverride, ...] = ()
    mp_tables: tuple[AddrRange, ...] = ()
    """``found SMP MP-table at``: the floating pointer structure."""
    x2apic_enabled_by_bios: bool = False
    """``x2apic: enabled by BIOS``: x2APIC mode was on when the kernel got control."""
    gigabyte_pages: bool | None = None
    """``Using GB pages for direct mapping``; None where the log lacks the place of that line."""
    la57: bool | None = None
    """Five-level paging, from max_arch_pfn on the ``last_pfn`` line."""
    hypervisor: bool | None = None
    """The CPU's hypervisor bit: True or False where a line proves it, None where none does."""
    dmi: str | None = None
    """The machine, from the ``DMI:`` line."""
    cpus: int | None = None
    """Possible CPUs, from ``smpboot: Allowing N CPUs``, ``CPU topo: Allowing`` or ``nr_cpu_ids:N``."""
    srat_memory: tuple[LoggedMemory, ...] = ()
    srat_cpus: tuple[LoggedCpu, ...] = ()
