"""What is reserved and allocated between a ready memblock and the SRAT: the second half of setup_arch's start.

Under movable_node these allocations go bottom-up and see no hot-plug marks yet; each can pin a node.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.core.firmware_map import E820Type, EfiAttribute, EfiType
from acpitools.core.ranges import AddrRange, subtract
from acpitools.core.units import GIB, MIB, PAGE_SIZE, PFN_PHYS, round_down, round_up
from acpitools.kernel import e820, memblock
from acpitools.kernel.memblock import MIRROR, Memblock
from acpitools.kernel.state import (
    Allocation,
    BootEnv,
    BootState,
    Event,
    Outcome,
    hold,
    hold_all,
    replace_memblock,
    took,
)

__all__ = [
    "TRAMPOLINE",
    "acpi_boot_table_init",
    "acpi_table_upgrade",
    "efi_find_mirror",
    "efi_reserve",
    "log_buf",
    "realmode_reserve",
    "reserve_initrd",
    "wanted_log_buf",
]

TRAMPOLINE: Final = "real-mode trampoline"
"""Owner of the code that other CPUs, and a machine that wakes up, start with."""
_ROOT_TABLES: Final = ("RSDP", "RSDT", "XSDT")
_MAX_LOG_BUF: Final = 1 << 31


def efi_find_mirror(state: BootState, env: BootEnv) -> Outcome:
    """Mark memory that the firmware calls more reliable; only kernelcore=mirror asks for it."""
    if not env.options.kernelcore_mirror:
        return Outcome(state)
    mirrored = [d for d in env.inputs.efi_memmap if d.attribute & EfiAttribute.MORE_RELIABLE]
    mb = state.memblock
    for descriptor in mirrored:
        mb = memblock.mark(mb, descriptor.start, descriptor.end, MIRROR)
    ranges = tuple(AddrRange(d.start, d.end) for d in mirrored)
    events = (Event("mirror", "mirrored memory", ranges),) if ranges else ()
    return Outcome(replace(state, memblock=mb._replace(mirrored=bool(mirrored))), events)


def _is_reserved(mb: Memblock, start: int, end: int) -> bool:
    # Kernel: memblock_is_region_reserved: any byte.
    index = memblock.first_overlap(mb.reserved, start)
    return index < len(mb.reserved) and mb.reserved[index].base < end


def efi_reserve(state: BootState, env: BootEnv) -> Outcome:
    """Reserve EFI tables and every boot-services descriptor that nobody holds yet.

    Kernel: efi_memattr_init, efi_esrt_init, efi_reserve_boot_services, reserve_unaccepted.
    """
    for name, place in env.inputs.efi_reservations:
        state = hold(state, place.start, place.end, f"EFI {name} table", "efi_config_parse_tables")
    unaccepted = env.inputs.unaccepted_table
    if unaccepted and env.policy.unaccepted_memory:
        start, end = round_down(unaccepted.start, PAGE_SIZE), round_up(unaccepted.end, PAGE_SIZE)
        state = replace(state, memblock=memblock.add(state.memblock, start, end))
        state = hold(state, start, end, "EFI unaccepted memory table", "reserve_unaccepted")
    mb, entries = memblock.thawed(state.memblock), []
    for descriptor in env.inputs.efi_memmap:
        start, end = descriptor.start, descriptor.end
        boot_services = descriptor.type in (EfiType.BOOT_SERVICES_CODE, EfiType.BOOT_SERVICES_DATA)
        if boot_services and not _is_reserved(mb, start, end):
            mb = memblock.reserve(mb, start, end)
            entries.append(Allocation(start, end, "EFI boot services", "efi_reserve_boot_services"))
    return Outcome(replace_memblock(state, memblock.frozen(mb), entries))


def realmode_reserve(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the real-mode trampoline below 1 MiB, then reserve all of that."""
    size = env.policy.realmode_size
    mb, address = memblock.alloc(state.memblock, size, PAGE_SIZE, 0, MIB)
    if address is not None:
        state = took(state, mb, address, address + size, TRAMPOLINE, "reserve_real_mode")
    return Outcome(hold(state, 0, MIB, "first MiB", "reserve_real_mode"))


def wanted_log_buf(env: BootEnv) -> int:
    """Give the size of the log buffer that log_buf_len= asks for: the last one above the static one, or 0.

    Kernel: log_buf_len_update.
    """
    asked = (min(size, _MAX_LOG_BUF) for size in env.options.log_buf_len)
    sizes = [1 << (size - 1).bit_length() if size > 1 else size for size in asked]
    return next((size for size in reversed(sizes) if size > env.policy.static_log_buf), 0)


def log_buf(state: BootState, env: BootEnv) -> Outcome:
    """Allocate the three parts of a log buffer larger than the static one.  Kernel: setup_log_buf."""
    size = wanted_log_buf(env)
    return Outcome(allocate_log_buf(state, size) if size else state)


def allocate_log_buf(state: BootState, size: int) -> BootState:
    """Take the text ring and its descriptor and info rings (24 and 88 bytes for every 32 of text)."""
    descriptors = size >> 5
    before, mb = state, state.memblock
    for part, name in ((size, "text"), (descriptors * 24, "descriptors"), (descriptors * 88, "info")):
        mb, address = memblock.alloc_try_nid(mb, part, 8)
        if address is None:
            return before  # the kernel gives back what it has and keeps the static buffer
        state = took(state, mb, address, address + part, f"log buffer ({name})", "setup_log_buf")
    return state


def reserve_initrd(state: BootState, env: BootEnv) -> Outcome:
    """Keep the initrd where it is, or move it when the direct map does not reach all of it."""
    initrd = env.inputs.initrd
    if initrd is None:
        return Outcome(state)
    start, end = initrd.start, round_up(initrd.end, PAGE_SIZE)
    line = f"RAMDISK: [mem {start:#010x}-{end - 1:#010x}]"
    seen = Event("initrd", "the initrd", (AddrRange(start, end),), dmesg=line)
    mapped = [(r.base, r.end) for r in state.memblock.memory]
    if not subtract([(start, end)], mapped):
        return Outcome(state, (seen,))
    size = end - start
    mb, address = memblock.alloc(state.memblock, size, PAGE_SIZE, 0, PFN_PHYS(state.max_pfn))
    if address is None:
        why = "cannot find a place for the initrd: its own is not RAM in the final map"
        return Outcome(replace(state, panic=why), (seen,))
    state = took(state, mb, address, address + size, "initrd", "relocate_initrd")
    state = replace(
        state,
        memblock=memblock.free(state.memblock, start, end),
        ledger=tuple(a for a in state.ledger if not (a.start == start and a.owner == "initrd")),
    )
    moved = f"Allocated new RAMDISK: [mem {address:#010x}-{address + size - 1:#010x}]"
    return Outcome(state, (seen, Event("initrd", "moved", (AddrRange(address, address + size),), dmesg=moved)))


def acpi_table_upgrade(state: BootState, env: BootEnv) -> Outcome:
    """Copy the table files of the initrd to one allocation below 4 GiB, which becomes ACPI NVS in the map."""
    overrides = env.inputs.overrides
    if not overrides or env.options.acpi_off or not env.policy.table_upgrade:
        return Outcome(state)
    size = sum(table.length for table in overrides)
    low_ends = [min(r.end, 4 * GIB) for r in state.memblock.memory if r.base < 4 * GIB]
    mb, address = memblock.alloc(state.memblock, size, PAGE_SIZE, 0, max(low_ends, default=PAGE_SIZE))
    if address is None:
        finding = Finding(
            code="ACPI001", severity=Severity.WARNING, message="no room below 4 GiB for the tables of the initrd"
        )
        return Outcome(replace(state, findings=(*state.findings, finding)))
    names = " ".join(table.signature for table in overrides)
    state = took(state, mb, address, address + size, f"ACPI table overrides ({names})", "acpi_table_upgrade")
    table = e820.retype(state.e820, address, address + size, E820Type.RAM, E820Type.NVS)
    clean = e820.sanitize(table, env.policy.e820_max_entries)
    event = Event("acpi", f"tables of the initrd: {names}", (AddrRange(address, address + size),))
    return Outcome(replace(state, e820=clean or tuple(table)), (event,))


def acpi_boot_table_init(state: BootState, env: BootEnv) -> Outcome:
    """Reserve every ACPI table that the firmware left in memory.  Kernel: acpi_reserve_initial_tables."""
    if env.options.acpi_off or not env.policy.reserves_acpi_tables:
        return Outcome(state)
    events, entries = [], []
    for table in env.inputs.acpi_tables:
        if table.signature in _ROOT_TABLES:
            continue
        end = table.address + table.length
        entries.append(Allocation(table.address, end, f"ACPI {table.signature}", "acpi_reserve_initial_tables"))
        line = f"ACPI: Reserving {table.signature} table memory at [mem {table.address:#x}-{end - 1:#x}]"
        events.append(Event("acpi", f"{table.signature} table", (AddrRange(table.address, end),), dmesg=line))
    return Outcome(hold_all(state, entries), tuple(events))
