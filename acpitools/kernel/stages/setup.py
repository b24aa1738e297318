"""From the firmware's map to a ready memblock: the first half of setup_arch.

Kernel: arch/x86/kernel/setup.c:setup_arch, arch/x86/kernel/e820.c, arch/x86/kernel/ebda.c.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acpitools.core.findings import Finding, Severity
from acpitools.core.firmware_map import E820Entry, E820Type, EfiAttribute, EfiDescriptor, EfiType, e820_label
from acpitools.core.ranges import AddrRange, subtract
from acpitools.core.units import KIB, MIB, PAGE_SIZE, PFN_PHYS, round_up
from acpitools.kernel import e820, memblock
from acpitools.kernel.cmdline import NOT_REPLAYED
from acpitools.kernel.memblock import Direction
from acpitools.kernel.state import BootEnv, BootState, Event, Outcome, hold

__all__ = [
    "add_kernel_range",
    "early_reserve_memory",
    "efi_memmap",
    "end_of_ram",
    "finish_early_params",
    "memblock_setup",
    "memory_setup",
    "parse_early_param",
    "reserve_brk",
    "set_direction",
    "trim_bios_range",
]

_LOW_RESERVE: Final = 64 * KIB
_BIOS_BEGIN: Final = 0xA0000
_MAX_PHYSMEM: Final = {False: 1 << 46, True: 1 << 52}


def early_reserve_memory(state: BootState, env: BootEnv) -> Outcome:
    """Reserve what is in use already: the image, the first 64 KiB, the initrd, setup_data, the BIOS area."""
    image, function = env.image, "early_reserve_memory"
    state = hold(state, image.start, image.end, "kernel image", function)
    state = hold(state, 0, _LOW_RESERVE, "first 64 KiB", function)
    if env.inputs.initrd:
        initrd = env.inputs.initrd
        state = hold(state, initrd.start, round_up(initrd.end, PAGE_SIZE), "initrd", "early_reserve_initrd")
    for data in env.inputs.setup_data:
        state = hold(state, data.start, data.end, "setup_data", "memblock_x86_reserve_range_setup_data")
    return Outcome(hold(state, env.inputs.bios_reserved_from, MIB, "bios", "reserve_bios_regions"))


def memory_setup(state: BootState, env: BootEnv) -> Outcome:
    """Take the firmware's map over and sanitise it.  Kernel: e820__memory_setup."""
    table = env.inputs.e820[: env.policy.e820_max_entries]
    clean = e820.sanitize(table, env.policy.e820_max_entries)
    if clean is None:
        why = "the firmware's map has fewer than two entries or one that wraps; the kernel would make up its own"
        finding = Finding(code="E820001", severity=Severity.ERROR, message=why)
        return Outcome(replace(state, e820=tuple(table), findings=(*state.findings, finding)))
    events = tuple(
        Event(
            "e820",
            f"{e820_label(entry.type)}",
            (AddrRange(entry.start, entry.end),),
            dmesg=f"BIOS-e820: [mem {entry.start:#018x}-{entry.end - 1:#018x}] {e820_label(entry.type)}",
        )
        for entry in clean
    )
    return Outcome(replace(state, e820=clean), events)


def parse_early_param(state: BootState, env: BootEnv) -> Outcome:
    """Let mem= and memmap= edit the map, in the order of the command line."""
    table: list[E820Entry] = list(state.e820)
    events, findings = [], list(state.findings)
    for option in env.options.e820_edits:
        table, problem = e820.apply_option(table, option)
        events.append(Event("option", str(option), cause=f"cmdline: {option}"))
        if problem:
            findings.append(Finding(code="CMD001", severity=Severity.WARNING, message=problem))
    for name in env.options.not_replayed:
        why = f"{name} is not replayed; it may change {NOT_REPLAYED[name]}"
        findings.append(Finding(code="CMD003", severity=Severity.WARNING, message=why))
    if len(table) > env.policy.e820_max_entries:
        table = table[: env.policy.e820_max_entries]
    edited = any(
        option.name == "memmap" or option.value not in ("nopentium", "0", "") for option in env.options.e820_edits
    )
    done = replace(state, e820=tuple(table), user_defined_map=edited, findings=tuple(findings))
    return Outcome(done, tuple(events))


def _efi_e820_type(descriptor: EfiDescriptor, soft_reserve: bool) -> int:
    # Kernel: arch/x86/platform/efi/efi.c:do_add_efi_memmap.
    ordinary = (
        EfiType.LOADER_CODE,
        EfiType.LOADER_DATA,
        EfiType.BOOT_SERVICES_CODE,
        EfiType.BOOT_SERVICES_DATA,
        EfiType.CONVENTIONAL,
    )
    if descriptor.type in ordinary:
        if soft_reserve and descriptor.attribute & EfiAttribute.SP:
            return E820Type.SOFT_RESERVED
        return E820Type.RAM if descriptor.attribute & EfiAttribute.WB else E820Type.RESERVED
    special: dict[int, E820Type] = {
        EfiType.ACPI_RECLAIM: E820Type.ACPI,
        EfiType.ACPI_NVS: E820Type.NVS,
        EfiType.UNUSABLE: E820Type.UNUSABLE,
        EfiType.PERSISTENT: E820Type.PMEM,
    }
    return special.get(descriptor.type, E820Type.RESERVED)


def efi_memmap(state: BootState, env: BootEnv) -> Outcome:
    """Merge the EFI map into the e820 table where an option or specific-purpose memory asks for it.

    Kernel: efi_memblock_x86_reserve_range.
    """
    inputs = env.inputs
    soft = env.policy.soft_reserve and "nosoftreserve" not in env.options.efi
    special = soft and any(d.type == EfiType.CONVENTIONAL and d.attribute & EfiAttribute.SP for d in inputs.efi_memmap)
    if not inputs.efi_memmap or not (env.options.add_efi_memmap or special):
        return Outcome(state)
    merged = [*state.e820, *(E820Entry(d.start, d.end, _efi_e820_type(d, soft)) for d in inputs.efi_memmap)]
    clean = e820.sanitize(merged, env.policy.e820_max_entries)
    cause = "cmdline: add_efi_memmap" if env.options.add_efi_memmap else "EFI: specific-purpose memory"
    return Outcome(
        replace(state, e820=clean or tuple(merged)), (Event("efi", "EFI map merged into e820", cause=cause),)
    )


def set_direction(state: BootState, env: BootEnv) -> Outcome:
    """Turn memblock bottom-up under movable_node, until the SRAT is parsed."""
    if not env.options.movable_node:
        return Outcome(state)
    floor = env.image.end if env.policy.bottom_up_above_kernel else 0
    mb = state.memblock._replace(direction=Direction.BOTTOM_UP, movable_node=True, bottom_up_floor=floor)
    why = "allocations go bottom-up until the SRAT is parsed, and never into hot-pluggable memory"
    return Outcome(replace(state, memblock=mb), (Event("direction", why, cause="cmdline: movable_node"),))


def finish_early_params(state: BootState, env: BootEnv) -> Outcome:
    """Mark setup_data as the kernel's own, and sanitise a map that the command line edited."""
    table = list(state.e820)
    for data in env.inputs.setup_data:
        table = e820.retype(table, data.start, data.end, E820Type.RAM, E820Type.RESERVED_KERN)
    if env.inputs.setup_data:
        table = list(e820.sanitize(table, env.policy.e820_max_entries) or table)
    if state.user_defined_map:
        clean = e820.sanitize(table, env.policy.e820_max_entries)
        if clean is None:
            return Outcome(replace(state, e820=tuple(table), panic="Invalid user supplied memory map"))
        table = list(clean)
    return Outcome(replace(state, e820=tuple(table)))


def add_kernel_range(state: BootState, env: BootEnv) -> Outcome:
    """Make the image RAM where the map says that it is not.  Kernel: e820_add_kernel_range."""
    image = env.image
    start, end = image.start, image.end + env.policy.brk_size
    ram = [(entry.start, entry.end) for entry in state.e820 if entry.type == E820Type.RAM]
    if not subtract([(start, end)], ram):
        return Outcome(state)
    table = [*e820.remove(state.e820, start, end, None), E820Entry(start, end, E820Type.RAM)]
    line = ".text .data .bss are not marked as E820_TYPE_RAM!"
    event = Event("e820", "the kernel image becomes RAM of its own", (AddrRange(start, end),), dmesg=line)
    return Outcome(replace(state, e820=tuple(table)), (event,))


def trim_bios_range(state: BootState, env: BootEnv) -> Outcome:
    """Take page 0 and the PC BIOS area out of RAM.  Kernel: trim_bios_range."""
    table = e820.retype(state.e820, 0, PAGE_SIZE, E820Type.RAM, E820Type.RESERVED)
    table = e820.remove(table, _BIOS_BEGIN, MIB, E820Type.RAM)
    clean = e820.sanitize(table, env.policy.e820_max_entries)
    return Outcome(replace(state, e820=tuple(table) if clean is None else clean))


def end_of_ram(state: BootState, env: BootEnv) -> Outcome:
    """Find the end of memory, without RAM at the top that no MTRR covers."""
    kinds: tuple[int, ...] = (E820Type.RAM,)
    if env.policy.acpi_data_is_ram_end:
        kinds = (E820Type.RAM, E820Type.ACPI)
    limit = _MAX_PHYSMEM[env.inputs.la57] >> 12
    max_pfn = e820.end_of_ram(state.e820, kinds, limit)
    events = [Event("e820", "end of memory", dmesg=f"last_pfn = {max_pfn:#x} max_arch_pfn = {limit:#x}")]
    top = PFN_PHYS(max_pfn)
    lost = env.inputs.mtrr_trimmed or (AddrRange(top - env.inputs.mtrr_losing, top),)
    if env.inputs.mtrr_losing and env.options.mtrr_trim:
        table = list(state.e820)
        for place in lost:
            table = e820.retype(table, place.start, place.end, E820Type.RAM, E820Type.RESERVED)
        clean = e820.sanitize(table, env.policy.e820_max_entries)
        state = replace(state, e820=clean or tuple(table))
        max_pfn = e820.end_of_ram(state.e820, kinds, limit)
        text = f"{env.inputs.mtrr_losing >> 20} MiB of RAM are not covered by an MTRR"
        events.append(Event("mtrr", text, lost, cause="mtrr_trim_uncached_memory"))
    return Outcome(replace(state, max_pfn=max_pfn, max_possible_pfn=max_pfn), tuple(events))


def reserve_brk(state: BootState, env: BootEnv) -> Outcome:
    """Reserve the MP table and the part of the brk section that was used."""
    for table in env.inputs.mp_tables:
        state = hold(state, table.start, table.end, "MP table", "smp_scan_config")
    image = env.image
    return Outcome(hold(state, image.end, image.end + env.policy.brk_used, "kernel brk", "reserve_brk"))


def memblock_setup(state: BootState, _env: BootEnv) -> Outcome:
    """Put RAM into memblock.memory and trim it to whole pages.  Kernel: e820__memblock_setup."""
    state = replace(state, memblock=state.memblock._replace(can_resize=True, current_limit=MIB))
    for entry in state.e820:
        if entry.type == E820Type.SOFT_RESERVED:
            state = hold(state, entry.start, entry.end, "soft reserved memory", "e820__memblock_setup")
        if entry.type in (E820Type.RAM, E820Type.RESERVED_KERN):
            state = replace(state, memblock=memblock.add(state.memblock, entry.start, entry.end))
    state = replace(state, memblock=memblock.trim(state.memblock))
    if not state.memblock.memory:
        return Outcome(replace(state, panic="no usable memory: the memory map holds no whole page of RAM"))
    return Outcome(state)
