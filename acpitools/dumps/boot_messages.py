"""Readers of single kernel messages that name an input of the boot, one per first word.

Kernel: arch/x86/kernel/{setup,e820,mpparse,smpboot}.c, arch/x86/kernel/cpu/{hypervisor,topology}.c,
arch/x86/kernel/cpu/mtrr/cleanup.c, arch/x86/mm/srat.c, drivers/acpi/{tables.c,numa/srat.c,acpica/tbprint.c},
drivers/firmware/efi/efi.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from acpitools.core.boot_log import LoggedCpu, LoggedMemory, LoggedOverride, LoggedTable
from acpitools.core.firmware_map import E820Entry, EfiDescriptor
from acpitools.core.ranges import AddrRange
from acpitools.core.units import U64_MAX
from acpitools.dumps.firmware_lines import inclusive_range, parse_e820, parse_efi

__all__ = ["READERS", "Seen"]

# Patterns are compiled when first used: most logs need few of them, and reading one is most of a short run.
_MEM = r"(?i)\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]"
_RAMDISK_BEFORE_3_7 = r"(?i)([0-9a-f]{8,16}) - ([0-9a-f]{8,16})"
_TABLE = r"(\S.{3}) 0x([0-9A-F]{8,16}) ([0-9A-F]{6,8})(?: \(v|$)"
_TABLE_BEFORE_3_16 = r"(\S.{3}) ([0-9a-f]{16}) ([0-9A-Fa-f]{5,8})(?: \(v|$)"
_OVERRIDE = r"(\S.{3}) ACPI table found in initrd \[(.*)\]\[0x([0-9a-f]{1,16})\]"
_SRAT_MEMORY = (
    r"(?i)Node (\d{1,9}) PXM (\d{1,10}) "
    r"(?:\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]|([0-9a-f]{1,16})-([0-9a-f]{1,16}))"
    r"((?: hotplug)?)((?: non-volatile)?)(?: (.*))?$"
)
_SRAT_CPU = r"(?i)PXM (\d{1,10}) -> APIC (?:0x)?([0-9a-f]{1,8}) -> Node (\d{1,9})((?: skipped)?)"
_EFI_TABLE = r"(?<![\w(.])([A-Za-z]\w*(?: \d\.\d)?)=0x([0-9a-f]{1,16})"
_ALLOWING = r"Allowing (\d{1,9}) CPUs, \d+ hotplug CPUs"
_ALLOWING_PRESENT = r"Allowing (\d{1,9}) present CPUs plus (\d{1,9}) hotplug CPUs"
_NR_CPU_IDS = r"nr_cpu_ids:(\d{1,9})"
_PHYSICAL_END: Final = 1 << 52
_MAX_ARCH_PFN: Final = {"0x400000000": False, "0x10000000000": True}


class Seen:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self.release: str | None = None
        self.early_command_line: str | None = None
        self.command_line: str | None = None
        self.wrapped = False
        self.e820: list[E820Entry] = []
        self.extended: list[E820Entry] = []
        self.reserve_setup_data: list[E820Entry] = []
        self.user: list[E820Entry] = []
        self.modified: list[E820Entry] = []
        self.updates: list[AddrRange] = []
        self.mtrr_losing_mib: int | None = None
        self.mtrr_map = False
        self.mtrr_updates: list[AddrRange] = []
        self.efi = False
        self.efi_memmap: list[EfiDescriptor] = []
        self.efi_number = -1
        self.efi_listed = False
        self.efi_tables: list[tuple[str, int]] = []
        self.ramdisk: AddrRange | None = None
        self.relocated_ramdisk: AddrRange | None = None
        self.tables: list[LoggedTable] = []
        self.table_source = ""
        self.overrides: list[LoggedOverride] = []
        self.mp_tables: list[AddrRange] = []
        self.x2apic = False
        self.gigabyte_pages: bool | None = None
        self.la57: bool | None = None
        self.hypervisor: bool | None = None
        self.pmu_driver = False
        self.dmi: str | None = None
        self.allowed_cpus: int | None = None
        self.nr_cpu_ids: int | None = None
        self.srat_memory: list[LoggedMemory] = []
        self.srat_cpus: list[LoggedCpu] = []


# Readers: each takes a message whose first word it is registered for, and leaves what it does not know.


def _linux(seen: Seen, message: str) -> None:
    if seen.release is None and message.startswith("Linux version "):
        seen.release = message.split(" ", 3)[2]


def _early_command_line(seen: Seen, message: str) -> None:
    if seen.early_command_line is None and message.startswith("Command line:"):
        seen.early_command_line = message[13:].strip()


def _command_line(seen: Seen, message: str) -> None:
    if not message.startswith("Kernel command line:"):
        return
    part = message[20:].strip()
    if seen.command_line is None:
        seen.command_line = ""
    elif not seen.wrapped:
        return
    # Since 6.19 a long line is printed in pieces, each but the last ending in a backslash.
    seen.wrapped = part.endswith(" \\")
    seen.command_line = f"{seen.command_line} {part[:-2] if seen.wrapped else part}".strip()


def _map_reader(pick: Callable[[Seen], list[E820Entry]], label: str) -> Callable[[Seen, str], None]:
    def read(seen: Seen, message: str) -> None:
        if message.startswith(label) and (entry := parse_e820(message[len(label) :].strip())):
            pick(seen).append(entry)

    return read


def _modified(seen: Seen, message: str) -> None:
    # Only the map that follows the MTRR warning is read: later ones show what the kernel itself took.
    if seen.mtrr_map and (entry := parse_e820(message[9:].strip())):
        seen.modified.append(entry)


def _e820(seen: Seen, message: str) -> None:
    rest = message[6:]
    if rest.startswith("last_pfn = "):
        _last_pfn(seen, rest)
    elif rest.startswith("update [mem ") and rest.endswith("] usable ==> reserved"):
        seen.updates.append(_mem(rest))


def _last_pfn(seen: Seen, message: str) -> None:
    if seen.la57 is None:
        seen.la57 = _MAX_ARCH_PFN.get(message.rpartition(" ")[2])
    seen.updates.clear()
    seen.mtrr_map = False


def _warning(seen: Seen, message: str) -> None:
    if "CPU MTRRs don't cover all of memory, losing " in message:
        seen.mtrr_losing_mib = int(message.partition("losing ")[2].partition("MB")[0])
        # Between the first last_pfn line and this one only mtrr_trim_uncached_memory changes the map.
        seen.mtrr_updates = list(seen.updates)
        seen.mtrr_map = True


def _efi(seen: Seen, message: str) -> None:
    rest = message[4:].strip()
    if rest.startswith("EFI v"):
        seen.efi = True
    elif rest.startswith("mem") and rest[3:4].isdigit():
        # Entries that the kernel throws away, and a second listing (after efi_fake_mem=), are not the firmware's map.
        if rest.endswith("(invalid)"):
            return
        number, descriptor = parse_efi(rest)
        if number > seen.efi_number and not seen.efi_listed:
            seen.efi_memmap.append(descriptor)
            seen.efi_number = number
        else:
            seen.efi_listed = True
    elif not seen.efi_tables and re.match(_EFI_TABLE, rest):
        seen.efi_tables = [(name, int(address, 16)) for name, address in re.findall(_EFI_TABLE, rest)]


def _ramdisk(seen: Seen, message: str) -> None:
    if seen.ramdisk is not None:
        return
    if found := re.match(_RAMDISK_BEFORE_3_7, message[9:]):
        seen.ramdisk = AddrRange(int(found[1], 16), int(found[2], 16))
    elif message.startswith("RAMDISK: [mem "):
        seen.ramdisk = _mem(message)


def _allocated(seen: Seen, message: str) -> None:
    if message.startswith("Allocated new RAMDISK: [mem "):
        seen.relocated_ramdisk = _mem(message)


def _acpi(seen: Seen, message: str) -> None:
    rest = message[6:]
    if rest.startswith("SRAT: "):
        _srat(seen, rest)
    elif found := re.match(_TABLE, rest) or re.match(_TABLE_BEFORE_3_16, rest):
        address = int(found[2], 16)
        # Tables that AML loads later are printed with the kernel's own address of a copy.
        if seen.table_source != "Dynamic" and address < _PHYSICAL_END:
            seen.tables.append(
                LoggedTable(
                    signature=found[1],
                    address=address,
                    length=int(found[3], 16),
                    from_initrd=seen.table_source == "Table",
                )
            )
        seen.table_source = ""
    elif rest.startswith(("Table Upgrade: ", "Dynamic OEM Table Load")):
        seen.table_source = rest.partition(" ")[0]
    elif found := re.match(_OVERRIDE, rest):
        seen.overrides.append(LoggedOverride(signature=found[1], path=found[2], length=int(found[3], 16)))


def _srat(seen: Seen, message: str) -> None:
    rest = message[6:]
    if rest.startswith("Node "):
        found = re.match(_SRAT_MEMORY, rest)
        # Words that a later kernel may add do no harm; half a word is a damaged line.
        if found is None or (found[9] and any(word.startswith(found[9]) for word in ("hotplug", "non-volatile"))):
            raise ValueError(f"no SRAT memory line: {message[:80]!r}")
        if found[3] is not None:
            start, end = int(found[3], 16), int(found[4], 16) + 1 & U64_MAX
        else:
            start, end = int(found[5], 16), int(found[6], 16)
        seen.srat_memory.append(
            LoggedMemory(
                node=int(found[1]),
                pxm=int(found[2]),
                start=start,
                end=end,
                hotplug=bool(found[7]),
                non_volatile=bool(found[8]),
            )
        )
    elif rest.startswith("PXM ") and (found := re.match(_SRAT_CPU, rest)):
        seen.srat_cpus.append(
            LoggedCpu(pxm=int(found[1]), apic_id=int(found[2], 16), node=int(found[3]), skipped=bool(found[4]))
        )


def _found(seen: Seen, message: str) -> None:
    if message.startswith("found SMP MP-table at [mem "):
        seen.mp_tables.append(_mem(message))


def _x2apic(seen: Seen, message: str) -> None:
    if "enabled by BIOS, switching to x2apic ops" in message:
        seen.x2apic = True


def _using(seen: Seen, message: str) -> None:
    if message.startswith("Using GB pages for direct mapping"):
        seen.gigabyte_pages = True


def _dmi(seen: Seen, message: str) -> None:
    if seen.dmi is None and not message.startswith("DMI: Memory slots"):
        seen.dmi = message[4:].strip()


def _hypervisor(seen: Seen, message: str) -> None:
    if message.startswith("Hypervisor detected: "):
        seen.hypervisor = True


def _booting(seen: Seen, message: str) -> None:
    # "on bare hardware" proves nothing: a hypervisor without a paravirtual interface of its own is not named.
    if message.startswith("Booting paravirtualized kernel on ") and not message.endswith(" bare hardware"):
        seen.hypervisor = True


def _performance(seen: Seen, message: str) -> None:
    if "PMU not available due to virtualization" in message:
        seen.hypervisor = True
    elif "Broken PMU hardware detected" in message and seen.hypervisor is None:
        seen.hypervisor = False
    elif "PMU driver" in message and "no PMU driver" not in message:
        seen.pmu_driver = True


def _cpuinfo_flags(seen: Seen, message: str) -> None:
    names = message.partition(":")[2].split()
    if "fpu" in names:
        seen.hypervisor = "hypervisor" in names


def _allowing(seen: Seen, message: str) -> None:
    if found := re.search(_ALLOWING, message):
        seen.allowed_cpus = int(found[1])
    elif found := re.search(_ALLOWING_PRESENT, message):
        seen.allowed_cpus = int(found[1]) + int(found[2])


def _nr_cpu_ids(seen: Seen, message: str) -> None:
    if found := re.search(_NR_CPU_IDS, message):
        seen.nr_cpu_ids = int(found[1])


def _override_before_4_9(seen: Seen, message: str) -> None:
    _acpi(seen, "ACPI: " + message)


def _mem(message: str) -> AddrRange:
    found = re.search(_MEM, message)
    if found is None:
        raise ValueError(f"no address range: {message[:60]!r}")
    return AddrRange(*inclusive_range(found[1], found[2]))


READERS: Final[dict[str, Callable[[Seen, str], None]]] = {
    "Linux": _linux,
    "Command": _early_command_line,
    "Kernel": _command_line,
    "BIOS-e820:": _map_reader(lambda seen: seen.e820, "BIOS-e820:"),
    "BIOS-e801:": _map_reader(lambda seen: seen.e820, "BIOS-e801:"),
    "BIOS-88:": _map_reader(lambda seen: seen.e820, "BIOS-88:"),
    "extended:": _map_reader(lambda seen: seen.extended, "extended:"),
    "reserve": _map_reader(lambda seen: seen.reserve_setup_data, "reserve setup_data:"),
    "user:": _map_reader(lambda seen: seen.user, "user:"),
    "modified:": _modified,
    "e820:": _e820,
    "last_pfn": _last_pfn,
    "WARNING:": _warning,
    "efi:": _efi,
    "EFI:": _efi,
    "RAMDISK:": _ramdisk,
    "Allocated": _allocated,
    "ACPI:": _acpi,
    "SRAT:": _srat,
    "SRAT": _override_before_4_9,
    "SLIT": _override_before_4_9,
    "DSDT": _override_before_4_9,
    "SSDT": _override_before_4_9,
    "CEDT": _override_before_4_9,
    "HMAT": _override_before_4_9,
    "found": _found,
    "x2apic:": _x2apic,
    "x2apic": _x2apic,
    "Using": _using,
    "DMI:": _dmi,
    "Hypervisor": _hypervisor,
    "Booting": _booting,
    "Performance": _performance,
    "flags\t\t:": _cpuinfo_flags,
    "smpboot:": _allowing,
    "SMP:": _allowing,
    "CPU": _allowing,
    "setup_percpu:": _nr_cpu_ids,
    "NR_CPUS:": _nr_cpu_ids,
}
